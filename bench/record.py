"""What recording a camera costs: CPU and memory of the real ingest path, beside one FFmpeg process per camera.

Simulated 1080p25 cameras at 4 Mbit/s are served by a process of their own, with whole frames and with packets spaced as
on a camera's link (the figure to quote). Ours is what a worker does: source, hub, recorder, archive, group sync. The
peer is ``ffmpeg -c copy -f segment`` for each camera. Steady state only: the first seconds are left out.

Nobody watches, so that cameras are read with the calm tick (decision 0020); `--watched` measures with the short one.

    uv run bench/record.py [--cameras 16,64] [--shape both] [--seconds 20] [--watched] [--transport udp]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from smoke import parse, settling

Transport = Literal["tcp", "udp"]
WARM_UP = settling(8.0)
TICKS = os.sysconf("SC_CLK_TCK")
CPU_TARGET = 1.5
CPU_RATIO = 0.45
MEMORY_TARGET = 2.0


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def film(bitrate: int) -> Path:
    """One 12 s film of a simulated street, made once for each machine."""
    from custodes.video.simcam.cast import cast
    from custodes.video.simcam.film import FilmOrder, FilmShape, make_film
    from custodes.video.unit import Codec

    cache = Path(tempfile.gettempdir()) / f"custodes-bench-{os.getuid()}"
    order = FilmOrder(cast(1)[0], Codec.H264, FilmShape(1920, 1080, bitrate), FilmShape(640, 360, 300_000))
    say(f"filming 12 s of 1080p25 at {bitrate / 1e6:g} Mbit/s (kept in {cache.name}) …")
    return make_film(order, cache)[0]


def serve(path: Path, count: int, paced: bool, told: Connection) -> None:
    """The cameras' process: serve until the pipe says so."""
    from custodes.video.clock import SystemClock
    from custodes.video.rtsp.digest import Guard
    from custodes.video.rtsp.mount import Mount, loop
    from custodes.video.rtsp.server import LINK_PACE, RtspServer
    from custodes.video.simcam.film import load_film
    from custodes.video.unit import Codec

    loaded = load_film(path, Codec.H264)
    clock = SystemClock()
    pace = LINK_PACE if paced else 0.0
    mounts = [
        Mount(f"c{n}", loaded.params, loop(loaded.params, loaded.pictures, 25.0), pace=pace) for n in range(count)
    ]
    with RtspServer(mounts, Guard({}, clock, secrets.token_bytes(32)), clock) as server:
        told.send(server.port)
        told.recv()


@contextmanager
def cameras(path: Path, count: int, paced: bool) -> Iterator[int]:
    """Cameras in a process of their own; gives their port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(path, count, paced, theirs))
    process.start()
    try:
        if not ours.poll(120):
            raise RuntimeError("the cameras did not start")
        yield ours.recv()
    finally:
        ours.send("stop")
        process.join(10)
        if process.is_alive():
            process.terminate()


def pss_mb(pid: int | str) -> float:
    """Proportional set size of a process, MB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no Pss")


