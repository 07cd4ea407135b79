"""What a channel sends: initialisation segments and fragments, before they get their binary head."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.video.sound.frame import SoundParameters
from custodes.video.unit import CodecParameters


@dataclass(frozen=True, slots=True)
class Init:
    """What follows is described by this segment.

    Attributes:
        base_us: wall time of media time 0 of what follows, µs UTC.
        live: whether what follows is the live picture.
        data: `ftyp` and `moov`.
    """

    params: CodecParameters
    base_us: int
    live: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Fragment:
    """One media fragment.

    Attributes:
        wall_us: of its first picture, µs UTC.
        end_us: of the end of its last picture; what was shown is accounted from `wall_us` to here.
        data: `moof` and `mdat`.
    """

    wall_us: int
    end_us: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was recorded here; media time goes on behind it without a hole."""

    from_us: int
    to_us: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sound:
    """Frames of sound, one behind the other; the pictures beside it never wait for it.

    Attributes:
        wall_us: of the first, µs UTC.
        frames: octets and samples of each.
    """

    wall_us: int
    params: SoundParameters
    frames: tuple[tuple[bytes, int], ...]

    @property
    def end_us(self) -> int:
        """Wall time of its end."""
        return self.wall_us + sum(samples for _data, samples in self.frames) * 1_000_000 // self.params.rate


Output = Init | Fragment | Gap | Sound
