"""Hours of recording with viewers who come and go: do memory and descriptors stay flat?

One worker of the product records cameras; viewers open it, watch for some seconds and leave, every third without a word, as
browsers do. Anonymous memory (what it allocated; its share of libraries would seem to grow as other programs end),
descriptors and threads are read every few seconds; growth is the slope of a straight line through the last three quarters,
so that warming up does not count. Web and notary are not in it.

    uv run bench/soak.py [--hours 0.5] [--cameras 16] [--viewers 8]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live import figure
from live_system import Cameras, System, films, say


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
    """Growth an hour, by a straight line through the last three quarters."""
    settled = samples[len(samples) // 4 :]
    line = statistics.linear_regression([each.at / 3600 for each in settled], [value(each) for each in settled])
    return float(line.slope)


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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=0.5)
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--viewers", type=int, default=8, help="how many watch at a time")
    parser.add_argument("--bitrate", type=int, default=4_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="custodes-soak-") as folder:
        cameras = Cameras(*films(options.bitrate), options.cameras)
        try:
            system = System(Path(folder), cameras.port, options.cameras)
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
            say(
                f"  {at / 60:.0f} min: {samples[-1].memory:.1f} MiB, {samples[-1].descriptors} descriptors, {count[0]} visits"
            )
        time.sleep(every)
    stop.set()
    thread.join()
    if failed:
        raise RuntimeError("a viewer failed") from failed[0]
    span = f"{options.hours:g} h, {options.cameras} cameras, {count[0]} visits"
    say(f"  {samples[0].memory:.1f} → {samples[-1].memory:.1f} MiB, {samples[-1].descriptors} descriptors")
    settled = samples[len(samples) // 4 :]
    return [
        figure(f"memory growth ({span})", "MiB/h", hourly(samples, lambda each: each.memory), None, 2.0),
        figure("memory at the end", "MiB anonymous", samples[-1].memory, None, None),
        figure("growth of descriptors", "1/h", hourly(samples, lambda each: each.descriptors), None, 2.0),
        figure("most descriptors", "count", max(each.descriptors for each in settled), None, None),
        figure("most threads", "count", max(each.threads for each in settled), None, None),
    ]


if __name__ == "__main__":
    main()
