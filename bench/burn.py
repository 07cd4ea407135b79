"""What one supervised picture costs (S29, N21): 1080p25 decoded, made small, marked and coded anew, beside FFmpeg doing the same.

FFmpeg scales, drops to the same rate, writes a text that does not move with `drawtext` and codes with the same preset. Both use one
thread; processor time is of the whole process, FFmpeg's start included, ours without (a worker runs anyway).

    uv run bench/burn.py [--seconds 60] [--no-peer]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from custodes.documents.fonts import HEI, fonts
from custodes.node.burning import LETTER_PIXELS
from custodes.video.burn.burner import BurnedMark, Burner, BurnerPicture, BurnTerms, Lettering
from custodes.video.codec.bitstream import lengths
from custodes.video.simcam.cast import cast
from custodes.video.simcam.film import Film, FilmOrder, FilmShape, load_film, make_film
from custodes.video.unit import Codec
from smoke import parse

RATE = 25
START_US = 1_795_000_000_000_000


def film(folder: Path, codec: Codec, height: int) -> tuple[Path, Film]:
    """Twelve seconds of 25 pictures a second, 1080p at 4 Mbit/s unless the height is another."""
    order = FilmOrder(cast(1)[0], codec, FilmShape(height * 16 // 9, height, 4_000_000), FilmShape(640, 360, 500_000))
    main, _ = make_film(order, folder)
    return main, load_film(main, codec)


def ours(loop: Film, seconds: int) -> dict[str, float]:
    """Processor seconds a second of film, milliseconds to the first picture, kbit/s."""
    there = fonts(None)
    lettering = Lettering(there.files(there.chain(HEI)), LETTER_PIXELS)
    burner = Burner(BurnedMark("扎西卓玛", 123456, ZoneInfo("Asia/Shanghai")), lettering, BurnTerms())
    pictures = [lengths(nals) for nals, _ in loop.pictures]
    size = count = 0
    first_ms = 0.0
    began, wall = time.process_time(), time.perf_counter()
    for second in range(seconds):
        at = START_US + second * 1_000_000
        batch = [
            BurnerPicture(pictures[(second * RATE + number) % len(pictures)], at + number * 40_000)
            for number in range(RATE)
        ]
        out = burner.add(loop.params, batch, at)
        first_ms = first_ms or (time.perf_counter() - wall) * 1000
        size, count = size + sum(len(one.data) for one in out), count + len(out)
    spent = time.process_time() - began
    return {"cpu": spent / seconds, "first_ms": first_ms, "kbit": size * 8 / seconds / 1000, "rate": count / seconds}


def peer(path: Path, codec: Codec, seconds: int) -> float:
    """Processor seconds that FFmpeg spends on a second of film."""
    terms = BurnTerms()
    long = path.with_suffix(".long")
    long.write_bytes(path.read_bytes() * (seconds // 12 + 1))
    draw = "drawtext=text='name 2026-11-26 23\\:10\\:05 123456':x=200:y=100:fontsize=18:fontcolor=white@0.6:borderw=2"
    command = [
        *("ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-r", str(RATE)),
        *("-f", "h264" if codec is Codec.H264 else "hevc", "-i", str(long), "-t", str(seconds), "-an"),
        *(
            "-vf",
            f"fps={terms.rate},scale={terms.width}:{terms.height},{draw}",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
        ),
        *("-tune", "zerolatency", "-profile:v", "baseline", "-crf", "26", "-threads", "1", "-f", "null", "-"),
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) / seconds


def figure(name: str, unit: str, ours: float, peer: float | None = None) -> dict[str, object]:
    """A row of the page of figures; no target was set for what is burnt in."""
    return {
        "figure": name, "unit": unit, "ours": round(ours, 3), "peer": None if peer is None else round(peer, 3),
        "ratio": None if peer is None else round(ours / peer, 3), "target": None, "met": None,
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--height", type=int, default=1080, help="lines of the film")
    parser.add_argument("--no-peer", action="store_true")
    arguments = parse(parser, seconds=2, height=360)
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for codec in (Codec.H264, Codec.H265):
            path, loop = film(Path(folder), codec, arguments.height)
            found = ours(loop, arguments.seconds)
            other = (
                None if arguments.no_peer or shutil.which("ffmpeg") is None else peer(path, codec, arguments.seconds)
            )
            rows += [
                figure(f"looked at with the name burnt in, {codec}", "ms CPU/viewer-second", found["cpu"] * 1000, other and other * 1000),
                figure(f"viewers a core, {codec}", "viewers", 1 / found["cpu"]),
                figure(f"wish to first picture coded, {codec}", "ms", found["first_ms"]),
                figure(f"what goes to a viewer, {codec}", "kbit/s", found["kbit"]),
                figure(f"pictures a second, {codec}", "pictures/s", found["rate"]),
            ]  # fmt: skip
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