def own_cpu() -> float:
    """CPU seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def ingest(
    port: int, count: int, folder: Path, seconds: float, profile: str, watched: bool, transport: Transport
) -> dict[str, float]:
    """What a worker does with its cameras, measured in this process."""

    from custodes.node.camera_tools import Tools, call_later_on
    from custodes.node.cameras import CameraSet
    from custodes.node.gb28181.calls import CallDesk
    from custodes.node.making import CameraMaker, place_of
    from custodes.settings import Settings
    from custodes.video.archive.archive import Archive
    from custodes.video.archive.volume import VolumeConfig
    from custodes.video.clock import SystemClock
    from custodes.video.recorder.host_clock import CachedHostSync
    from custodes.video.source.address import AddressPolicy
    from custodes.video.source.tick import Reader
    from custodes.video.wire.assignment import CameraAssignment, SourceAssignment

    clock, settings = SystemClock(), Settings(data=folder, training=True)
    archive = Archive.open(
        folder / "index.sqlite3",
        [VolumeConfig(folder / "footage", reserve_bytes=0)],
        node="bench",
        worker=0,
        clock=clock,
        sync_seconds=settings.sync_seconds,
    )
    reader = Reader(clock, tick_ms=settings.read_tick_ms, calm_ms=settings.read_calm_ms)
    reader.watch(int(watched))
    policy = AddressPolicy(allow_loopback=True)
    place = place_of(settings, policy, 0, 1)
    calls = CallDesk("bench/0", lambda: None)  # no camera is a channel of a device: nobody is called
    maker = CameraMaker(archive, reader, policy, clock, CachedHostSync(clock), settings, place, calls)
    camera_set = CameraSet(
        Tools(
            make_source=maker.source,
            make_recorder=maker.recorder,
            retire=archive.retire,
            change_terms=maker.terms,
            unseal=str,
            gop_cache_bytes=settings.gop_cache_bytes,
            call_later=call_later_on(asyncio.get_running_loop()),
            now_us=clock.wall_us,
            watching=reader.watch,
        )
    )
    before = pss_mb("self")
    running = asyncio.create_task(reader.run())
    camera_set.apply(
        CameraAssignment(
            id=uuid.uuid4(),
            name=f"camera {n}",
            main=SourceAssignment(url=f"rtsp://127.0.0.1:{port}/c{n}", transport=transport),
        )
        for n in range(count)
    )
    await asyncio.sleep(WARM_UP)
    units = sum(camera.hub("main").units for camera in camera_set)
    cpu, wall = own_cpu(), time.monotonic()
    profiler = None
    if profile:
        import cProfile

        profiler = cProfile.Profile()
        profiler.enable()
    await asyncio.sleep(seconds)
    if profiler is not None:
        profiler.disable()
        profiler.dump_stats(profile)
    cpu, wall = own_cpu() - cpu, time.monotonic() - wall
    units = sum(camera.hub("main").units for camera in camera_set) - units
    cached = sum(camera.hub("main").cached_bytes for camera in camera_set) / (1 << 20)
    memory = (pss_mb("self") - before - cached) / count
    running.cancel()
    camera_set.stop()
    reader.close()
    archive.close()
    return {
        "cpu_ms": cpu * 1000 / wall / count,
        "memory_mb": memory,
        "cached_mb": cached / count,
        "fps": units / wall / count,
    }


def ours(
    port: int,
    count: int,
    seconds: float,
    told: Connection,
    profile: str,
    watched: bool = False,
    transport: Transport = "tcp",
) -> None:
    """The measured process."""
    import structlog
    import uvloop

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(prefix="custodes-record-") as folder:
        told.send(uvloop.run(ingest(port, count, Path(folder), seconds, profile, watched, transport)))


def measure_ours(
    port: int, count: int, seconds: float, profile: str, watched: bool, transport: Transport
) -> dict[str, float]:
    """Run `ours` in a fresh process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=ours, args=(port, count, seconds, there, profile, watched, transport))
    process.start()
    there.close()
    result: dict[str, float] = here.recv()
    process.join(30)
    return result


