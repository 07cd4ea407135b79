"""Media time to wall time: one line through the least delayed arrivals, bent by at most 500 ppm (docs/design/time.md)."""

from __future__ import annotations

SLEW_PPM = 500
"""Largest bend of the line: half a millisecond a second."""


class WallTime:
    """The line from a session's media time (90 kHz ticks) to the host's wall clock (microseconds UTC).

    A picture never arrives before it is made, so that the earliest arrivals are nearest to the truth: the line is led
    towards the smallest difference between arrival and line that a fragment shows. It never jumps.

    Args:
        media_time: of the picture that arrived with the least delay so far.
        wall_us: when it arrived.
    """

    __slots__ = ("_media", "_wall", "error_us")

    def __init__(self, media_time: int, wall_us: int) -> None:
        self._media = media_time
        self._wall = wall_us
        self.error_us = 0

    def at(self, media_time: int) -> int:
        """Wall time of a media time."""
        return self._wall + (media_time - self._media) * 100 // 9

    def lead(self, media_time: int, least_delay_us: int) -> None:
        """Bend the line at the end of a fragment.

        Args:
            media_time: where the fragment ends; the line up to there is final, and goes on from there.
            least_delay_us: smallest ``arrival - at(media_time)`` of its pictures.
        """
        reached = self.at(media_time)
        passed_us = reached - self._wall
        room = max(passed_us, 0) * SLEW_PPM // 1_000_000
        self.error_us = least_delay_us
        self._media = media_time
        self._wall = reached + max(-room, min(room, least_delay_us))
