"""The registrar: who comes in, for how long, and when somebody counts as offline."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from custodes.gb28181.edition import Edition
from custodes.gb28181.sip.account import Follow, SipAccount
from custodes.gb28181.sip.challenge import parse_field
from custodes.gb28181.sip.digest import Login, Secret
from custodes.gb28181.sip.guard import ChallengeTerms, DigestGuard
from custodes.gb28181.sip.message import Request, read_datagram
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange, Reply
from tests.gb28181.sip.examples import DEVICE, HOME, REALM, SERVER, request

SECRET = Secret("12345678")
WALL = 1_795_527_907_123_000  # 2026-11-24T21:45:07.123 in Beijing
TARGET = f"sip:{SERVER}@{REALM}"


class House:
    """A registrar with one device, and a clock."""

    def __init__(self, account: SipAccount | None = None) -> None:
        self.account = account or SipAccount(DEVICE, SECRET)
        self.registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), {self.account.id: self.account}.get)
        self.now = 1000.0
        self.number = 0
        self.changes: list[RegistrationChange] = []

    def ask(self, *fields: tuple[str, str], source: Peer = HOME, **more: object) -> Reply:
        self.number += 1
        data = request("REGISTER", cseq=self.number, fields=fields, **more)  # type: ignore[arg-type]
        found = read_datagram(data)
        assert isinstance(found, Request)
        reply, changes = self.registrar.register(found, source, self.now, WALL)
        self.changes += changes
        return reply

    def login(self, secret: Secret = SECRET, name: str = DEVICE, **more: object) -> tuple[str, str]:
        challenge = parse_field(dict(self.ask(**more).fields)["WWW-Authenticate"])  # type: ignore[arg-type]
        assert challenge is not None
        return "Authorization", Login(challenge, name, secret, lambda: "c").authorization("REGISTER", TARGET)

    def enter(self, *fields: tuple[str, str], expires: int = 3600, **more: object) -> Reply:
        return self.ask(self.login(**more), ("Expires", str(expires)), *fields, **more)  # type: ignore[arg-type]

    def message(self, source: Peer = HOME, **more: object) -> bool:
        found = read_datagram(request("MESSAGE", **more))  # type: ignore[arg-type]
        assert isinstance(found, Request)
        known, changes = self.registrar.heard(found, source, self.now)
        self.changes += changes
        return bool(known)

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while (due := self.registrar.due()) is not None and due <= until:
            self.now = due
            self.changes += self.registrar.tick(due)
        self.now = until

    def told(self) -> list[tuple[str, str]]:
        found = [(change.what, change.why) for change in self.changes]
        self.changes.clear()
        return found


def test_a_device_registers_with_its_password() -> None:
    house = House()
    reply = house.enter()
    assert reply.status == 200
    fields = dict(reply.fields)
    assert fields["Expires"] == "3600"
    assert fields["Contact"] == f"<sip:{DEVICE}@192.0.2.10:5060>;expires=3600"
    assert fields["Date"] == "2026-11-24T21:45:07.123"
    assert "X-GB-Ver" not in fields
    assert house.told() == [("registered", "")]
    known = house.registrar.find(DEVICE)
    assert known is not None
    assert (known.peer, known.edition, known.online) == (HOME, Edition.E2016, True)


def test_a_refresh_needs_a_fresh_digest_too() -> None:
    house = House()
    house.enter()
    assert house.ask(("Expires", "3600")).status == 401
    assert house.enter().status == 200
    assert house.told() == [("registered", ""), ("refreshed", "")]


def test_an_answer_that_was_used_is_asked_for_again_as_stale() -> None:
    house = House()
    login = house.login()
    assert house.ask(login).status == 200
    again = house.ask(login)
    assert again.status == 401
    assert "stale=true" in dict(again.fields)["WWW-Authenticate"]


def test_a_wrong_password_and_an_unknown_id_are_told_the_same() -> None:
    house = House()
    stranger = "34020000001320009999"
    assert house.ask(house.login(Secret("wrong"))) == Reply(403)
    assert house.ask(house.login(name=stranger, device=stranger), device=stranger) == Reply(403)
    shape = re.compile(r'nonce="[^"]+"')
    known, unknown = (dict(house.ask(device=who).fields)["WWW-Authenticate"] for who in (DEVICE, stranger))
    assert shape.sub("", known) == shape.sub("", unknown)
    assert house.told() == []


def test_a_device_cannot_register_as_another_with_its_own_password() -> None:
    other = "34020000001320000002"
    accounts = {DEVICE: SipAccount(DEVICE, SECRET), other: SipAccount(other, Secret("other"))}
    house = House()
    house.registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), accounts.get)
    login = house.login(name=DEVICE, device=other)
    assert house.ask(login, device=other).status == 403


def test_after_ten_wrong_passwords_nothing_is_looked_at_for_a_minute() -> None:
    house = House()
    for _ in range(10):
        assert house.ask(house.login(Secret("wrong"))).status == 403
    assert house.ask().status == 403
    assert house.registrar.refused["throttled"] == 1
    # Others, and the same device from elsewhere, are not hindered.
    assert house.ask(source=Peer("UDP", "198.51.100.1", 5060)).status == 401
    house.now += 61
    assert house.enter().status == 200


def test_answers_under_a_forged_address_lock_nobody_out() -> None:
    house = House()
    guesser = Peer("UDP", "203.0.113.5", 5060)
    for _ in range(50):
        login = house.login(Secret("wrong"), source=guesser)
        assert house.ask(login, source=HOME).status == 401
    assert house.enter().status == 200


def test_unregistering_is_asked_for_a_login_and_ends_it() -> None:
    house = House()
    house.enter()
    assert house.ask(("Expires", "0")).status == 401
    reply = house.enter(expires=0)
    assert (reply.status, dict(reply.fields)["Expires"]) == (200, "0")
    assert house.told() == [("registered", ""), ("gone", "unregistered")]
    assert len(house.registrar) == 0
    assert house.registrar.due() is None
    assert house.enter(expires=0).status == 200


@pytest.mark.parametrize(
    ("fields", "status", "granted"),
    [
        ((), 200, "3600"),
        ((("Expires", "100000"),), 200, "86400"),
        ((("Expires", "10"),), 423, None),
        ((("Expires", "soon"),), 200, "3600"),
        ((("Expires", "7200"), ("Contact", "<sip:a@b>;expires=120")), 200, "120"),
        ((("Expires", "99999999999999999999"),), 200, "3600"),
    ],
)
def test_how_long_a_registration_lasts(fields: tuple[tuple[str, str], ...], status: int, granted: str | None) -> None:
    house = House()
    reply = house.ask(house.login(), *fields)
    assert reply.status == status
    assert dict(reply.fields).get("Expires") == granted
    if status == 423:
        assert reply.fields == (("Min-Expires", "60"),)


def test_another_address_or_call_means_that_the_device_began_anew() -> None:
    house = House()
    house.enter()
    elsewhere = Peer("UDP", "192.0.2.11", 40000)
    house.enter(source=elsewhere)
    house.enter(source=elsewhere, call_id="new")
    assert house.told() == [("registered", ""), ("restarted", "address"), ("restarted", "call-id")]


def test_the_same_registration_from_another_port_of_the_same_host_has_only_moved() -> None:
    house = House()
    house.enter()
    house.enter(source=Peer("UDP", "192.0.2.10", 40000))
    assert house.told() == [("registered", ""), ("refreshed", ""), ("moved", "")]


def test_a_channel_is_known_by_the_address_of_its_device() -> None:
    house = House()
    house.enter()
    channel = "34020000001310000007"
    assert house.message(device=channel)
    assert not house.message(Peer("UDP", "192.0.2.10", 40000), device=channel)
    house.pass_time(100)
    assert house.message(device=channel)
    house.pass_time(100)
    assert house.told() == [("registered", "")]  # it counted as a sign of life of the device
    house.enter(expires=0)
    assert not house.message(device=channel)


def test_an_old_registration_that_comes_late_changes_nothing() -> None:
    house = House()
    late = house.login()
    house.number = 20
    house.enter()
    house.number = 5
    assert house.ask(late, ("Expires", "0")).status == 500
    assert house.told() == [("registered", "")]
    # A device that counts anew with the same Call-ID has restarted: it is not locked out.
    house.now += 60
    house.number = 0
    assert house.enter().status == 200


def test_a_device_is_offline_after_three_keepalives_and_gone_at_the_end() -> None:
    house = House()
    house.enter()
    for _ in range(5):
        house.pass_time(60)
        assert house.message()
    assert house.told() == [("registered", "")]
    began = house.now
    house.pass_time(179)
    assert house.told() == []
    house.pass_time(2)
    assert house.told() == [("offline", "silent")]
    assert house.message()  # heard again: its registration still holds
    assert house.told() == [("online", "")]
    house.pass_time(3600)
    assert house.told() == [("offline", "silent"), ("gone", "expired")]
    assert house.now > began
    assert not house.message()


def test_a_registration_that_ended_a_moment_ago_is_over_before_any_timer_says_so() -> None:
    house = House()
    house.enter(expires=60)
    house.now += 60
    assert not house.message()


def test_who_is_not_registered_is_never_answered_as_if_it_were() -> None:
    house = House()
    assert not house.message()
    assert house.registrar.refused["not-registered"] == 1


@pytest.mark.parametrize(
    ("follow", "other_port", "other_host"),
    [(Follow.ASK, False, False), (Follow.PORT, True, False), (Follow.ANY, True, True)],
)
def test_another_address_is_followed_only_where_that_was_chosen(
    follow: Follow, other_port: bool, other_host: bool
) -> None:
    for host, expected in (("192.0.2.10", other_port), ("203.0.113.5", other_host)):
        house = House(SipAccount(DEVICE, SECRET, follow=follow))
        house.enter()
        elsewhere = Peer("UDP", host, 41000)
        assert house.message(elsewhere) is expected
        known = house.registrar.find(DEVICE)
        assert known is not None
        assert known.peer == (elsewhere if expected else HOME)


def test_a_broken_connection_means_offline_and_a_new_one_needs_a_new_registration() -> None:
    first, second = Peer("TCP", "192.0.2.10", 40000, 1), Peer("TCP", "192.0.2.10", 40001, 2)
    house = House()
    house.enter(source=first)
    house.changes += house.registrar.lost(1)
    assert house.registrar.lost(1) == []
    assert not house.message(second)
    house.enter(source=second)
    assert house.told() == [
        ("registered", ""),
        ("offline", "connection"),
        ("restarted", "address"),
        ("online", ""),
    ]
    assert house.registrar.lost(1) == []


def test_the_edition_is_told_to_those_who_tell_theirs() -> None:
    house = House()
    assert dict(house.enter(("X-GB-Ver", "3.0")).fields)["X-GB-Ver"] == "3.0"
    known = house.registrar.find(DEVICE)
    assert known is not None
    assert known.edition is Edition.E2022
    house.enter(("X-GB-Ver", "new"))
    known = house.registrar.find(DEVICE)
    assert known is not None
    assert known.edition is Edition.E2016


def test_a_device_that_fails_on_the_date_gets_none() -> None:
    house = House(SipAccount(DEVICE, SECRET, date=False))
    assert "Date" not in dict(house.enter().fields)


def test_a_device_that_names_the_server_in_to_is_known_by_from() -> None:
    house = House()
    data = request("REGISTER").replace(f"To: <sip:{DEVICE}".encode(), f"To: <sip:{SERVER}".encode())
    found = read_datagram(data)
    assert isinstance(found, Request)
    assert house.registrar.register(found, HOME, 0, WALL)[0].status == 401


@pytest.mark.parametrize("asking", [ChallengeTerms("SHA-256"), ChallengeTerms(qop=True)])
def test_how_a_device_is_asked_is_a_matter_of_its_account(asking: ChallengeTerms) -> None:
    house = House(replace(SipAccount(DEVICE, SECRET), asking=asking))
    assert house.enter().status == 200


def test_a_withdrawn_account_is_gone() -> None:
    house = House()
    house.enter()
    assert [change.why for change in house.registrar.remove(DEVICE)] == ["withdrawn"]
    assert house.registrar.remove(DEVICE) == []


def test_ten_thousand_devices_cost_one_timer_each_however_often_they_are_heard() -> None:
    accounts = {f"3402000000132{n:07}": SipAccount(f"3402000000132{n:07}", SECRET) for n in range(500)}
    registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), accounts.get)
    house = House()
    house.registrar = registrar
    for user in accounts:
        house.ask(house.login(device=user, name=user), device=user)
    for minute in range(1, 30):
        house.now = 1000 + 60 * minute
        assert registrar.tick(house.now) == []
        for user in accounts:
            assert house.message(device=user)
    assert len(registrar._agenda) == 500
    house.pass_time(200)
    assert sum(change.what == "offline" for change in house.changes) == 500


def test_a_device_that_is_set_to_another_pace_is_never_offline_for_it() -> None:
    house = House(SipAccount(DEVICE, SECRET, interval=300, misses=2))
    house.enter(expires=86_400)
    house.message()
    house.told()
    # Set to 10 seconds: the next keepalive comes by the old pace still, the one behind it by the new.
    house.registrar.adopt(replace(house.account, interval=10, misses=3))
    house.pass_time(299)
    assert house.told() == []
    house.message()
    house.pass_time(299)
    house.message()
    house.pass_time(29)
    assert house.told() == []
    house.pass_time(300)
    assert house.told() == [("offline", "silent")]


def test_a_longer_pace_counts_at_once_and_a_stranger_has_none() -> None:
    house = House(SipAccount(DEVICE, SECRET, interval=5, misses=1))
    house.enter(expires=86_400)
    house.told()
    house.registrar.adopt(replace(house.account, interval=3600, misses=3))
    house.registrar.adopt(SipAccount("34020000001320000099", SECRET))
    house.pass_time(10_799)
    assert house.told() == []
    house.pass_time(2)
    assert house.told() == [("offline", "silent")]


def test_a_connection_is_quiet_for_as_long_as_its_devices_may_be() -> None:
    house = House(SipAccount(DEVICE, SECRET, interval=600, misses=3))
    over = Peer("TCP", HOME.host, HOME.port, 7)
    house.enter(source=over)
    assert house.registrar.quiet(7) == 1800
    assert house.registrar.quiet(8) == 0


#: (port that it registers from, its Via, port that it speaks from, its Via then) → taken for the device, without and with another port followed
SPOKEN = {
    "from where it registered": (5060, "192.0.2.10:5060", 5060, "192.0.2.10:5060", True, True),
    "from the port of its Via, registered from another": (40000, "192.0.2.10:5060", 5060, "192.0.2.10:5060", True, True),
    "from the port that it registered from, with rport now": (40000, "192.0.2.10:5060", 40000, "192.0.2.10:5060;rport", True, True),
    "from behind NAT": (40000, "10.0.0.2:5060", 40000, "10.0.0.2:5060", True, True),
    "another program of its host names its port": (5060, "192.0.2.10:5060", 40001, "192.0.2.10:5060", False, True),
    "another program names its port, of one that asks for rport": (5060, "192.0.2.10:5060;rport", 40001, "192.0.2.10:5060", False, True),
    "another one behind its NAT": (40000, "10.0.0.2:5060", 40001, "10.0.0.2:5060", False, True),
    "another one behind its NAT names the port of the first": (40000, "10.0.0.2:5060", 40001, "192.0.2.10:40000", False, True),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOKEN)
def test_a_message_counts_for_the_device_only_from_where_it_registered(case: str) -> None:
    port, via, spoken, spoken_via, *taken = SPOKEN[case]
    for follow, expected in zip((Follow.ASK, Follow.PORT), taken, strict=True):
        house = House(SipAccount(DEVICE, SECRET, follow=follow))
        house.enter(source=Peer("UDP", "192.0.2.10", port), host=via)
        before = house.registrar.find(DEVICE)
        assert before is not None
        reached = before.peer
        assert house.message(Peer("UDP", "192.0.2.10", spoken), host=spoken_via) is expected
        assert house.registrar.refused["moved"] == (not expected)
        channel = "34020000001310000007"
        assert house.message(Peer("UDP", "192.0.2.10", spoken), host=spoken_via, device=channel) is expected
        if not expected:
            assert before.peer == reached
