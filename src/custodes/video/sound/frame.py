"""What flows beside the pictures where a camera's record says why: coded sound, and what it was coded with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CLOCK_RATE = 90_000
"""Ticks per second of media time: sound is placed on the time of the pictures (`custodes.video.unit.CLOCK_RATE`)."""

LARGEST_FRAME = 8192
"""Octets of the largest frame that is taken: AAC needs 768 a channel (ISO/IEC 14496-3 §4.5.2.1), G.711 8 a millisecond."""


class SoundCodec(StrEnum):
    """Sound codecs that are taken in. The value is the RTP encoding name, for AAC the common one."""

    AAC = "AAC"
    PCMA = "PCMA"
    PCMU = "PCMU"


@dataclass(frozen=True, slots=True)
class SoundParameters:
    """How sound is coded.

    Attributes:
        codec: which codec.
        rate: samples a second.
        channels: 1 or 2.
        config: AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1) of AAC; empty for G.711.
    """

    codec: SoundCodec
    rate: int
    channels: int
    config: bytes = b""

    @property
    def mime(self) -> str:
        """How RFC 6381 names it: the sample entry, of AAC with its kind, which here is always AAC-LC."""
        return {SoundCodec.AAC: "mp4a.40.2", SoundCodec.PCMA: "alaw", SoundCodec.PCMU: "ulaw"}[self.codec]


@dataclass(slots=True)
class SoundFrame:
    """One coded piece of sound: an AAC frame, or the G.711 octets of one packet.

    Attributes:
        data: its octets.
        media_time: when it begins, on the media time of the pictures (90 kHz ticks).
        samples: how many samples it lasts.
        wall_us: when its first octet was read here, microseconds UTC on the host clock.
        params: how it was coded.
    """

    data: bytes
    media_time: int
    samples: int
    wall_us: int
    params: SoundParameters

    @property
    def end(self) -> int:
        """When it ends, 90 kHz ticks."""
        return self.media_time + self.samples * CLOCK_RATE // self.params.rate