def _peer_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure_peer(port: int, count: int, seconds: float, transport: Transport) -> dict[str, float] | None:
    """One FFmpeg process a camera; None when there is no FFmpeg."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="custodes-peer-") as folder:
        started = [
            subprocess.Popen(
                [
                    *(program, "-nostdin", "-loglevel", "error", "-rtsp_transport", transport),
                    *("-i", f"rtsp://127.0.0.1:{port}/c{n}", "-c", "copy", "-f", "segment", "-segment_time", "60"),
                    *("-segment_format", "mp4", f"{folder}/{n}-%d.mp4"),
                ],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for n in range(count)
        ]
        try:
            time.sleep(WARM_UP)
            cpu, wall = sum(_peer_cpu(p.pid) for p in started), time.monotonic()
            time.sleep(seconds)
            if any(p.poll() is not None for p in started):
                say("  a peer process ended early; the peer is left out")
                return None
            cpu, wall = sum(_peer_cpu(p.pid) for p in started) - cpu, time.monotonic() - wall
            memory = sum(pss_mb(p.pid) for p in started) / count
        finally:
            for p in started:
                p.send_signal(signal.SIGKILL)
            for p in started:
                p.wait()
    return {"cpu_ms": cpu * 1000 / wall / count, "memory_mb": memory}


def figure(name: str, unit: str, ours_: float, peer: float | None, target: float, met: bool) -> dict[str, Any]:
    """One figure as every bench prints it."""
    return {
        "figure": name,
        "unit": unit,
        "ours": round(ours_, 3),
        "peer": None if peer is None else round(peer, 3),
        "ratio": None if not peer else round(ours_ / peer, 3),
        "target": target,
        "met": met,
    }


def measure(path: Path, count: int, paced: bool, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Both in turn, under the same cameras."""
    shape = "packet-paced" if paced else "whole frames"
    say(f"{count} cameras, {shape}: ours {WARM_UP + options.seconds:.0f} s, then the peer …")
    with cameras(path, count, paced) as port:
        mine = measure_ours(port, count, options.seconds, options.profile, options.watched, options.transport)
        peer = None if options.no_peer else measure_peer(port, count, options.seconds, options.transport)
    say(
        f"  ours {mine['cpu_ms']:.2f} ms/camera-second at {mine['fps']:.1f} fps, {mine['memory_mb']:.2f} MB beyond a"
        f" GOP cache of {mine['cached_mb']:.2f} MB"
        + (f"; peer {peer['cpu_ms']:.2f} ms, {peer['memory_mb']:.1f} MB" if peer else "; no peer")
    )
    if mine["fps"] < 24:
        say("  the machine did not keep up: the figure is not one of steady state")
    peer_cpu, peer_memory = (peer["cpu_ms"], peer["memory_mb"]) if peer else (None, None)
    kept_up = mine["fps"] >= 24
    cpu_met = kept_up and mine["cpu_ms"] <= CPU_TARGET and (peer_cpu is None or mine["cpu_ms"] <= CPU_RATIO * peer_cpu)
    memory_met = kept_up and mine["memory_mb"] <= MEMORY_TARGET
    about = f"{count} cameras, {shape}{', watched' if options.watched else ''}"
    about += ", UDP" if options.transport == "udp" else ""
    return [
        figure(f"record one camera, {about}", "ms CPU/camera-second", mine["cpu_ms"], peer_cpu, CPU_TARGET, cpu_met),
        figure(
            f"memory beyond the GOP cache, {about}",
            "MB/camera",
            mine["memory_mb"],
            peer_memory,
            MEMORY_TARGET,
            memory_met,
        ),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cameras", default="16,64", help="how many cameras, one run for each number")
    parser.add_argument("--shape", choices=("both", "paced", "whole"), default="both")
    parser.add_argument("--seconds", type=float, default=20.0, help="seconds that are measured in each run")
    parser.add_argument("--bitrate", type=int, default=4_000_000, help="bit/s of a camera")
    parser.add_argument("--profile", default="", help="write a cProfile of our process here (costs CPU: no figure)")
    parser.add_argument(
        "--watched", action="store_true", help="read with the short tick, as while somebody watches live"
    )
    parser.add_argument("--transport", choices=("tcp", "udp"), default="tcp", help="how the cameras send")
    parser.add_argument("--no-peer", action="store_true", help="leave the peer out")
    options = parse(parser, cameras="2", seconds=1.0)
    path = film(options.bitrate)
    shapes = {"both": (False, True), "paced": (True,), "whole": (False,)}[options.shape]
    figures = [
        one
        for count in map(int, options.cameras.split(","))
        for paced in shapes
        for one in measure(path, count, paced, options)
    ]
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
