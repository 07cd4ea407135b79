"""What receiving a GB/T 28181 channel costs: RTP over TCP and over UDP into frames, beside FFmpeg on the same program stream.

Simulated channels (1080p25, 4 Mbit/s, G.711 beside the pictures) are sent by a process of their own, packets spaced as on a device's
link of 100 Mbit/s. Ours is what a media process does: one tick for all sockets, RTP put into order, the program stream taken apart, whole
frames handed on. The peer is one ``ffmpeg -f mpeg -c copy`` a channel; FFmpeg knows no RTP with program stream, so that it is
sent the same stream, in the same pieces at the same times, without RTP. Steady state only: the first seconds are left out.

Measured at both ticks of a node: the short one while somebody watches, the calm one while nobody does (decision 0020).

    uv run bench/gb_ingest.py [--channels 16,64] [--seconds 20] [--transport both] [--tick 10,37]
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from record import figure, film, own_cpu, pss_mb, say
from smoke import parse, settling

HERE = "127.0.0.1"
WARM_UP = settling(5.0)
TARGETS = {"tcp": 2.0, "udp": 4.0}
WATCHED_TICK, CALM_TICK = 10, 37
"""Periods of a node's read tick, ms: `CUSTODES_READ_TICK_MS`, `CUSTODES_READ_CALM_MS`."""
RATE = 25
LINK_PACE = 116e-6
"""Seconds between packets of 1448 octets on a link of 100 Mbit/s."""
SSRC = 200_000_000
TICKS = os.sysconf("SC_CLK_TCK")


