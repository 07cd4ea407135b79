"""Key frames only: what is kept of a camera while the disk is short (docs/design/archive.md)."""

from __future__ import annotations

_KEY_TICKS = 180_000
"""Assumed between two key frames before two have been seen."""


class Thinning:
    """Whether key frames alone are to be kept, and how long one of them then lasts.

    Attributes:
        why: on whose order key frames alone are kept from the next one on; empty while every picture is.
        key_ticks: usual time between two key frames, ticks.
    """

    __slots__ = ("_last", "key_ticks", "why")

    def __init__(self) -> None:
        self.why = ""
        self.key_ticks = _KEY_TICKS
        self._last = 0

    @property
    def wanted(self) -> bool:
        """Whether key frames alone are to be kept."""
        return bool(self.why)

    @property
    def picture_ticks(self) -> int:
        """What a picture of a session that begins now lasts, ticks; 0 where every picture is kept."""
        return self.key_ticks if self.wanted else 0

    @property
    def reason(self) -> str:
        """Why a session ends where what is kept changes."""
        return "thinned" if self.wanted else "whole"

    def begin(self) -> None:
        """A session begins: its media time says nothing about that of the one before."""
        self._last = 0

    def note_key(self, media_time: int, most: int) -> None:
        """A key frame at `media_time`; one that comes `most` ticks later or more says nothing."""
        if self._last and 0 < media_time - self._last < most:
            self.key_ticks = media_time - self._last
        self._last = media_time
