"""The side that registers: with a registrar of ours over a network in memory, and against answers of all kinds."""

from __future__ import annotations

import itertools

import pytest

from custodes.gb28181.edition import Edition
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.answering import answer
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.message import Request, Response, read_datagram
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import Registering, RegistrarServer, RegistrationNews, RegistrationStanding
from tests.gb28181.sip.examples import DEVICE, HOME, SERVER, keepalive_body

SECRET = Secret("12345678")
UPPER = RegistrarServer(SERVER, DEVICE, SECRET, HOME, expires=3600)
CHALLENGE = ("WWW-Authenticate", 'Digest realm="3402000000",nonce="n",algorithm=MD5')


def made(upper: RegistrarServer = UPPER) -> Registering:
    numbers = itertools.count(1)
    return Registering(upper, lambda: f"d{next(numbers)}", lambda: 0.5, lambda sn: keepalive_body(sn=sn))


def reply(request: Request, status: int, *fields: tuple[str, str]) -> Response:
    found = read_datagram(answer(request, Peer("UDP", "192.0.2.1", 5060), status, fields, tag="s").encode())
    assert isinstance(found, Response)
    return found


def enter(client: Registering, now: float = 0.0, *fields: tuple[str, str]) -> list[RegistrationNews]:
    [first] = client.step(now)
    [second], _ = client.answered(first, reply(first, 401, CHALLENGE), now)
    return client.answered(second, reply(second, 200, *fields), now)[1]


def test_a_challenge_is_answered_in_the_same_call_with_the_next_number() -> None:
    client = made()
    [first] = client.step(0)
    assert (first.method, first.headers.get("Expires"), first.headers.get("X-GB-Ver")) == ("REGISTER", "3600", "3.0")
    assert "Authorization" not in first.headers
    [second], news = client.answered(first, reply(first, 401, CHALLENGE), 0)
    assert news == []
    assert (second.call_id, second.sender.tag) == (first.call_id, first.sender.tag)
    assert second.cseq.number == first.cseq.number + 1
    assert second.via.branch != first.via.branch
    assert second.headers.get("Authorization").startswith(f'Digest username="{DEVICE}"')
    assert client.answered(second, reply(second, 200, ("X-GB-Ver", "2.0")), 0)[1] == [RegistrationNews("registered")]
    assert (client.standing, client.edition) == (RegistrationStanding.IN, Edition.E2016)


def test_an_older_edition_states_none() -> None:
    upper = RegistrarServer(SERVER, DEVICE, SECRET, HOME, edition=Edition.E2016)
    [first] = made(upper).step(0)
    assert "X-GB-Ver" not in first.headers


def test_it_refreshes_well_before_the_end_that_was_granted() -> None:
    client = made()
    enter(client, 0, ("Contact", "<sip:a@b>;expires=600"), ("Expires", "3600"))
    renewals = [moment for moment in range(0, 700, 5) for one in client.step(moment) if one.method == "REGISTER"]
    assert len(renewals) == 1
    assert 420 <= renewals[0] <= 545


def test_a_password_that_is_refused_is_not_tried_again_at_once() -> None:
    client = made()
    [first] = client.step(0)
    [second], _ = client.answered(first, reply(first, 401, CHALLENGE), 0)
    [third], _ = client.answered(second, reply(second, 401, CHALLENGE), 0)
    assert client.answered(third, reply(third, 401, CHALLENGE), 0) == ([], [RegistrationNews("refused", "401")])
    assert client.due >= 60


def test_failures_wait_a_minute_and_then_longer() -> None:
    client, now, waits = made(), 0.0, []
    for _ in range(7):
        [first] = client.step(now)
        assert client.unanswered(first, now) == [RegistrationNews("lost", "timeout")]
        waits.append(client.due - now)
        now = client.due
    assert waits == [90, 150, 270, 510, 990, 1830, 1830]


def test_a_registration_that_is_too_short_is_asked_for_again_with_the_least() -> None:
    client = made()
    [first] = client.step(0)
    [second], _ = client.answered(first, reply(first, 423, ("Min-Expires", "7200")), 0)
    assert second.headers.get("Expires") == "7200"
    assert client.answered(second, reply(second, 423, ("Min-Expires", "60")), 0) == (
        [],
        [RegistrationNews("refused", "423")],
    )


def test_three_keepalives_without_an_answer_lead_to_a_new_registration() -> None:
    client = made()
    enter(client)
    for number in range(1, 4):
        [one] = client.step(60.0 * number)
        assert one.method == "MESSAGE"
        assert f"<SN>{number}</SN>" in one.text
        news = client.unanswered(one, 60.0 * number)
    assert news == [RegistrationNews("lost", "keepalive")]
    [again] = client.step(200)
    assert again.method == "REGISTER"


def test_an_answer_in_between_starts_the_count_anew() -> None:
    client = made()
    enter(client)
    for number in range(1, 10):
        [one] = client.step(60.0 * number)
        if number % 3:
            assert client.unanswered(one, 60.0 * number) == []
        else:
            client.answered(one, reply(one, 200), 60.0 * number)
    assert client.standing is RegistrationStanding.IN


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_server_that_has_forgotten_us_is_registered_with_at_once(status: int) -> None:
    client = made()
    enter(client)
    [one] = client.step(60)
    assert client.answered(one, reply(one, status), 60)[1] == [RegistrationNews("lost", str(status))]
    assert client.due <= 61


def test_it_unregisters_with_a_login() -> None:
    client = made()
    enter(client)
    [first] = client.leave()
    assert first.headers.get("Expires") == "0"
    [second], _ = client.answered(first, reply(first, 401, CHALLENGE), 9)
    assert second.headers.get("Expires") == "0"
    assert client.answered(second, reply(second, 200), 9)[1] == [RegistrationNews("left")]
    assert client.due == float("inf")


def test_a_server_that_sends_us_elsewhere_is_reported() -> None:
    client = made()
    [first] = client.step(0)
    news = client.answered(first, reply(first, 302, ("Contact", "<sip:34020000002000000002@192.0.2.9:5060>")), 0)[1]
    assert news == [RegistrationNews("redirected", "sip:34020000002000000002@192.0.2.9:5060")]


def test_a_broken_connection_is_followed_by_a_new_registration_soon_and_not_together() -> None:
    client = made()
    enter(client)
    assert client.disconnected(100) == [RegistrationNews("lost", "connection")]
    assert 101 <= client.due <= 111


def test_a_password_is_in_no_text_of_the_object() -> None:
    client = made()
    enter(client)
    assert SECRET.password not in repr(UPPER) + repr(SipAccount(DEVICE, SECRET)) + repr(vars(client))