def programme(path: Path) -> list[list[bytes]]:
    """The film as program stream with sound, each frame in the pieces that packets carry; the loop's times are its own."""
    from custodes.gb28181.media.frame import Coding, Frame
    from custodes.gb28181.media.mux import ProgramWriter
    from custodes.gb28181.media.rtp import PAYLOAD_OCTETS
    from custodes.video.codec import bitstream
    from custodes.video.simcam.film import load_film
    from custodes.video.unit import Codec

    loaded = load_film(path, Codec.H264)
    writer = ProgramWriter(Coding.H264, Coding.G711A)
    frames = []
    for number, (nals, key) in enumerate(loaded.pictures):
        at = 90_000 + number * 90_000 // RATE
        kept = [nal for nal in nals if nal[0] & 31 < 7]
        pack = writer.frame(Frame(Coding.H264, bitstream.lengths(kept), key, at, 0, loaded.params.sets))
        pack += writer.frame(Frame(Coding.G711A, bytes(8000 // RATE), True, at, 0))
        frames.append([pack[place : place + PAYLOAD_OCTETS] for place in range(0, len(pack), PAYLOAD_OCTETS)])
    return frames


def send(path: Path, ports: list[int], transport: str, bare: bool, told: Connection) -> None:
    """The devices' process: send to each port until the pipe says so. `bare` leaves RTP out."""
    from custodes.gb28181.media.rtp import framed, pack_header

    frames = programme(path)
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    socks = []
    for port in ports:
        sock = socket.socket(socket.AF_INET, kind)
        for _ in range(100):
            try:
                sock.connect((HERE, port))
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        if transport == "tcp":
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        socks.append(sock)
    sequences = [0] * len(ports)
    begun = time.monotonic()
    # (when, channel, frame, piece): a heap of what is due next, frames of the channels spread over the frame time.
    due = [(begun + n / RATE / len(ports), n, 0, 0) for n in range(len(ports))]
    heapq.heapify(due)
    told.send("sending")
    while not told.poll():
        wait = due[0][0] - time.monotonic()
        if wait > 0.0002:
            time.sleep(min(wait, 0.02))
            continue
        at, channel, number, piece = heapq.heappop(due)
        pieces = frames[number % len(frames)]
        packet = pieces[piece]
        if not bare:
            last = piece == len(pieces) - 1
            sequence = sequences[channel]
            sequences[channel] = sequence + 1
            packet = pack_header(96, last, sequence, number * 90_000 // RATE, SSRC + channel) + packet
            if transport == "tcp":
                packet = framed(packet)
        with suppress(BlockingIOError, ConnectionError):  # a receiver that is behind shows in its frames
            socks[channel].send(packet)
        if piece + 1 < len(pieces):
            heapq.heappush(due, (at + LINK_PACE, channel, number, piece + 1))
        else:
            following = begun + (number + 1) / RATE + channel / RATE / len(ports)
            heapq.heappush(due, (max(following, at + LINK_PACE), channel, number + 1, 0))


class Devices:
    """The sending process, for a while."""

    def __init__(self, path: Path, ports: list[int], transport: str, *, bare: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=send, args=(path, ports, transport, bare, theirs))
        self.process.start()

    def stop(self) -> None:
        """End it."""
        self.pipe.send("stop")
        self.process.join(10)
        if self.process.is_alive():
            self.process.terminate()


async def receive(
    count: int, transport: str, seconds: float, tick_ms: int, told: Connection, profile: str
) -> dict[str, float]:
    """What a media process does with its channels, measured in this process."""
    from custodes.gb28181.media.bounds import Sources
    from custodes.gb28181.media.frame import Frame
    from custodes.gb28181.media.poll import TickPoll
    from custodes.gb28181.media.receiver import Receiver
    from custodes.gb28181.media.tcp import TcpChannel
    from custodes.gb28181.media.udp import UdpChannel

    pictures = octets = 0

    def take(frame: Frame) -> None:
        nonlocal pictures, octets
        pictures += frame.coding.video
        octets += len(frame.data)

    before = pss_mb("self")
    poll, rng, sources, ports = TickPoll(tick_ms), random.Random(), Sources.of(["127.0.0.0/8"]), []
    receivers = []
    channels: list[TcpChannel | UdpChannel] = []
    for number in range(count):
        receiver = Receiver(take, poll.now, expected=(SSRC + number,), tcp=transport == "tcp")
        if transport == "tcp":
            tcp = TcpChannel(poll, receiver, sources=sources)
            ports.append(tcp.listen(HERE, (34_000, 37_998), rng))
            channels.append(tcp)
        else:
            udp = UdpChannel(poll, receiver, address=HERE, ports=(34_000, 37_998), sources=sources, rng=rng)
            ports.append(udp.port)
            channels.append(udp)
        receivers.append(receiver)
        poll.each_second.add(channels[-1].each_second)
    told.send(ports)
    running = asyncio.create_task(poll.run())
    while pictures < count:
        await asyncio.sleep(0.1)
    await asyncio.sleep(WARM_UP)
    profiler = None
    if profile:
        import cProfile

        profiler = cProfile.Profile()
        profiler.enable()
    kernel = resource.getrusage(resource.RUSAGE_SELF).ru_stime
    cpu, wall, first = own_cpu(), time.monotonic(), pictures
    await asyncio.sleep(seconds)
    cpu, wall, seen = own_cpu() - cpu, time.monotonic() - wall, pictures - first
    kernel = resource.getrusage(resource.RUSAGE_SELF).ru_stime - kernel
    if profiler is not None:
        profiler.disable()
        profiler.dump_stats(profile)
    memory = (pss_mb("self") - before) / count
    running.cancel()
    for channel in channels:
        channel.close()
    poll.close()
    return {
        "cpu_ms": cpu * 1000 / wall / count,
        "kernel_ms": kernel * 1000 / wall / count,
        "fps": seen / wall / count,
        "memory_mb": memory,
        "lost": float(sum(one.tally.lost for one in receivers)),
        "throttled": float(sum(one.throttled for one in channels)),
    }


def ours(count: int, transport: str, seconds: float, tick_ms: int, told: Connection, profile: str) -> None:
    """The measured process."""
    import uvloop

    told.send(uvloop.run(receive(count, transport, seconds, tick_ms, told, profile)))


def measure_ours(path: Path, count: int, transport: str, tick_ms: int, options: argparse.Namespace) -> dict[str, float]:
    """Run `ours` in a fresh process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=ours, args=(count, transport, options.seconds, tick_ms, there, options.profile))
    process.start()
    devices = Devices(path, here.recv(), transport, bare=False)
    try:
        result: dict[str, float] = here.recv()
    finally:
        devices.stop()
        process.join(30)
    return result


def cpu_of(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_ports(count: int, transport: str) -> list[int]:
    """Ports that nobody has now."""
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    socks = [socket.socket(socket.AF_INET, kind) for _ in range(count)]
    for sock in socks:
        sock.bind((HERE, 0))
    ports = [sock.getsockname()[1] for sock in socks]
    for sock in socks:
        sock.close()
    return ports


def measure_peer(path: Path, count: int, transport: str, seconds: float) -> dict[str, float] | None:
    """One FFmpeg process a channel; None when there is no FFmpeg."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    ports = free_ports(count, transport)
    more = "?listen=1" if transport == "tcp" else "?buffer_size=2000000"
    started = [
        subprocess.Popen(
            [
                *(program, "-nostdin", "-loglevel", "error", "-f", "mpeg", "-i", f"{transport}://{HERE}:{port}{more}"),
                *("-map", "0", "-c", "copy", "-f", "null", "-"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for port in ports
    ]
    time.sleep(2)
    devices = Devices(path, ports, transport, bare=True)
    try:
        devices.pipe.recv()
        time.sleep(2 * WARM_UP)  # it looks for streams for five seconds
        cpu, wall = sum(cpu_of(p.pid) for p in started), time.monotonic()
        time.sleep(seconds)
        if any(p.poll() is not None for p in started):
            say("  a peer process ended early; the peer is left out")
            return None
        cpu, wall = sum(cpu_of(p.pid) for p in started) - cpu, time.monotonic() - wall
        memory = sum(pss_mb(p.pid) for p in started) / count
    finally:
        for p in started:
            p.send_signal(signal.SIGKILL)
        for p in started:
            p.wait()
        devices.stop()
    return {"cpu_ms": cpu * 1000 / wall / count, "memory_mb": memory}


def measure(path: Path, count: int, transport: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Ours at each tick, and the peer, in turn."""
    peer = None if options.no_peer else measure_peer(path, count, transport, options.seconds)
    return [measure_at(tick_ms, path, count, transport, peer, options) for tick_ms in map(int, options.tick.split(","))]


def measure_at(
    tick_ms: int, path: Path, count: int, transport: str, peer: dict[str, float] | None, options: argparse.Namespace
) -> dict[str, Any]:
    """Ours at one tick."""
    say(f"{count} channels over {transport.upper()}, tick {tick_ms} ms (load {os.getloadavg()[0]:.2f}) …")
    mine = measure_ours(path, count, transport, tick_ms, options)
    say(f"  ours {mine}; peer {peer}; load {os.getloadavg()[0]:.2f}")
    kept_up = mine["fps"] >= 24
    calm = "" if tick_ms == WATCHED_TICK else f", read every {tick_ms} ms"
    row = figure(
        f"receive one channel, {count} channels over {transport.upper()}, packet-paced{calm}",
        "ms CPU/channel-second",
        mine["cpu_ms"],
        peer["cpu_ms"] if peer else None,
        TARGETS[transport],
        kept_up and mine["cpu_ms"] <= TARGETS[transport],
    )
    row["note"] = (
        f"{transport.upper()}{calm}: {1000 / mine['cpu_ms']:.0f} channels a core at {mine['fps']:.1f} fps, {mine['kernel_ms']:.2f} ms of it in the kernel; {mine['memory_mb']:.2f} MB a channel"
        + (f" beside {peer['memory_mb']:.1f}" if peer else "")
        + f"; {mine['lost']:.0f} packets lost, load at the end {os.getloadavg()[0]:.1f}."
    )
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", default="16,64", help="how many channels, one run for each number")
    parser.add_argument("--seconds", type=float, default=20.0, help="seconds that are measured in each run")
    parser.add_argument("--bitrate", type=int, default=4_000_000, help="bit/s of a channel")
    parser.add_argument("--transport", choices=("both", "tcp", "udp"), default="both")
    parser.add_argument(
        "--tick",
        default=f"{WATCHED_TICK},{CALM_TICK}",
        help="periods of the read tick, ms, one run for each: while somebody watches, while nobody does",
    )
    parser.add_argument("--no-peer", action="store_true", help="leave the peer out")
    parser.add_argument("--profile", default="", help="write a cProfile of our process here (costs CPU: no figure)")
    options = parse(parser, channels="2", seconds=1.0, tick=str(CALM_TICK))
    path = film(options.bitrate)
    transports = ("tcp", "udp") if options.transport == "both" else (options.transport,)
    print(
        json.dumps(
            [
                row
                for count in map(int, options.channels.split(","))
                for one in transports
                for row in measure(path, count, one, options)
            ],
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
