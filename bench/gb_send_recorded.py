"""What playing recordings to upper platforms costs a worker: fragments of the archive into program stream, RTP and sockets.

1080p25 pictures of 2 Mbit/s are recorded for as many cameras as there are receivers, by the real recorder with a clock driven by hand, and
each is then sent to a receiver in a process of its own, at its own pace or as downloads (four, the bound of a worker). Ours is what a
worker does for uppers and nothing else; without anybody to send to it does nothing, so nothing is taken off. No peer. Steady state only.

    uv run bench/gb_send_recorded.py [--receivers 20] [--seconds 10] [--transport both]
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

RECORDED = 60.0
TARGET = 10.0
"""A hundred take a core."""


def write(path: Path, folder: Path, count: int, began_us: int) -> None:
    """A minute of each camera."""
    from custodes.video.archive.archive import Archive
    from custodes.video.archive.volume import VolumeConfig
    from custodes.video.clock import FakeClock
    from custodes.video.codec import bitstream
    from custodes.video.recorder.host_clock import HostSync
    from custodes.video.recorder.recorder import Recorder
    from custodes.video.simcam.film import load_film
    from custodes.video.unit import AccessUnit, Codec

    loaded, clock = load_film(path, Codec.H264), FakeClock(began_us)
    coded = [(bitstream.lengths([nal for nal in nals if nal[0] & 31 < 7]), is_key) for nals, is_key in loaded.pictures]
    archive = Archive.open(
        *(folder / "index.sqlite3", [VolumeConfig(folder / "volume", reserve_bytes=0)]),
        node="node-1",
        worker=0,
        clock=clock,
        threads=False,
    )
    recorders = []
    for number in range(count):
        archive.register(UUID(int=number))
        recorders.append(Recorder(UUID(int=number), archive, clock, host_sync=lambda: HostSync(True, 0, "ok")))
    for turn in range(round(RECORDED * 25)):
        data, is_key = coded[turn % len(coded)]
        for recorder in recorders:
            recorder.take(AccessUnit(data, is_key, turn * 3600, clock.wall_us(), loaded.params))
        clock.advance(0.04)
        if turn % 125 == 124:
            archive.tick()
    for recorder in recorders:
        recorder.close()
    archive.close()


async def work(
    path: Path, count: int, transport: str, session: str, seconds: float, ports: list[int], counted: Any
) -> dict[str, float]:
    """Send the recording of each camera to one of `ports`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from custodes.node.channel import WorkerServices
    from custodes.node.disk import Disk
    from custodes.node.gate import Gate
    from custodes.node.gb28181.sending import desk as desks
    from custodes.node.journal import Journal
    from custodes.video.archive.archive import Archive
    from custodes.video.archive.volume import VolumeConfig
    from custodes.video.clock import SystemClock
    from custodes.video.wire.sending import SendAsk
    from custodes.video.wire.token import GrantClaims, sign_token

    desks.DOWNLOADS_OF_A_LINK = desks.DOWNLOADS
    clock, key = SystemClock(), Ed25519PrivateKey.generate()
    holder = tempfile.TemporaryDirectory()
    folder = Path(holder.name)
    began_us = int(time.time() - 600) * 1_000_000
    write(path, folder, count, began_us)
    archive = Archive.open(
        *(folder / "index.sqlite3", [VolumeConfig(folder / "volume", reserve_bytes=0)]),
        node="node-1",
        worker=0,
        clock=clock,
        threads=False,
    )
    journal, disk = Journal(folder / "views.sqlite3", clock), Disk()
    cameras: Any = {UUID(int=n): SimpleNamespace(id=UUID(int=n), dark=False) for n in range(count)}
    gate = Gate(WORKER, key.public_key(), time.time() - 10)
    desk = desks.SendDesk(
        cameras,
        gate,
        WorkerServices(WORKER, clock, archive, journal, disk),
        (38_000, 39_998),
        count,
        allow_loopback=True,
    )
    span = (began_us, began_us + round(RECORDED * 1_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number, port in enumerate(ports):
        now = int(time.time())
        claims = GrantClaims(
            aud=WORKER,
            jti=uuid.uuid4(),
            grant=uuid.uuid4(),
            sub="bench",
            index=1,
            cameras=(UUID(int=number),),
            span=span,
            upper="download" if session == "Download" else "history",
            watermark="",
            iat=now,
            exp=now + 60,
        )
        ask = SendAsk.model_validate(
            {
                "call": uuid.uuid4(),
                "token": sign_token(claims, key),
                "session": session,
                "way": "udp" if transport == "udp" else "tcp-active",
                "address": HERE,
                "port": port,
                "ssrc": number,
                "start_us": span[0],
                "end_us": span[1],
            }
        )
        ready = await desk.make_ready(ask)
        if ready.step or not desk.start(ask.call):
            raise SystemExit(f"not sent: {ready}")
    await asyncio.sleep(WARM_UP)
    octets, late, woke = counted.value, 0.0, time.monotonic()
    kernel, cpu, wall = resource.getrusage(resource.RUSAGE_SELF).ru_stime, own_cpu(), time.monotonic()
    while woke - wall < seconds:
        await asyncio.sleep(0.01)
        late, woke = max(late, time.monotonic() - woke - 0.01), time.monotonic()
    standing, wall = len(desk), time.monotonic() - wall
    cpu, kernel = own_cpu() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_stime - kernel
    octets = counted.value - octets
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    await desk.stop()
    disk.close()
    journal.close()
    archive.close()
    holder.cleanup()
    return {
        "cpu_ms": cpu * 1000 / wall / count,
        "kernel_ms": kernel * 1000 / wall / count,
        "mbit": octets * 8 / wall / count / 1e6,
        "grown_mb": grown / 1024,
        "over": float(count - standing),
        "late_ms": late * 1000,
    }


def measured(told: Connection, *how: Any) -> None:
    """The measured process."""
    import structlog
    import uvloop

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    told.send(uvloop.run(work(*how)))


def measure(path: Path, count: int, transport: str, session: str, seconds: float) -> dict[str, Any]:
    """One run in a fresh process."""
    say(f"{session} for {count} receivers over {transport.upper()} (load {os.getloadavg()[0]:.2f}) …")
    context = multiprocessing.get_context("spawn")
    (ports, told), (here, there) = context.Pipe(), context.Pipe()
    counted = context.Value("Q", 0, lock=False)
    uppers = context.Process(target=receivers, args=(count, transport, told, counted))
    uppers.start()
    process = context.Process(
        target=measured, args=(there, path, count, transport, session, seconds, ports.recv(), counted)
    )
    process.start()
    found: dict[str, float] = here.recv()
    process.join(30)
    ports.send("stop")
    uppers.join(10)
    say(f"  {found}; load {os.getloadavg()[0]:.2f}")
    row = figure(
        f"{session} of recordings to an upper, {count} at once over {transport.upper()}",
        "ms CPU/channel-second",
        found["cpu_ms"],
        None,
        TARGET * (4 if session == "Download" else 1),
        not found["over"],
    )
    row["note"] = (
        f"{transport.upper()}, {count} at once: {found['cpu_ms'] * count / 10:.0f} % of a core at {found['mbit']:.2f} Mbit/s that arrived of each, {found['kernel_ms']:.2f} ms of it in the kernel; {found['grown_mb']:.0f} MB more memory in all; the loop was {found['late_ms']:.0f} ms late at most; load at the end {os.getloadavg()[0]:.1f}."
    )
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receivers", type=int, default=20, help="how many are played at once")
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds that are measured in each run")
    parser.add_argument("--bitrate", type=int, default=2_000_000, help="bit/s of a camera")
    parser.add_argument("--transport", choices=("both", "tcp", "udp"), default="both")
    options = parse(parser, receivers=2, seconds=1.0)
    path = film(options.bitrate)
    transports = ("tcp", "udp") if options.transport == "both" else (options.transport,)
    rows = [
        measure(path, count, one, session, options.seconds)
        for session, count in (("Playback", options.receivers), ("Download", 4))
        for one in transports
    ]
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
