"""The camera behind the lens: exposure, noise, colours, burnt-in words, and a real H.264 encoder."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from bench.pictures.place import VIEW, Floats


@dataclass(frozen=True)
class Body:
    """One camera.

    Attributes:
        grain: its sensor's noise at gain 1, of full scale; grows with the root of the gain.
        most_gain: what it amplifies at night.
        soft: Gaussian width of its sharpest edge, pixels.
        calm: how much of the noise its own smoothing takes away, 0–1.
        tone: gains of red and blue that its white balance leaves.
        crf: quality of its encoder, 23 (good) to 37 (poor).
        words: burnt-in name.
    """

    grain: float = 0.006
    most_gain: float = 24.0
    soft: float = 0.6
    calm: float = 0.5
    tone: tuple[float, float] = (1.0, 1.0)
    crf: int = 29
    words: str = "CAM 01 GATE"


@dataclass(frozen=True)
class Ill:
    """What is wrong with it.

    Attributes:
        gain, offset: of exposure and black level, factors and share of full scale.
        noise: added, of full scale.
        tone: gains of red, green, blue.
        infrared: share of near infrared that falls onto the colours by day: the filter is stuck.
    """

    gain: float = 1.0
    offset: float = 0.0
    noise: float = 0.0
    tone: tuple[float, float, float] = (1.0, 1.0, 1.0)
    infrared: float = 0.0


def expose(out: Floats, body: Body, ill: Ill, grey: bool, foliage: Floats, rng: np.random.Generator) -> np.ndarray:
    """The picture that leaves the sensor and its processing, RGB 0–255, without words."""
    if ill.infrared:
        infrared = out.mean(axis=2, keepdims=True) * (0.8 + 2.2 * foliage[..., None])
        out = out * (1 - 0.3 * ill.infrared) + infrared * ill.infrared * np.array((1.0, 0.55, 0.8), np.float32)
    level = float(np.minimum(out, np.percentile(out, 97)).mean())
    wanted = 0.2 if not grey else 0.12
    gain = float(np.clip(wanted / max(level, 1e-6), 0.1, body.most_gain)) * ill.gain
    out = cv2.GaussianBlur(out, (0, 0), body.soft) * gain + ill.offset
    noise = rng.standard_normal(out.shape, np.float32)
    amount = body.grain * np.sqrt(max(gain, 0.3)) + ill.noise
    if body.calm and not ill.noise:
        noise = (1 - body.calm) * noise + body.calm * cv2.GaussianBlur(noise, (0, 0), 1.2)
    out = np.maximum(out, 0) + noise * amount * np.sqrt(0.25 + np.clip(out, 0, 1))
    out = out * np.array((body.tone[0], 1.0, body.tone[1]), np.float32) * np.array(ill.tone, np.float32)
    if grey:
        out = np.repeat(out.mean(axis=2, keepdims=True), 3, axis=2)
    return np.asarray(255 * np.clip(out, 0, 1) ** (1 / 2.2), np.float32)


def burn_in(shown: np.ndarray, words: str, seconds: int) -> np.ndarray:
    """Time above, name below, as GA/T 751 places them."""
    out = shown.astype(np.uint8).copy()
    day, rest = divmod(seconds, 86_400)
    clock = f"2026-03-{1 + day % 28:02d} {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    for text, at in ((clock, (12, 24)), (words, (VIEW[0] - 14 * len(words) - 12, VIEW[1] - 14))):
        cv2.putText(out, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.62, (0, 0, 0), 3, cv2.LINE_AA)
        cv2.putText(out, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.62, (255, 255, 255), 1, cv2.LINE_AA)
    return out


def coded(shown: np.ndarray, crf: int) -> bytes:
    """The picture after an encoder: an H.264 key frame as a low rate makes it, Annex B."""
    frame = av.VideoFrame.from_ndarray(shown, "rgb24").reformat(format="yuv420p")
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "crf": str(crf), "threads": "1"}
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def decoded(data: bytes) -> av.VideoFrame:
    """What `coded` made, as a node sees it."""
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = decoder.decode(av.Packet(data))
    return (frames or decoder.decode(None))[0]
