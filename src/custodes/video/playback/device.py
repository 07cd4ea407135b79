"""A device's own recording put on a channel's media timeline: pictures as they come from it, at the time that was asked for.

The archive's fragments know where they belong (`timeline`); of these pictures only the first one's place is known: what was called for. Media time
runs on from there. Each waits for the next, so that its duration is exact: a device that sends key pictures alone leaves no holes (MSE §3.5.8).
"""

from __future__ import annotations

from custodes.video.live import Fragment, Init, Output, ticks_to_us
from custodes.video.mp4.fragment import DecodeTimes, Sample, fragment
from custodes.video.mp4.header import init_segment
from custodes.video.unit import CLOCK_RATE, AccessUnit, CodecParameters

JUMP_TICKS = 2 * CLOCK_RATE
KEYS_JUMP_TICKS = 30 * CLOCK_RATE
"""Where key pictures come alone they may be this far apart."""
_BACK_TICKS = -135_000
_SHORTEST = 90
_USUAL = 3600


class Jumped(Exception):
    """Media time stepped, or the coding changed within a group: where the picture stands in time is not known."""


class Beyond(Exception):
    """What was asked for is over."""


class DeviceTimeline:
    """Where each picture goes.

    Attributes:
        end: media time at which the next picture would follow, 90 kHz ticks.
        reached_us: wall time up to which pictures were put.
        pieces: (media time, wall time) at which each stretch began.
    """

    def __init__(self, start: int = 0) -> None:
        """Begin at media time `start`, 90 kHz ticks."""
        self.end = start
        self.reached_us = 0
        self.pieces: list[tuple[int, int]] = []
        self._anchor_us: int | None = None
        self._until_us = 0
        self._params: CodecParameters | None = None
        self._held: tuple[AccessUnit, int, int] | None = None
        self._offset = 0
        self._rejoins = False
        self._duration = _USUAL
        self._decode_times = DecodeTimes(0)
        self._first = 0
        self._anchored_us = 0
        self._last_media = 0
        self._sequence = 0

    def begin(self, wall_us: int, until_us: int) -> None:
        """What comes next begins at a key picture, which stands at `wall_us`; nothing is put beyond `until_us`."""
        self._held, self._params = None, None
        self._until_us = until_us
        self._anchor_us = self.reached_us = wall_us

    def rejoin(self) -> None:
        """It stood still: where the device's media time ran on meanwhile, what comes next follows all the same."""
        self._rejoins = True

    def add(self, unit: AccessUnit, *, keys_only: bool = False) -> list[Output]:
        """What can be sent now that `unit` is there; nothing before a key picture came.

        Args:
            keys_only: the device may send key pictures alone, at its speed.

        Raises:
            Jumped, Beyond: nothing more can be placed before `begin`.
        """
        if self._anchor_us is not None:
            return self._start(unit) if unit.key else []
        assert self._held is not None
        media = unit.media_time + self._offset
        most = KEYS_JUMP_TICKS if keys_only else JUMP_TICKS
        if not _BACK_TICKS < media - self._last_media < most:
            if not self._rejoins:
                raise Jumped
            self._offset += self._last_media + self._duration - media
            media = self._last_media + self._duration
        self._rejoins = False
        if unit.params is not self._params and unit.params != self._params:
            raise Jumped
        self._last_media = max(self._last_media, media)
        decode = self._decode_times.next(media)
        made = self._put(max(_SHORTEST, decode - self._held[2]))
        self._held = (unit, media, decode)
        return made

    def finish(self) -> list[Output]:
        """Nothing follows the picture that waits."""
        if self._held is None:
            return []
        try:
            return self._put(self._duration)
        except Beyond:
            return []
        finally:
            self._held = None

    def media_at(self, wall_us: int) -> int:
        """Media time of wall time `wall_us`: of the last piece that began by then, within what was put so far."""
        for media, wall in reversed(self.pieces):
            if wall <= wall_us:
                return min(self.end, media + (wall_us - wall) * 9 // 100)
        return self.pieces[0][0] if self.pieces else self.end

    def _start(self, unit: AccessUnit) -> list[Output]:
        assert self._anchor_us is not None
        params = self._params = unit.params
        self._duration = round(CLOCK_RATE / params.frame_rate) if 1 <= params.frame_rate <= 240 else _USUAL
        self._decode_times = DecodeTimes(params.reorder, self._duration)
        decode = self._decode_times.next(unit.media_time)
        self._held = (unit, unit.media_time, decode)
        self._offset = 0
        self._first, self._anchored_us = decode, self._anchor_us
        self._last_media = unit.media_time
        self._rejoins = False
        self._anchor_us = None
        self.pieces.append((self.end, self._anchored_us))
        return [Init(params, self._anchored_us - ticks_to_us(self.end), False, init_segment(params))]

    def _put(self, duration: int) -> list[Output]:
        assert self._held is not None
        unit, media, decode = self._held
        wall_us = self._anchored_us + ticks_to_us(decode - self._first)
        if wall_us + ticks_to_us(duration) > self._until_us:
            raise Beyond
        self._duration = duration
        self._sequence += 1
        sample = Sample(len(unit.data), duration, max(0, media - decode), unit.key)
        data = fragment(self._sequence, self.end, (sample,), (unit.data,))
        self.end += duration
        self.reached_us = wall_us + ticks_to_us(duration)
        return [Fragment(wall_us, self.reached_us, data)]
