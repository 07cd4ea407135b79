"""A hundred viewers of one camera: what each costs, whether each gets every picture, and whether the recorder notices.

One worker of the product records all cameras; the viewers speak its WebSocket protocol from a process of their own and count
what comes. The peer sends messages as large as a picture, as often, to as many from bare uvicorn. What the recorder lost is
read from the archive afterwards, what the event loop was held up from the worker's own figures (`/metrics`).

    uv run bench/fanout.py [--viewers 100] [--cameras 16] [--seconds 20] [--bitrate 4000000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from live import figure, percentile
from live_system import BareUvicorn, Cameras, System, films, free_port, say
from smoke import parse, settling

SETTLE_SECONDS = 1.0 + settling(7.0)
PICTURES_A_SECOND = 25


def watch(urls: list[tuple[str, str, str, str]], seconds: float, told: Any) -> None:
    """In a process of its own: watch, and tell how many fragments each viewer got within the measured time."""

    async def one(url: str, token: str, camera: str, origin: str) -> int:
        from websockets.asyncio.client import connect

        opened = [json.dumps({"type": "token", "token": token})] if token else []
        opened += [json.dumps({"type": "open", "channel": 0, "camera": camera, "stream": "main"})] if camera else []
        async with connect(
            url,
            origin=origin or None,  # type: ignore[arg-type]
            subprotocols=["custodes.view.v1"] if token else None,  # type: ignore[list-item]
            max_size=None,
            proxy=None,
        ) as connection:
            for message in opened:
                await connection.send(message)
            begin, got = time.monotonic() + SETTLE_SECONDS, 0
            while (now := time.monotonic()) < begin + seconds:
                message = await connection.recv()
                got += isinstance(message, bytes) and now >= begin
            return got

    async def everybody() -> list[int]:
        return await asyncio.gather(*(one(*each) for each in urls))

    told.send(asyncio.run(everybody()))


def spent(cpu: Any, urls: list[tuple[str, str, str, str]], seconds: float) -> tuple[float, list[int]]:
    """CPU seconds a second that `cpu` counts while these watch, and what each of them got."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=watch, args=(urls, seconds, theirs))
    process.start()
    time.sleep(SETTLE_SECONDS)
    before, wall = cpu(), time.monotonic()
    time.sleep(seconds - 2)
    used = (cpu() - before) / (time.monotonic() - wall)
    got: list[int] = ours.recv()
    process.join()
    return used, got


def tickets(system: System, count: int) -> list[tuple[str, str, str, str]]:
    """So many viewers of the first camera, each with a grant of its own."""
    camera = str(system.cameras[0])
    sockets = [system.socket_grants(uuid.uuid4(), [camera])["sockets"][0] for _ in range(count)]
    return [(each["url"], each["token"], camera, system.origin) for each in sockets]


def worst_lateness(port: int) -> float:
    """Milliseconds that the worker's event loop was late at worst since the last time of asking."""
    import httpx

    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    line = next(line for line in text.splitlines() if line.startswith("custodes_node_loop_lateness_seconds "))
    return float(line.split()[1]) * 1000


def lost_ms(system: System, from_us: int, to_us: int) -> float:
    """Milliseconds of all cameras together that the archive calls a gap; the worker has ended."""
    from custodes.video.archive.archive import Archive
    from custodes.video.archive.volume import VolumeConfig
    from custodes.video.clock import SystemClock

    archive = Archive.open(
        system.folder / "node/worker-0.sqlite3",
        [VolumeConfig(system.folder / "footage")],
        node="node-1",
        worker=0,
        clock=SystemClock(),
        sync_seconds=None,
    )
    try:
        missing = 0
        for camera in system.cameras:
            recorded = sum(min(end, to_us) - max(begin, from_us) for begin, end in archive.runs(camera, from_us, to_us))
            missing += to_us - from_us - recorded
        return missing / 1000
    finally:
        archive.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--cameras", type=int, default=16, help="cameras that are recorded meanwhile")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured time; a grant holds 60 s")
    parser.add_argument("--bitrate", type=int, default=4_000_000, help="bit/s of the camera that is watched")
    options = parse(parser, viewers=3, cameras=2, seconds=2.0)
    if options.seconds + SETTLE_SECONDS > 55:
        parser.error("--seconds: a grant holds 60 s, 45 is the most")
    base = free_port()
    os.environ["CUSTODES_METRICS_PORT"] = str(base)
    with tempfile.TemporaryDirectory(prefix="custodes-fanout-") as folder:
        cameras = Cameras(*films(options.bitrate), options.cameras)
        try:
            print(json.dumps(measure(System(Path(folder), cameras.port, options.cameras), base + 3, options)))
        finally:
            cameras.stop()


def measure(system: System, metrics: int, options: argparse.Namespace) -> list[dict[str, Any]]:
    """One viewer, then all; then the peer with as many."""
    count, seconds = options.viewers, options.seconds
    try:
        say("one viewer …")
        one, _ = spent(system.cpu, tickets(system, 1), seconds)
        worst_lateness(metrics)
        from_us = time.time_ns() // 1000
        say(f"{count} viewers …")
        many, got = spent(system.cpu, tickets(system, count), seconds)
        to_us = time.time_ns() // 1000
        late = worst_lateness(metrics)
        time.sleep(3)  # until what was recorded meanwhile is durable
    finally:
        system.stop()
    lost = lost_ms(system, from_us, to_us)
    say("bare uvicorn …")
    peer = BareUvicorn()
    bare_urls = [(f"ws://127.0.0.1:{peer.port}/", "", "", "")]
    bare_one, _ = spent(peer.cpu, bare_urls, seconds)
    bare_many, _ = spent(peer.cpu, bare_urls * count, seconds)
    peer.stop()
    ours, theirs = (many - one) / (count - 1) * 1000, (bare_many - bare_one) / (count - 1) * 1000
    expected = PICTURES_A_SECOND * seconds
    missing = max(0.0, 100 * (1 - percentile([float(n) for n in got], 0.05) / expected))
    say(
        f"  {ours:.2f} ms a viewer and second (bare {theirs:.2f}); p5 viewer missed {missing:.1f} %; recorder lost {lost:.0f} ms"
    )
    return [
        figure(f"one of {count} viewers of a camera (peer: bare uvicorn)", "ms CPU/viewer-second", ours, theirs, 1.5),
        figure(f"pictures that the worst 5 % of {count} viewers missed", "%", missing, None, 2),
        figure(f"recording lost by {options.cameras} cameras while {count} watch", "ms", lost, None, 0),
        figure(f"event loop late at worst while {count} watch", "ms", late, None, None),
    ]


if __name__ == "__main__":
    main()
