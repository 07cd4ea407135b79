"""AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1): what AAC is taken in, and what the octets say of it."""

from __future__ import annotations

from custodes.video.sound.frame import SoundCodec, SoundParameters

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
