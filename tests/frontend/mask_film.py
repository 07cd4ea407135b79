"""A film whose pictures carry their own number in black and white blocks, at uneven times, with pictures coded out of order."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import av

from custodes.video.unit import CLOCK_RATE

WIDTH, HEIGHT = 320, 240
BLOCK, BITS = 32, 8
DROPPED = 3
"""Every so manieth picture is left out: the times are uneven, as a camera's are."""


@dataclass(frozen=True)
class MadeFilm:
    """Where it lies, the times of its pictures (ticks from the first), and the number that each one shows."""

    path: Path
    times: tuple[int, ...]
    numbers: tuple[int, ...]


def make_film(
    folder: Path, pictures: int = 120, rate: str = "30000/1001", uneven: bool = True, edit_list: bool = True
) -> MadeFilm:
    """Encode it by FFmpeg: H.264 with pictures in another order than they are shown.

    Args:
        edit_list: without it the first picture is not at the beginning of the film's own clock.
    """
    path = folder / f"film-{pictures}-{uneven}-{edit_list}.mp4"
    kept = [number for number in range(pictures) if not uneven or number % DROPPED != DROPPED - 1]
    picked = f"select='not(eq(mod(n,{DROPPED}),{DROPPED - 1}))'" if uneven else "null"
    command = [
        *("ffmpeg", "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", rate, "-i", "-"),
        *("-vf", picked, "-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "fast"),
        *("-crf", "18", "-bf", "3", "-g", "48", "-movflags", "+faststart"),
        *(() if edit_list else ("-use_editlist", "0", "-avoid_negative_ts", "make_zero")),
        str(path),
    ]
    subprocess.run(command, input=b"".join(map(_picture, range(pictures))), check=True)
    times = _times(path)
    assert len(times) == len(kept)
    return MadeFilm(path, times, tuple(number % 256 for number in kept))


def _picture(number: int) -> bytes:
    """A grey ground, a moving bar, and the number along the top."""
    top = b"".join(bytes([235 if number >> bit & 1 else 16]) * BLOCK for bit in range(BITS)).ljust(WIDTH, b"\x5a")
    row = bytearray(b"\x5a" * WIDTH)
    left = number * 3 % (WIDTH - 24)
    bar = bytearray(row)
    bar[left : left + 24] = b"\xaa" * 24
    return top * BLOCK + bytes(row) * 64 + bytes(bar) * 64 + bytes(row) * (HEIGHT - BLOCK - 128)


def _times(path: Path) -> tuple[int, ...]:
    """Ticks of each picture from the first, as the masks' own reader has them."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert stream.time_base is not None
        stamps = sorted(packet.pts for packet in film.demux(stream) if packet.pts is not None)
        base = stream.time_base
    return tuple(round((stamp - stamps[0]) * base * CLOCK_RATE) for stamp in stamps)
