"""How fast an evidence package is written and checked, beside `openssl dgst -sha256` over the same bytes, and what memory it takes.

Segments of 24 MiB, as a camera at 3.2 Mbit/s fills in a minute, 60 fragments each, lie in one file that is read back like a volume's;
the first run is not counted, so that all three read from memory. The browser's verifier is not measured.

    uv run bench/evidence.py [--segments 64]
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.evidence.made import INIT, PACKAGE, PACKER, SECOND, TRUST, leave, listed, prove
from tests.ledger.madelog import CAMERA, SIGNER, START_US

from custodes.evidence.package import Package, PackageFootage, PackagePart
from custodes.evidence.writing import write
from custodes.ledger.merkle import leaf_hashes, tree_root
from custodes.ledger.records import SegmentSealed, at_text
from custodes.ledger.records.node import ClockReading
from custodes.video.mp4.fragment import Sample, fragment
from smoke import parse

FRAGMENTS, BYTES, RATE = 60, 400 * 1024, 25
TARGET = 0.8
"""Of the speed of `openssl dgst` (design.md, "Figures")."""


def segment(number: int) -> list[bytes]:
    """The fragments of one segment."""
    made = []
    for second in range(FRAGMENTS):
        datas = [os.urandom(BYTES // RATE) for _ in range(RATE)]
        samples = [Sample(len(data), 3600, 0, not place) for place, data in enumerate(datas)]
        at = START_US + (number * FRAGMENTS + second) * SECOND
        made.append(fragment(second + 1, second * 90_000, samples, datas, at))
    return made


def package(folder: Path, count: int) -> Package:
    """A package of so many segments whose bytes lie in a file."""
    records, shapes = [], []
    with (folder / "footage").open("wb") as file:
        for number in range(count):
            pieces = [INIT, *segment(number)]
            leaves = tuple(leaf_hashes(pieces))
            shapes.append((file.tell(), tuple(map(len, pieces)), leaves))
            file.write(b"".join(pieces))
            start = START_US + number * FRAGMENTS * SECOND
            records.append(
                SegmentSealed(
                    id=uuid.UUID(int=(9 << 64) + number), at=at_text(start + FRAGMENTS * SECOND), camera=CAMERA,
                    stream_id="main", sequence=number, session=1, start_us=start, end_us=start + FRAGMENTS * SECOND,
                    media_time=0, duration=FRAGMENTS * 90_000, bytes=sum(map(len, pieces)), sha256="0" * 64,
                    root=tree_root(leaves).hex(), fragments=FRAGMENTS, codec="avc1.4d401f", node="node-1", volume="v",
                    path="x.mp4", clock=ClockReading(synchronised=True, offset_us=0, state="ntp"), camera_clock_us=None,
                )
            )  # fmt: skip
    span = (START_US, START_US + count * FRAGMENTS * SECOND)
    given = leave(span=span)
    before = prove([given, *records])
    parts = tuple(
        PackagePart("C-0001", "东口", sealed, 0, sizes, record.start_us, record.end_us, functools.partial(footage, folder, at, sum(sizes), leaves))
        for (at, sizes, leaves), record, sealed in zip(shapes, records, before[1:], strict=True)
    )  # fmt: skip
    proven = prove([given, *records, listed(given, parts, before[0])])
    parts = tuple(replace(one, sealed=sealed) for one, sealed in zip(parts, proven[1:], strict=False))
    keys = (SIGNER.verifier, PACKER.verifier)
    return Package(PACKAGE, span[1], "城关区公安分局", proven[0], parts, (), {}, keys, proven[-1])


def footage(folder: Path, at: int, size: int, leaves: tuple[bytes, ...]) -> PackageFootage:
    """One segment of it."""
    return PackageFootage(leaves, read(folder, at, size))


def read(folder: Path, at: int, size: int) -> Iterator[bytes]:
    """Bytes of the file, in pieces of a quarter MiB, as a stream over the network comes."""
    with (folder / "footage").open("rb") as file:
        file.seek(at)
        while size:
            data = file.read(min(size, 1 << 18))
            yield data
            size -= len(data)


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory in MiB of a command that must succeed.

    The peak is read from the process while it runs: what the kernel tells at its end includes this process at the moment of the fork.
    """
    peak, begun = 0.0, time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        lines = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines()
        peak = max([peak, *(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))])
        time.sleep(0.01)
    assert process.returncode == 0, command
    return time.perf_counter() - begun, peak


def figure(
    name: str, unit: str, ours: float, peer: float | None = None, target: float | None = None
) -> dict[str, object]:
    """A row of the page of figures; the target is of the ratio where there is a peer."""
    ratio = ours / peer if peer else None
    met = None if target is None else (ratio >= target if ratio is not None else ours <= target)
    return {
        "figure": name, "unit": unit, "ours": round(ours, 3), "peer": None if peer is None else round(peer, 3),
        "ratio": None if ratio is None else round(ratio, 3), "target": target, "met": met,
    }  # fmt: skip


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=64)
    given = parse(parser, segments=2)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        made = package(folder, given.segments)
        written, keys, verifier = folder / "package.zip", folder / "keys.txt", folder / "verify.py"
        keys.write_text(TRUST)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        writing = []
        for _ in range(3):
            with written.open("wb") as file:
                begun = time.perf_counter()
                for piece in write(made, PACKER):
                    file.write(piece)
                writing.append(time.perf_counter() - begun)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
        size = written.stat().st_size / 1e9
        subprocess.run(["unzip", "-qo", str(written), "verify.py", "-d", str(folder)], check=True)
        check = [sys.executable, "-I", str(verifier), str(written), "--trust", str(keys), "--quiet"]
        dgst = ["openssl", "dgst", "-sha256", str(written)]
        timed(dgst)
        theirs = min(timed(dgst)[0] for _ in range(3))
        checks = [timed(check) for _ in range(3)]
        figures = [
            figure("package written, GB a second", "GB/s", size / min(writing), size / theirs),
            figure("package checked by verify.py, GB a second", "GB/s", size / min(seconds for seconds, _ in checks), size / theirs, TARGET),
            figure("memory that writing takes more, whatever the span", "MiB", grown),
            figure("memory of verify.py", "MiB", max(memory for _, memory in checks)),
            figure("size of the package", "GB", size),
        ]  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
