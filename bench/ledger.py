"""How fast the log is: durable entries a second, one append through the socket, one inclusion proof.

Starts a real notary on a temporary folder and speaks to it over its socket, as web and node do. The peer of the first two
figures is SQLite alone in the same run and on the same disk: raw rows of the same size, WAL, synchronous=FULL.

    uv run bench/ledger.py [--producers 64] [--batch 64] [--seconds 5] [--singles 2000] [--leaves 10000000]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import selectors
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from custodes.ledger.client import NotaryClient
from custodes.ledger.merkle import Frontier, fold, leaf_hash, verify_inclusion
from custodes.ledger.records import SegmentSealed, at_text, encode_record, record_of
from custodes.ledger.tiles import HEIGHT, WIDTH, TileFolder, TileTree, tile_path
from custodes.notary.keys import make_keys
from smoke import parse

ORIGIN = "bench.example/log"


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def sample_record() -> SegmentSealed:
    """A record of the commonest type, with values of real length."""
    now = time.time_ns() // 1000
    record = record_of(
        {
            "type": "segment.sealed",
            "id": str(uuid.uuid4()),
            "at": at_text(now),
            "camera": str(uuid.uuid4()),
            "stream_id": uuid.uuid4().hex,
            "sequence": 4711,
            "session": 17,
            "start_us": now - 60_000_000,
            "end_us": now,
            "media_time": 5_400_000,
            "duration": 5_400_000,
            "bytes": 30_000_000,
            "sha256": os.urandom(32).hex(),
            "root": os.urandom(32).hex(),
            "fragments": 60,
            "codec": "avc1.640028",
            "node": "node-1",
            "volume": uuid.uuid4().hex,
            "path": "7d3f/2026-11-24/15/20261124T150511.000000Z.mp4",
            "clock": {"synchronised": True, "offset_us": 120, "state": "chrony"},
            "camera_clock_us": now - 350_000,
        }
    )
    assert isinstance(record, SegmentSealed)
    return record


def frames_of(count: int, batch: int) -> list[bytes]:
    """`count` append requests of `batch` records each, made before the clock starts: what a producer costs is not the notary's."""
    record = sample_record()
    template = encode_record(record).decode()
    head, tail = template.split(str(record.id))
    frames = []
    for _ in range(count):
        ids = [str(uuid.UUID(bytes=os.urandom(16), version=4)) for _ in range(batch)]
        body = ('{"op":"append","records":[' + ",".join(head + i + tail for i in ids) + "]}").encode()
        frames.append(len(body).to_bytes(4) + body)
    return frames


@contextlib.contextmanager
def notary(folder: Path) -> Iterator[Path]:
    """A running notary on `folder`; gives its socket."""
    make_keys(folder / "keys/notary", folder / "keys/public", ORIGIN)
    path = folder / "n.sock"
    environment = {
        **os.environ,
        "CUSTODES_DATA": str(folder),
        "CUSTODES_NOTARY_SOCKET": str(path),
        "CUSTODES_LOG_ORIGIN": ORIGIN,
    }
    with (folder / "notary.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "custodes.notary"], env=environment, stderr=log)
        try:
            deadline = time.monotonic() + 30
            while not path.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"the notary did not start: {(folder / 'notary.log').read_text()}")
                time.sleep(0.02)
            yield path
        finally:
            process.terminate()
            process.wait(60)


