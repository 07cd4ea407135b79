"""Datagrams that are lost, doubled and overtake each other; wraps; which SSRC is followed (§4.3, §5.1)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.receiver import Receiver, ReceiverTerms
from custodes.gb28181.media.rtp import Sender, pack_header, payload_span
from tests.gb28181.media.films import BOTH, SSRC, film, mixed, packets, packs, same, tone


class Line:
    """A receiver, and what came out of it."""

    def __init__(self, **terms: object) -> None:
        self.frames: list[Frame] = []
        self.receiver = Receiver(self.frames.append, 0.0, **terms)  # type: ignore[arg-type]
        self.now = 0.0

    @property
    def pictures(self) -> list[Frame]:
        return [frame for frame in self.frames if frame.coding.video]

    def take(self, *given_packets: bytes, seconds: float = 0.001) -> Line:
        for packet in given_packets:
            self.now += seconds
            self.receiver.begin(round(self.now * 1e6), self.now)
            self.receiver.push(packet)
            self.receiver.after(self.now)
        return self

    def end(self) -> Line:
        self.receiver.after(self.now + 1)
        self.receiver.flush()
        return self


@dataclass(frozen=True)
class Fate:
    lost: bool
    doubled: bool
    late: int


FATES = st.lists(
    st.builds(Fate, st.just(False) | st.booleans(), st.booleans(), st.integers(0, 6)), min_size=1, max_size=60
)


def carry(given_packets: list[bytes], fates: list[Fate]) -> list[bytes]:
    """What arrives of them: packet n has the fate n, and then all over again. The first two open the stream."""
    arrivals: list[tuple[float, int, bytes]] = [(-2, 0, given_packets[0]), (-1, 1, given_packets[1])]
    for number, packet in enumerate(given_packets[2:], start=2):
        fate = fates[number % len(fates)]
        if not fate.lost:
            arrivals.append((number + fate.late, number, packet))
            if fate.doubled:
                arrivals.append((number + fate.late + 2.5, number, packet))
    return [packet for _at, _number, packet in sorted(arrivals, key=lambda one: one[:2])]


@settings(max_examples=80, deadline=None)
@given(FATES, st.sampled_from(BOTH))
def test_what_a_bad_line_leaves_is_whole_pictures_that_follow_a_key_frame(fates: list[Fate], coding: Coding) -> None:
    sent = film(coding)
    place = {frame.time: number for number, frame in enumerate(sent)}
    came = Line().take(*carry(packets(sent), fates)).end().pictures
    before = -1
    for frame in came:
        number = place[frame.time]
        assert (frame.data, frame.key) == (sent[number].data, sent[number].key)
        assert number > before
        assert frame.key or number == before + 1, "a picture is missing before one that needs it"
        before = number
    if not any(fate.lost for fate in fates):
        assert len(came) == len(sent)


@pytest.mark.parametrize("coding", BOTH)
def test_a_good_line_brings_everything_over_the_wrap_of_sequence_numbers(coding: Coding) -> None:
    sent = mixed(coding)
    line = Line().take(*packets(sent)).end()
    assert same(line.pictures, film(coding))
    assert line.receiver.tally.lost == line.receiver.tally.late == 0


def test_one_lost_packet_costs_its_picture_and_the_rest_of_its_group() -> None:
    sent = film(Coding.H264)
    given_packets = packets(sent)
    hit = next(n for n, p in enumerate(given_packets) if int.from_bytes(p[4:8], "big") == sent[1].time)
    line = Line().take(*given_packets[:hit], *given_packets[hit + 1 :]).end()
    assert same(line.pictures, (sent[0], *sent[5:])) or same(line.pictures, sent[5:])
    assert line.receiver.tally.lost == 1


def test_a_packet_is_waited_for_only_so_long_and_only_so_many() -> None:
    given_packets = packets(film(Coding.H264, 6))
    late = given_packets.pop(3)
    line = Line(terms=ReceiverTerms(reorder_packets=10)).take(*given_packets[:40])
    assert line.receiver.tally.lost == 1
    line.take(late)
    assert line.receiver.tally.late == 1
    quick = Line(terms=ReceiverTerms(reorder_seconds=0.2)).take(*given_packets[:5])
    assert quick.receiver.tally.lost == 0
    quick.receiver.after(quick.now + 0.21)
    assert quick.receiver.tally.lost == 1


def test_headers_with_extension_list_of_sources_and_padding_are_read() -> None:
    def dressed(packet: bytes) -> bytes:
        head = bytes((0x80 | 0x20 | 0x10 | 1,)) + packet[1:12]
        return head + b"CSRC" + b"\xbe\xde\0\1abcd" + packet[12:] + b"\0\0\3"

    sent = film(Coding.H264)
    assert same(Line().take(*map(dressed, packets(sent))).end().pictures, sent)


@pytest.mark.parametrize(
    "packet", [b"", b"\x80", b"\x80" * 12, b"\x40" + bytes(30), b"\x9f" + bytes(20), b"\xa0" + bytes(12) + b"\xff"]
)
def test_what_is_no_rtp_packet_has_no_payload(packet: bytes) -> None:
    assert payload_span(packet, 0, len(packet)) is None


@pytest.mark.parametrize("kind", [97, 98, 99, 8])
def test_a_program_stream_under_another_payload_type_is_read_all_the_same(kind: int) -> None:
    sent = film(Coding.H264)
    sender = Sender(SSRC, payload_type=kind, largest=300)
    given_packets = [p for f, pack in zip(sent, packs(sent), strict=True) for p in sender.packets_of(pack, f.time)]
    assert same(Line().take(*given_packets).end().pictures, sent)


@pytest.mark.parametrize("own", [True, False])
def test_g711_beside_the_program_stream_is_taken(own: bool) -> None:
    sent = film(Coding.H264)
    line, number, sequence = Line(), 0, 100
    for frame, pack in zip(sent, packs(sent), strict=True):
        pieces = [pack[at : at + 300] for at in range(0, len(pack), 300)]
        for n, piece in enumerate(pieces):
            line.take(pack_header(96, n == len(pieces) - 1, sequence, frame.time, SSRC) + piece)
            sequence += 1
            if n == 0:  # in the middle of a picture
                here = 5 + number if own else sequence
                sequence += 0 if own else 1
                line.take(pack_header(8, False, here, number * 160, 99 if own else SSRC) + bytes((number,)) * 160)
                number += 1
    line.end()
    assert same(line.pictures, sent)
    sounds = [frame for frame in line.frames if frame.coding is Coding.G711A]
    assert [frame.data[0] for frame in sounds] == list(range(number))


def other(frames: tuple[Frame, ...], source: int, sequence: int = 9) -> list[bytes]:
    sender = Sender(source, sequence, largest=300)
    return [p for f, pack in zip(frames, packs(frames), strict=True) for p in sender.packets_of(pack, f.time)]


def test_with_a_port_of_its_own_any_ssrc_is_followed() -> None:
    sent = film(Coding.H264)
    line = Line(expected=(SSRC,)).take(*other(sent, 0)).end()
    assert same(line.pictures, sent)
    assert line.receiver.ssrc == 0


def test_on_a_shared_port_the_offered_and_the_answered_alone_are_followed() -> None:
    sent = film(Coding.H264)
    line = Line(expected=(SSRC,), strict=True).take(*other(sent, 77)).end()
    assert line.frames == []
    assert line.receiver.tally.foreign == len(other(sent, 77))
    line.receiver.expect(77)
    assert same(line.take(*other(sent, 77)).end().pictures, sent)


def test_the_expected_ssrc_goes_before_one_that_came_first() -> None:
    sent = film(Coding.H264)
    line = Line(expected=(SSRC,)).take(*other(sent, 5)[:8]).take(*packets(sent)).end()
    assert line.receiver.ssrc == SSRC
    assert same(line.pictures, sent)


def test_a_late_stream_of_an_old_call_does_not_get_between() -> None:
    sent = film(Coding.H264)
    mine, old = packets(sent), other(sent, 5)
    both = [packet for pair in zip(mine, old, strict=True) for packet in pair]
    line = Line(expected=(SSRC,)).take(*both).end()
    assert same(line.pictures, sent)
    assert line.receiver.tally.foreign > 0


def test_a_device_that_begins_anew_is_followed_once_the_old_source_is_quiet() -> None:
    one, two = film(Coding.H264, 1), film(Coding.H264, 1, 900_000)
    line = Line().take(*other(one, 5))
    line.now += 2
    line.take(*other(two, 6, 40_000)).end()
    assert line.receiver.ssrc == 6
    assert same(line.pictures[-5:], two[-5:])


def test_the_numbering_may_jump_and_is_believed_at_the_second_packet() -> None:
    one, two = film(Coding.H264, 1), film(Coding.H264, 1, 900_000)
    line = Line().take(*other(one, 5)).take(*other(two, 5, 40_000)).end()
    assert [f.time for f in line.pictures[-10:]] == [f.time for f in two]


def test_strangers_that_never_follow_each_other_fill_no_memory() -> None:
    line = Line(expected=(SSRC,), strict=True)
    for number in range(1000):
        line.take(pack_header(96, False, number * 7, 0, number) + b"x")
    assert len(line.receiver._order.foreign) == 8
    assert line.receiver.tally.foreign == 1000


def test_rtcp_on_the_same_port_is_no_media() -> None:
    line = Line().take(b"\x80\xc8\0\6" + bytes(24))
    assert line.receiver.tally.garbage == line.receiver.tally.packets == 0


def test_sound_alone_comes_over_rtp() -> None:
    sent = tone(10)
    assert same(Line().take(*packets(sent)).end().frames, sent)
