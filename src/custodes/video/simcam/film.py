"""Loops of film: made once with PyAV, kept as Annex B files with access unit delimiters, read back for sending."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from custodes.video.codec import annexb, h264, h265
from custodes.video.codec.build import codec_parameters
from custodes.video.simcam.cast import SimulatedCamera
from custodes.video.simcam.dome import View, turned
from custodes.video.simcam.harm import Harm, harmed
from custodes.video.simcam.scene import Scene
from custodes.video.unit import Codec, CodecParameters

VERSION = 2
"""Rises when scenes or encoding change, so that old files in a cache are made anew."""

Picture = tuple[list[bytes], bool]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a stream is encoded.

    Attributes:
        width, height: pixels.
        bitrate: bit/s.
    """

    width: int
    height: int
    bitrate: int


@dataclass(frozen=True, slots=True)
class FilmOrder:
    """What is to be filmed for one camera.

    Attributes:
        codec: of the main stream; the sub-stream is H.264 always, since walls must play everywhere.
        main, sub: the two streams.
        harm: what is wrong with it in this film.
        view: where it is turned to; None for straight ahead.
        seconds, rate, gop: length of the loop in seconds, frames per second, frames from key to key.
    """

    camera: SimulatedCamera
    codec: Codec
    main: Shape
    sub: Shape
    seconds: int = 12
    rate: int = 25
    gop: int = 25
    harm: Harm | None = None
    view: View | None = None

    def files(self, cache: Path) -> tuple[Path, Path]:
        """Where its two streams lie in `cache`."""
        about = f"{self.camera.path}-{self.seconds}s{self.rate}f{self.gop}g-v{VERSION}"
        if self.harm is not None:
            about += f"-{self.harm}"
        if self.view is not None:
            about += f"-{self.view}"
        names = (
            f"{about}-main-{self.main.width}x{self.main.height}-{self.main.bitrate}.{_suffix(self.codec)}",
            f"{about}-sub-{self.sub.width}x{self.sub.height}-{self.sub.bitrate}.h264",
        )
        return cache / names[0], cache / names[1]


@dataclass(frozen=True, slots=True)
class Film:
    """A loop ready to be sent."""

    params: CodecParameters
    pictures: tuple[Picture, ...]


def make_film(order: FilmOrder, cache: Path) -> tuple[Path, Path]:
    """Film `order` unless its files are in `cache`; where they are."""
    files = order.files(cache)
    if all(path.exists() for path in files):
        return files
    cache.mkdir(parents=True, exist_ok=True)
    shape = order.main
    # About 0.25 bit a noisy pixel: enough rows to spend what is beyond the scene's own needs.
    grain = min(max(shape.bitrate - 1_000_000, 0) // (shape.width * order.rate) // 2 & ~1, shape.height // 3)
    camera = order.camera
    scene = Scene(camera.number, camera.name, camera.latin, shape.width, shape.height, camera.number, grain)
    main, sub = _encoder(order, order.codec, shape), _encoder(order, Codec.H264, order.sub)
    main_out, sub_out = bytearray(), bytearray()
    frames = order.seconds * order.rate
    for number in range(frames):
        planes = scene.draw(number, frames)
        if order.harm is not None:
            planes = harmed(planes, order.harm)
        if order.view is not None:
            planes = turned(planes, order.view)
        frame = av.VideoFrame(shape.width, shape.height, "yuv420p")
        for plane, data in zip(frame.planes, (planes.y, planes.cb, planes.cr), strict=True):
            plane.update(_padded(data, plane.width, plane.line_size))
        small = frame.reformat(order.sub.width, order.sub.height, interpolation="AREA")
        frame.pts = small.pts = number
        main_out += b"".join(map(bytes, main.encode(frame)))
        sub_out += b"".join(map(bytes, sub.encode(small)))
    main_out += b"".join(map(bytes, main.encode(None)))
    sub_out += b"".join(map(bytes, sub.encode(None)))
    for path, data in zip(files, (main_out, sub_out), strict=True):
        # Of this process alone: two may film the same for one cache.
        part = path.with_suffix(f"{path.suffix}.{os.getpid()}.part")
        part.write_bytes(data)
        part.rename(path)
    return files


def load_film(path: Path, codec: Codec) -> Film:
    """Read an Annex B file with access unit delimiters.

    Raises:
        CodecError: it holds no complete parameter sets.
    """
    sets: list[bytes] = []
    pictures: list[Picture] = []
    for nal in annexb.split(path.read_bytes()):
        is_set, is_delimiter, is_key = _judge(codec, nal)
        if is_set:
            if nal not in sets:
                sets.append(nal)
        elif is_delimiter:
            pictures.append(([], False))
        elif pictures:
            nals, key = pictures[-1]
            nals.append(nal)
            pictures[-1] = (nals, key or is_key)
    return Film(codec_parameters(codec, sets), tuple(picture for picture in pictures if picture[0]))


def _judge(codec: Codec, nal: bytes) -> tuple[bool, bool, bool]:
    """Whether a NAL unit is a parameter set, a delimiter, a slice of a key picture."""
    if codec is Codec.H264:
        kind = nal[0] & 31
        return kind in (h264.SPS, h264.PPS), kind == h264.AUD, kind == h264.IDR
    kind = nal[0] >> 1 & 63
    return kind in (h265.VPS, h265.SPS, h265.PPS), kind == h265.AUD, 16 <= kind < 24


def _encoder(order: FilmOrder, codec: Codec, shape: Shape) -> Any:
    """An encoder without B-frames and with a key picture every `gop` frames, as cameras have it."""
    context: Any = av.CodecContext.create("libx264" if codec is Codec.H264 else "libx265", "w")
    context.width, context.height, context.pix_fmt = shape.width, shape.height, "yuv420p"
    context.framerate = Fraction(order.rate)
    context.time_base = Fraction(1, order.rate)
    context.bit_rate = shape.bitrate
    context.gop_size = order.gop
    kbit = shape.bitrate // 1000
    if codec is Codec.H264:
        context.options = {
            "preset": "veryfast",
            "profile": "high",
            "x264-params": f"bframes=0:scenecut=0:aud=1:repeat-headers=1:threads=1:keyint={order.gop}"
            f":vbv-maxrate={kbit}:vbv-bufsize={kbit}",
        }
    else:
        context.options = {
            "preset": "ultrafast",
            "x265-params": f"bframes=0:scenecut=0:aud=1:repeat-headers=1:open-gop=0:keyint={order.gop}:info=0"
            f":vbv-maxrate={kbit}:vbv-bufsize={kbit}:log-level=none:pools=none:frame-threads=1",
        }
    return context


def _padded(data: bytearray, width: int, stride: int) -> bytes:
    if width == stride:
        return bytes(data)
    gap = b"\0" * (stride - width)
    return b"".join([bytes(data[at : at + width]) + gap for at in range(0, len(data), width)])


def _suffix(codec: Codec) -> str:
    return "h264" if codec is Codec.H264 else "h265"
