"""The door of a platform: whatever an unknown or hostile peer sends is answered or dropped by a rule."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.sip.account import Follow, SipAccount
from custodes.gb28181.sip.answering import answer
from custodes.gb28181.sip.call import CallPhase, SipCall
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, RequestReceived
from custodes.gb28181.sip.framing import Framer
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request, Response, read_datagram
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import Registering, RegistrarServer
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.sip.transactions import TransactionRoom
from tests.gb28181.sip.examples import DEVICE, HOME, REALM, SERVER, keepalive_body, request

PLATFORM = Peer("UDP", "192.0.2.1", 5060)
SECRET = Secret("12345678")
ROOM = TransactionRoom()


def platform(room: TransactionRoom = ROOM) -> Endpoint:
    numbers = itertools.count(1)
    registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), {DEVICE: SipAccount(DEVICE, SECRET)}.get)
    return Endpoint(SERVER, REALM, lambda _peer: PLATFORM, lambda: f"t{next(numbers)}", registrar, room=room)


def give(endpoint: Endpoint, data: bytes, source: Peer = HOME, now: float = 0.0) -> None:
    try:
        message = read_datagram(data)
    except Malformed as error:
        endpoint.malformed(error, source)
    else:
        endpoint.receive(message, source, now, 0)


def answers(endpoint: Endpoint) -> list[Response]:
    found = [read_datagram(send.octets) for send in endpoint.take()[0]]
    assert all(isinstance(one, Response) for one in found)
    return found  # type: ignore[return-value]


def enter(endpoint: Endpoint, source: Peer = HOME, now: float = 0.0) -> None:
    numbers = itertools.count(1)
    client = Registering(RegistrarServer(SERVER, DEVICE, SECRET, source), lambda: f"d{next(numbers)}", lambda: 0.5)
    asked = client.step(now)
    while asked:
        give(endpoint, asked[0].encode(), source, now)
        [response] = answers(endpoint)
        asked, _news = client.answered(asked[0], response, now)
    assert endpoint.registrar is not None
    assert endpoint.registrar.find(DEVICE) is not None


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (request("MESSAGE", body=keepalive_body()), 403, "not-registered"),
        (request("INVITE"), 403, "stranger"),
        (request("BYE"), 403, "stranger"),
        (request("SUBSCRIBE"), 403, "stranger"),
        (request("CANCEL"), 481, "nothing-to-cancel"),
        (request("REGISTER"), 401, "login-none"),
        (request("OPTIONS"), 200, None),
        (request("PUBLISH"), 405, "method"),
        (request("FOO"), 405, "method"),
        (request("MESSAGE").replace(b"MESSAGE sip:", b"MESSAGE tel:", 1), 416, "scheme"),
        (request("MESSAGE", fields=(("Require", "100rel, path"),)), 420, "require"),
        (request("MESSAGE").replace(b"SIP/2.0\r", b"SIP/3.0\r", 1), 505, "version"),
        (request("MESSAGE").replace(b"1 MESSAGE", b"1 BYE"), 400, "bad-field"),
        (request("MESSAGE").replace(b"From: <sip:", b"From: <"), 400, "bad-uri"),
        (request("MESSAGE").replace(b"Content-Length: 0", b"Content-Length: 999999999"), 413, "body-too-long"),
        (request("MESSAGE").replace(b"Call-ID", b"X"), None, "missing-field"),
        (request("MESSAGE").replace(b"Via", b"X"), None, "missing-field"),
        (request("ACK"), None, "ack-to-nothing"),
        (request("ACK").replace(b"From: <sip:", b"From: <"), None, "bad-uri"),
        (b"SIP/2.0 200 OK\r\n" + request("MESSAGE").partition(b"\r\n")[2], None, "response-to-nothing"),
        (b"GET / HTTP/1.1\r\n\r\n", None, "no-start-line"),
        (b"\x80\x60\x00\x01", None, "cut-short"),
    ],
)  # fmt: skip
def test_what_strangers_send_is_answered_or_dropped_by_rule(
    data: bytes, status: int | None, reason: str | None
) -> None:
    endpoint = platform()
    give(endpoint, data)
    assert [one.status for one in answers(endpoint)] == ([status] if status else [])
    if reason:
        assert endpoint.refusals[reason] == 1
    assert endpoint.take()[1] == []


def test_an_answer_says_what_is_allowed_and_where_the_request_came_from() -> None:
    endpoint = platform()
    give(endpoint, request("FOO", host="10.0.0.1:5060;rport"), Peer("UDP", "198.51.100.7", 4444))
    [sent] = endpoint.take()[0]
    assert sent.peer == Peer("UDP", "198.51.100.7", 4444)
    response = read_datagram(sent.octets)
    assert "MESSAGE" in response.headers.get("Allow")
    assert response.via.parameters == {"rport": "4444", "branch": "z9hG4bKa1", "received": "198.51.100.7"}
    assert response.to.tag


def test_a_registered_device_is_heard_and_its_messages_are_handed_up() -> None:
    endpoint = platform()
    enter(endpoint)
    assert [change.what for change in endpoint.take()[1] if isinstance(change, RegistrationChange)] == []
    give(endpoint, request("MESSAGE", body=keepalive_body()))
    [asked] = endpoint.take()[1]
    assert isinstance(asked, RequestReceived)
    assert "Keepalive" in asked.request.text
    endpoint.reply(asked.transaction, 200)
    [reply] = answers(endpoint)
    assert (reply.status, reply.body) == (200, b"")


def test_a_device_that_is_heard_from_elsewhere_has_to_register_again() -> None:
    endpoint = platform()
    enter(endpoint)
    give(endpoint, request("MESSAGE", body=keepalive_body()), Peer("UDP", "203.0.113.5", 5060))
    assert [one.status for one in answers(endpoint)] == [403]


def test_a_device_that_restarts_loses_its_calls() -> None:
    endpoint = platform()
    enter(endpoint)
    give(endpoint, request("INVITE", call_id="call", fields=(("Contact", f"<sip:{DEVICE}@192.0.2.10>"),)))
    [offered] = [event for event in endpoint.take()[1] if isinstance(event, CallOffered)]
    offered.call.accept(b"", (), 0.0)
    assert endpoint.counts["calls"] == 1
    endpoint.take()
    enter_again = Peer("UDP", "192.0.2.10", 40000)
    numbers = itertools.count(1)
    client = Registering(RegistrarServer(SERVER, DEVICE, SECRET, enter_again), lambda: f"e{next(numbers)}", lambda: 0.5)
    [first] = client.step(0.0)
    give(endpoint, first.encode(), enter_again)
    [challenge] = answers(endpoint)
    [second], _ = client.answered(first, challenge, 0.0)
    give(endpoint, second.encode(), enter_again)
    sent = [read_datagram(send.octets) for send in endpoint.take()[0]]
    assert [getattr(one, "method", None) or one.status for one in sent] == [200, "BYE"]  # type: ignore[union-attr]
    assert endpoint.counts["calls"] == 0


def called(endpoint: Endpoint, channel: str) -> SipCall:
    """A call of the platform's with a channel of the registered device, answered."""
    peer = endpoint.registrar.find(DEVICE).peer  # type: ignore[union-attr]
    call = endpoint.call(endpoint.request("INVITE", channel, peer), peer, 0.0, DEVICE)
    [invite] = [read_datagram(send.octets) for send in endpoint.take()[0]]
    assert isinstance(invite, Request)
    give(endpoint, answer(invite, PLATFORM, 200, tag="cam").encode())
    assert call.phase is CallPhase.UP
    assert endpoint.take()[0][0].octets.startswith(b"ACK ")
    return call


