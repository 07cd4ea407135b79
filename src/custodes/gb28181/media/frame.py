"""What comes out of a program stream and goes into one: a coded picture or a piece of sound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CLOCK_RATE = 90_000
"""Ticks a second of PTS and of RTP timestamps of PT 96 (GB/T 28181-2016 Annex C.2.1)."""


class Coding(StrEnum):
    """How a frame is coded.

    Attributes:
        video: whether it is a coding of pictures. Each frame is asked for it, so that it is no property.
    """

    video: bool

    H264 = "H264"
    H265 = "H265"
    G711A = "G711A"
    G711U = "G711U"
    AAC = "AAC"

    def __init__(self, value: str) -> None:
        self.video = value in ("H264", "H265")


@dataclass(slots=True)
class Frame:
    """One access unit of video, or the sound of one PES packet (AAC: one frame). Not frozen for speed alone: treat it as such.

    Attributes:
        coding: how it is coded.
        data: video: NAL units, each behind its 4-byte big-endian length, parameter sets, delimiters and filler left out;
            G.711: one octet a sample; AAC: a raw frame without its ADTS header.
        key: a decoder can start here (IDR, H.265 IRAP); always true of sound.
        time: presentation time, unwrapped to an endless count of 90 kHz ticks; it starts anywhere.
        wall_us: when its first octets were read, microseconds UTC on the host clock.
        sets: video: the parameter sets in force without start codes (H.264 SPS, PPS; H.265 VPS, SPS, PPS); AAC: its
            AudioSpecificConfig; else empty. The same object until it changes, which for video happens at a key frame only.
    """

    coding: Coding
    data: bytes
    key: bool
    time: int
    wall_us: int
    sets: tuple[bytes, ...] = ()


STREAM_TYPES = {0x1B: Coding.H264, 0x24: Coding.H265, 0x90: Coding.G711A, 0x91: Coding.G711U, 0x0F: Coding.AAC}
"""stream_type of the program stream map (GB/T 28181-2016 Annex C.1, 2022 Annex C)."""

REFUSED_TYPES = {
    0x80: "SVAC video (GB/T 25724)",
    0x9B: "SVAC audio (GB/T 25724)",
    0x10: "MPEG-4 visual",
    0x01: "MPEG-1 video",
    0x02: "MPEG-2 video",
    0x33: "H.266",
    0x92: "G.722.1",
    0x93: "G.723.1",
    0x99: "G.729",
    0x03: "MPEG audio",
    0x04: "MPEG audio",
    0x11: "AAC in LATM",
}
"""Types that are known and not taken, by name."""

VIDEO_TYPES = frozenset({0x01, 0x02, 0x10, 0x1B, 0x24, 0x33, 0x80})
"""Types of pictures among those above."""
