"""A catalogue of 100,000 channels on its way through the whole gateway: from a device's registration to the web's last part.

    uv run bench/gb_catalogue.py [--channels 100000] [--carrier UDP] [--of-part 1] [--devices 4]

`custodes gateway` runs as a process of its own; the device (the library's own) and a stand-in for the web are this process, so that on a
machine of few cores the two share them. One entry a message is what devices send over UDP, fifty what a platform sends over TCP; both
without `--carrier`. Several devices share the channels and this process; each sends its next part after the answer to the one before,
so that one device shows how long a round takes and several how many rounds there are in a second.
There is no peer in this run.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.gateway.keys import make_keys
from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registering import RegistrarServer
from custodes.gb28181.sip.transport import Transport
from custodes.keyfile import public_line
from custodes.video.wire.gateway_assignment import GatewayAssignment, GatewayDevice
from custodes.video.wire.seal import seal
from smoke import parse

GATEWAY, PASSWORD = "54010000002000000001", "12345678"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def device_id(number: int) -> str:
    """Of a device, from 0."""
    return f"5401000000200{number + 2:07}"


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Web(BaseHTTPRequestHandler):
    """Gives the assignment once and takes everything; signatures are not looked at."""

    assignment = ""
    items = 0
    left: set[str] = set()
    complete = True
    done = threading.Event()

    def do_GET(self) -> None:
        """The assignment."""
        if self.path.endswith("after=0"):
            self._answer(200, self.assignment.encode())
        else:
            time.sleep(1)
            self._answer(204, b"")

    def do_POST(self) -> None:
        """A report."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("catalogue"):
            kind = type(self)
            kind.items += len(body["items"])
            kind.complete = kind.complete and body["complete"]
            if body["part"] == body["parts"] - 1:
                self.left.discard(body["device"])
            if not self.left:
                self.done.set()
        self._answer(204, b"")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def _answer(self, status: int, body: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # the gateway has ended
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


def cpu(pid: int) -> float:
    """Seconds of CPU so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def memory(pid: int, what: str) -> float:
    """MB: ``VmRSS`` now, ``VmHWM`` at most."""
    return int(Path(f"/proc/{pid}/status").read_text().partition(f"{what}:")[2].split()[0]) / 1024


def _film(channel: str) -> LoopedFilm:
    raise NotImplementedError("nobody calls it here")


async def start(
    number: int, port: int, count: int, of_part: int, carrier: Carrier
) -> tuple[SimulatedDevice, Transport]:
    """A device that will register, behind sockets of its own."""
    words = itertools.count(1)
    own = Peer(carrier, "127.0.0.1", free_port())
    upper = RegistrarServer(GATEWAY, device_id(number), Secret(PASSWORD), own)
    channels = tuple(
        SimulatedChannel(f"5401000000132{number:07}", f"城关区摄像机{number}") for number in range(1, count + 1)
    )
    settings = SimulatedDeviceSettings(upper, Peer(carrier, "127.0.0.1", port), channels, "127.0.0.1", of_part=of_part)
    salt = secrets.token_hex(4)
    device = SimulatedDevice(settings, _film, lambda: f"{salt}{next(words)}", lambda: 0.5)
    transport = Transport(
        device.endpoint, lambda event: device.take_in(event, time.monotonic(), time.time_ns() // 1000)
    )
    await transport.open("127.0.0.1", own.port)
    if carrier == "TCP":
        device.platform = await transport.connect("127.0.0.1", port)
    return device, transport


async def play(port: int, count: int, of_part: int, carrier: Carrier, devices: int) -> None:
    """The devices register and answer until the web has all."""
    started = [await start(number, port, count // devices, of_part, carrier) for number in range(devices)]
    while not Web.done.is_set():
        for device, transport in started:
            device.step(time.monotonic(), time.time_ns() // 1000)
            transport.drain()
        await asyncio.sleep(0.01)
    for _device, transport in started:
        await transport.close()


def measure(channels: int, of_part: int, carrier: Carrier, count: int = 1) -> list[dict[str, Any]]:
    """One catalogue through a gateway of its own, or those of `count` devices that share the channels."""
    ids = [device_id(number) for number in range(count)]
    Web.items, Web.complete, Web.left, Web.done = 0, True, set(ids), threading.Event()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = make_keys(folder / "keys" / "gateway", folder / "keys" / "public")
        web_key = public_line(Ed25519PrivateKey.generate())
        devices = tuple(GatewayDevice(id=id, sealed_password=seal(keys.seal.public_key(), PASSWORD)) for id in ids)
        Web.assignment = GatewayAssignment(
            generation=1, gateway="gateway-1", devices=devices, networks=("127.0.0.0/8",), web_key=web_key
        ).model_dump_json()
        web = ThreadingHTTPServer(("127.0.0.1", 0), Web)
        threading.Thread(target=web.serve_forever, daemon=True).start()
        port = free_port()
        environment = {
            **os.environ,
            "CUSTODES_DATA": name,
            "CUSTODES_GATEWAY_ID": GATEWAY,
            "CUSTODES_GATEWAY_SIP_PORT": str(port),
            "CUSTODES_GATEWAY_PORT": str(free_port()),
            "CUSTODES_WEB_INTERNAL_URL": f"http://127.0.0.1:{web.server_port}",
        }
        with (folder / "log").open("wb") as log:
            gateway = subprocess.Popen(
                [sys.executable, "-m", "custodes.cli", "gateway"], env=environment, stdout=log, stderr=log
            )
        try:
            while not (folder / "gateway" / "assignment.json").exists():
                if gateway.poll() is not None:
                    raise SystemExit((folder / "log").read_text())
                time.sleep(0.1)
            time.sleep(1)
            bare, before, begun = memory(gateway.pid, "VmRSS"), cpu(gateway.pid), time.monotonic()
            asyncio.run(play(port, channels, of_part, carrier, count))
            took, spent = time.monotonic() - begun, cpu(gateway.pid) - before
            peak = memory(gateway.pid, "VmHWM") - bare
        finally:
            gateway.terminate()
            gateway.wait(20)
    if (Web.items, Web.complete) != (channels, True):
        raise SystemExit(f"the web got {Web.items} of {channels}, complete: {Web.complete}")
    what = f"catalogue of {channels:,} channels, {of_part} a message over {carrier}"
    if count > 1:
        what = f"{count} catalogues of {channels:,} channels in all, {of_part} a message over {carrier}"
    figures = [
        row(f"{what}: from registration to the web's last part", "s", took, 60),
        row(f"{what}: CPU of the gateway", "s", spent, None),
        row(f"{what}: memory of the gateway at most", "MB", peak, None),
    ]
    for one in figures:
        print(f"{one['ours']:>12} {one['unit']:<4} {one['figure']}", file=sys.stderr)
    return figures


def main() -> None:
    """Measure and print; the last line is the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=100_000)
    parser.add_argument("--of-part", type=int, default=1, help="entries of a message, with --carrier")
    parser.add_argument("--carrier", choices=["UDP", "TCP"])
    parser.add_argument("--devices", type=int, default=1, help="that have the channels, at once")
    options = parse(parser, channels=200)
    ways = [(options.of_part, options.carrier)] if options.carrier else [(50, "TCP"), (1, "UDP")]
    print(
        json.dumps(
            [row for of_part, carrier in ways for row in measure(options.channels, of_part, carrier, options.devices)]
        )
    )


def row(figure: str, unit: str, ours: float, target: float | None) -> dict[str, Any]:
    """A row of the page of figures."""
    met = None if target is None else ours <= target
    return {
        "figure": figure, "unit": unit, "ours": round(ours, 1), "peer": None, "ratio": None, "target": target, "met": met,
    }  # fmt: skip


if __name__ == "__main__":
    main()
