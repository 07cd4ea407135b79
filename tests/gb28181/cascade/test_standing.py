"""Registering with an upper: each kind of login, refusal, silence, restart, redirect, leaving."""

from __future__ import annotations

import pytest

from custodes.gb28181.cascade.events import UpperState, UpperStateChanged
from custodes.gb28181.edition import Edition
from custodes.gb28181.sip.guard import ChallengeTerms
from tests.gb28181.cascade.world import AT, HOME, SERVER, Pair, Upper, World, entries, settings


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SM3"])
@pytest.mark.parametrize("qop", [False, True])
def test_each_kind_of_login_over_a_bad_network(algorithm: str, qop: bool) -> None:
    pair = Pair(seed=3, asking=ChallengeTerms(algorithm, qop)).ready()
    assert pair.upper.registered == 1
    assert [event.state for event in pair.of(UpperStateChanged)] == [UpperState.REGISTERING, UpperState.REGISTERED]
    assert not pair.lower.standing.fault


@pytest.mark.parametrize(("edition", "stated"), [(Edition.E2016, False), (Edition.E2022, True)])
def test_the_edition_is_stated_from_2022_on(edition: Edition, stated: bool) -> None:
    heads: list[bytes] = []
    pair = Pair(edition=edition)
    world = World()
    upper = Upper(world.net, edition=edition)
    world.below(upper, settings(edition=edition))

    def heard(_number: int, octets: bytes) -> list[float]:
        heads.append(octets)
        return [0.01]

    world.net.fate = heard
    world.until(lambda: upper.registered)
    registers = [octets for octets in heads if octets.startswith(b"REGISTER")]
    assert len(registers) == 2
    assert all((b"X-GB-Ver: 3.0" in octets) is stated for octets in registers)
    assert pair.lower.standing.edition is Edition.E2016  # what both speak, before the upper said anything


def test_a_wrong_password_is_told_in_plain_words_and_pauses_grow() -> None:
    pair = Pair(password="wrong")
    pair.until(lambda: pair.lower.standing.state is UpperState.REFUSED)
    assert pair.lower.standing.fault == "it refuses our ID or our password (403)"
    tries = []
    for _ in range(4):
        failed = pair.lower.standing.fault_at
        tries.append(pair.lower.due - pair.now)
        pair.until(lambda: pair.lower.standing.fault_at > failed, 2000, 1)  # noqa: B023
    assert 60 <= tries[0] <= 120
    assert tries == sorted(tries)
    assert tries[3] >= 480
    assert pair.upper.registered == 0


def test_nobody_there_is_silent_and_who_comes_back_takes_us() -> None:
    world = World()
    upper = Upper(world.net)
    lower = world.below(upper, settings(), entries())
    fate, world.net.fate = world.net.fate, lambda _number, _octets: []
    world.until(lambda: lower.standing.state is UpperState.SILENT)
    assert lower.standing.fault == "it does not answer"
    assert lower.standing.turns == 1
    world.net.fate = fate
    world.until(lambda: lower.standing.state is UpperState.REGISTERED, 200)
    assert upper.registered == 1
    assert lower.standing.fault == "it does not answer"  # the last one stays to be read


def test_keepalives_measure_and_their_silence_is_noticed() -> None:
    pair = Pair().ready()
    assert pair.lower.standing.latency is None
    pair.pass_by(65, 0.25)
    assert pair.lower.standing.latency == pytest.approx(0.25, abs=0.25)
    fate, pair.net.fate = pair.net.fate, lambda _number, _octets: []
    pair.until(lambda: pair.lower.standing.state is UpperState.SILENT, 300, 0.5)
    assert pair.lower.standing.fault == "it answers keepalives no longer"
    pair.net.fate = fate
    pair.until(lambda: pair.lower.standing.state is UpperState.REGISTERED, 300, 0.5)
    assert pair.lower.standing.registrations == 2


def test_an_upper_that_restarted_knows_us_again() -> None:
    pair = Pair().ready()
    pair.uppers[0] = again = Upper(pair.net, life="b")
    pair.until(lambda: again.registered, 120, 0.25)
    pair.until(lambda: pair.lower.standing.state is UpperState.REGISTERED)
    assert pair.lower.standing.fault == "it does not know us any more (403)"
    again.take_catalog()
    pair.until(lambda: again.catalog)
    assert again.catalog is not None
    assert again.catalog.whole


def test_it_is_registered_anew_before_it_expires() -> None:
    pair = Pair().ready()
    pair.pass_by(3600 * 2, 5)
    assert pair.lower.standing.state is UpperState.REGISTERED
    assert pair.lower.standing.registrations == 1
    assert pair.lower.standing.turns == 2, "refreshed twice in two hours"
    assert pair.upper.endpoint.registrar is not None
    assert pair.upper.endpoint.registrar.find(pair.upper.own) is not None
    assert not pair.lower.standing.fault


def test_it_leaves() -> None:
    pair = Pair().ready()
    pair.lower.leave(pair.now)
    pair.until(lambda: pair.lower.standing.state is UpperState.LEFT)
    assert pair.upper.endpoint.registrar is not None
    assert pair.upper.endpoint.registrar.find(pair.upper.own) is None
    assert pair.lower.due > 1e9


def test_it_leaves_although_nobody_answers() -> None:
    pair = Pair().ready()
    pair.net.fate = lambda _number, _octets: []
    pair.lower.leave(pair.now)
    pair.pass_by(40, 0.5)
    assert pair.lower.standing.state is UpperState.LEFT
    assert pair.lower.due > 1e9


def test_a_redirect_is_told_and_not_followed() -> None:
    world = World()
    upper = Upper(world.net)
    lower = world.below(upper, settings())
    sent: list[str] = []

    def answer(number: int, octets: bytes) -> list[float]:
        head = octets.decode()
        if head.startswith("REGISTER"):
            sent.append(head)
            named = ("Via", "From", "To", "Call-ID", "CSeq")
            lines = [line for line in head.split("\r\n") if line.partition(":")[0] in named]
            lines.append("Contact: <sip:54010000002000000002@198.51.100.7:5060>")
            reply = "SIP/2.0 302 Moved Temporarily\r\n" + "\r\n".join(lines) + "\r\nContent-Length: 0\r\n\r\n"
            world.net.say(reply.encode(), AT, HOME)
            return []
        return [0.01]

    world.net.fate = answer
    world.until(lambda: lower.standing.state is UpperState.REFUSED)
    assert "198.51.100.7" in lower.standing.fault
    assert len(sent) == 1
    assert lower.due - world.now >= 1700
    assert SERVER in sent[0]
