"""The live sound beside a picture: placed by the picture's own times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from custodes.video.live.output import Sound
from custodes.video.sound.frame import SoundFrame
from custodes.video.unit import AccessUnit

_TOGETHER_US = 60_000


def beside(unit: AccessUnit, frames: Sequence[SoundFrame]) -> Iterator[Sound]:
    """What came since the picture before `unit`, in stretches without a hole."""
    for params, same in groupby(frames, key=lambda frame: frame.params):
        begun: Sound | None = None
        for frame in same:
            wall_us = unit.wall_us + (frame.media_time - unit.media_time) * 100 // 9
            if begun is not None and abs(wall_us - begun.end_us) < _TOGETHER_US:
                begun = Sound(begun.wall_us, params, (*begun.frames, (frame.data, frame.samples)))
                continue
            if begun is not None:
                yield begun
            begun = Sound(wall_us, params, ((frame.data, frame.samples),))
        if begun is not None:
            yield begun
