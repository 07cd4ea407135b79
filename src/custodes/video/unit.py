"""What flows through `video`: one coded picture or frame of sound at a time, and the parameters it was coded with.

Sound flows where a camera's record says why. AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1): what AAC is taken in, and
what the octets say of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CLOCK_RATE = 90_000
"""Ticks per second of media time (RFC 6184 §8.2.1, RFC 7798 §7.1): every video stream here runs at 90 kHz."""


class Codec(StrEnum):
    """Video codecs that are taken in. The value is the RTP encoding name (RFC 6184, RFC 7798)."""

    H264 = "H264"
    H265 = "H265"


@dataclass(frozen=True, slots=True)
class CodecParameters:
    """Parameter sets of a stream and what they say; a new object whenever one of them changes.

    Attributes:
        codec: which codec.
        sets: parameter set NAL units without start codes: H.264 SPS, PPS; H.265 VPS, SPS, PPS.
        width, height: coded picture after cropping, pixels.
        frame_rate: frames per second that the SPS states, 0.0 when it states none.
        reorder: pictures that may precede a picture in decoding order and follow it in output order (0 = no B-frames).
        mime: codec string of RFC 6381 for MSE, ``avc1.640028`` or ``hvc1.1.6.L93.B0``.
        sample_entry: the ISO BMFF sample entry box (``avc1``/``hvc1``) ready for ``stsd``.
    """

    codec: Codec
    sets: tuple[bytes, ...]
    width: int
    height: int
    frame_rate: float
    reorder: int
    mime: str
    sample_entry: bytes


@dataclass(slots=True)
class AccessUnit:
    """One coded picture (ITU-T H.264 §7.4.1.2.3, H.265 §7.4.2.4.4), in decoding order.

    Not frozen only because building a frozen object 25 times a second per camera costs; treat it as immutable.

    Attributes:
        data: NAL units, each behind its 4-byte big-endian length; parameter sets and AUD left out.
        key: a decoder can start here (IDR, or H.265 IRAP).
        media_time: RTP timestamp unwrapped to a signed 64-bit count of 90 kHz ticks (presentation time).
        wall_us: when its first byte was read here, microseconds UTC on the host clock.
        params: the parameters it was coded with; identity changes when they change.
    """

    data: bytes
    key: bool
    media_time: int
    wall_us: int
    params: CodecParameters


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


RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_LOW_COMPLEXITY = 2
_LONGEST = 64
FRAME_SAMPLES = 1024
G711_RATE = 8000


class UnknownSound(ValueError):
    """Sound that is not taken in; the message says which and why, in plain words."""


def aac_parameters(config: bytes) -> SoundParameters:
    """The parameters of AAC whose AudioSpecificConfig is `config`.

    Raises:
        UnknownSound: not AAC-LC of one or two channels with frames of 1024 samples.
    """
    if not 2 <= len(config) <= _LONGEST:
        raise UnknownSound("the AAC configuration is missing or too long")
    bits = config[0] << 8 | config[1]
    kind, rate, channels = bits >> 11, bits >> 7 & 15, bits >> 3 & 15
    if kind != _LOW_COMPLEXITY:
        raise UnknownSound(f"AAC of the object type {kind} is not taken in, only AAC-LC")
    if rate >= len(RATES) or channels not in (1, 2):
        raise UnknownSound("AAC of this sampling rate or number of channels is not taken in")
    if bits & 7:
        raise UnknownSound("AAC with short frames or a core coder is not taken in")
    return SoundParameters(SoundCodec.AAC, RATES[rate], channels, config)


def g711_parameters(codec: SoundCodec) -> SoundParameters:
    """The parameters of G.711: 8000 samples a second, one channel (ITU-T G.711, RFC 3551 §4.5.14)."""
    return SoundParameters(codec, G711_RATE, 1)
