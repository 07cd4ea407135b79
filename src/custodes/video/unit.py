"""What flows through `video`: one coded picture at a time, and the parameters it was coded with."""

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