def produce(path: Path, connections: int, frames: int, batch: int, start: Any, seconds: float, result: Any) -> None:
    """One process that plays several producers: each sends its next request when the last one was answered."""
    prepared = [frames_of(frames, batch) for _ in range(connections)]
    selector = selectors.DefaultSelector()
    state = []
    for mine in prepared:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        connection.connect(str(path))
        state.append([connection, iter(mine), b""])
        selector.register(connection, selectors.EVENT_READ, state[-1])
    start.wait()
    began = time.perf_counter()
    for connection, mine, _ in state:
        connection.sendall(next(mine))
    done = open_ = 0
    open_ = len(state)
    last = began
    while open_:
        for key, _ in selector.select(1.0):
            item = key.data
            item[2] += item[0].recv(1 << 16)
            data = item[2]
            if len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4]):
                continue
            if b'"indices"' not in data[:16]:
                raise SystemExit(f"the notary refused: {data[4:200]!r}")
            item[2] = b""
            done += batch
            last = time.perf_counter()
            following = next(item[1], None) if last - began < seconds else None
            if following is None:
                selector.unregister(item[0])
                open_ -= 1
            else:
                item[0].sendall(following)
    result.put((done, last - began))


def measure_throughput(path: Path, producers: int, batch: int, seconds: float) -> float:
    """Durable entries a second from `producers` connections that each wait for their answer."""
    processes = min(2, producers)
    shares = [producers // processes + (1 if i < producers % processes else 0) for i in range(processes)]
    frames = max(4, int(seconds * 150_000 / batch / producers))
    context = multiprocessing.get_context("fork")
    start, result = context.Barrier(processes + 1), context.Queue()
    workers = [
        context.Process(target=produce, args=(path, share, frames, batch, start, seconds, result)) for share in shares
    ]
    for worker in workers:
        worker.start()
    start.wait()
    results = [result.get(timeout=seconds * 10 + 60) for _ in workers]
    for worker in workers:
        worker.join()
    return sum(done for done, _ in results) / max(spent for _, spent in results)


def peer_throughput(folder: Path, batch: int, rows: int) -> float:
    """Rows a second into one SQLite table, `batch` rows a transaction, WAL, synchronous=FULL."""
    record = encode_record(sample_record())
    db = sqlite3.connect(folder / "peer.sqlite3", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE IF NOT EXISTS entry (idx INTEGER PRIMARY KEY, record BLOB)")
    began = time.perf_counter()
    for _ in range(rows // batch):
        db.execute("BEGIN")
        db.executemany("INSERT INTO entry (record) VALUES (?)", [(record,)] * batch)
        db.execute("COMMIT")
    spent = time.perf_counter() - began
    db.close()
    return rows // batch * batch / spent


def timed(call: Callable[[int], object], count: int) -> list[float]:
    """Milliseconds of each call, sorted."""
    times = []
    for number in range(count):
        began = time.perf_counter()
        call(number)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def percentile(times: list[float], share: float) -> float:
    """Of sorted times."""
    return times[min(len(times) - 1, int(len(times) * share))]


def measure_singles(path: Path, folder: Path, count: int) -> tuple[list[float], list[float]]:
    """One append at a time through the socket, and one row at a time into SQLite."""
    from msgspec.structs import replace

    record = sample_record()
    records = [replace(record, id=uuid.uuid4()) for _ in range(count)]
    with NotaryClient(path) as client:
        client.append([replace(record, id=uuid.uuid4())])
        ours = timed(lambda number: client.append([records[number]]), count)
    data = encode_record(record)
    db = sqlite3.connect(folder / "peer.sqlite3", isolation_level=None)
    db.execute("PRAGMA synchronous=FULL")
    peer = timed(lambda _: db.execute("INSERT INTO entry (record) VALUES (?)", (data,)), count)
    db.close()
    return ours, peer


def build_tiles(folder: Path, leaves: int) -> bytes:
    """The tiles of a synthetic tree; returns its root."""
    hashes = (leaf_hash(number.to_bytes(8)) for number in range(leaves))
    frontier = Frontier()
    level, count = 0, leaves
    above: list[bytes] = []
    source: Iterator[bytes] = iter(hashes)
    while count:
        above = []
        for n in range(-(-count // WIDTH)):
            tile = [next(source) for _ in range(min(WIDTH, count - n * WIDTH))]
            target = folder / tile_path(level, n, len(tile))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"".join(tile))
            if len(tile) == WIDTH:
                above.append(fold(tile))
            if level == 0:
                if len(tile) == WIDTH:
                    frontier.append_subtree(HEIGHT, above[-1])
                else:
                    for leaf in tile:
                        frontier.append(leaf)
        source, count, level = iter(above), len(above), level + 1
    return frontier.root()


def measure_proof(folder: Path, leaves: int, count: int) -> list[float]:
    """One inclusion proof of a random leaf from the tiles on disk, each checked against the root afterwards."""
    say(f"building the tiles of {leaves:,} leaves …")
    root = build_tiles(folder, leaves)
    tree = TileTree(TileFolder(folder), leaves)
    places = [random.randrange(leaves) for _ in range(count)]
    proofs: list[tuple[bytes, ...]] = []
    times = timed(lambda number: proofs.append(tree.inclusion(places[number])), count)
    for place, proof in zip(places, proofs, strict=True):
        verify_inclusion(leaf_hash(place.to_bytes(8)), place, leaves, proof, root)
    return times


def figure(name: str, unit: str, ours: float, peer: float | None, target: float, least: bool) -> dict[str, Any]:
    """One row of the result; `least` says that the target is a lower bound."""
    return {
        "figure": name,
        "unit": unit,
        "ours": round(ours, 3),
        "peer": None if peer is None else round(peer, 3),
        "ratio": None if not peer else round(ours / peer, 3),
        "target": target,
        "met": ours >= target if least else ours <= target,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--producers", type=int, default=64)
    parser.add_argument("--batch", type=int, default=64, help="records in one append request")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--singles", type=int, default=2000)
    parser.add_argument("--leaves", type=int, default=10_000_000, help="size of the tree that proofs are read from")
    parser.add_argument("--proofs", type=int, default=2000)
    options = parse(parser, producers=4, batch=4, seconds=0.3, singles=20, leaves=5_000, proofs=20)
    with tempfile.TemporaryDirectory(prefix="custodes-bench-") as name:
        folder = Path(name)
        with notary(folder) as path:
            say(f"{options.producers} producers, {options.batch} records a request, {options.seconds:.0f} s …")
            rate = measure_throughput(path, options.producers, options.batch, options.seconds)
            peer = peer_throughput(folder, options.batch, int(options.seconds * 40_000))
            say(f"  notary {rate:,.0f} entries/s, raw SQLite {peer:,.0f} rows/s at {options.batch} a transaction")
            say(f"{options.singles} single appends …")
            singles, raw = measure_singles(path, folder, options.singles)
            say(
                f"  notary p50 {statistics.median(singles):.2f} ms, p99 {percentile(singles, 0.99):.2f} ms; "
                f"raw SQLite p50 {statistics.median(raw):.2f} ms, p99 {percentile(raw, 0.99):.2f} ms"
            )
        proofs = measure_proof(folder, options.leaves, options.proofs)
        say(f"  proof p50 {statistics.median(proofs):.3f} ms, p99 {percentile(proofs, 0.99):.3f} ms")
    size = f"{options.leaves:,} leaves"
    print(
        json.dumps(
            [
                figure(
                    f"durable entries, {options.producers} producers, {options.batch} a request",
                    "entries/s",
                    rate,
                    peer,
                    50_000,
                    True,
                ),
                figure(
                    "single append through the socket, p50",
                    "ms",
                    statistics.median(singles),
                    statistics.median(raw),
                    5,
                    False,
                ),
                figure(
                    "single append through the socket, p99",
                    "ms",
                    percentile(singles, 0.99),
                    percentile(raw, 0.99),
                    5,
                    False,
                ),
                figure(f"inclusion proof at {size}, p50", "ms", statistics.median(proofs), None, 1, False),
                figure(f"inclusion proof at {size}, p99", "ms", percentile(proofs, 0.99), None, 1, False),
            ]
        )
    )


if __name__ == "__main__":
    main()
