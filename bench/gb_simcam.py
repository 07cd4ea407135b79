"""What the simulated devices of `custodes simcam --gb28181` cost: channels that stream at once, over UDP on loopback.

    uv run bench/gb_simcam.py [--streams 16] [--bitrate 4M] [--seconds 20]

The simulator runs in a process of its own, one device with as many channels; its CPU and memory are read from outside. The receiver counts
packets and sequence numbers in the kernel's sockets and looks at nothing else. There is no peer in this run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from smoke import parse

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DEVICE = "54010200001180000001"


def cpu(pid: int) -> float:
    """Seconds of CPU so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """MB resident."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


def count(sockets: list[socket.socket], seconds: float) -> tuple[int, int, int]:
    """Packets, octets, packets that are missing by their numbers."""
    chosen = selectors.DefaultSelector()
    last: dict[socket.socket, int] = {}
    packets = octets = missing = 0
    for one in sockets:
        chosen.register(one, selectors.EVENT_READ)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _mask in chosen.select(0.05):
            sock: socket.socket = key.fileobj  # type: ignore[assignment]
            for _ in range(256):
                try:
                    data = sock.recv(2048)
                except BlockingIOError:
                    break
                packets, octets = packets + 1, octets + len(data)
                number = int.from_bytes(data[2:4], "big")
                if sock in last:
                    missing += (number - last[sock] - 1) & 0xFFFF
                last[sock] = number
    return packets, octets, missing


async def run(streams: int, films: int, bitrate: str, seconds: float) -> dict[str, float]:
    """One run."""
    from tests.gb28181.sip.examples import SERVER
    from tests.gb28181.sip.house import PASSWORD, house

    from custodes.gb28181.sdp import MediaDirection, MediaLine, Sdp, write_sdp
    from custodes.gb28181.sip.account import SipAccount
    from custodes.gb28181.sip.digest import Secret

    async with house(accounts={DEVICE: SipAccount(DEVICE, Secret(PASSWORD))}) as at:
        with tempfile.TemporaryDirectory() as folder:
            cache = Path(os.environ.get("CUSTODES_BENCH_FILMS", folder))
            command = [
                sys.executable, "-m", "custodes.cli", "simcam", "--gb28181", f"{SERVER}@127.0.0.1:{at.port}", "--device-id", DEVICE,
                "--channels", str(streams), "--streams", str(streams), "--cameras", str(films), "--h265", str(films // 2), "--bitrate", bitrate,
                "--sound", "--cache", str(cache), "--json",
            ]  # fmt: skip
            env = os.environ | {"CUSTODES_SIMCAM_PASSWORD": PASSWORD, "CUSTODES_DATA": folder}
            process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
            try:
                assert process.stdout is not None
                line = await asyncio.get_running_loop().run_in_executor(None, process.stdout.readline)
                channels = [one["id"] for one in json.loads(line)["devices"][0]["channels"]]
                await at.until("registered")
                peer = at.registrar.find(DEVICE).peer  # type: ignore[union-attr]
                sockets = []
                for number, channel in enumerate(channels):
                    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    sock.setblocking(False)
                    sock.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE where it may
                    sock.bind(("127.0.0.1", 0))
                    sockets.append(sock)
                    media = MediaLine("video", sock.getsockname()[1], way=MediaDirection.RECVONLY)
                    offer = write_sdp(Sdp(SERVER, "127.0.0.1", (media,), y=f"02000{number:05}"))
                    invite = at.endpoint.request("INVITE", channel, peer, offer, (("Content-Type", "Application/SDP"),))
                    at.endpoint.call(invite, peer, time.monotonic(), DEVICE)
                    at.transport.drain()
                    await asyncio.sleep(0.11)
                await asyncio.sleep(2)
                count(sockets, 0.5)
                before, begun = cpu(process.pid), time.monotonic()
                packets, octets, missing = await asyncio.get_running_loop().run_in_executor(
                    None, count, sockets, seconds
                )
                gone = time.monotonic() - begun
                return {
                    "streams": streams,
                    "mbit_s": octets * 8 / gone / 1e6,
                    "packets_s": packets / gone,
                    "missing": missing,
                    "cpu_share": (cpu(process.pid) - before) / gone,
                    "memory_mb": memory(process.pid),
                }
            finally:
                process.terminate()
                process.wait(20)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=16)
    parser.add_argument("--films", type=int, default=2, help="that the streams share, every second of H.265")
    parser.add_argument("--bitrate", default="4M")
    parser.add_argument("--seconds", type=float, default=20)
    given = parse(parser, streams=2, films=1, seconds=1.0)
    print(json.dumps(asyncio.run(run(given.streams, given.films, given.bitrate, given.seconds))))


if __name__ == "__main__":
    main()
