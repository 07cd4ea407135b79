"""How fast a moment is found: a random second of 30 days × 200 cameras, a 30-day timeline, the first picture.

Builds an index with the archive's own code (rows of real shape, no media), and a small real archive for the first picture.

- index: `Archive.fragments(camera, at, at + 1 s)`, first answer, for random cameras and seconds.
- timeline: `Archive.runs` and `Archive.gaps` over 30 days of one camera that was interrupted 10 times a day.
- first picture: index, file, bytes of the fragment with the key frame, moved to the start of a channel's timeline, with its
  initialisation segment: all that a worker does before it sends. Browser, network and decoding are not in it.

The peer finds a moment as recorders do that keep no index: by listing folders of files named by start time
(`os.scandir`, the file names parsed), for the day that is asked; for a timeline all folders of 30 days. Its files are empty.

    uv run bench/seek.py [--cameras 200] [--days 30] [--seeks 2000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from custodes.video.archive.archive import Archive
from custodes.video.archive.changes import add_run
from custodes.video.archive.fragments import Placed, pack
from custodes.video.archive.volume import VolumeConfig, segment_path, start_from_name
from custodes.video.clock import FakeClock
from custodes.video.mp4.header import init_segment
from custodes.video.mp4.parse import retime
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.unit import AccessUnit, Codec, CodecParameters
from smoke import parse

START_US = round(datetime(2026, 9, 1, tzinfo=UTC).timestamp()) * 1_000_000
MINUTE_US = 60_000_000
DAY_US = 1440 * MINUTE_US
SPS, PPS = (
    bytes.fromhex("67640028acd940780227e5c0440000030004000003 00c83c60c658".replace(" ", "")),
    b"\x68\xeb\xec\xb2\x2c",
)
RANDOM = random.Random(2026)


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def camera(number: int) -> UUID:
    """The id of a camera."""
    return UUID(bytes=hashlib.md5(str(number).encode(), usedforsecurity=False).digest())


def parameters() -> CodecParameters:
    """1080p H.264."""
    from custodes.video.codec.build import codec_parameters

    return codec_parameters(Codec.H264, (SPS, PPS))


def build(folder: Path, cameras: int, days: int) -> None:
    """Rows of `days` × 1440 segments for each camera; 10 times a day a camera was away for a while."""
    clock = FakeClock(START_US)
    archive = Archive.open(
        *(folder / "index.sqlite3", [VolumeConfig(folder / "volume", reserve_bytes=0)]),
        node="bench",
        worker=0,
        clock=clock,
        threads=False,
    )
    params = parameters()
    index = archive._index
    begun = time.monotonic()
    breaks = set(range(71, 1440, 144))
    for number in range(cameras):
        stream = archive.register(camera(number))
        placed = [
            Placed(0, RANDOM.randint(400_000, 600_000), True, n * 1_000_000, 90_000, n * 90_000) for n in range(60)
        ]
        packed = pack(placed, MINUTE_US)
        with index.transaction() as cursor:
            for minute in range(days * 1440):
                if minute % 1440 in breaks:
                    continue
                start = START_US + minute * MINUTE_US + number * 1000
                cursor.execute(
                    "INSERT INTO segments VALUES (?, ?, ?, ?, 1, ?, 5400000, 1, 30000000, 800, 1, ?, ?, 0, ?, 0)",
                    (
                        *(stream.row, start, minute + 1, start + MINUTE_US, minute * 5_400_000),
                        *(minute.to_bytes(32, "big"), number.to_bytes(32, "big"), packed),
                    ),
                )
            for day in range(days):
                edges = [-1, *sorted(breaks), 1440]
                for left, right in itertools.pairwise(edges):
                    base = START_US + day * DAY_US + number * 1000
                    add_run(cursor, stream.row, base + (left + 1) * MINUTE_US, base + right * MINUTE_US)
                for minute in breaks:
                    at = START_US + day * DAY_US + minute * MINUTE_US + number * 1000
                    cursor.execute(
                        "INSERT INTO gaps (stream, from_us, to_us, reason) VALUES (?, ?, ?, 'network')",
                        (stream.row, at, at + MINUTE_US),
                    )
        if number % 20 == 19:
            say(f"  {number + 1} of {cameras} cameras, {time.monotonic() - begun:.0f} s")
    with index.transaction() as cursor:
        cursor.execute(
            "INSERT OR IGNORE INTO sample_entries VALUES (1, ?, ?, ?, ?)",
            (params.sample_entry, params.mime, params.reorder, params.frame_rate),
        )
    archive.close()


def build_names(folder: Path, days: int) -> None:
    """Empty files of one camera, as an archive without an index has them."""
    for minute in range(days * 1440):
        path = folder / segment_path(camera(0), START_US + minute * MINUTE_US)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def find_by_walk(folder: Path, at_us: int) -> str:
    """The file that holds a moment, by listing the folder of its day."""
    day = folder / str(camera(0)) / f"{datetime.fromtimestamp(at_us / 1e6, UTC):%Y-%m-%d}"
    best = ""
    for hour in os.scandir(day):
        for file in os.scandir(hour):
            start = start_from_name(file.name)
            if start is not None and start <= at_us and file.name > best:
                best = file.name
    return best


def timeline_by_walk(folder: Path) -> int:
    """All starts of 30 days, by listing every folder."""
    count = 0
    for day in os.scandir(folder / str(camera(0))):
        for hour in os.scandir(day):
            count += sum(1 for file in os.scandir(hour) if start_from_name(file.name) is not None)
    return count


def times(count: int, act: Callable[[], object]) -> list[float]:
    """Milliseconds of each of `count` calls."""
    taken = []
    for _ in range(count):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def share(sorted_ms: list[float], part: float) -> float:
    """A quantile."""
    return sorted_ms[min(len(sorted_ms) - 1, int(part * len(sorted_ms)))]


def record_real(folder: Path) -> Archive:
    """Ten minutes of one camera at 4 Mbit/s, GOP of 2 s, written through the recorder."""
    clock = FakeClock(START_US)
    archive = Archive.open(
        *(folder / "real.sqlite3", [VolumeConfig(folder / "real", reserve_bytes=0)]),
        node="bench",
        worker=0,
        clock=clock,
        threads=False,
    )
    archive.register(camera(0))
    recorder = Recorder(camera(0), archive, clock, host_sync=lambda: HostSync(True, 0, "ok"))
    params = parameters()
    key, delta = os.urandom(110_000), os.urandom(18_000)
    for number in range(25 * 600):
        first = number % 50 == 0
        recorder.take(AccessUnit(key if first else delta, first, number * 3600, START_US + number * 40_000, params))
        clock.advance(0.04)
        if number % 25 == 0:
            archive.tick()
    recorder.close()
    archive.tick()
    os.sync()
    return archive


def drop_from_cache(folder: Path) -> None:
    """Ask the kernel to forget the files' pages, so that the disk is in the figure."""
    for file in folder.rglob("*.mp4"):
        fd = os.open(file, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def first_picture(archive: Archive, at_us: int) -> bytes:
    """What a worker sends for the first picture of a playback."""
    refs = archive.fragments(camera(0), at_us, at_us + 1_000_000)
    ref = next(refs)
    return init_segment(ref.params) + retime(archive.read(ref), 0, 1)


def figure(name: str, unit: str, ours: float, peer: float | None, target: float) -> dict[str, object]:
    """One figure of the last line."""
    return {
        "figure": name,
        "unit": unit,
        "ours": round(ours, 3),
        "peer": None if peer is None else round(peer, 3),
        "ratio": None if not peer else round(ours / peer, 4),
        "target": target,
        "met": ours <= target,
    }


def main() -> None:
    """Build, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cameras", type=int, default=200)
    arguments.add_argument("--days", type=int, default=30)
    arguments.add_argument("--seeks", type=int, default=2000)
    arguments.add_argument("--folder", type=Path, default=None, help="where to build; a temporary folder by default")
    chosen = parse(arguments, cameras=2, days=1, seeks=20)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        print(json.dumps(measure(Path(name), chosen.cameras, chosen.days, chosen.seeks)))


def measure(folder: Path, cameras: int, days: int, seeks: int) -> list[dict[str, object]]:
    """All figures."""
    say(f"building an index of {cameras} cameras × {days} days ({cameras * days * 1430:,} segments)")
    build(folder, cameras, days)
    size = sum(file.stat().st_size for file in folder.glob("index.sqlite3*"))
    say(f"  index: {size / 1e9:.2f} GB, {size / (cameras * days):,.0f} bytes a camera-day")
    clock = FakeClock(START_US + days * DAY_US)
    archive = Archive.open(
        *(folder / "index.sqlite3", [VolumeConfig(folder / "volume", reserve_bytes=0)]),
        node="bench",
        worker=0,
        clock=clock,
        threads=False,
    )
    span = days * DAY_US

    def seek() -> None:
        at = START_US + RANDOM.randrange(span - MINUTE_US)
        next(archive.fragments(camera(RANDOM.randrange(cameras)), at, at + 1_000_000), None)

    def timeline() -> None:
        one = camera(RANDOM.randrange(cameras))
        archive.runs(one, START_US, START_US + span)
        archive.gaps(one, START_US, START_US + span)

    say("seeking")
    sought, lists = times(seeks, seek), times(100, timeline)
    archive.close()
    say("the peer: folders of files named by time, one camera")
    names = folder / "names"
    build_names(names, days)
    walked = times(200, lambda: find_by_walk(names, START_US + RANDOM.randrange(span)))
    walked_lists = times(5, lambda: timeline_by_walk(names))
    say("first picture from a real archive, pages dropped from the cache before each")
    real = record_real(folder)

    def first() -> None:
        first_picture(real, START_US + RANDOM.randrange(599_000_000))

    pictures = []
    for _ in range(200):
        drop_from_cache(folder / "real")
        pictures += times(1, first)
    pictures.sort()
    real.close()
    for name, ms in (("seek", sought), ("timeline", lists), ("walk", walked), ("first picture", pictures)):
        say(f"  {name}: median {statistics.median(ms):.3f} ms, p95 {share(ms, 0.95):.3f}, p99 {share(ms, 0.99):.3f}")
    return [
        figure("seek to a random second, index, p99", "ms", share(sought, 0.99), share(walked, 0.99), 3),
        figure(
            f"{days}-day timeline of one camera, median",
            "ms",
            statistics.median(lists),
            statistics.median(walked_lists),
            20,
        ),
        figure("first picture, server side, p95", "ms", share(pictures, 0.95), None, 300),
    ]


if __name__ == "__main__":
    main()
