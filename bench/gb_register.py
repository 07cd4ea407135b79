"""The SIP registrar under load: a burst of registrations, then the keepalives of all devices, from sipp over UDP on loopback.

    uv run bench/gb_register.py [--devices 10000] [--burst 500] [--seconds 60]

The registrar runs in a process of its own; its CPU and memory are read from outside. sipp (Debian's sip-tester) is the devices: first
`--burst` of them a second register with digest until all are in, then each sends a keepalive a minute for `--seconds`. Lost is what
sipp had to send again or gave up. There is no peer in this run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from smoke import parse

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = Path(__file__).with_name("gb_register_scenarios")
sys.path.insert(0, str(ROOT))
SERVER, REALM, PASSWORD = "34020000002000000001", "3402000000", "12345678"
INTERVAL = 60


def ids(count: int) -> list[str]:
    """The devices."""
    return [f"3402000000132{number:07}" for number in range(1, count + 1)]


def serve(count: int) -> None:
    """The registrar's process: prints its port, then what it has seen for each line that it is sent."""
    from custodes.gb28181.sip.account import SipAccount
    from custodes.gb28181.sip.digest import Secret
    from custodes.gb28181.sip.endpoint import Endpoint
    from custodes.gb28181.sip.events import Event, RequestReceived
    from custodes.gb28181.sip.guard import DigestGuard
    from custodes.gb28181.sip.peer import Peer
    from custodes.gb28181.sip.rate import HostRates
    from custodes.gb28181.sip.registrar import Registrar
    from custodes.gb28181.sip.transport import PeerBounds, Transport

    async def run() -> None:
        accounts = {device: SipAccount(device, Secret(PASSWORD)) for device in ids(count)}
        registrar = Registrar(SERVER, DigestGuard(REALM, secrets.token_bytes(32)), accounts.get)
        endpoint = Endpoint(
            SERVER,
            REALM,
            lambda _peer: Peer("UDP", "127.0.0.1", transport.port),
            lambda: secrets.token_hex(12),
            registrar,
        )

        def on_event(event: Event) -> None:
            if isinstance(event, RequestReceived):
                endpoint.reply(event.transaction, 200)

        # All devices are behind one address here.
        transport = Transport(endpoint, on_event, PeerBounds(rates=HostRates(rate=1e6, burst=1e6)))
        await transport.open("127.0.0.1", 0)
        print(transport.port, flush=True)
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            seen = {"registered": len(registrar), "kept": endpoint.counts, "refused": dict(endpoint.refusals)}
            print(json.dumps(seen | {"dropped": dict(transport.dropped)}), flush=True)
        await transport.close()

    asyncio.run(run())


class Served:
    """The registrar's process, seen from outside."""

    def __init__(self, count: int) -> None:
        command = [sys.executable, __file__, "--serve", "--devices", str(count)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def seen(self) -> dict[str, Any]:
        """What it has seen."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._line())
        return found

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MB resident."""
        text = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(text.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def sipp(scenario: str, served: Served, own_port: int, folder: Path, calls: int, rate: float) -> dict[str, float]:
    """Run a scenario; failed calls, repetitions, and the seconds that it took."""
    stats = folder / f"{scenario}.csv"
    command = [
        "sipp", f"127.0.0.1:{served.port}", "-sf", str(SCENARIOS / scenario), "-i", "127.0.0.1", "-p", str(own_port), "-t", "u1",
        "-inf", str(folder / "devices.csv"), "-m", str(calls), "-r", str(round(rate)), "-l", str(calls), "-nostdin",
        "-trace_stat", "-stf", str(stats), "-fd", "1", "-buff_size", "8388608",
    ]  # fmt: skip
    begun = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    if not stats.exists():
        raise SystemExit(f"sipp ended with {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}")
    names, *_between, last = stats.read_text().splitlines()
    row = dict(zip(names.split(";"), last.split(";"), strict=False))
    response = re.split("[:.]", row.get("ResponseTime1(C)", "0:0:0:0"))
    return {
        "done": float(row["SuccessfulCall(C)"]),
        "failed": float(row["FailedCall(C)"]),
        "again": float(row["Retransmissions(C)"]),
        "response_ms": int(response[2]) * 1000 + int(response[3][:6]) / 1000,
        "seconds": time.monotonic() - begun,
    }


def row(figure: str, unit: str, ours: float, target: float | None, less: bool = True) -> dict[str, Any]:
    """A row of the page of figures."""
    met = None if target is None else (ours <= target if less else ours >= target)
    return {
        "figure": figure,
        "unit": unit,
        "ours": round(ours, 3),
        "peer": None,
        "ratio": None,
        "target": target,
        "met": met,
    }


def main() -> None:
    """Measure and print; the last line is the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--burst", type=int, default=500, help="registrations a second")
    parser.add_argument("--seconds", type=int, default=60, help="of keepalives")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parse(parser, devices=40, burst=40, seconds=2)
    if options.serve:
        serve(options.devices)
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        own_port = probe.getsockname()[1]
    rate = options.devices / INTERVAL
    served = Served(options.devices)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [f"{device};[authentication username={device} password={PASSWORD}]" for device in ids(options.devices)]
        (folder / "devices.csv").write_text("\n".join(["SEQUENTIAL", *rows, ""]))
        bare = served.memory()
        before = served.cpu()
        burst = sipp("burst.xml", served, own_port, folder, options.devices, options.burst)
        burst_cpu = served.cpu() - before
        seen = served.seen()
        print(f"burst: {burst}, registrar: {seen}", file=sys.stderr)
        before = served.cpu()
        keep = sipp("keepalive.xml", served, own_port, folder, round(rate * options.seconds), rate)
        keep_cpu = served.cpu() - before
        print(f"keepalives: {keep}, registrar: {served.seen()}", file=sys.stderr)
        grown = served.memory() - bare
    served.stop()
    lost = options.devices - seen["registered"]
    devices = f"{options.devices} devices"
    figures = [
        row(f"burst of {options.burst}/s, {devices}: devices lost", "devices", lost, 0),
        row(f"burst of {options.burst}/s, {devices}: messages that sipp sent again", "messages", burst["again"], None),
        row("burst: until a device is in, mean (sipp counts whole ms)", "ms", burst["response_ms"], None),
        row("burst: CPU a registration (401 and 200)", "ms", burst_cpu / options.devices * 1000, 2),
        row(f"{devices}, a keepalive a minute: CPU", "% of a core", keep_cpu / keep["seconds"] * 100, 100),
        row(f"{devices}, a keepalive a minute: keepalives given up", "keepalives", keep["failed"], 0),
        row("memory a device, answers kept for repetitions included", "KB", grown * 1024 / options.devices, None),
    ]
    for one in figures:
        print(f"{one['ours']:>12} {one['unit']:<14} {one['figure']}", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
