"""How long from the wish for a channel of a GB/T 28181 device to its first whole picture: node, gateway and device at work.

The node's source (a read tick of 10 ms) asks a gateway process over signed HTTP, the gateway invites a simulated device in a
process of its own over SIP, and the device sends program stream over RTP to the node's port. The clock runs from the start of
the source to the unit that a recorder or viewer would be given. A simulated device answers at once and begins with a key
picture; what a real one takes for either comes on top. No peer: no other platform's path begins and ends where ours does.

    uv run bench/gb_play.py [--looks 100] [--transport both]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import random
import secrets
import socket
import statistics
import tempfile
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

from record import figure, film, say
from smoke import parse

HERE = "127.0.0.1"
SERVER, NVR, CHANNEL = "34020000002000000001", "34020000001180000001", "34020000001320000001"
PASSWORD = "bench-12345678"
CAMERA = UUID(int=1)
TARGET_MS = 500.0
"""p95 on one machine: of the second within which a picture has to stand, half is left to network and device."""


def free_port(kind: socket.SocketKind) -> int:
    """A port that nobody has now."""
    with socket.socket(type=kind) as found:
        found.bind((HERE, 0))
        return int(found.getsockname()[1])


def gateway(folder: str, sip: int, http: int, node: str, told: Connection) -> None:
    """The gateway's process, with an assignment that is on its disk and a web that is away."""
    import uvloop

    from custodes.gateway.assigned import save_assignment
    from custodes.gateway.keys import make_keys
    from custodes.gateway.process import GatewayProcess
    from custodes.settings import Settings
    from custodes.video.clock import SystemClock
    from custodes.video.wire.gateway_assignment import GatewayAssignment, GatewayChannel, GatewayDevice, GatewayNode
    from custodes.video.wire.seal import seal

    settings = Settings(
        data=Path(folder),
        gateway_id=SERVER,
        gateway_host=HERE,
        gateway_port=http,
        gateway_sip_host=HERE,
        gateway_sip_port=sip,
        web_internal_url=f"http://{HERE}:9",
    )
    settings.gateway_folder.mkdir(parents=True, exist_ok=True)
    keys = make_keys(settings.keys_folder / "gateway", settings.keys_folder / "public")
    assignment = GatewayAssignment(
        generation=1,
        gateway="gateway-1",
        devices=(GatewayDevice(id=NVR, sealed_password=seal(keys.seal.public_key(), PASSWORD)),),
        channels=(GatewayChannel(camera=CAMERA, device=NVR, channel=CHANNEL, node="node-1"),),
        nodes=(GatewayNode(name="node-1", key=node),),
        networks=("127.0.0.0/8",),
        web_key=node,
    )
    save_assignment(settings.gateway_folder, assignment)

    async def run() -> None:
        made = GatewayProcess(settings, keys, SystemClock())
        done = asyncio.Event()
        asyncio.get_running_loop().add_reader(told.fileno(), done.set)
        await made.run(done)

    uvloop.run(run())


