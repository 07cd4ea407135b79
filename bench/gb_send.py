"""What sending cameras to upper platforms costs a worker: pictures of a hub into program stream, RTP and sockets.

1080p25 pictures of 2 Mbit/s come to as many hubs as there are receivers, in a tick of 10 ms and spread over the frame time, and each is
sent to a receiver in a process of its own. Ours is what a worker does for uppers and nothing else: the same hubs fed without anybody to
send to are measured first and taken off. No peer: FFmpeg sends no program stream over RTP. Steady state only.

    uv run bench/gb_send.py [--receivers 1,100] [--seconds 10] [--transport both]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import tempfile
import time
import uuid
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from gb_receivers import HERE, WARM_UP, WORKER, receivers
from record import figure, film, own_cpu, say
from smoke import parse

RATE = 25
TICK = 0.01
TARGET = 5.0
"""A hundred receivers take half a core."""


async def work(
    path: Path, count: int, transport: str, seconds: float, ports: list[int], counted: Any
) -> dict[str, float]:
    """Feed `count` hubs, and send each to one of `ports`; without any nobody is sent to."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from custodes.node.channel import WorkerServices
    from custodes.node.disk import Disk
    from custodes.node.gate import Gate
    from custodes.node.gb28181.sending.desk import SendDesk
    from custodes.node.journal import Journal
    from custodes.video.clock import SystemClock
    from custodes.video.codec import bitstream
    from custodes.video.hub import StreamHub
    from custodes.video.simcam.film import load_film
    from custodes.video.unit import AccessUnit, Codec
    from custodes.video.wire.sending import SendAsk
    from custodes.video.wire.token import GrantClaims, sign_token

    loaded, clock, key = load_film(path, Codec.H264), SystemClock(), Ed25519PrivateKey.generate()
    coded = [(bitstream.lengths([nal for nal in nals if nal[0] & 31 < 7]), is_key) for nals, is_key in loaded.pictures]
    hubs = [StreamHub(str(number), 8 << 20) for number in range(count)]
    standing = SimpleNamespace(state="recording")
    cameras: Any = {
        UUID(int=n): SimpleNamespace(id=UUID(int=n), dark=False, present_state=standing, hub=lambda _, n=n: hubs[n])
        for n in range(count)
    }
    folder = tempfile.TemporaryDirectory()
    archive: Any = SimpleNamespace(being_written=lambda _: ())
    journal, disk = Journal(Path(folder.name) / "views.sqlite3", clock), Disk()
    gate = Gate(WORKER, key.public_key(), time.time() - 10)
    desk = SendDesk(
        cameras,
        gate,
        WorkerServices(WORKER, clock, archive, journal, disk),
        (38_000, 39_998),
        count,
        allow_loopback=True,
    )
    begun, given, late, fed = time.monotonic(), [0] * count, 0.0, time.monotonic()

    def feed() -> None:
        nonlocal late, fed
        now = time.monotonic()
        late, fed = max(late, now - fed), now
        past = (now - begun) * RATE
        for number, hub in enumerate(hubs):
            while given[number] <= past - number / count:
                turn = given[number]
                data, is_key = coded[turn % len(coded)]
                hub.on_unit(AccessUnit(data, is_key, turn * 3600, clock.wall_us(), loaded.params))
                given[number] = turn + 1

    async def play() -> None:
        while True:
            feed()
            await asyncio.sleep(TICK)

    playing = asyncio.create_task(play())
    for number, port in enumerate(ports):
        now = int(time.time())
        claims = GrantClaims(
            aud=WORKER,
            jti=uuid.uuid4(),
            grant=uuid.uuid4(),
            sub="bench",
            index=1,
            cameras=(UUID(int=number),),
            live=True,
            upper="live",
            watermark="",
            iat=now,
            exp=now + 60,
        )
        way = "udp" if transport == "udp" else "tcp-active"
        call = uuid.uuid4()
        ready = await desk.make_ready(
            SendAsk(call=call, token=sign_token(claims, key), way=way, address=HERE, port=port, ssrc=number)
        )
        if ready.step or not desk.start(call):
            raise SystemExit(f"not sent: {ready}")
    await asyncio.sleep(WARM_UP)
    octets = counted.value
    late = 0.0
    kernel, cpu, wall = resource.getrusage(resource.RUSAGE_SELF).ru_stime, own_cpu(), time.monotonic()
    await asyncio.sleep(seconds)
    cpu, wall = own_cpu() - cpu, time.monotonic() - wall
    kernel = resource.getrusage(resource.RUSAGE_SELF).ru_stime - kernel
    octets = counted.value - octets
    dropped = sum(viewer.dropped for hub in hubs for viewer in hub._viewers)
    await desk.stop()
    playing.cancel()
    disk.close()
    journal.close()
    folder.cleanup()
    return {
        "cpu_ms": cpu * 1000 / wall / count,
        "kernel_ms": kernel * 1000 / wall / count,
        "mbit": octets * 8 / wall / count / 1e6,
        "dropped": float(dropped),
        "late_ms": late * 1000,
    }


def measured(
    path: Path, count: int, transport: str, seconds: float, ports: list[int], counted: Any, told: Connection
) -> None:
    """The measured process."""
    import structlog
    import uvloop

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    told.send(uvloop.run(work(path, count, transport, seconds, ports, counted)))


def run(path: Path, count: int, transport: str, seconds: float, ports: list[int], counted: Any) -> dict[str, float]:
    """One run in a fresh process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=measured, args=(path, count, transport, seconds, ports, counted, there))
    process.start()
    result: dict[str, float] = here.recv()
    process.join(30)
    return result


def measure(path: Path, count: int, transport: str, seconds: float) -> dict[str, Any]:
    """Without and with receivers, and what is between."""
    say(f"{count} receivers over {transport.upper()} (load {os.getloadavg()[0]:.2f}) …")
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    counted = context.Value("Q", 0, lock=False)
    bare = run(path, count, transport, seconds, [], counted)
    uppers = context.Process(target=receivers, args=(count, transport, there, counted))
    uppers.start()
    found = run(path, count, transport, seconds, here.recv(), counted)
    here.send("stop")
    uppers.join(10)
    say(f"  fed alone {bare}; sent {found}; load {os.getloadavg()[0]:.2f}")
    cost = found["cpu_ms"] - bare["cpu_ms"]
    row = figure(
        f"send one camera to an upper, {count} at once over {transport.upper()}",
        "ms CPU/channel-second",
        cost,
        None,
        TARGET,
        cost <= TARGET and not found["dropped"],
    )
    row["note"] = (
        f"{transport.upper()}, {count} at once: {cost * count / 10:.0f} % of a core at {found['mbit']:.2f} Mbit/s that arrived of each, {found['kernel_ms'] - bare['kernel_ms']:.2f} ms of it in the kernel; {found['dropped']:.0f} pictures left out; the loop was {found['late_ms']:.0f} ms late at most; load at the end {os.getloadavg()[0]:.1f}."
    )
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receivers", default="1,100", help="how many at once, one run for each number")
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds that are measured in each run")
    parser.add_argument("--bitrate", type=int, default=2_000_000, help="bit/s of a camera")
    parser.add_argument("--transport", choices=("both", "tcp", "udp"), default="both")
    options = parse(parser, receivers="1", seconds=1.0)
    path = film(options.bitrate)
    transports = ("tcp", "udp") if options.transport == "both" else (options.transport,)
    rows = [
        measure(path, count, one, options.seconds)
        for count in map(int, options.receivers.split(","))
        for one in transports
    ]
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
