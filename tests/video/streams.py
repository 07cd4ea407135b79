"""Small real streams, encoded by the tests themselves, and the packets that carry them."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import av

from custodes.video.codec import bitstream
from custodes.video.codec.build import codec_parameters
from custodes.video.rtp.header import pack_header
from custodes.video.rtp.payload import payloads
from custodes.video.unit import Codec, CodecParameters

Pictures = tuple[tuple[tuple[bytes, ...], bool], ...]
SETS = {Codec.H264: (7, 8), Codec.H265: (32, 33, 34)}


def kind(codec: Codec, nal: bytes) -> int:
    return nal[0] & 31 if codec is Codec.H264 else nal[0] >> 1 & 63


@lru_cache
def stream(
    codec: Codec, width: int = 160, height: int = 96, frames: int = 10, gop: int = 5, options: str = "bframes=0"
) -> tuple[CodecParameters, Pictures]:
    """Parameters and pictures (NAL units without parameter sets, key flag) of a moving test picture."""
    sets: list[bytes] = []
    pictures = []
    for packet in encode(codec, width, height, frames, gop, options):
        nals = bitstream.split(bytes(packet))
        sets += [nal for nal in nals if kind(codec, nal) in SETS[codec] and nal not in sets]
        pictures.append((tuple(nal for nal in nals if kind(codec, nal) not in SETS[codec]), packet.is_keyframe))
    return codec_parameters(codec, sets), tuple(pictures)


def encode(codec: Codec, width: int, height: int, frames: int, gop: int, options: str, pix: str = "yuv420p") -> Any:
    """Annex B packets as the encoder gives them, parameter sets in-band."""
    context: Any = av.CodecContext.create("libx264" if codec is Codec.H264 else "libx265", "w")
    context.width, context.height, context.pix_fmt = width, height, pix
    context.framerate, context.time_base, context.gop_size = Fraction(25), Fraction(1, 25), gop
    common = f"scenecut=0:keyint={gop}:{options}"
    if codec is Codec.H264:
        context.options = {"preset": "ultrafast", "x264-params": f"{common}:repeat-headers=1:threads=1"}
    else:
        extra = "repeat-headers=1:open-gop=0:log-level=none:pools=none:frame-threads=1"
        context.options = {"preset": "ultrafast", "x265-params": f"{common}:{extra}"}
    out = []
    for number in range(frames):
        frame = av.VideoFrame(width, height, pix)
        for plane in frame.planes:
            pattern = bytes((number * 37 + at * 11) & 0xFF for at in range(256))
            plane.update((pattern * (plane.buffer_size // 256 + 1))[: plane.buffer_size])
        frame.pts = number
        out += context.encode(frame)
    return out + context.encode(None)


def packets(
    params: CodecParameters,
    pictures: Pictures,
    sequence: int = 100,
    timestamp: int = 5000,
    sets: bool = True,
    largest: int = 300,
    step: int = 3600,
) -> list[bytes]:
    """RTP packets of `pictures`, payload type 96; key pictures carry parameter sets before them when `sets`."""
    out = []
    for nals, key in pictures:
        bodies = payloads(params.codec, [*(params.sets if key and sets else ()), *nals], largest)
        for index, body in enumerate(bodies):
            out.append(pack_header(96, index == len(bodies) - 1, sequence, timestamp, 7) + body)
            sequence += 1
        timestamp += step
    return out


def data_of(nals: tuple[bytes, ...]) -> bytes:
    """What an access unit of these NAL units holds."""
    return bitstream.lengths(nals)


def framed(packet: bytes, channel: int = 0) -> bytes:
    """The packet interleaved (RFC 2326 §10.12)."""
    return bytes((0x24, channel)) + len(packet).to_bytes(2, "big") + packet
