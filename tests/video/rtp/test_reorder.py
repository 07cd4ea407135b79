"""Datagrams that are lost, doubled and overtake each other: what is handed on can always be decoded."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from custodes.video.rtp.header import pack_header
from custodes.video.rtp.payload import depacketizer
from custodes.video.rtp.reorder import Reorder
from custodes.video.unit import AccessUnit, Codec
from tests.video.streams import data_of, packets, stream

WAIT = 0.1


class Line:
    """A depacketizer behind a reorder buffer, and what came out of it."""

    def __init__(self, codec: Codec = Codec.H264, most_packets: int = 64) -> None:
        self.units: list[AccessUnit] = []
        self.video = depacketizer(codec, self.units.append, 96, stream(codec)[0].sets)
        self.reorder = Reorder(self.video, 96, most_packets, WAIT)
        self.now = 0.0

    def take(self, *given: bytes, seconds: float = 0.001) -> None:
        """Each packet in a read of its own, `seconds` apart."""
        for packet in given:
            self.now += seconds
            self.reorder.begin(round(self.now * 1e6), self.now)
            self.reorder.push(packet)
            self.reorder.expire(self.now)

    def end(self) -> list[bytes]:
        self.reorder.expire(self.now + 2 * WAIT)  # well after: now + WAIT - now may be a bit less than WAIT
        return [unit.data for unit in self.units]


def sent(
    codec: Codec = Codec.H264, sequence: int = 65_500, loops: int = 2
) -> tuple[list[bytes], list[tuple[bytes, bool]]]:
    """Packets across the wrap of sequence numbers, and the pictures in them."""
    params, pictures = stream(codec)
    film = list(pictures) * loops
    return packets(params, film, sequence), [(data_of(nals), key) for nals, key in film]


@dataclass(frozen=True)
class Fate:
    lost: bool
    doubled: bool
    late: int


FATES = st.lists(
    st.builds(Fate, st.just(False) | st.booleans(), st.booleans(), st.integers(0, 6)), min_size=1, max_size=60
)


def carry(given: list[bytes], fates: list[Fate]) -> list[bytes]:
    """What arrives of `given`: packet n has the fate n, and then all over again. The first one opens the stream."""
    arrivals: list[tuple[float, int, bytes]] = [(-1, 0, given[0])]
    for number, packet in enumerate(given[1:], start=1):
        fate = fates[number % len(fates)]
        if not fate.lost:
            arrivals.append((number + fate.late, number, packet))
            if fate.doubled:
                arrivals.append((number + fate.late + 2.5, number, packet))
    return [packet for _at, _number, packet in sorted(arrivals, key=lambda one: one[:2])]


@settings(max_examples=60, deadline=None)
@given(FATES, st.sampled_from(list(Codec)))
def test_what_a_bad_line_leaves_is_whole_pictures_that_follow_a_key_picture(fates: list[Fate], codec: Codec) -> None:
    given_packets, pictures = sent(codec)
    line = Line(codec)
    line.take(*carry(given_packets, fates))
    came = line.end()
    at = 0
    for data in came:  # in the order in which they were filmed, none made up, none twice
        while pictures[at][0] != data:
            at += 1
        if line.units[came.index(data)].key:
            assert pictures[at][1]
        at += 1
    if not any(fate.lost for fate in fates):
        assert came == [data for data, _key in pictures], "nothing was lost, so that nothing may be missing"
        assert line.video.tally.lost == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(list(Codec)))
@example(4714, Codec.H264)  # the last packet but one
def test_a_lost_packet_costs_its_picture_and_those_up_to_the_next_key_picture(seed: int, codec: Codec) -> None:
    given_packets, pictures = sent(codec, loops=3)
    gone = random.Random(seed).randrange(1, len(given_packets) - 1)
    stamp = given_packets[gone][4:8]
    hurt = sorted({packet[4:8] for packet in given_packets}, key=[p[4:8] for p in given_packets].index).index(stamp)
    line = Line(codec)
    line.take(*given_packets[:gone], *given_packets[gone + 1 :])
    following = next((n for n in range(hurt + 1, len(pictures)) if pictures[n][1]), len(pictures))
    expected = [data for n, (data, _key) in enumerate(pictures) if not hurt <= n < following]
    assert line.end() == expected
    assert line.video.tally.lost == 1
    assert line.video.tally.dropped >= 1


def test_a_packet_that_was_overtaken_is_put_back_and_its_picture_keeps_the_time_of_its_first_octet() -> None:
    given_packets, pictures = sent(loops=1)
    second = next(n for n, packet in enumerate(given_packets) if packet[4:8] != given_packets[0][4:8])
    swapped = [*given_packets[:second], given_packets[second + 1], given_packets[second], *given_packets[second + 2 :]]
    line = Line()
    line.take(*swapped)
    assert line.end() == [data for data, _key in pictures]
    assert line.reorder.reordered == 1
    assert line.units[1].wall_us >= line.units[0].wall_us


def test_no_more_wait_than_were_allowed() -> None:
    given_packets, _pictures = sent()
    line = Line(most_packets=8)
    line.take(given_packets[0], *given_packets[2:], seconds=0.0)
    assert line.reorder.waiting <= 8
    assert line.video.tally.lost == 1


def test_what_waits_is_given_up_after_a_while_though_nothing_more_comes() -> None:
    given_packets, _pictures = sent()
    line = Line()
    line.take(given_packets[0], *given_packets[2:20])
    assert line.reorder.waiting == 18
    line.reorder.expire(line.now + WAIT)
    assert line.reorder.waiting == 0
    assert line.video.tally.lost == 1


def test_doubles_and_packets_that_come_too_late_are_left_out_and_counted() -> None:
    given_packets, pictures = sent()
    line = Line()
    line.take(*given_packets, given_packets[-1], given_packets[-5], given_packets[0])
    assert line.end() == [data for data, _key in pictures]
    assert line.video.tally.late == 3


def test_one_packet_of_another_numbering_or_source_changes_nothing() -> None:
    given_packets, pictures = sent()
    half = len(given_packets) // 2
    far = pack_header(96, True, 30_000, 1, 7) + b"\x65" + b"x" * 40
    foreign = pack_header(96, True, 65_510, 1, 99) + b"\x65" + b"x" * 40
    line = Line()
    line.take(*given_packets[:half], far, foreign, *given_packets[half:])
    assert line.end() == [data for data, _key in pictures]
    assert line.video.tally.lost == 0


@pytest.mark.parametrize(("sequence", "ssrc"), [(40_000, 7), (65_520, 12)], ids=["numbers", "source"])
def test_a_camera_that_begins_anew_is_believed_after_two_packets(sequence: int, ssrc: int) -> None:
    before, pictures = sent(loops=1)
    anew = [
        packet[:2] + (sequence + n & 0xFFFF).to_bytes(2, "big") + packet[4:8] + ssrc.to_bytes(4, "big") + packet[12:]
        for n, packet in enumerate(packets(stream(Codec.H264)[0], stream(Codec.H264)[1], timestamp=900_000))
    ]
    line = Line()
    line.take(*before, *anew)
    assert line.end() == [data for data, _key in pictures] * 2
    assert line.reorder.ssrc == ssrc


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=40), st.integers(0, 2**32))
def test_no_datagram_makes_it_raise_or_hand_on_what_is_no_picture(garbage: list[bytes], seed: int) -> None:
    rng = random.Random(seed)
    given_packets, pictures = sent()
    line = Line()
    for packet in given_packets:
        line.take(packet)
        if garbage and rng.random() < 0.3:
            line.take(rng.choice(garbage))
    assert set(line.end()) <= {data for data, _key in pictures}
