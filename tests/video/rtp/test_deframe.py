"""Packets and messages mixed on one connection."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.video.rtsp.message import Deframer, ProtocolError, take
from tests.video.streams import framed


class Inbox:
    """A deframer and what it gave."""

    def __init__(self) -> None:
        self.got: list[bytes | int] = []
        self.deframer = Deframer(self._text)
        self.deframer.sinks = {0: self._packet, 1: self._packet}

    def _packet(self, buf: bytes, start: int, end: int) -> None:
        self.got.append(buf[start:end])

    def _text(self, buf: bytes, at: int) -> int:
        try:
            taken = take(buf, at)
        except ProtocolError:
            return -2
        if taken is None:
            return -1
        self.got.append(getattr(taken[0], "status", 0))
        return taken[1]


RESPONSE = b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Length: 5\r\n\r\n$body"
REQUEST = b"OPTIONS * RTSP/1.0\nCSeq: 9\n\n"
PACKET = b"\x80\x60" + bytes(range(40))


@given(st.lists(st.integers(1, 30), max_size=40))
def test_any_cut_of_the_stream_gives_the_same(cuts: list[int]) -> None:
    whole = RESPONSE + framed(PACKET) + framed(PACKET, 1) + REQUEST + b"\r\n" + framed(PACKET) + RESPONSE
    inbox = Inbox()
    at = 0
    for cut in [*cuts, len(whole)]:
        inbox.deframer.feed(whole[at : at + cut])
        at += cut
    assert inbox.got == [200, PACKET, PACKET, 0, PACKET, 200]
    assert inbox.deframer.garbage == 0
    assert inbox.deframer.pending == 0


def test_after_garbage_the_next_packet_is_found() -> None:
    inbox = Inbox()
    inbox.deframer.feed(b"\xff\x01 what? $$ \x00" + framed(PACKET) + framed(PACKET))
    assert inbox.got == [PACKET, PACKET]
    assert inbox.deframer.garbage == 13


def test_after_garbage_the_next_response_is_found() -> None:
    inbox = Inbox()
    inbox.deframer.feed(b"\xff\x01\x02\x03\x04" + RESPONSE)
    assert inbox.got == [200]


def test_packets_of_an_unknown_channel_are_passed_over_and_counted() -> None:
    inbox = Inbox()
    inbox.deframer.feed(framed(PACKET, 9) + framed(PACKET))
    assert inbox.got == [PACKET]
    assert inbox.deframer.garbage == len(PACKET) + 4


def test_a_message_that_never_ends_does_not_fill_the_memory() -> None:
    inbox = Inbox()
    for _ in range(400):
        inbox.deframer.feed(b"RTSP/1.0 200 OK\r\n" + b"X: " + b"y" * 1000 + b"\r\n")
    assert inbox.deframer.pending < 128 * 1024
    inbox.deframer.feed(framed(PACKET))
    inbox.deframer.feed(b"\r\n\r\n" + framed(PACKET) * 3)
    assert PACKET in inbox.got


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=10))
def test_random_octets_never_raise_and_are_not_kept_for_ever(chunks: list[bytes]) -> None:
    inbox = Inbox()
    for chunk in chunks:
        inbox.deframer.feed(chunk)
    assert inbox.deframer.pending <= sum(map(len, chunks))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200).filter(lambda b: b"$" not in b and not b[:1].isupper()))
def test_good_packets_after_random_octets_are_all_found(noise: bytes) -> None:
    inbox = Inbox()
    inbox.deframer.feed(noise + framed(PACKET) * 4)
    assert [got for got in inbox.got if got == PACKET] == [PACKET] * 4
