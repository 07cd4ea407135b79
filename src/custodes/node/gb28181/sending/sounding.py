"""The sound beside pictures that are sent to an upper platform: of which camera, how it is coded there, and where it stands in what is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from custodes.gb28181.media.frame import Coding
from custodes.node.camera import NodeCamera
from custodes.node.gate import Admission
from custodes.video.hub import Hearer, StreamHub
from custodes.video.live import OutputSound
from custodes.video.unit import CLOCK_RATE, AccessUnit, SoundCodec, SoundFrame, SoundParameters

_CODINGS = {SoundCodec.AAC: Coding.AAC, SoundCodec.PCMA: Coding.G711A, SoundCodec.PCMU: Coding.G711U}
_G711_RATE = 8000
_AAC_RATES = 13
"""Rates that an ADTS header has a number for (ISO/IEC 14496-3 §1.6.3.4)."""
APART_TICKS = 5 * CLOCK_RATE
"""Sound that stands so far from the picture beside it is of another clock: that was set anew meanwhile."""
_EARLY_US = 100_000


@dataclass(frozen=True, slots=True)
class SoundPiece:
    """A piece of sound that can be sent.

    Attributes:
        time: when it begins: on the clock of its stream where it is live, else in what is sent; 90 kHz ticks.
        from_us, until_us: what it is of, µs UTC.
    """

    data: bytes
    time: int
    params: SoundParameters
    from_us: int
    until_us: int


def may_hear(camera: NodeCamera, admission: Admission) -> bool:
    """Whether the sound of a camera goes with its pictures: the token names it, and the register has its leave still."""
    return camera.id in admission.claims.sound and camera.assignment.audio


def coding_of(params: SoundParameters | None) -> Coding | None:
    """How it goes in a program stream (2022 Annex C); None where it can't."""
    if params is None:
        return None
    if params.codec is SoundCodec.AAC:
        rate = int.from_bytes(params.config[:2], "big") >> 7 & 15
        return Coding.AAC if len(params.config) >= 2 and rate < _AAC_RATES else None
    return _CODINGS[params.codec] if (params.rate, params.channels) == (_G711_RATE, 1) else None


class LiveSoundTap:
    """The sound of a live stream, for one receiver."""

    def __init__(self, hub: StreamHub) -> None:
        self._hub = hub
        self._hearer: Hearer | None = None

    def take(self, unit: AccessUnit) -> Iterator[SoundPiece]:
        """What came since the last picture, up to `unit`."""
        if self._hearer is None:
            self._hearer = self._hub.hear()
        for frame in self._hearer.take():
            if abs(frame.media_time - unit.media_time) < APART_TICKS:
                yield _live(frame, unit)

    def close(self) -> None:
        """Listen no more."""
        if self._hearer is not None:
            self._hub.unhear(self._hearer)
            self._hearer = None


def _live(frame: SoundFrame, unit: AccessUnit) -> SoundPiece:
    from_us = unit.wall_us + (frame.media_time - unit.media_time) * 100 // 9
    lasts_us = frame.samples * 1_000_000 // frame.params.rate
    return SoundPiece(frame.data, frame.media_time, frame.params, from_us, from_us + lasts_us)


def beside(sound: OutputSound, pictures: Sequence[tuple[int, int, int]]) -> Iterable[tuple[int, SoundPiece]]:
    """Recorded sound, each piece with the number of the picture that it begins beside; what begins beside none is left out.

    Args:
        pictures: of its fragment: from and until when each stands, µs UTC, and the time in what is sent that belongs to the former; in order.
    """
    at_us, at = sound.wall_us, 0
    for data, samples in sound.frames:
        until_us = at_us + samples * 1_000_000 // sound.params.rate
        while at < len(pictures) and pictures[at][1] <= at_us:
            at += 1
        if at == len(pictures):
            return
        from_us, _, time = pictures[at]
        if at_us >= from_us or (not at and from_us - at_us < _EARLY_US):
            yield at, SoundPiece(data, time + (at_us - from_us) * 9 // 100, sound.params, at_us, until_us)
        at_us = until_us