def test_a_device_that_restarts_elsewhere_hears_the_end_of_its_calls_there() -> None:
    endpoint = platform()
    enter(endpoint)
    call = called(endpoint, "34020000001310000007")
    elsewhere = Peer("UDP", "192.0.2.77", 5060)
    numbers = itertools.count(1)
    client = Registering(RegistrarServer(SERVER, DEVICE, SECRET, elsewhere), lambda: f"m{next(numbers)}", lambda: 0.5)
    [first] = client.step(0.0)
    give(endpoint, first.encode(), elsewhere)
    [challenge] = answers(endpoint)
    [second], _ = client.answered(first, challenge, 0.0)
    give(endpoint, second.encode(), elsewhere)
    assert [send.peer for send in endpoint.take()[0] if send.octets.startswith(b"BYE ")] == [elsewhere]
    assert call.phase is CallPhase.OVER


def test_a_channel_ends_its_own_call_without_being_registered_itself() -> None:
    endpoint = platform()
    enter(endpoint)
    call = called(endpoint, "34020000001310000007")
    assert call.dialog is not None
    bye = request("BYE", device="34020000001310000007", call_id=call.dialog.call_id, tag="cam")
    bye = bye.replace(b">\r\nCall-ID", f">;tag={call.dialog.local.tag}\r\nCall-ID".encode())
    give(endpoint, bye)
    assert [one.status for one in answers(endpoint)] == [200]
    assert call.phase is CallPhase.OVER


