"""An upper's name that leads elsewhere later: followed into the link's networks, and nowhere else does anybody get an answer of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from custodes.gateway.process import GatewayProcess
from custodes.gateway.upper_platforms import link as links
from custodes.gateway.upper_platforms.kept import load_uppers
from custodes.gateway.upper_platforms.leading import SURE, UpperNames
from custodes.gateway.upper_platforms.link import ASTRAY
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.gateway.upper_platforms.terms import leads
from custodes.sharing.links.measured import words_of
from custodes.video.clock import FakeClock
from custodes.video.wire.upper_platforms import GatewayUpper
from tests.gateway.upper_platforms.caller import Caller, under
from tests.gateway.upper_platforms.world import OWN
from tests.gateway.world import ID
from tests.patience import until_async

NAME = "upper.example"
HERE, THERE, ASIDE = "127.0.0.1", "127.0.0.2", "127.0.0.3"


def upper(*media: str) -> GatewayUpper:
    return GatewayUpper(
        link=UUID(int=1), id=ID, own=OWN, host=NAME, port=9, sealed_password="", media=media or ("127.0.0.2/31",)
    )


@pytest.mark.parametrize(
    ("known", "found", "led"),
    [
        ("", ("192.0.2.1", HERE), ("192.0.2.1", HERE)),  # what was put in force
        (HERE, (HERE,), (HERE,)),
        (HERE, ("192.0.2.1", HERE), (HERE, "192.0.2.1")),
        (HERE, (THERE,), (THERE,)),
        (HERE, ("192.0.2.1", THERE), (THERE,)),
        (HERE, ("192.0.2.1",), ()),
        (HERE, ("::1", "fe80::1"), ()),
    ],
)
def test_where_a_name_may_lead(known: str, found: tuple[str, ...], led: tuple[str, ...]) -> None:
    assert leads(upper(), known, found) == led


@pytest.mark.parametrize("media", [(), ("no network",)])
def test_without_networks_nobody_is_followed(media: tuple[str, ...]) -> None:
    assert leads(upper().model_copy(update={"media": media}), HERE, (THERE,)) == ()


class Stub:
    """A link, by hand, and what became of it."""

    def __init__(self, host: str = NAME) -> None:
        self.upper = upper().model_copy(update={"host": host})
        self.place, self.turns, self.registered = HERE, 0, True
        self.moved, self.strayed, self.asked = 0, 0, 0
        self.found: tuple[str, ...] | None = (HERE,)
        self.clock = FakeClock()
        self.names = UpperNames(lambda: [self], self._move, self.clock, UPPER_PACE, self._look_up)  # type: ignore[arg-type, list-item, return-value]

    def astray(self) -> None:
        self.strayed += 1

    async def _move(self, _link: Any) -> None:
        self.moved += 1
        assert self.found
        self.place = self.found[0]

    async def _look_up(self, _host: str) -> tuple[str, ...]:
        self.asked += 1
        if self.found is None:
            raise OSError
        return self.found

    async def pass_by(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(1)
            await self.names.look()


async def test_it_is_looked_up_when_a_registration_came_to_something_and_seldom() -> None:
    one = Stub()
    await one.pass_by(100)
    assert one.asked == 0
    one.turns += 1
    await one.pass_by(100)
    assert one.asked == 1
    for _ in range(60):
        one.turns += 1
        await one.pass_by(1)
    assert one.asked == 3
    assert (one.moved, one.strayed) == (0, 0)


async def test_an_address_is_no_name() -> None:
    one = Stub(HERE)
    one.turns += 1
    await one.pass_by(10)
    assert one.asked == 0


async def test_who_takes_us_is_left_only_when_the_name_leads_elsewhere_again_and_again() -> None:
    one = Stub()
    one.turns, one.found = 1, (THERE,)
    await one.pass_by(35)
    assert (one.asked, one.moved) == (2, 0)
    one.found = (HERE,)
    await one.pass_by(100)
    assert (one.asked, one.moved) == (3, 0), "it leads here as well"
    one.turns, one.found = 2, (THERE,)
    await one.pass_by(100)
    assert (one.asked, one.moved) == (3 + SURE, 1)


async def test_who_takes_us_no_more_is_followed_at_once_but_not_astray() -> None:
    one = Stub()
    one.registered, one.turns, one.found = False, 1, (THERE,)
    await one.pass_by(1)
    assert (one.moved, one.strayed) == (1, 0)
    one.turns, one.found = 2, ("192.0.2.1",)
    await one.pass_by(31)
    assert (one.moved, one.strayed, one.place) == (1, 1, THERE)
    one.turns, one.found = 3, None
    await one.pass_by(31)
    assert (one.moved, one.place) == (1, THERE), "a resolver that says nothing moves nobody"


def test_that_it_leads_astray_is_told_in_the_office_s_words() -> None:
    assert words_of(ASTRAY)


# With sockets


@asynccontextmanager
async def listening(host: str, port: int) -> AsyncIterator[Caller]:
    """Another place, which takes us where we come."""
    made = Caller(port, host=host)
    await made.transport.open(host, port)
    try:
        yield made
    finally:
        await made.transport.close()


def led(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Where the name leads: the last of them."""
    found: list[tuple[str, ...]] = [(HERE,)]

    async def addresses(host: str) -> tuple[str, ...]:
        return found[-1] if host == NAME else (host,)

    monkeypatch.setattr(links, "addresses", addresses)
    return found


