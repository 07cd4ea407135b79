"""Real coded footage for tests: a short loop made with PyAV once per process, and units that repeat it for ever."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import av

from custodes.video.codec.bitstream import lengths, split
from custodes.video.codec.build import codec_parameters
from custodes.video.unit import AccessUnit, Codec, CodecParameters

START_US = 1_750_000_000_000_000
FRAME = 3600

Coded = tuple[bytes, bool, int]
"""Data behind lengths, key flag, presentation time in ticks."""


@cache
def loop(
    codec: Codec = Codec.H264, *, length: int = 2, gop: int = 25, bframes: int = 0, width: int = 160, height: int = 96
) -> tuple[CodecParameters, tuple[Coded, ...]]:
    """`length` seconds of 25 pictures each, closed GOPs, in decoding order; presentation times start at 0."""
    name, extra = {
        Codec.H264: (
            "libx264",
            {
                "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={bframes}:b-adapt=0:repeat-headers=1:open-gop=0"
            },
        ),
        Codec.H265: (
            "libx265",
            {
                "x265-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={bframes}:b-adapt=0:repeat-headers=1:open-gop=0:log-level=none"
            },
        ),
    }[codec]
    encoder = av.CodecContext.create(name, "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 25), Fraction(25)
    encoder.options = {"preset": "ultrafast", **extra}
    packets = []
    for number in range(length * 25):
        frame = av.VideoFrame(width, height, "yuv420p")
        for at, plane in enumerate(frame.planes):
            plane.update(bytes((x * (at + 1) + number * 5) % 256 for x in range(plane.line_size)) * plane.height)
        frame.pts, frame.time_base = number, Fraction(1, 25)
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    is_set = {Codec.H264: lambda n: n[0] & 31 in (7, 8), Codec.H265: lambda n: n[0] >> 1 & 63 in (32, 33, 34)}[codec]
    drop = {Codec.H264: lambda n: n[0] & 31 in (6, 9), Codec.H265: lambda n: n[0] >> 1 & 63 in (35, 39, 40)}[codec]
    sets: list[bytes] = []
    coded = []
    for packet in packets:
        nals = split(bytes(packet))
        sets = sets or [nal for nal in nals if is_set(nal)]
        coded.append(
            (lengths(nal for nal in nals if not is_set(nal) and not drop(nal)), packet.is_keyframe, packet.pts * FRAME)
        )
    return codec_parameters(codec, sets), tuple(coded)


def units(
    count: int,
    *,
    codec: Codec = Codec.H264,
    first: int = 0,
    media: int = 1_000_000,
    wall_us: int = START_US,
    **how: int,
) -> Iterator[AccessUnit]:
    """`count` units from picture `first` on, as a camera at 25 fps sends them; `first` must be at a loop's start or key.

    Args:
        media: media time of picture 0, ticks.
        wall_us: arrival of picture 0.
    """
    params, coded = loop(codec, **how)
    for number in range(first, first + count):
        data, key, pts = coded[number % len(coded)]
        turn = number // len(coded) * len(coded) * FRAME
        yield AccessUnit(data, key, media + turn + pts, wall_us + number * 40_000, params)
