"""Loops of film: made once with PyAV, at the first start on all cores, kept as Annex B files with access unit delimiters, read back for sending.

The film of a simulated help point has sound: pictures, and the tones of a call in G.711, in one file that a node plays as a camera.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from custodes.video.codec import bitstream, h264, h265
from custodes.video.codec.build import codec_parameters
from custodes.video.simcam.cast import SimulatedCamera
from custodes.video.simcam.dome import View, turned
from custodes.video.simcam.scene import Harm, Scene, harmed
from custodes.video.unit import Codec, CodecParameters

FILE = "help-point-v1.mov"
CAMERA = SimulatedCamera(9, "cam-09", "模拟·河滨公园求助柱", "SIM Riverside Help Point")
WIDTH, HEIGHT, RATE, SECONDS, BITRATE = 640, 360, 25, 12, 150_000
SAMPLES = 8000
"""A second; what G.711 has."""

_CALL = ((0.5, 440.0), (0.9, 554.0), (1.3, 659.0))
"""When each tone of the call begins, seconds, and its pitch, Hz: three that rise, every four seconds."""
_EVERY, _LASTS, _LOUD = 4.0, 0.35, 9000.0


def make_spoken(folder: Path) -> Path:
    """Make the film unless it is in `folder`; where it is."""
    path = folder / FILE
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"part-{FILE}")
    with av.open(str(part), "w") as target:
        _film(target)
    part.rename(path)
    return path


def call_tones() -> bytes:
    """The same tones for themselves, as long as a film: G.711 A-law, 8,000 octets a second."""
    context: Any = av.CodecContext.create("pcm_alaw", "w")
    context.sample_rate, context.layout, context.format = SAMPLES, "mono", "s16"
    piece: Any = av.AudioFrame.from_ndarray(_tones()[None, :], "s16", "mono")
    piece.rate, piece.pts = SAMPLES, 0
    return b"".join(map(bytes, [*context.encode(piece), *context.encode(None)]))


def _film(target: Any) -> None:
    video = target.add_stream("libx264", rate=RATE)
    video.width, video.height, video.pix_fmt, video.bit_rate = WIDTH, HEIGHT, "yuv420p", BITRATE
    video.options = {"preset": "veryfast", "x264-params": f"bframes=0:scenecut=0:keyint={RATE}"}
    sound = target.add_stream("pcm_alaw", rate=SAMPLES, layout="mono")
    scene = Scene(CAMERA.number, CAMERA.name, CAMERA.latin, WIDTH, HEIGHT, CAMERA.number, 0)
    samples, frames = _tones(), SECONDS * RATE
    each = SAMPLES // RATE
    for number in range(frames):
        planes = scene.draw(number, frames)
        picture = np.frombuffer(planes.y + planes.cb + planes.cr, np.uint8).reshape(HEIGHT * 3 // 2, WIDTH)
        frame: Any = av.VideoFrame.from_ndarray(picture, "yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, RATE)
        target.mux(video.encode(frame))
        piece: Any = av.AudioFrame.from_ndarray(samples[None, number * each : (number + 1) * each], "s16", "mono")
        piece.rate, piece.pts, piece.time_base = SAMPLES, number * each, Fraction(1, SAMPLES)
        target.mux(sound.encode(piece))
    for one in (video, sound):
        target.mux(one.encode(None))


def _tones() -> np.ndarray:
    at = np.arange(SECONDS * SAMPLES) / SAMPLES
    out = np.zeros_like(at)
    for begins, pitch in _CALL:
        since = at % _EVERY - begins
        # Half a sine for loudness: a tone that begins and ends at once would click.
        loud = np.where((since >= 0) & (since < _LASTS), np.sin(np.pi * np.clip(since / _LASTS, 0, 1)), 0)
        out += loud * np.sin(2 * np.pi * pitch * at)
    return (out * _LOUD).astype(np.int16)


VERSION = 3
"""Rises when scenes or encoding change, so that old files in a cache are made anew."""

Picture = tuple[list[bytes], bool]


@dataclass(frozen=True, slots=True)
class FilmShape:
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
    main: FilmShape
    sub: FilmShape
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
    smaller = VideoReformatter()  # one for all: each would work out its filter anew
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
        small = smaller.reformat(frame, order.sub.width, order.sub.height, interpolation="AREA")
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
    for nal in bitstream.split(path.read_bytes()):
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


def _encoder(order: FilmOrder, codec: Codec, shape: FilmShape) -> Any:
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
            # Shapes move by whole pixels: it need not look between them. Bits lent from what stands still (`mbtree`) are what it looks good by.
            "preset": "superfast" if shape == order.main else "veryfast",
            "profile": "high",
            "x264-params": f"bframes=0:scenecut=0:aud=1:repeat-headers=1:threads=1:keyint={order.gop}"
            f":vbv-maxrate={kbit}:vbv-bufsize={kbit}"
            + (":rc-lookahead=10:mbtree=1:weightp=0:me=dia:subme=0" if shape == order.main else ""),
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


def film_all(orders: Sequence[FilmOrder], cache: Path, done: Callable[[FilmOrder], None]) -> None:
    """Make the films that `cache` lacks; `done` is called as each is there."""
    missing = [order for order in orders if not all(path.exists() for path in order.files(cache))]
    for order in orders:
        if order not in missing:
            done(order)
    if not missing:
        return
    workers = min(os.cpu_count() or 1, len(missing))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_end_with, initargs=(os.getpid(),)) as pool:
        running = {pool.submit(make_film, order, cache): order for order in missing}
        for future in as_completed(running):
            future.result()
            done(running[future])


def _end_with(parent: int) -> None:
    """In a worker: end when the parent does, also when it is killed; else the worker would wait for work for ever (prctl(2))."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _film_alone(parent: int, order: FilmOrder, cache: Path) -> None:
    """A parent that is told to end before it listens ends no daemons of its own."""
    _end_with(parent)
    make_film(order, cache)


def film_apart(order: FilmOrder, cache: Path) -> bool:
    """Make one film in a process apart, so that whoever sends meanwhile keeps time; whether it is there. Blocks."""
    if not all(path.exists() for path in order.files(cache)):
        # A daemon: it does not hold up the end of who asked.
        spawn = multiprocessing.get_context("spawn")
        process = spawn.Process(target=_film_alone, args=(os.getpid(), order, cache), daemon=True)
        process.start()
        process.join()
    return all(path.exists() for path in order.files(cache))