def test_a_message_of_a_channel_says_which_device_it_belongs_to() -> None:
    endpoint = platform()
    enter(endpoint)
    give(endpoint, request("MESSAGE", device="34020000001310000007", body=b"<Notify/>"))
    [asked] = [event for event in endpoint.take()[1] if isinstance(event, RequestReceived)]
    assert asked.device == DEVICE


def test_a_call_follows_its_device_to_another_port() -> None:
    endpoint = platform()
    enter(endpoint)
    call = called(endpoint, "34020000001310000007")
    known = endpoint.registrar.find(DEVICE)  # type: ignore[union-attr]
    assert known is not None
    known.account = replace(known.account, follow=Follow.PORT)
    elsewhere = Peer("UDP", "192.0.2.10", 40000)
    give(endpoint, request("MESSAGE", body=keepalive_body()), elsewhere)
    endpoint.take()
    call.hang_up("enough", 1.0)
    [sent] = endpoint.take()[0]
    assert (sent.peer, sent.octets[:4]) == (elsewhere, b"BYE ")


def test_a_device_that_falls_silent_loses_its_calls() -> None:
    endpoint = platform()
    enter(endpoint)
    call = called(endpoint, "34020000001310000007")
    while call.phase is not CallPhase.OVER:
        due = endpoint.due()
        assert due is not None
        assert due < 200
        endpoint.tick(due)
    assert any(send.octets.startswith(b"BYE ") for send in endpoint.take()[0])


def test_a_malformed_request_over_tcp_is_answered_on_its_connection() -> None:
    endpoint = platform()
    source = Peer("TCP", "192.0.2.10", 40000, 7)
    for found in Framer().feed(request("MESSAGE", carrier="TCP").replace(b"1 MESSAGE", b"x MESSAGE")):
        assert not isinstance(found, Malformed)
        endpoint.receive(found, source, 0.0, 0)
    [sent] = endpoint.take()[0]
    assert sent.peer == source
    assert sent.octets.startswith(b"SIP/2.0 400 ")


def test_a_flood_of_strangers_keeps_nothing_for_long() -> None:
    endpoint = platform(TransactionRoom(servers=200, per_host=50))
    for number in range(2000):
        give(endpoint, request("REGISTER", cseq=number, branch=f"z9hG4bK{number}"), now=number / 1000)
        give(endpoint, request("INVITE", cseq=number, branch=f"z9hG4bKi{number}"), now=number / 1000)
        assert endpoint.counts["servers"] <= 200
    endpoint.take()
    for _ in range(2000):
        due = endpoint.due()
        if due is None:
            break
        endpoint.tick(due)
    assert endpoint.counts == {"servers": 0, "clients": 0, "dialogs": 0, "calls": 0}


WORDS = st.sampled_from([
    b"INVITE", b"ACK", b"BYE", b"CANCEL", b"REGISTER", b"MESSAGE", b"INFO", b"SUBSCRIBE", b"NOTIFY", b"OPTIONS", b"FOO",
])  # fmt: skip


@given(
    st.lists(
        st.tuples(WORDS, st.integers(0, 3), st.integers(0, 3), st.binary(max_size=8), st.integers(0, 500)), max_size=25
    )
)
def test_no_sequence_of_requests_breaks_the_endpoint(steps: list[tuple[bytes, int, int, bytes, int]]) -> None:
    endpoint = platform(TransactionRoom(servers=20, per_host=10, clients=5))
    enter(endpoint)
    now = 0.0
    for method, cseq, tags, noise, at in steps:
        now += cseq
        data = bytearray(request(method.decode(), cseq=cseq, branch=f"z9hG4bK{tags}", call_id=f"c{tags % 2}"))
        if tags & 1:
            data = data.replace(b"To: <sip:", b"To: <sip:", 1).replace(b">\r\nCall-ID", b">;tag=t1\r\nCall-ID")
        data[at % len(data) : at % len(data) + len(noise)] = noise
        give(endpoint, bytes(data), now=now)
        for event in endpoint.take()[1]:
            if isinstance(event, CallOffered) and tags & 2:
                event.call.accept(b"", (), now)
            elif isinstance(event, RequestReceived) and tags & 2:
                endpoint.reply(event.transaction, 200)
        due = endpoint.due()
        if due is not None and due <= now:
            endpoint.tick(now)
        assert endpoint.counts["servers"] <= 20
        assert endpoint.counts["clients"] <= 5