def device(path: Path, sip: int, told: Connection) -> None:
    """The device's process: registers, answers calls and sends the film."""
    from custodes.gb28181.device.device import SimulatedDevice
    from custodes.gb28181.device.looped_film import LoopedFilm
    from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
    from custodes.gb28181.media.frame import Coding, Frame
    from custodes.gb28181.sip.digest import Secret
    from custodes.gb28181.sip.peer import Peer
    from custodes.gb28181.sip.registering import RegistrarServer, RegistrationStanding
    from custodes.gb28181.sip.transport import Transport
    from custodes.video.codec import bitstream
    from custodes.video.simcam.film import load_film
    from custodes.video.unit import Codec

    loaded = load_film(path, Codec.H264)
    reel = LoopedFilm(
        [
            Frame(
                Coding.H264, bitstream.lengths([n for n in nals if n[0] & 31 < 7]), key, i * 3600, 0, loaded.params.sets
            )
            for i, (nals, key) in enumerate(loaded.pictures)
        ]
    )
    words = itertools.count(1)
    own = Peer("UDP", HERE, free_port(socket.SOCK_DGRAM))
    upper = RegistrarServer(SERVER, NVR, Secret(PASSWORD), own)
    settings = SimulatedDeviceSettings(upper, Peer("UDP", HERE, sip), (SimulatedChannel(CHANNEL, "gate"),), HERE)
    salt = secrets.token_hex(4)
    core = SimulatedDevice(settings, lambda _id: reel, lambda: f"{salt}{next(words)}", random.random)
    streams: dict[tuple[int, bool], socket.socket] = {}

    def send() -> None:
        now = time.monotonic()
        wanted = {(stream.outlet.port, stream.outlet.tcp) for _channel, stream in core.streams}
        for gone in set(streams) - wanted:
            streams.pop(gone).close()
        for _channel, stream in core.streams:
            outlet = stream.outlet
            if stream.called and outlet.tcp and (outlet.port, True) not in streams:
                streams[outlet.port, True] = socket.create_connection((outlet.host, outlet.port), 1)
                core.connected(outlet.own)
        for parcel in core.media(now):
            outlet = parcel.outlet
            if (outlet.port, outlet.tcp) not in streams:
                streams[outlet.port, False] = socket.socket(type=socket.SOCK_DGRAM)
                streams[outlet.port, False].connect((outlet.host, outlet.port))
            with suppress(OSError):
                streams[outlet.port, outlet.tcp].sendall(parcel.octets)

    async def run() -> None:
        transport = Transport(
            core.endpoint, lambda event: core.take_in(event, time.monotonic(), time.time_ns() // 1000)
        )
        await transport.open(HERE, own.port)
        registered = False
        while not told.poll():
            core.step(time.monotonic(), time.time_ns() // 1000)
            transport.drain()
            send()
            if not registered and core.registering.standing is RegistrationStanding.IN:
                registered = True
                told.send("registered")
            await asyncio.sleep(0.002)
        await transport.close()

    asyncio.run(run())


async def look(http: int, key: Any, transport: str, looks: int) -> list[float]:
    """So many looks, one after the other; milliseconds of each."""
    from custodes.node.gb28181.calls import CallDesk
    from custodes.node.gb28181.gateway_client import GatewayClient
    from custodes.node.gb28181.place import CallPlace, CameraSources
    from custodes.node.gb28181.source import GbSource
    from custodes.video.clock import SystemClock
    from custodes.video.source.address import AddressPolicy
    from custodes.video.source.defaults import ConnectionOptions
    from custodes.video.source.tick import Reader
    from custodes.video.unit import AccessUnit
    from custodes.video.wire.assignment import GatewayAddress

    clock, policy = SystemClock(), AddressPolicy(allow_loopback=True)
    reader = Reader(clock, 10)
    client = GatewayClient(GatewayAddress(name="gateway-1", url=f"http://{HERE}:{http}"), "node-1", key, clock)
    desk = CallDesk("node-1/0", lambda: client)
    running = [asyncio.create_task(reader.run()), asyncio.create_task(desk.run())]
    took = []
    for _ in range(looks):
        shown: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def take(unit: AccessUnit, shown: asyncio.Future[float] = shown) -> None:
            if not shown.done():
                shown.set_result(time.perf_counter())

        source = GbSource(
            CAMERA,
            f"gb28181://{NVR}/{CHANNEL}",
            ConnectionOptions(transport="udp" if transport == "udp" else "tcp"),
            stream="main",
            place=CallPlace(HERE, (36_000, 37_998), CameraSources(policy=policy)),
            desk=desk,
            reader=reader,
            policy=policy,
            clock=clock,
            on_unit=take,
            on_state=lambda state: say(f"  {state.code}: {state.detail}") if state.code else None,
        )
        begun = time.perf_counter()
        source.start()
        async with asyncio.timeout(30):
            took.append((await shown - begun) * 1000)
        source.stop()
        await asyncio.sleep(random.uniform(0.1, 0.2))
    await desk.stop()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    reader.close()
    return took


def measure(path: Path, transport: str, looks: int) -> dict[str, Any]:
    """One transport, with processes of its own."""
    import uvloop
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from custodes.keyfile import public_line

    say(f"{looks} looks over {transport.upper()} (load {os.getloadavg()[0]:.2f}) …")
    key, context = Ed25519PrivateKey.generate(), multiprocessing.get_context("spawn")
    sip, http = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    with tempfile.TemporaryDirectory() as folder:
        to_gateway, gateway_told = context.Pipe()
        to_device, device_told = context.Pipe()
        processes = [
            context.Process(target=gateway, args=(folder, sip, http, public_line(key), gateway_told)),
            context.Process(target=device, args=(path, sip, device_told)),
        ]
        for process in processes:
            process.start()
        try:
            if not to_device.poll(60):
                raise SystemExit("the device did not register")
            to_device.recv()
            took = uvloop.run(look(http, key, transport, looks))
        finally:
            to_device.send("stop")
            to_gateway.send("stop")
            for process in processes:
                process.join(15)
                process.kill()
    took.sort()
    p50, p95 = statistics.median(took), took[int(0.95 * (len(took) - 1))]
    say(f"  p50 {p50:.0f} ms, p95 {p95:.0f}, worst {took[-1]:.0f}; load {os.getloadavg()[0]:.2f}")
    row = figure(
        f"GB/T 28181, wish to first picture over {transport.upper()}, p95", "ms", p95, None, TARGET_MS, p95 <= TARGET_MS
    )
    row["note"] = (
        f"{transport.upper()}: p50 {p50:.0f} ms of {looks} looks, worst {took[-1]:.0f}; a simulated device that answers at once,"
        f" load at the end {os.getloadavg()[0]:.1f}."
    )
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=100, help="looks over each transport")
    parser.add_argument("--transport", choices=("both", "tcp", "udp"), default="both")
    options = parse(parser, looks=2)
    path = film(4_000_000)
    transports = ("tcp", "udp") if options.transport == "both" else (options.transport,)
    print(json.dumps([measure(path, one, options.looks) for one in transports], ensure_ascii=False))


if __name__ == "__main__":
    main()
