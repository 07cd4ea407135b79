"""Hours of recording with viewers who come and go: do memory and descriptors stay flat?

One worker of the product records cameras; viewers open it, watch for some seconds and leave, every third without a word, as
browsers do. A notary takes its records and the bench's web its reports, as in an installation; records that still wait at
the end are a figure of their own. Anonymous memory (what it allocated; its share of libraries would seem to grow as other
programs end), descriptors and threads are read every few seconds.

Growth is the slope of a straight line through what was seen after the warm-up, in which caches with a bound fill: pages of
the index (2 MiB), of the journal of views (2 MiB) and of the reading connection, pools of the allocator, and each kind of
regular work has been done once (docs/decisions/0178). A leak of the target's size shows: `--leak 2` lets the worker lose
as much, and the bench must then fail.

    uv run bench/soak.py [--hours 1] [--warm-up 0.33] [--cameras 16] [--viewers 8] [--leak 0]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live import figure
from live_system import WORKER, Cameras, System, films, say
from smoke import parse


@dataclass(frozen=True)
class Sample:
    """One look at the worker.

    Attributes:
        at: seconds since the beginning.
        memory: anonymous, MiB.
        descriptors, threads: how many.
    """

    at: float
    memory: float
    descriptors: int
    threads: int


def sample(pid: int, at: float) -> Sample:
    """Look now."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    anonymous = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Anonymous:"))
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Sample(at, anonymous / 1024, descriptors, len(list(Path(f"/proc/{pid}/task").iterdir())))


def hourly(samples: list[Sample], value: Callable[[Sample], float]) -> float:
    """Growth an hour, by a straight line through all of `samples`."""
    line = statistics.linear_regression([each.at / 3600 for each in samples], [value(each) for each in samples])
    return float(line.slope)


def waiting(folder: Path) -> int:
    """Records that the notary does not have yet."""
    count = 0
    for name in ("worker-0", "views-0"):
        with closing(sqlite3.connect(f"{(folder / 'node' / name).as_uri()}.sqlite3?mode=ro", uri=True)) as index:
            count += int(index.execute("SELECT count(*) FROM outbox").fetchone()[0])
    return count


async def visit(system: System, stop: threading.Event, count: list[int]) -> None:
    """One viewer's place: somebody comes, watches a random camera, goes; until told to stop."""
    from websockets.asyncio.client import connect

    while not stop.is_set():
        camera = str(random.choice(system.cameras))
        answer = system.socket_grants(uuid.uuid4(), [camera])["sockets"][0]
        async with connect(
            answer["url"],
            origin=system.origin,  # type: ignore[arg-type]
            subprotocols=["custodes.view.v1"],  # type: ignore[list-item]
            max_size=None,
            proxy=None,
            open_timeout=60,  # a machine that does other work is slow, and that is not what is measured
        ) as connection:
            await connection.send(json.dumps({"type": "token", "token": answer["token"]}))
            stream = random.choice(["main", "sub"])
            await connection.send(json.dumps({"type": "open", "channel": 0, "camera": camera, "stream": stream}))
            end = time.monotonic() + random.uniform(2, 15)
            while time.monotonic() < end and not stop.is_set():
                await connection.recv()
            count[0] += 1
            if count[0] % 3 == 0:
                connection.transport.abort()  # a lid is closed, a cable is pulled


async def visitors(system: System, places: int, stop: threading.Event, count: list[int]) -> None:
    """All of them; one that fails is a failure of the bench."""
    await asyncio.gather(*(visit(system, stop, count) for _ in range(places)))


def main() -> None:
    """Measure and print."""
    from ledger import notary

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=1.0, help="in all, the warm-up included")
    parser.add_argument("--warm-up", type=float, default=0.33, help="hours that are left out")
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--viewers", type=int, default=8, help="how many watch at a time")
    parser.add_argument("--bitrate", type=int, default=4_000_000)
    parser.add_argument("--leak", type=float, default=0.0, help="MiB an hour that the worker is made to lose")
    options = parse(parser, hours=0.005, warm_up=0.002, cameras=2, viewers=2)
    if not 0 <= options.warm_up < options.hours:
        parser.error("the warm-up must be shorter than the whole")
    program = (str(Path(__file__).with_name("leaking_worker.py")), f"{options.leak:g}") if options.leak else WORKER
    # Two folders: the bench signs its grants itself, and the worker would believe only the notary's beside its keys.
    with (
        tempfile.TemporaryDirectory(prefix="custodes-soak-") as folder,
        tempfile.TemporaryDirectory(prefix="custodes-soak-log-") as log,
        notary(Path(log)) as notary_socket,
    ):
        cameras = Cameras(*films(options.bitrate), options.cameras)
        try:
            system = System(Path(folder), cameras.port, options.cameras, notary_socket, program)
            try:
                print(json.dumps(measure(system, options), ensure_ascii=False))
            finally:
                system.stop()
        finally:
            cameras.stop()


def measure(system: System, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Let them come and go, and look."""
    seconds = options.hours * 3600
    every = min(10.0, seconds / 40)
    stop, count = threading.Event(), [0]
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(visitors(system, options.viewers, stop, count))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    samples, begun, said = [], time.monotonic(), 0.0
    while (at := time.monotonic() - begun) < seconds and not failed:
        samples.append(sample(system.worker.pid, at))
        if at - said >= 300:
            said = at
            say(f"  {at / 60:.0f} min: {describe(samples[-1])}, {count[0]} visits")
        time.sleep(every)
    stop.set()
    thread.join()
    if failed:
        raise RuntimeError("a viewer failed") from failed[0]
    settled = [each for each in samples if each.at >= options.warm_up * 3600]
    span = f"{options.hours:g} h, first {options.warm_up:g} h left out, {options.cameras} cameras, {count[0]} visits"
    if options.leak:
        span += f", losing {options.leak:g} MiB/h"
    say(f"  at first {describe(samples[0])}; warm {describe(settled[0])}; at the end {describe(settled[-1])}")
    return [
        figure(f"memory growth ({span})", "MiB/h", hourly(settled, lambda each: each.memory), None, 2.0),
        figure("memory at the end", "MiB anonymous", settled[-1].memory, None, None),
        figure("growth of descriptors", "1/h", hourly(settled, lambda each: each.descriptors), None, 2.0),
        figure("most descriptors", "count", max(each.descriptors for each in settled), None, None),
        figure("most threads", "count", max(each.threads for each in settled), None, None),
        figure("records that the notary did not have at the end", "count", waiting(system.folder), None, 100),
    ]


def describe(looked: Sample) -> str:
    """One look in words."""
    return f"{looked.memory:.1f} MiB, {looked.descriptors} descriptors"


if __name__ == "__main__":
    main()
