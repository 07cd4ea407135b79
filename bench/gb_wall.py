"""A wall of pictures: an upper platform calls a hundred cameras in one go, two uppers two hundred, over UDP and TCP of loopback.

The gateway is whole, with its sockets, its book of dialogs and its queue; the web and a node worker are stood in for in the same process and
speak what they agreed on. The web decides one call after the other and takes `--decide` milliseconds for each, as one whose log is on a
disk does; the node is ready after `--ready` milliseconds, as one that waits for a key picture. Measured is from the first INVITE to the
last 200, at the upper. No peer.

    uv run bench/gb_wall.py [--walls 1,2] [--decide 20] [--ready 500] [--transport both]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import structlog
import uvloop

from record import figure, own_cpu, say
from smoke import parse

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PICTURES = 100
TARGET = 10.0
"""Seconds that uppers wait for an answer."""

PACE = {"keep": 10.0, "standing": 10.0, "tell": 10.0, "off": 60.0, "fetch": 10.0}


async def work(walls: int, transport: str, decide_ms: float, ready_ms: float) -> dict[str, float]:
    """So many uppers call a hundred each."""
    from tests.gateway.upper_platforms.caller import Caller, under
    from tests.gateway.upper_platforms.world import OWN, camera
    from tests.patience import until_async
    from tests.ports import free_port

    from custodes.video.wire.sending import SendAsk, SendReady
    from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants

    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        both = await stack.enter_async_context(under(folder, PICTURES, transport, PACE))
        callers = [both.caller]
        while len(callers) < walls:
            more = Caller(free_port(), both.caller.carrier)
            await more.transport.open("127.0.0.1", more.port)
            stack.push_async_callback(more.transport.close)
            both.below.link_at(more.port, transport=transport)
            callers.append(more)
        both.ours.uppers.assignment_changed()
        await until_async(
            lambda: all(one.registrar.find(OWN) for one in callers) and len(both.ours.uppers.showing._trees) == walls
        )
        log, ready = asyncio.Lock(), both.node.ready

        async def decide(wants: UpperWants) -> UpperVerdict:
            async with log:
                await asyncio.sleep(decide_ms / 1000)
            made: UpperVerdict = await both.below.grant(wants)
            return made

        async def slowly(ask: SendAsk) -> SendReady:
            await asyncio.sleep(ready_ms / 1000)
            made: SendReady = await ready(ask)
            return made

        both.web.decide, both.node.ready = decide, slowly
        cpu, begun = own_cpu(), time.monotonic()
        for caller in callers:
            for number in range(1, PICTURES + 1):
                caller.look(camera(number))
            caller.transport.drain()
        looks = [look for caller in callers for look in caller.looks]
        await until_async(lambda: all(look.status for look in looks))
        cpu = own_cpu() - cpu
        took = [look.answered - begun for look in looks if look.status == 200]
        await until_async(lambda: len(both.node.of("start")) == len(took))
        return {
            "served": len(took),
            "of": len(looks),
            "median_s": statistics.median(took or [0.0]),
            "last_s": max(took, default=0.0),
            "cpu_ms": cpu * 1000 / len(looks),
        }


def measure(walls: int, transport: str, options: argparse.Namespace) -> dict[str, Any]:
    """One wall, or several."""
    say(f"{walls} x {PICTURES} over {transport.upper()} (load {os.getloadavg()[0]:.2f}) …")
    found = uvloop.run(work(walls, transport, options.decide, options.ready))
    say(f"  {found}")
    row = figure(
        f"answer {walls * PICTURES} calls of {walls} upper{'s' if walls > 1 else ''} at once, {transport.upper()}",
        "s to the last 200",
        found["last_s"],
        None,
        TARGET,
        found["served"] == found["of"] and found["last_s"] <= TARGET,
    )
    row["note"] = (
        f"{found['served']:.0f} of {found['of']:.0f} served; half of them after {found['median_s']:.2f} s; {found['cpu_ms']:.1f} ms of processor time a call with upper, web and node in the same process; {options.decide:g} ms for a decision, {options.ready:g} ms until a node is ready; load at the end {os.getloadavg()[0]:.1f}."
    )
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--walls", default="1,2", help="uppers that call at once, one run for each number")
    parser.add_argument("--decide", type=float, default=20.0, help="milliseconds of the web for one decision")
    parser.add_argument("--ready", type=float, default=500.0, help="milliseconds until a node can send")
    parser.add_argument("--transport", choices=("both", "tcp", "udp"), default="both")
    options = parse(parser, walls="1", transport="udp", decide=1.0, ready=1.0)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    transports = ("udp", "tcp") if options.transport == "both" else (options.transport,)
    rows = [measure(walls, one, options) for walls in map(int, options.walls.split(",")) for one in transports]
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
