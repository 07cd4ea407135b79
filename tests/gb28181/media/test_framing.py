"""Packets on a connection: RFC 4571, what devices send in its place, and finding the way again (§5.4)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import framed
from tests.gb28181.media.films import BOTH, film, mixed, packets, same


class Connection:
    """A receiver behind a connection."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.receiver = Receiver(self.frames.append, 0.0, tcp=True)
        self.receiver.connect()

    def feed(self, data: bytes, piece: int = 1 << 20) -> Connection:
        for at in range(0, len(data), piece):
            self.receiver.begin(0, 0.0)
            self.receiver.feed(memoryview(data)[at : at + piece])
            self.receiver.after(0.0)
        return self

    def end(self) -> list[Frame]:
        self.receiver.flush()
        return [frame for frame in self.frames if frame.coding.video]


def dollar(packet: bytes) -> bytes:
    return b"$\0" + len(packet).to_bytes(2, "big") + packet


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3000), st.sampled_from(BOTH), st.sampled_from([300, 1400, 20_000]))
def test_the_size_of_the_reads_makes_no_difference(piece: int, coding: Coding, largest: int) -> None:
    sent = mixed(coding)
    line = Connection().feed(b"".join(map(framed, packets(sent, largest=largest))), piece)
    assert same(line.end(), film(coding))
    assert line.receiver.tally.garbage == line.receiver.tally.lost == 0
    assert line.receiver.tally.packets == len(packets(sent, largest=largest))


@pytest.mark.parametrize("piece", [1 << 20, 501, 3])
def test_packets_behind_a_dollar_are_read_too(piece: int) -> None:
    sent = film(Coding.H264)
    assert same(Connection().feed(b"".join(map(dollar, packets(sent))), piece).end(), sent)


@pytest.mark.parametrize("largest", [0x2450 - 12, 0x2480 - 12, 32_000])
def test_a_length_that_begins_like_a_dollar_is_a_length(largest: int) -> None:
    nal = b"\x65\x88" + b"\xa5" * 100_000
    frame = Frame(Coding.H264, len(nal).to_bytes(4, "big") + nal, True, 90_000, 0, film(Coding.H264)[0].sets)
    line = Connection().feed(b"".join(map(framed, packets([frame], largest=largest))))
    assert same(line.end(), [frame])


def test_a_lead_of_other_octets_is_passed_over() -> None:
    sent = film(Coding.H264)
    line = Connection().feed(bytes(range(1, 256)) + b"\xff" + b"".join(map(framed, packets(sent))))
    assert same(line.end(), sent)
    assert line.receiver.tally.garbage == 1


def test_after_octets_that_make_no_sense_the_known_ssrc_is_looked_for() -> None:
    sent = film(Coding.H264, 3)
    made = list(map(framed, packets(sent)))
    hit = len(made) // 3
    made[hit] = b"\x01\x02" + made[hit][2:]  # a wrong length
    line = Connection().feed(b"".join(made))
    came = line.end()
    assert same(came[-5:], sent[-5:])
    assert all(f.data in {one.data for one in sent} for f in came)
    assert line.receiver.tally.garbage > 0


def test_junk_between_packets_costs_no_picture() -> None:
    sent = film(Coding.H264)
    line = Connection().feed(b"junk!".join(map(framed, packets(sent))))
    assert same(line.end(), sent)


def test_frames_without_a_packet_are_passed_over() -> None:
    sent = film(Coding.H264)
    assert same(Connection().feed(b"\0\0\0\0".join(map(framed, packets(sent)))).end(), sent)


def test_a_new_connection_begins_anew_at_a_key_frame() -> None:
    sent = film(Coding.H264)
    made = list(map(framed, packets(sent)))
    line = Connection().feed(b"".join(made)[: len(b"".join(made)) // 3])
    line.receiver.disconnect("the device closed the connection")
    line.receiver.connect()
    line.feed(b"".join(map(framed, packets(film(Coding.H264, 1, 900_000), 7))))
    assert [f.time for f in line.end()[-10:]] == [f.time for f in film(Coding.H264, 1, 900_000)]


def test_a_packet_that_the_device_left_out_is_a_loss() -> None:
    sent = film(Coding.H264)
    made = list(map(framed, packets(sent)))
    del made[len(made) // 2]
    line = Connection().feed(b"".join(made))
    assert line.receiver.tally.lost == 1
    assert len(line.end()) < len(sent)


def test_what_is_kept_between_reads_is_bounded() -> None:
    line = Connection()
    for _ in range(200):
        line.feed(b"\xff\xff\x80" + b"\x80" * 4093)
    assert line.receiver._framing.pending < 70_000
