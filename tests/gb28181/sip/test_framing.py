"""Messages out of a TCP connection: however the octets are cut, and whatever stands between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.sip.framing import Framer
from custodes.gb28181.sip.limits import SipLimits
from custodes.gb28181.sip.malformed import Malformed, MessageFault
from custodes.gb28181.sip.message import Message
from tests.gb28181.sip.examples import keepalive_body, request

XML = (("Content-Type", "Application/MANSCDP+xml"),)


def keepalive(sn: int, length: int | None = None, name: str = "") -> bytes:
    body = keepalive_body(sn=sn).replace(b"<Status>", f"<Info>{name}</Info><Status>".encode("gb18030"))
    data = request("MESSAGE", cseq=sn, carrier="TCP", body=body, fields=XML)
    return (
        data
        if length is None
        else data.replace(f"Content-Length: {len(body)}".encode(), f"Content-Length: {length}".encode())
    )


def messages(found: list[Message | Malformed]) -> list[int]:
    assert not [one for one in found if isinstance(one, Malformed)]
    return [one.cseq.number for one in found if not isinstance(one, Malformed)]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_messages_are_cut_the_same_however_they_arrive(sizes: list[int]) -> None:
    stream = b"\r\n\r\n".join(keepalive(sn) for sn in range(1, 4)) + request("OPTIONS", cseq=4, carrier="TCP")
    framer, found, at = Framer(), [], 0
    while at < len(stream):
        size = sizes[at % len(sizes)]
        found += framer.feed(stream[at : at + size])
        at += size
    assert messages(found) == [1, 2, 3, 4]
    assert (framer.garbage, framer.remarks) == (0, 0)


def test_blank_lines_keep_a_connection_alive() -> None:
    framer = Framer()
    assert framer.feed(b"\r\n\r\n") == []
    assert messages(framer.feed(b"\r\n\r\n" + keepalive(1) + b"\r\n\r\n")) == [1]
    assert framer.pings == 3
    assert framer.waiting == 0


@pytest.mark.parametrize("wrong", [-30, -1, 1, 40])
def test_a_length_counted_in_characters_is_mended_by_the_end_of_the_xml(wrong: int) -> None:
    right = len(keepalive_body(sn=1)) + len("<Info>东门入口</Info>".encode("gb18030"))
    framer = Framer()
    found = framer.feed(keepalive(1, right + wrong, "东门入口") + keepalive(2))
    assert messages(found) == [1, 2]
    first = found[0]
    assert not isinstance(first, Malformed)
    assert first.text.strip().endswith("</Notify>")
    assert "东门入口" in first.text
    assert framer.garbage == 0


def test_a_length_that_is_too_large_does_not_keep_the_message_waiting() -> None:
    assert messages(Framer().feed(keepalive(1, 5000))) == [1]


def test_an_xml_body_that_never_ends_is_given_up_at_the_next_message() -> None:
    cut = keepalive(1).replace(b"</Notify>\r\n", b"</Notif")
    framer = Framer()
    assert messages(framer.feed(cut + keepalive(2))) == [1, 2]
    assert framer.remarks == 1


def test_garbage_between_messages_is_skipped_to_the_next_start_line() -> None:
    framer = Framer()
    assert messages(framer.feed(keepalive(1) + b"what is this\r\nand this" + keepalive(2))) == [1, 2]
    assert framer.garbage > 0
    assert not framer.broken


def test_a_start_line_that_is_cut_behind_garbage_is_still_found() -> None:
    framer, stream, found = Framer(), b"garbage\n" + keepalive(7), []
    for at in range(len(stream)):
        found += framer.feed(stream[at : at + 1])
    assert messages(found) == [7]


def test_a_peer_that_sends_only_garbage_is_given_up() -> None:
    framer = Framer(SipLimits(garbage=1000))
    found: list[Message | Malformed] = []
    for _ in range(100):
        found += framer.feed(b"x" * 99 + b"\n")
        assert framer.waiting < 2000
    assert framer.broken
    [only] = found
    assert isinstance(only, Malformed)
    assert only.fault is MessageFault.GARBAGE


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"MESSAGE sip:a@b SIP/2.0\r\nX: " + b"y" * 20_000, MessageFault.HEAD_TOO_LONG),
        (request("MESSAGE").replace(b"Content-Length: 0", b"Content-Length: 900000"), MessageFault.BODY_TOO_LONG),
        (request("MESSAGE").replace(b"Content-Length: 0\r\n", b""), MessageFault.CONTENT_LENGTH),
        (keepalive(1, 200_000).replace(b"</Notify>", b"") + b"x" * 300_000, MessageFault.BODY_TOO_LONG),
    ],
)
def test_what_cannot_be_framed_breaks_the_connection(data: bytes, fault: MessageFault) -> None:
    framer = Framer()
    [only] = framer.feed(data)
    assert isinstance(only, Malformed)
    assert only.fault is fault
    assert framer.broken
    assert framer.waiting == 0
    assert framer.feed(keepalive(1)) == []


def test_a_message_of_another_version_costs_the_connection_nothing() -> None:
    framer = Framer()
    first, second = framer.feed(b"SIP/2.0 200 OK\r\n\0\r\n\r\n" + keepalive(2))
    assert isinstance(first, Malformed)
    assert not isinstance(second, Malformed)


@given(st.lists(st.binary(max_size=200), max_size=12))
def test_random_octets_never_raise_and_never_pile_up(chunks: list[bytes]) -> None:
    limits = SipLimits(head=300, body=500, garbage=400)
    framer = Framer(limits)
    for chunk in chunks:
        framer.feed(chunk)
        framer.feed(b"MESSAGE sip:a@b SIP/2.0\r\n" + chunk)
        assert framer.waiting <= 3 * (limits.head + limits.body)


@pytest.mark.parametrize("piece", [1, 700, 5000])
def test_a_start_line_that_does_not_end_is_not_kept_and_not_searched_again_and_again(piece: int) -> None:
    framer, stream = Framer(), b"REGISTER sip:" + b"x" * 5000
    for at in range(0, len(stream), piece):
        assert framer.feed(stream[at : at + piece]) == []
        assert framer.waiting <= 1200 + piece
    assert framer.garbage >= len(stream) - 1201
    assert messages(framer.feed(b" SIP/2.0\r\n" + keepalive(3))) == [3]
