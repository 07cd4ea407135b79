"""A film that claps: a white flash and a tone at the same moment, once every two seconds; and finding both again."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from custodes.video.unit import SoundCodec

ENCODERS = {SoundCodec.AAC: "aac", SoundCodec.PCMA: "pcm_alaw", SoundCodec.PCMU: "pcm_mulaw"}
EVERY, FIRST, LASTS = 2.0, 1.0, 0.2
SIZE = (160, 96)
LOUD = 8000


def _clapping(at: float) -> bool:
    return (at - FIRST) % EVERY < LASTS and at >= FIRST


def clap(path: Path, sound: SoundCodec | None, seconds: int = 12, codec: str = "libx264", rate: int = 0) -> Path:
    """Make the film; the container follows from the name of `path`."""
    rate = rate or (48_000 if sound is SoundCodec.AAC else 8_000)
    target: Any = av.open(str(path), "w")
    video = target.add_stream(codec, rate=25)
    video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
    quiet = {"x265-params": "keyint=25:min-keyint=25:bframes=0:log-level=none"} if codec == "libx265" else {}
    video.options = {"g": "25", "bf": "0", "preset": "ultrafast", **quiet}
    audio = None
    if sound is not None:
        audio = target.add_stream(ENCODERS[sound], rate=rate, layout="mono")
    tone = np.array([_clapping(n / rate) for n in range(seconds * rate)]) * np.sin(
        2 * np.pi * 1000 * np.arange(seconds * rate) / rate
    )
    samples = (tone * 20000).astype(np.int16)
    done = 0
    for number in range(seconds * 25):
        picture = np.full((SIZE[1] * 3 // 2, SIZE[0]), 128, np.uint8)
        picture[: SIZE[1]] = 235 if _clapping(number / 25 + 0.001) else 30
        frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 25)
        target.mux(video.encode(frame))
        while audio is not None and done + 1024 <= (number + 1) * rate // 25:
            piece: Any = av.AudioFrame.from_ndarray(samples[None, done : done + 1024], "s16", "mono")
            piece.rate, piece.pts, piece.time_base = rate, done, Fraction(1, rate)
            if audio.codec_context.name == "aac":
                piece = av.AudioResampler("fltp", "mono", rate).resample(piece)[0]
                piece.pts = done
            target.mux(audio.encode(piece))
            done += 1024
    for one in (video, audio):
        if one is not None:
            target.mux(one.encode(None))
    target.close()
    return path


def flashes(files: list[Path]) -> list[float]:
    """When flashes begin, seconds, file after file; one that is under way as a file begins is left out."""
    found = []
    for file in files:
        with av.open(str(file)) as container:
            before = None
            for frame in container.decode(video=0):
                white = float(frame.to_ndarray(format="gray").mean()) > 130
                if white and before is False:
                    found.append(frame.time)
                before = white
    return found


def claps(file: Path) -> list[float]:
    """When tones begin, seconds."""
    found = []
    with av.open(str(file)) as container:
        quiet_until = -1.0
        for frame in container.decode(audio=0):
            values = frame.to_ndarray().astype(float).reshape(-1)
            if frame.format.name.startswith("flt"):
                values = values * 32768
            step = max(frame.rate // 200, 1)
            for at in range(0, len(values), step):
                when = frame.time + at / frame.rate
                if np.abs(values[at : at + step]).max() > LOUD:
                    if when > quiet_until:
                        found.append(when)
                    quiet_until = when + 0.1
    return found
