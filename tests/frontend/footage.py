"""A small clip as real fragmented MP4, one picture a fragment, that can be played from any wall time for ever.

The pictures carry their own number in black and white blocks, so that a test can read from the screen which one it sees.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import av

FRAME_RATE = 10
FRAME_US = 1_000_000 // FRAME_RATE
GOP = 10
FRAMES = 100
WIDTH, HEIGHT = 320, 192
BLOCK = 32
BITS = 8


@dataclass(frozen=True)
class Clip:
    """Initialisation segment, and each picture's `moof` and `mdat`; every `gop`-th begins with a key frame."""

    mime: str
    timescale: int
    init: bytes
    fragments: tuple[bytes, ...]
    gop: int = GOP

    def fragment(self, number: int, media_ticks: int) -> bytes:
        """Picture `number` (any whole number; the clip repeats) placed at decode time `media_ticks`."""
        data = bytearray(self.fragments[number % len(self.fragments)])
        at = data.index(b"tfdt") + 4
        if data[at] == 1:
            struct.pack_into(">Q", data, at + 4, media_ticks)
        else:
            struct.pack_into(">I", data, at + 4, media_ticks)
        return bytes(data)

    @property
    def duration(self) -> int:
        """Ticks of one picture."""
        return self.timescale // FRAME_RATE


def picture(number: int) -> av.VideoFrame:
    """A grey ground, a moving bar, and `number` in blocks along the top."""
    row = bytearray([90]) * WIDTH
    bar = bytearray(row)
    left = number * 3 % (WIDTH - 24)
    bar[left : left + 24] = bytes([170]) * 24
    top = b"".join(bytes([235 if number >> bit & 1 else 16]) * BLOCK for bit in range(BITS))
    top = top.ljust(WIDTH, bytes([90]))
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    luma, *chroma = frame.planes
    luma.update(b"".join(_line(luma, top if y < BLOCK else bar if 96 <= y < 160 else row) for y in range(HEIGHT)))
    for plane in chroma:
        plane.update(bytes([128]) * plane.buffer_size)
    return frame


def _line(plane: av.video.plane.VideoPlane, pixels: bytes) -> bytes:
    return bytes(pixels).ljust(plane.line_size, b"\0")


def make_clip(gop: int = GOP, frames: int = FRAMES) -> Clip:
    """Encode a clip of `frames` pictures with a key frame every `gop`. H.264 baseline without B-frames, as a camera's live stream is."""
    output = io.BytesIO()
    options = {"movflags": "frag_every_frame+empty_moov+default_base_moof", "brand": "iso6"}
    with av.open(output, "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0",
        }
        for number in range(frames):
            frame = picture(number)
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        timescale = stream.time_base.denominator
    return _split(output.getvalue(), timescale, gop)


def _split(data: bytes, timescale: int, gop: int) -> Clip:
    init, fragments, at = b"", [], 0
    current = b""
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        box = data[at : at + size]
        if kind in (b"ftyp", b"moov"):
            init += box
        elif kind == b"moof":
            current = box
        elif kind == b"mdat":
            fragments.append(current + box)
        at += size
    profile = init[init.index(b"avcC") + 5 : init.index(b"avcC") + 8].hex().upper()
    return Clip(f'video/mp4; codecs="avc1.{profile}"', timescale, init, tuple(fragments), gop)
