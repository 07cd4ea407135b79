"""Who is refused at the door, as what, and that nobody fills the table by making things up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from custodes.gateway import network_registrar
from custodes.gateway.network_registrar import CHALLENGES, MOST_UNPROVEN, NetworkRegistrar, UnknownTable
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.peer import Peer
from tests.gb28181.sip.examples import DEVICE, HOME, REALM, SERVER
from tests.gb28181.sip.test_registrar import SECRET, House


class Entrance(House):
    """A door that admits everybody's address, with one device that is entered unless said otherwise."""

    def __init__(self, entered: bool = True) -> None:
        super().__init__()
        self.table = UnknownTable()
        account = SipAccount(DEVICE, SECRET)
        known: dict[str, Any] = {DEVICE: account} if entered else {}
        assigned: Any = SimpleNamespace(account=known.get, device=known.get, admits=lambda _host: True)
        self.registrar = NetworkRegistrar(
            SERVER, DigestGuard(REALM, b"k" * 32), assigned, self.table, lambda: int(self.now * 1_000_000)
        )

    def rows(self) -> dict[tuple[str, str], tuple[str, int]]:
        return {(row.address, row.id): (row.why, row.tries) for row in self.table.changed(True)}

    def answer_with(self, **changed: str) -> None:
        """Answer the challenge, with other words in it."""
        name, text = self.login()
        for word, value in changed.items():
            before = {"realm": REALM, "username": DEVICE}[word]
            text = text.replace(f'{word}="{before}"', f'{word}="{value}"')
        assert self.ask((name, text)).status == 403


def test_a_device_that_never_answers_its_challenge_is_told_after_three_and_from_where() -> None:
    made = Entrance()
    for _ in range(CHALLENGES - 1):
        assert made.ask().status == 401
    assert made.rows() == {}, "one is asked of every device"
    made.ask()
    assert made.rows() == {(HOME.host, DEVICE): ("unanswered", CHALLENGES)}
    made.ask()
    assert made.rows() == {(HOME.host, DEVICE): ("unanswered", CHALLENGES + 1)}
    # One that answers each of its challenges, however often, is nobody to be told of.
    good = Entrance()
    for _ in range(5):
        assert good.enter().status == 200
    assert good.rows() == {}


@pytest.mark.parametrize(
    ("said", "why"),
    [({"realm": "elsewhere"}, "realm"), ({"username": "admin"}, "username"), ({}, "password")],
)
def test_what_is_wrong_with_a_login_is_told(said: dict[str, str], why: str) -> None:
    made = Entrance()
    if said:
        made.answer_with(**said)
    else:
        assert made.ask(made.login(Secret("wrong"))).status == 403
    assert made.rows() == {(HOME.host, DEVICE): (why, 1)}


def test_of_an_id_that_is_not_entered_no_unanswered_challenge_is_kept() -> None:
    made = Entrance(entered=False)
    for _ in range(2 * CHALLENGES):
        made.ask()
    assert made.rows() == {}
    assert not made.registrar._challenged  # type: ignore[attr-defined]


def test_made_up_addresses_displace_nobody_who_answered_and_fill_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_registrar, "MOST_CHALLENGED", 50)
    made = Entrance()
    assert made.ask(made.login(Secret("wrong"))).status == 403
    for number in range(MOST_UNPROVEN + 100):
        source = Peer("UDP", f"198.51.{number // 250}.{number % 250}", 5060)
        for _ in range(CHALLENGES):
            made.ask(source=source)
    rows = made.rows()
    assert rows[HOME.host, DEVICE] == ("password", 1)
    assert len(rows) == MOST_UNPROVEN + 1
    assert len(made.registrar._challenged) == 50  # type: ignore[attr-defined]


def test_what_comes_from_another_port_of_a_device_s_host_is_told_and_does_not_count() -> None:
    made = Entrance()
    made.enter()
    for port, counts in ((HOME.port, True), (41000, False), (41001, False)):
        assert made.message(Peer("UDP", HOME.host, port), host=f"{HOME.host}:{HOME.port}") is counts
    assert not made.message(Peer("UDP", "203.0.113.5", HOME.port)), "anybody may write any address: nobody is told of"
    assert made.rows() == {(HOME.host, DEVICE): ("port", 2)}
