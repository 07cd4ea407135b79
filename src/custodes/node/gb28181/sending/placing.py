"""Where pictures and sound of a recording that a platform below sends stand: in time, by what was asked for, and in what is sent on. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from custodes.node.gb28181.sending.reading import ArchivedPicture
from custodes.node.gb28181.sending.sounding import APART_TICKS, SoundPiece
from custodes.node.gb28181.viewing.call import MOST_SOUNDS
from custodes.node.gb28181.viewing.opened import Stretch
from custodes.video.mp4.fragment import DecodeTimes
from custodes.video.playback.device import JUMP_TICKS, KEYS_JUMP_TICKS
from custodes.video.unit import CLOCK_RATE, AccessUnit, CodecParameters, SoundFrame

_BACK_TICKS = -135_000
_SHORTEST = 90
_USUAL = 3600


class SentJumped(Exception):
    """Its times stepped: where the picture stands is not known."""


class SentBeyond(Exception):
    """What was asked for is over."""


class Placing:
    """Of one call below. Its first key picture stands at the second that was asked for, and its times run on from there, at whatever speed it
    comes (decision 0385). Each picture waits for the next, so that it is known how long it stands. Sound stands by its own time beside them: it
    goes with the picture that it begins beside, or with the next where it came late.

    Args:
        due: at which its first picture goes, 90 kHz ticks of what is sent.

    Attributes:
        due: of the picture that comes next in what is sent.
        reached_us: up to which what was given reaches.
        begun: a picture came.
    """

    def __init__(self, stretch: Stretch, due: int) -> None:
        self.due = due
        self.reached_us = stretch.from_us
        self.begun = False
        self._stretch = stretch
        self._began = due
        self._held: tuple[AccessUnit, int, int] | None = None  # with its presentation time and its decode time
        self._params: CodecParameters | None = None
        self._decode_times = DecodeTimes(0)
        self._first = 0
        self._offset = 0
        self._last = 0
        self._duration = _USUAL
        self._rejoins = False
        self._broken = True
        self._sounds: deque[tuple[int, SoundFrame]] = deque(maxlen=MOST_SOUNDS)
        self._begins = 0  # when the first picture is shown: from there sound is counted

    def rejoin(self) -> None:
        """It stood still: where times below ran on meanwhile, what comes next follows all the same."""
        self._rejoins = True

    def add(
        self, unit: AccessUnit, heard: Iterable[SoundFrame] = (), *, keys_alone: bool = False, thinned: bool = False
    ) -> ArchivedPicture | None:
        """The picture before this one, now that it is known how long it stands; None where there is none.

        Args:
            heard: the sound that came before it.
            keys_alone: key pictures alone are sent on, each for all up to the next.
            thinned: key pictures alone may come.

        Raises:
            Jumped, Beyond.
        """
        media = self._media(unit, thinned or keys_alone or self._broken)
        self._sounds.extend((frame.media_time + self._offset, frame) for frame in heard)
        whole, self._broken = unit.key or not self._broken, (self._broken and not unit.key) or keys_alone
        if not whole or (keys_alone and not unit.key):
            return None
        if unit.params is not self._params and unit.params != self._params:
            self._renew(unit.params)
        decode = self._decode(unit, media, keys_alone=keys_alone)
        if self._held is None:
            self._first, self._last, self._begins, self.begun = decode, media, media, True
            self._held = unit, media, decode
            return None
        decode = max(decode, self._held[2] + _SHORTEST)
        picture = self._put(decode - self._held[2])
        self._held = unit, media, decode
        return picture

    def finish(self) -> ArchivedPicture | None:
        """The last one, which nothing follows; None where there is none, or not all of it was asked for."""
        if self._held is None:
            return None
        try:
            return self._put(self._duration)
        except SentBeyond:
            return None
        finally:
            self._held = None

    def _media(self, unit: AccessUnit, thinned: bool) -> int:
        media = unit.media_time + self._offset
        if self._held is None:
            return media
        if not _BACK_TICKS < media - self._last < (KEYS_JUMP_TICKS if thinned else JUMP_TICKS):
            if not self._rejoins:
                raise SentJumped
            self._offset += self._last + self._duration - media
            media = self._last + self._duration
        self._rejoins = False
        self._last = max(self._last, media)
        return media

    def _renew(self, params: CodecParameters) -> None:
        """Another coding, which begins at a key picture."""
        self._params, rate = params, params.frame_rate
        self._duration = round(CLOCK_RATE / rate) if 1 <= rate <= 240 else _USUAL
        self._decode_times = DecodeTimes(params.reorder, self._duration)

    def _decode(self, unit: AccessUnit, media: int, *, keys_alone: bool) -> int:
        if not keys_alone:
            return self._decode_times.next(media)
        # Those that it would have waited for don't come.
        self._decode_times = DecodeTimes(unit.params.reorder, self._duration)
        return media - unit.params.reorder * self._duration

    def _put(self, lasts: int) -> ArchivedPicture:
        assert self._held is not None
        unit, media, decode = self._held
        from_us, until_us = self._wall(decode), self._wall(decode + lasts)
        if until_us > self._stretch.to_us:  # a key picture that stands for others may be the last that was asked for
            until_us = self._wall(decode + min(lasts, self._duration))
            if until_us > self._stretch.to_us:
                raise SentBeyond
        due = self._began + decode - self._first
        self.due, self.reached_us = due + lasts, until_us
        shown = replace(unit, media_time=due + media - decode, wall_us=from_us)
        return ArchivedPicture(shown, due, until_us, list(self._beside(decode, decode + lasts)))

    def _beside(self, decode: int, until: int) -> Iterable[SoundPiece]:
        """What begins beside a picture, or began before it and came later. What is of another clock is left out, and so is what was before the
        first picture."""
        lead = self._begins - self._first
        while self._sounds:
            at, frame = self._sounds[0]
            if until <= at - lead < until + APART_TICKS:
                return  # beside a picture that is still to come
            self._sounds.popleft()
            if at >= self._begins and decode - APART_TICKS < at - lead < until:
                from_us = self._wall(at - lead)
                until_us = from_us + frame.samples * 1_000_000 // frame.params.rate
                yield SoundPiece(frame.data, self._began + at - self._first, frame.params, from_us, until_us)

    def _wall(self, decode: int) -> int:
        return self._stretch.from_us + (decode - self._first) * 100 // 9
