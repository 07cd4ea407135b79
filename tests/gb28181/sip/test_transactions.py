"""Transactions of RFC 3261 §17: what is sent again and when, what repetitions get, and that nothing is kept for ever."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.sip.answering import answer
from custodes.gb28181.sip.client_transaction import TransactionState
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request, Response, read_datagram
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.transactions import (
    Answered,
    Arrived,
    Full,
    Output,
    Send,
    TransactionRoom,
    Transactions,
    Unanswered,
)
from tests.gb28181.sip.examples import HOME, request

ROOM = TransactionRoom()
TCP = Peer("TCP", "192.0.2.10", 5060, 3)


def layer(room: TransactionRoom = ROOM) -> Transactions:
    numbers = itertools.count(1)
    return Transactions(lambda: f"t{next(numbers)}", room)


def read(data: bytes) -> Request:
    found = read_datagram(data)
    assert isinstance(found, Request)
    return found


def responded(to: Request, status: int, tag: str = "x") -> Response:
    found = read_datagram(answer(to, HOME, status, tag=tag).encode())
    assert isinstance(found, Response)
    return found


def moments(transactions: Transactions, until: float) -> list[tuple[float, Output]]:
    """What happens by itself until `until`."""
    found: list[tuple[float, Output]] = []
    while (due := transactions.due()) is not None and due <= until:
        found += [(due, output) for output in transactions.tick(due)]
    return found


def sent(outputs: list[tuple[float, Output]]) -> list[float]:
    return [moment for moment, output in outputs if isinstance(output, Send)]


# Requests of ours


@pytest.mark.parametrize(
    ("method", "again"),
    [
        ("INVITE", [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]),
        ("MESSAGE", [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]),
    ],
)
def test_over_udp_a_request_is_sent_again_and_given_up_after_32_seconds(method: str, again: list[float]) -> None:
    transactions = layer()
    _made, outputs = transactions.send(read(request(method)), HOME, 0)
    assert [type(output) for output in outputs] == [Send]
    happened = moments(transactions, 100)
    assert sent(happened) == again
    moment, last = happened[-1]
    assert (moment, isinstance(last, Unanswered)) == (32.0, True)
    assert transactions.counts == (0, 0)
    assert transactions.due() is None


def test_over_tcp_nothing_is_sent_twice() -> None:
    transactions = layer()
    transactions.send(read(request("MESSAGE")), TCP, 0)
    happened = moments(transactions, 100)
    assert sent(happened) == []
    assert [moment for moment, _ in happened] == [32.0]


def test_a_final_answer_is_handed_up_once() -> None:
    transactions = layer()
    made, _ = transactions.send(read(request("MESSAGE")), HOME, 0)
    final = responded(made.request, 200)
    assert [type(output) for output in transactions.receive(final, HOME, 1)] == [Answered]
    assert transactions.receive(final, HOME, 2) == []
    assert moments(transactions, 100) == []
    assert transactions.counts == (0, 0)


def test_a_provisional_answer_slows_the_repetitions_down() -> None:
    transactions = layer()
    made, _ = transactions.send(read(request("MESSAGE")), HOME, 0)
    transactions.receive(responded(made.request, 100), HOME, 0.2)
    assert sent(moments(transactions, 13)) == [4.2, 8.2, 12.2]


def test_a_refused_invite_is_acknowledged_each_time_it_is_refused() -> None:
    transactions = layer()
    made, _ = transactions.send(read(request("INVITE")), HOME, 0)
    refusal = responded(made.request, 486)
    first = transactions.receive(refusal, HOME, 1)
    assert [type(output) for output in first] == [Send, Answered]
    assert isinstance(first[0], Send)
    ack = read(first[0].octets)
    assert (ack.method, ack.cseq.number, ack.via.branch, ack.to.tag) == ("ACK", 1, made.branch, "x")
    assert transactions.receive(refusal, HOME, 2) == [first[0]]
    moments(transactions, 100)
    assert transactions.counts == (0, 0)


def test_each_repetition_of_a_2xx_to_invite_is_handed_up_to_be_acknowledged() -> None:
    transactions = layer()
    made, _ = transactions.send(read(request("INVITE")), HOME, 0)
    for moment in (1, 2, 20):
        assert [type(output) for output in transactions.receive(responded(made.request, 200), HOME, moment)] == [
            Answered
        ]
    assert moments(transactions, 100) == []
    assert transactions.counts == (0, 0)


def test_a_peer_that_says_trying_for_ever_is_given_up() -> None:
    transactions = layer()
    made, _ = transactions.send(read(request("INVITE")), HOME, 0)
    for moment in range(1, 200):
        transactions.receive(responded(made.request, 100), HOME, moment)
    [(moment, last)] = moments(transactions, 1000)
    assert moment == 181.0
    assert isinstance(last, Unanswered)


def test_an_answer_to_nothing_is_dropped_and_counted() -> None:
    transactions = layer()
    assert transactions.receive(responded(read(request("MESSAGE")), 200), HOME, 0) == []
    made, _ = transactions.send(read(request("MESSAGE")), HOME, 0)
    other = responded(read(request("MESSAGE", call_id="other")), 200)
    assert other.via.branch == made.branch
    assert transactions.receive(other, HOME, 1) == []
    assert transactions.dropped["response-to-nothing"] == 2


def test_a_broken_connection_ends_what_went_over_it() -> None:
    transactions = layer()
    transactions.send(read(request("MESSAGE", branch="z9hG4bK1")), TCP, 0)
    transactions.send(read(request("MESSAGE", branch="z9hG4bK2")), HOME, 0)
    [only] = transactions.lost(3)
    assert isinstance(only, Unanswered)
    assert only.why == "connection"
    assert transactions.counts == (0, 1)


def test_more_requests_than_are_kept_are_refused() -> None:
    transactions = layer(TransactionRoom(clients=2))
    for number in range(2):
        transactions.send(read(request("MESSAGE", branch=f"z9hG4bK{number}")), HOME, 0)
    assert transactions.full
    with pytest.raises(Full):
        transactions.send(read(request("MESSAGE", branch="z9hG4bK9")), HOME, 0)


def test_requests_that_were_answered_make_room_and_the_oldest_first() -> None:
    """A list of 100,000 parts, each sent after the answer to the one before, waits for nobody."""
    transactions = layer(TransactionRoom(clients=2))
    asked = [read(request("MESSAGE", branch=f"z9hG4bK{number}")) for number in range(20)]
    for number, one in enumerate(asked):
        transactions.send(one, HOME, number / 100)
        assert len(transactions.receive(responded(one, 200), HOME, number / 100)) == 1
    assert transactions.counts == (0, 2)
    assert not transactions.full
    assert transactions.receive(responded(asked[-1], 200), HOME, 1) == []
    assert transactions.dropped["response-to-nothing"] == 0
    assert transactions.receive(responded(asked[0], 200), HOME, 1) == []
    assert transactions.dropped["response-to-nothing"] == 1
    assert transactions.answered == 20
    moments(transactions, 100)
    assert transactions.counts == (0, 0)


def test_a_call_that_was_answered_makes_no_room() -> None:
    """Its answer is acknowledged each time that it comes."""
    transactions = layer(TransactionRoom(clients=1))
    invite = read(request("INVITE"))
    transactions.send(invite, HOME, 0)
    transactions.receive(responded(invite, 486), HOME, 0.1)
    assert transactions.answered == 1
    with pytest.raises(Full):
        transactions.send(read(request("MESSAGE", branch="z9hG4bK9")), HOME, 0.2)


# Requests of peers


def arrived(outputs: list[Output]) -> Arrived:
    [only] = outputs
    assert isinstance(only, Arrived)
    return only


@pytest.mark.parametrize("source", [HOME, TCP])
def test_a_repeated_request_gets_the_same_answer_and_is_not_handed_up_again(source: Peer) -> None:
    transactions = layer()
    data = request("MESSAGE")
    first = arrived(transactions.receive(read(data), source, 0))
    assert transactions.receive(read(data), source, 0.1) == []  # not answered yet: the device waits
    assert first.transaction is not None
    [reply] = transactions.respond(first.transaction, answer(first.request, source, 200, tag="x"), 0.2)
    for moment in (0.5, 1.5, 31.0):
        assert transactions.receive(read(data), source, moment) == [reply]
    moments(transactions, 33)
    assert transactions.counts == (0, 0)
    assert isinstance(transactions.receive(read(data), source, 33)[0], Arrived)


@pytest.mark.parametrize(
    ("change", "is_new"),
    [
        ({}, False),
        ({"branch": "z9hG4bKother"}, True),
        ({"call_id": "other"}, True),
        ({"cseq": 2}, True),
        ({"host": "192.0.2.10:5070;rport"}, True),
    ],
)
@pytest.mark.parametrize("branch", ["z9hG4bKa1", "Z9HG4BKa1", "12345"])
def test_what_counts_as_the_same_request(change: dict[str, object], is_new: bool, branch: str) -> None:
    transactions = layer()
    transactions.receive(read(request("MESSAGE", branch=branch)), HOME, 0)
    again = transactions.receive(read(request("MESSAGE", **({"branch": branch} | change))), HOME, 1)  # type: ignore[arg-type]
    assert bool(again) is is_new


def test_a_device_that_writes_one_branch_into_everything_is_understood() -> None:
    transactions = layer()
    for number in range(1, 5):
        arrived(transactions.receive(read(request("MESSAGE", cseq=number, call_id=f"c{number}")), HOME, number))


def test_a_cached_answer_goes_to_no_other_host() -> None:
    transactions = layer()
    first = arrived(transactions.receive(read(request("MESSAGE")), HOME, 0))
    assert first.transaction is not None
    transactions.respond(first.transaction, answer(first.request, HOME, 200, tag="x"), 0)
    arrived(transactions.receive(read(request("MESSAGE")), Peer("UDP", "203.0.113.9", 5060), 1))


def test_a_refusal_of_an_invite_is_sent_until_it_is_acknowledged() -> None:
    transactions = layer()
    first = arrived(transactions.receive(read(request("INVITE")), HOME, 0))
    assert first.transaction is not None
    transactions.respond(first.transaction, answer(first.request, HOME, 486, tag="x"), 0)
    assert sent(moments(transactions, 4)) == [0.5, 1.5, 3.5]
    ack = read(request("ACK"))
    assert transactions.receive(ack, HOME, 4) == []
    assert first.transaction.state is TransactionState.CONFIRMED
    assert moments(transactions, 100) == []
    assert transactions.counts == (0, 0)


def test_a_refusal_that_nobody_acknowledges_ends_after_32_seconds() -> None:
    transactions = layer()
    first = arrived(transactions.receive(read(request("INVITE")), HOME, 0))
    assert first.transaction is not None
    transactions.respond(first.transaction, answer(first.request, HOME, 486, tag="x"), 0)
    assert sent(moments(transactions, 100))[-1] < 32
    assert transactions.counts == (0, 0)


def test_a_repeated_invite_gets_the_last_provisional_answer() -> None:
    transactions = layer()
    first = arrived(transactions.receive(read(request("INVITE")), HOME, 0))
    assert first.transaction is not None
    [trying] = transactions.respond(first.transaction, answer(first.request, HOME, 100), 0)
    assert transactions.receive(read(request("INVITE")), HOME, 0.5) == [trying]


def test_an_acknowledgement_of_a_2xx_is_handed_up_without_a_transaction() -> None:
    transactions = layer()
    assert arrived(transactions.receive(read(request("ACK", branch="z9hG4bKnew")), HOME, 0)).transaction is None


def test_a_second_final_answer_is_not_sent() -> None:
    transactions = layer()
    first = arrived(transactions.receive(read(request("MESSAGE")), HOME, 0))
    assert first.transaction is not None
    assert transactions.respond(first.transaction, answer(first.request, HOME, 200, tag="x"), 0)
    assert transactions.respond(first.transaction, answer(first.request, HOME, 500, tag="x"), 0) == []


def test_the_cache_is_bounded_and_forgets_the_oldest_answer_first() -> None:
    transactions = layer(TransactionRoom(servers=3))
    for number in range(5):
        one = arrived(transactions.receive(read(request("MESSAGE", cseq=number)), HOME, number))
        assert one.transaction is not None
        transactions.respond(one.transaction, answer(one.request, HOME, 200, tag="x"), number)
    assert transactions.counts[0] == 3
    assert transactions.dropped["forgotten-early"] == 2
    assert isinstance(transactions.receive(read(request("MESSAGE", cseq=4)), HOME, 6)[0], Send)


def test_answers_are_kept_for_32_seconds_each() -> None:
    transactions = layer()
    for number in range(3):
        one = arrived(transactions.receive(read(request("MESSAGE", cseq=number)), HOME, number))
        assert one.transaction is not None
        transactions.respond(one.transaction, answer(one.request, HOME, 200, tag="x"), number)
    for moment, left in ((32, 2), (33, 1), (34, 0)):
        assert transactions.due() == moment
        assert transactions.tick(moment) == []
        assert transactions.counts[0] == left
    assert transactions.due() is None


def test_a_host_that_asks_what_nobody_answers_is_bounded_and_others_are_not() -> None:
    transactions = layer(TransactionRoom(servers=100, per_host=3))
    for number in range(10):
        transactions.receive(read(request("MESSAGE", cseq=number)), HOME, 0)
    assert transactions.counts[0] == 3
    assert transactions.dropped["no-room"] == 7
    arrived(transactions.receive(read(request("MESSAGE")), Peer("UDP", "203.0.113.9", 5060), 0))
    moments(transactions, 1000)
    assert transactions.counts == (0, 0)
    assert transactions.dropped["never-answered"] == 4


def test_a_cancel_finds_its_invite() -> None:
    transactions = layer()
    first = arrived(transactions.receive(read(request("INVITE")), HOME, 0))
    assert transactions.invite_of(read(request("CANCEL")), HOME) is first.transaction
    assert transactions.invite_of(read(request("CANCEL", branch="z9hG4bKx")), HOME) is None


@given(st.data())
def test_whatever_comes_in_whatever_order_nothing_is_kept_for_ever(data: st.DataObject) -> None:
    transactions = layer(TransactionRoom(servers=20, per_host=10, clients=5))
    now = 0.0
    open_ones: list[Arrived] = []
    made = []
    for _ in range(data.draw(st.integers(1, 40))):
        now += data.draw(st.sampled_from([0, 0.3, 5, 40]))
        method = data.draw(st.sampled_from(["INVITE", "MESSAGE", "ACK", "CANCEL", "REGISTER"]))
        number = data.draw(st.integers(1, 4))
        source = data.draw(st.sampled_from([HOME, TCP]))
        match data.draw(st.sampled_from(["receive", "respond", "send", "answer", "tick"])):
            case "receive":
                found = transactions.receive(read(request(method, cseq=number)), source, now)
                open_ones += [one for one in found if isinstance(one, Arrived) and one.transaction]
            case "respond" if open_ones:
                one = data.draw(st.sampled_from(open_ones))
                assert one.transaction is not None
                status = data.draw(st.sampled_from([100, 200, 486]))
                transactions.respond(one.transaction, answer(one.request, one.source, status, tag="x"), now)
            case "send" if not transactions.full and method != "ACK":
                made.append(transactions.send(read(request(method, branch=f"z9hG4bK{len(made)}")), source, now)[0])
            case "answer" if made:
                client = data.draw(st.sampled_from(made))
                status = data.draw(st.sampled_from([100, 180, 200, 404]))
                transactions.receive(responded(client.request, status), HOME, now)
            case _:
                transactions.tick(now)
        assert transactions.counts[0] <= 20
        assert transactions.counts[1] <= 5
    moments(transactions, now + 10_000)
    assert transactions.counts == (0, 0)
    assert transactions.due() is None


def test_a_request_without_call_id_cannot_be_matched_and_is_refused_before() -> None:
    with pytest.raises(Malformed):
        read(request("MESSAGE").replace(b"Call-ID", b"X")).check()
