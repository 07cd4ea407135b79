"""Where a fragment ends and where a file ends."""

from __future__ import annotations

from uuid import UUID

from custodes.video.mp4.fragment import Sample
from custodes.video.unit import AccessUnit

FRAGMENT_TICKS = 90_000
"""Longest fragment: 1 s (half a picture of grace, so that a GOP of 1 s stays whole when its clock is a little slow)."""
SHORT_TICKS = 45_000
"""A key frame ends a fragment only when it is this long: an all-intra stream does not make 25 fragments a second."""
_NO_DELAY = 1 << 62


class Gathering:
    """The fragment being gathered: the pictures' bytes by reference, nothing is copied.

    Attributes:
        key: its first picture is a key frame.
        start: decode time of its first picture, ticks.
        rtp_time: media time of its first picture as it came.
        datas: the pictures' bytes.
        size: their sum.
        earliest_us: smallest ``arrival - presentation time`` in µs, for the wall clock line.
    """

    __slots__ = ("_compositions", "_keys", "_times", "datas", "earliest_us", "key", "rtp_time", "size", "start")

    def __init__(self, unit: AccessUnit, decode_time: int, media_time: int) -> None:
        self.key = unit.key
        self.start = decode_time
        self.rtp_time = unit.media_time
        self.datas: list[bytes] = []
        self.size = 0
        self.earliest_us = _NO_DELAY
        self._times: list[int] = []
        self._compositions: list[int] = []
        self._keys: list[bool] = []
        self.add(unit, decode_time, media_time)

    def add(self, unit: AccessUnit, decode_time: int, media_time: int) -> None:
        """Add a picture; `media_time` is its presentation time on the session's line."""
        data = unit.data
        self.datas.append(data)
        self.size += len(data)
        self._times.append(decode_time)
        self._compositions.append(media_time - decode_time)
        self._keys.append(unit.key)
        delay = unit.wall_us - media_time * 100 // 9
        if delay < self.earliest_us:
            self.earliest_us = delay

    def samples(self, next_decode_time: int) -> list[Sample]:
        """The pictures' descriptions, once it is known where the next fragment begins."""
        times = self._times
        ends = [*times[1:], next_decode_time]
        return [
            Sample(len(data), end - time, composition, key)
            for data, time, end, composition, key in zip(
                self.datas, times, ends, self._compositions, self._keys, strict=True
            )
        ]

    def ends_before(self, key: bool, decode_time: int, frame: int) -> bool:
        """Whether the picture at `decode_time` belongs to the next fragment.

        Args:
            key: it is a key frame.
            frame: usual picture duration, ticks.
        """
        elapsed = decode_time - self.start
        if key and (elapsed >= SHORT_TICKS or not self.key):
            return True
        return elapsed + frame > FRAGMENT_TICKS + frame // 2


def next_cut_us(camera: UUID, start_us: int, segment_us: int) -> int:
    """When the file that starts at `start_us` is due to end: the camera's own mark in each period.

    The mark follows from the camera's id, so that files of many cameras don't close together; a first file shorter
    than a quarter of the period is not made.
    """
    mark = camera.int % segment_us
    due = ((start_us - mark) // segment_us + 1) * segment_us + mark
    return due if due - start_us >= segment_us // 4 else due + segment_us
