"""The film of a simulated help point: pictures, and the tones of a call in G.711, in one file that a node plays as a camera."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from custodes.video.simcam.cast import SimulatedCamera
from custodes.video.simcam.scene import Scene

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
