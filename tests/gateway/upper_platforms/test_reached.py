"""How an upper is reached: its names, and connections that do not last."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from custodes.gateway.upper_platforms import link as links
from custodes.gateway.upper_platforms.link import CLOSES, HOST_NAMELESS, STEADY_S, UNREACHED, LinksShared, UpperLink
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.gateway.upper_platforms.terms import addresses
from custodes.gb28181.cascade.settings import BOUNDS
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Peer
from custodes.video.clock import FakeClock
from custodes.video.wire.upper_platforms import GatewayUpper
from tests.gateway.upper_platforms.world import OWN, pair
from tests.gateway.world import ID
from tests.patience import PATIENCE, until_async
from tests.ports import HOST, free_port


class Enough(BaseException):
    """As much as a test looks at."""


class Pauses(list[float]):
    """Instead of waiting: how long it would have been; `Enough` after so many."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
        if len(self) >= self.most:
            raise Enough


def made(clock: FakeClock, **more: Any) -> UpperLink:
    """A link of which nobody else knows."""
    upper = GatewayUpper.model_validate(
        {"link": uuid4(), "id": ID, "own": OWN, "host": HOST, "port": 9, "sealed_password": "", **more}
    )
    house = LinksShared(HOST, clock, BOUNDS, UPPER_PACE, lambda *_: None)
    return UpperLink(upper, Secret("secret"), free_port(), house)


async def run(link: UpperLink) -> None:
    """Until it is enough."""
    with contextlib.suppress(Enough):
        async with asyncio.timeout(PATIENCE):
            await link.run()
    link._closed = True
    if link._line is not None:
        await link._line.close()


async def test_an_upper_that_closes_each_connection_is_connected_to_ever_more_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came = 0

    async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        came += 1
        writer.close()

    pauses = Pauses(7)
    monkeypatch.setattr(links, "_rest", pauses)
    theirs = free_port()
    server = await asyncio.start_server(close, HOST, theirs)
    async with server:
        link = made(FakeClock(), transport="tcp", port=theirs)
        await run(link)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert link.trouble == CLOSES
    await until_async(lambda: came == 7)


async def test_a_connection_that_stood_a_while_or_registered_is_made_anew_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, pauses = FakeClock(), Pauses(8)
    monkeypatch.setattr(links, "_rest", pauses)
    link = made(clock, transport="tcp")
    assert await link._open(Secret("secret"), link.port or 0)
    line: Any = link._line
    told = iter(("away", "short", "short", "long", "short", "took", "short", "away"))
    number = 0

    async def connect(host: str, port: int, _wait: float) -> Peer:
        nonlocal number
        number += 1
        what = next(told)
        if what == "away":
            raise OSError
        line._connections[number] = None

        def lost() -> None:
            clock.advance(STEADY_S if what == "long" else 0)
            link._took = what == "took"
            del line._connections[number]
            link._lost(number)

        asyncio.get_running_loop().call_soon(lost)
        return Peer("TCP", host, port, number)

    monkeypatch.setattr(line, "connect", connect)
    await run(link)
    assert pauses == [1, 2, 4, 1, 2, 1, 2, 4]
    assert link.trouble == UNREACHED
    assert link.turns == 2, "where its name leads is asked again when no connection could be made"


async def test_one_that_took_us_is_no_more_in_trouble(tmp_path: Path) -> None:
    async with pair(tmp_path, transport="tcp") as both:
        await until_async(lambda: both.link.registered)
        assert both.link._took
        assert both.link.trouble == ""


async def test_further_addresses_may_be_names_and_are_written_as_they_are_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def known(host: str) -> tuple[str, ...]:
        if host == "cluster.example":
            return "192.0.2.7", "2001:db8::7"
        return await addresses(host)

    monkeypatch.setattr(links, "addresses", known)
    link = made(FakeClock(), hosts=("cluster.example", "2001:0DB8:0:0::1", "192.0.2.1"))
    await run(link)
    assert link.lower is not None
    assert link.lower.settings.heard == {HOST, "192.0.2.7", "2001:db8::7", "2001:db8::1", "192.0.2.1"}


async def test_a_further_address_that_leads_nowhere_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(host: str) -> tuple[str, ...]:
        if host == HOST:
            return (HOST,)
        raise OSError

    monkeypatch.setattr(links, "addresses", unknown)
    monkeypatch.setattr(links, "_rest", Pauses(1))
    link = made(FakeClock(), hosts=("no.such.name.invalid",))
    await run(link)
    assert link.lower is None
    assert link.trouble == HOST_NAMELESS


async def test_what_fails_while_it_is_opened_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = 0

    async def failing(host: str) -> tuple[str, ...]:
        nonlocal failed
        failed += 1
        if failed == 1:
            raise RuntimeError
        return (host,)

    pauses = Pauses(2)
    monkeypatch.setattr(links, "addresses", failing)
    monkeypatch.setattr(links, "_rest", pauses)
    link = made(FakeClock())
    await run(link)
    assert pauses == [UPPER_PACE.open]
    assert link.lower is not None