async def turn(ours: GatewayProcess) -> None:
    """As where the registration was refreshed often enough."""
    names = ours.uppers.names
    names._pace = SimpleNamespace(name_least=0.0)  # type: ignore[assignment]
    names._look_up = links.addresses
    lower = ours.uppers.links[0].lower
    assert lower is not None
    lower.standing.turns += 1
    for _ in range(SURE):
        await names.look()


async def test_it_is_registered_with_where_its_name_leads_by_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = led(monkeypatch)
    terms = {"host": NAME, "media": ("127.0.0.2/32",)}
    async with under(tmp_path, pace={"names": 600.0}, link=terms) as both, listening(THERE, both.caller.port) as there:
        before, port = both.link, both.link.port
        await turn(both.ours)
        assert both.link is before, "it leads here still"
        found.append((ASIDE, THERE))
        await turn(both.ours)
        await until_async(lambda: there.registrar.find(OWN))
        assert both.link is not before
        assert (both.link.port, both.link.place) == (port, THERE)
        assert both.caller.registrar.find(OWN) is None, "it left in order"
        await until_async(lambda: both.shown(1))
        # Whoever is heard is there.
        assert both.link.lower is not None
        assert both.link.lower.settings.heard == {THERE}


async def test_who_turns_the_name_round_gets_no_answer_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = led(monkeypatch)
    terms = {"host": NAME, "media": ("127.0.0.2/32",)}
    async with under(tmp_path, pace={"names": 600.0}, link=terms) as both, listening(ASIDE, both.caller.port) as aside:
        before = both.link
        heard: list[Any] = []
        aside.endpoint.receive = lambda *event: heard.append(event)  # type: ignore[method-assign]
        found.append((ASIDE,))
        await turn(both.ours)
        assert both.link is before
        assert both.link.registered, "it goes on where it was"
        assert both.link.trouble == ASTRAY
        folder = both.below.world.settings.gateway_folder
        await until_async(lambda: (kept := load_uppers(folder)) and both.upper.link in kept.places)
        # Nor by a restart of ours, nor by another term of the link's.
        both.web.uppers = [both.link.upper.model_copy(update={"keepalive_s": 7})]
        await until_async(lambda: both.ours.uppers.links and both.link is not before and both.link.registered)
        assert both.link.place == HERE
        assert not heard
        # It was taken out of force, and put in force anew: that is where it leads.
        both.web.uppers = []
        await until_async(lambda: not both.ours.uppers.links)
        await until_async(lambda: (kept := load_uppers(folder)) is not None and not kept.places)


async def test_after_a_restart_the_place_that_took_us_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = led(monkeypatch)
    async with under(tmp_path, pace={"names": 600.0}, link={"host": NAME}) as both:
        folder = both.below.world.settings.gateway_folder
        kept = await until_async(lambda: (kept := load_uppers(folder)) and kept.places and kept)
        assert kept.places[both.upper.link].address == HERE
        found.append((THERE,))
        async with listening(THERE, both.caller.port) as there:
            heard: list[Any] = []
            there.endpoint.receive = lambda *event: heard.append(event)  # type: ignore[method-assign]
            made = links.UpperLink(
                both.link.upper,
                both.link.secret,
                both.link.port,
                both.link._house,
                kept.places[both.upper.link].address,
            )
            await both.link.close()
            assert made.secret is not None
            assert made.port is not None
            assert await made._open(made.secret, made.port)
            assert (made.place, made.trouble) == (HERE, ASTRAY)
            await made.close()
            assert not heard
