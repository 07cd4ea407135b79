"""Small films for tests that need no person in them: grey pictures with a square that moves, any codec, any times."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from custodes.video.mask.picture import PicturePlanes, TimedPicture


def picture(number: int, width: int = 160, height: int = 96) -> PicturePlanes:
    """Texture that moves by 4 pixels a picture to the right."""
    rng = np.random.default_rng(7)
    ground = rng.integers(90, 110, (height, width), np.uint8)
    thing = np.random.default_rng(8).integers(16, 235, (24, 24), np.uint8)
    x = min(8 + 4 * number, width - 24)
    ground[30:54, x : x + 24] = thing
    half = (height // 2, width // 2)
    return PicturePlanes(ground, np.full(half, 120, np.uint8), np.full(half, 140, np.uint8))


def shown(number: int, time: int | None = None) -> TimedPicture:
    """`picture` at 25 a second."""
    return TimedPicture(number, number * 3600 if time is None else time, picture(number))


def write(
    path: Path,
    count: int = 10,
    *,
    codec: str = "libx264",
    times: Sequence[int] | None = None,
    size: tuple[int, int] = (160, 96),
    pix: str = "yuv420p",
    **more: Any,
) -> Path:
    """A film with a picture at each of `times` (ticks of 90 kHz); titles and sound where `more` says so."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, pix
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90_000)
        stream.codec_context.thread_count = 1
        if "aspect" in more:
            stream.codec_context.sample_aspect_ratio = more["aspect"]
        if codec == "libx265":
            stream.options = {"x265-params": "log-level=none:pools=none:frame-threads=1", "preset": "ultrafast"}
        for name, value in more.get("titles", {}).items():
            film.metadata[name] = value
        for number, time in enumerate(times or range(0, count * 3600, 3600)):
            planes = picture(number, *size)
            frame = av.VideoFrame.from_ndarray(np.repeat(planes.y[..., None], 3, axis=2), "rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 90_000)
            film.mux(stream.encode(frame.reformat(format=pix)))
        film.mux(stream.encode(None))
    return path


def with_sound(path: Path) -> Path:
    """A film with sound, a title and a place."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        sound = film.add_stream("aac", rate=48_000)
        film.metadata["title"] = "SECRET-TITLE"
        film.metadata["location"] = "+29.65+091.10/"
        film.metadata["creation_time"] = "2026-01-02T03:04:05Z"
        for number in range(10):
            planes = picture(number)
            frame = av.VideoFrame.from_ndarray(np.repeat(planes.y[..., None], 3, axis=2), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            film.mux(stream.encode(frame))
            heard = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
            heard.sample_rate, heard.pts = 48_000, number * 1024
            film.mux(sound.encode(heard))
        film.mux(stream.encode(None))
        film.mux(sound.encode(None))
    return path
