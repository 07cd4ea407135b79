"""Decode times from presentation times: RTP carries only the latter (RFC 6184 §5.1), boxes want both."""

from __future__ import annotations

import heapq

_NOMINAL = 3600
"""Picture duration, in 90 kHz ticks, assumed before two pictures have been seen (25 per second)."""


class DecodeTimes:
    """Gives each picture, in decoding order, a decode time that rises and is never behind its presentation time.

    With a reorder depth *n* at most *n* pictures wait for output, so that the picture shown *n* places before the
    current one in output order gives the decode time (H.264 Annex C.4.5.3 bumping, seen from the other side). For a
    stream without B-frames this is the presentation time itself.

    Args:
        reorder: pictures that may precede a picture in decoding order and follow it in output order.
        frame_duration: nominal picture duration in ticks, for the first `reorder` pictures.
    """

    def __init__(self, reorder: int, frame_duration: int = _NOMINAL) -> None:
        self._reorder = reorder
        self._frame = frame_duration
        self._waiting: list[int] = []
        self._first = 0
        self._count = 0
        self._last: int | None = None

    def next(self, media_time: int) -> int:
        """Decode time of the next picture, whose presentation time is `media_time` (ticks)."""
        decode = self._delayed(media_time) if self._reorder else media_time
        if self._last is not None and decode <= self._last:
            decode = self._last + 1
        self._last = decode
        return decode

    def _delayed(self, media_time: int) -> int:
        if not self._count:
            self._first = media_time
        self._count += 1
        heapq.heappush(self._waiting, media_time)
        if len(self._waiting) <= self._reorder:
            return self._first - (self._reorder - self._count + 1) * self._frame
        return heapq.heappop(self._waiting)
