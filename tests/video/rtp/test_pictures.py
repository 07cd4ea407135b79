"""Packets become the pictures they were made from, and nothing but whole, decodable pictures comes out."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.video.rtp.assembly import LARGEST_UNIT
from custodes.video.rtp.header import pack_header
from custodes.video.rtp.payload import H264Depacketizer, H265Depacketizer, depacketizer, payloads
from custodes.video.rtsp.message import Deframer
from custodes.video.unit import AccessUnit, Codec
from tests.video.streams import Pictures, data_of, framed, packets, stream

BOTH = pytest.mark.parametrize("codec", list(Codec))
Taker = H264Depacketizer | H265Depacketizer


def taker(codec: Codec, sets: Sequence[bytes] = ()) -> tuple[Taker, list[AccessUnit]]:
    units: list[AccessUnit] = []
    return depacketizer(codec, units.append, 96, sets), units


def push(into: Taker, given: Sequence[bytes]) -> None:
    for packet in given:
        into.push(packet, 0, len(packet))


def by_push(into: Taker, given: Sequence[bytes]) -> None:
    push(into, given)


def by_stream(into: Taker, given: Sequence[bytes]) -> None:
    """Interleaved, in odd cuts, so that the run of middle packets is taken."""
    deframer = Deframer(lambda _buf, _at: -1)
    deframer.sinks = {0: into.push}
    deframer.run = into.run
    whole = b"".join(map(framed, given))
    for at in range(0, len(whole), 977):
        deframer.feed(whole[at : at + 977])


WAYS = pytest.mark.parametrize("way", [by_push, by_stream])
Way = Callable[[Taker, Sequence[bytes]], None]


@BOTH
@WAYS
@pytest.mark.parametrize("largest", [60, 300, 1400, 60_000])
def test_what_was_sent_comes_out(codec: Codec, way: Way, largest: int) -> None:
    params, pictures = stream(codec)
    into, units = taker(codec)
    way(into, packets(params, pictures, sequence=65_530, largest=largest))
    assert [unit.data for unit in units] == [data_of(nals) for nals, _key in pictures]
    assert [unit.key for unit in units] == [key for _nals, key in pictures]
    assert {unit.params for unit in units} == {params}
    assert len({id(unit.params) for unit in units}) == 1
    assert into.tally.lost == into.tally.garbage == into.tally.dropped == 0


@BOTH
def test_media_time_goes_on_over_the_wrap(codec: Codec) -> None:
    params, pictures = stream(codec)
    into, units = taker(codec)
    push(into, packets(params, pictures, timestamp=(1 << 32) - 5000))
    assert all(after.media_time - before.media_time == 3600 for before, after in pairwise(units))


@BOTH
def test_parameter_sets_from_the_description_are_enough(codec: Codec) -> None:
    params, pictures = stream(codec)
    into, units = taker(codec, params.sets)
    push(into, packets(params, pictures, sets=False))
    assert len(units) == len(pictures)
    assert units[0].params == params


@BOTH
def test_without_parameter_sets_nothing_comes_out_and_the_fault_is_told(codec: Codec) -> None:
    params, pictures = stream(codec)
    into, units = taker(codec)
    push(into, packets(params, pictures, sets=False))
    assert units == []
    assert into.tally.dropped == len(pictures)
    assert "none was sent" in into.fault


@BOTH
@WAYS
def test_a_lost_packet_costs_everything_until_the_next_key_picture(codec: Codec, way: Way) -> None:
    params, pictures = stream(codec, frames=12, gop=4)
    sent = packets(params, pictures)
    # The second picture's first packet: after the first marker.
    hole = next(at for at, packet in enumerate(sent) if packet[1] & 0x80) + 1
    into, units = taker(codec)
    way(into, sent[:hole] + sent[hole + 1 :])
    assert [unit.data for unit in units] == [data_of(nals) for nals, _ in (pictures[0], *pictures[4:])]
    assert into.tally.lost == 1
    assert into.tally.dropped == 3


@BOTH
@WAYS
def test_a_packet_lost_from_the_middle_of_a_unit_is_noticed(codec: Codec, way: Way) -> None:
    params, pictures = stream(codec, 320, 192, frames=12, gop=4)
    sent = packets(params, pictures, largest=60)
    firsts = [0, *(at + 1 for at, packet in enumerate(sent[:-1]) if packet[1] & 0x80)]
    assert firsts[5] - firsts[4] > 10
    middle = (firsts[4] + firsts[5]) // 2
    into, units = taker(codec)
    way(into, sent[:middle] + sent[middle + 1 :])
    assert [unit.data for unit in units] == [data_of(nals) for nals, _ in (*pictures[:4], *pictures[8:])]
    assert into.tally.lost == 1


def test_a_key_picture_whose_first_slice_is_missing_is_not_handed_on() -> None:
    params, pictures = stream(Codec.H264, 160, 96, 9, 3, "bframes=0:slices=3")
    sent = []
    for number, (nals, key) in enumerate(pictures):
        whole = [*(params.sets if key else ()), *nals]
        for index, nal in enumerate(whole):
            sent.append((number, nal, pack_header(96, index == len(whole) - 1, len(sent), number * 3600, 7) + nal))
    # The fourth picture is the second key picture: all up to its second slice is lost.
    slices = [nal for number, nal, _ in sent if number == 3 and nal[0] & 31 == 5]
    assert len(slices) == 3
    start = next(at for at, (number, _nal, _) in enumerate(sent) if number == 3)
    end = next(at for at, (_number, nal, _) in enumerate(sent) if nal is slices[1])
    into, units = taker(Codec.H264)
    push(into, [packet for at, (_number, _nal, packet) in enumerate(sent) if not start <= at < end])
    assert [unit.data for unit in units] == [data_of(nals) for nals, _ in (*pictures[:3], *pictures[6:])]


@BOTH
def test_losing_whole_pictures_before_a_key_picture_does_not_cost_the_key_picture(codec: Codec) -> None:
    params, pictures = stream(codec, frames=12, gop=4)
    one_each = [packets(params, pictures[:count]) for count in range(13)]
    cut = one_each[12][: len(one_each[2])] + one_each[12][len(one_each[4]) :]
    into, units = taker(codec)
    push(into, cut)
    assert [unit.data for unit in units] == [data_of(nals) for nals, _ in (*pictures[:2], *pictures[4:])]


@BOTH
@WAYS
def test_a_missing_marker_is_made_good_by_the_next_timestamp(codec: Codec, way: Way) -> None:
    params, pictures = stream(codec)
    sent = [packet[:1] + bytes((packet[1] & 0x7F,)) + packet[2:] for packet in packets(params, pictures)]
    into, units = taker(codec)
    way(into, sent)
    assert [unit.data for unit in units] == [data_of(nals) for nals, _ in pictures[:-1]]


@BOTH
def test_a_late_or_doubled_packet_is_left_out(codec: Codec) -> None:
    params, pictures = stream(codec)
    sent = packets(params, pictures)
    into, units = taker(codec)
    push(into, [packet for packet in sent for _ in range(2)])
    assert len(units) == len(pictures)
    assert into.tally.late == len(sent)


@BOTH
def test_a_sender_that_begins_anew_is_followed(codec: Codec) -> None:
    params, pictures = stream(codec)
    into, units = taker(codec)
    push(into, packets(params, pictures, sequence=40_000))
    push(into, packets(params, pictures, sequence=20_000, timestamp=9_000_000))
    assert len(units) == 2 * len(pictures)


@BOTH
def test_extension_csrc_and_padding_are_passed_over(codec: Codec) -> None:
    params, pictures = stream(codec)
    sent = []
    for packet in packets(params, pictures):
        head = bytes((0xB1,)) + packet[1:12] + b"CSRC" + b"\xbe\xde\0\1ext!"
        sent.append(head + packet[12:] + b"\0\0\3")
    into, units = taker(codec)
    push(into, sent)
    assert [unit.data for unit in units] == [data_of(nals) for nals, _ in pictures]


def test_delimiters_and_fillers_are_left_out_and_sei_is_kept() -> None:
    params, pictures = stream(Codec.H264)
    nals, _key = pictures[0]
    slices = tuple(nal for nal in nals if nal[0] & 31 == 5)
    sei = b"\x06\x05\x01\x00\x80"
    sent = ((b"\x09\xf0", *params.sets, sei, *slices, b"\x0c\xff\xff\x80"), True)
    into, units = taker(Codec.H264)
    push(into, packets(params, (sent,), sets=False))
    assert units[0].data == data_of((sei, *slices))


def test_sets_with_a_marker_of_their_own_belong_to_the_next_picture() -> None:
    params, pictures = stream(Codec.H264)
    sent = []
    for index, nal in enumerate((*params.sets, *pictures[0][0])):
        sent.append(pack_header(96, True, index, 5000, 7) + nal)
    into, units = taker(Codec.H264)
    push(into, sent)
    assert [unit.key for unit in units] == [True]


@BOTH
def test_new_sets_come_into_force_on_a_key_picture(codec: Codec) -> None:
    small, small_pictures = stream(codec)
    large, large_pictures = stream(codec, 320, 192)
    into, units = taker(codec)
    first = packets(small, small_pictures)
    push(into, first)
    push(into, packets(large, large_pictures, sequence=100 + len(first), timestamp=100_000))
    assert [unit.params.width for unit in units] == [160] * 10 + [320] * 10
    assert len({id(unit.params) for unit in units}) == 2


@BOTH
def test_a_broken_set_in_the_stream_is_told_and_the_old_one_stays(codec: Codec) -> None:
    params, pictures = stream(codec)
    into, units = taker(codec)
    broken = replace(params, sets=tuple(nal[:4] for nal in params.sets))
    first = packets(params, pictures)
    push(into, first)
    push(into, packets(broken, pictures, sequence=100 + len(first), timestamp=100_000))
    assert into.tally.garbage > 0
    assert {unit.params.width for unit in units} == {160}


@BOTH
def test_another_payload_type_is_not_taken(codec: Codec) -> None:
    params, pictures = stream(codec)
    sent = packets(params, pictures)
    into, units = taker(codec)
    push(into, [packet[:1] + bytes((packet[1] & 0x80 | 97,)) + packet[2:] for packet in sent])
    assert units == []
    assert into.tally.garbage == len(sent)


def test_a_picture_that_never_ends_is_given_up() -> None:
    params, pictures = stream(Codec.H264)
    into, units = taker(Codec.H264, params.sets)
    body = bytes(60_000)
    into.push(*_whole(pack_header(96, False, 0, 1, 7) + b"\x7c\x85" + body))
    for sequence in range(1, 200):
        into.push(*_whole(pack_header(96, False, sequence, 1, 7) + b"\x7c\x05" + body))
        into.bound()
    assert 200 * len(body) > LARGEST_UNIT
    assert into.tally.garbage == 1
    push(into, packets(params, pictures, sequence=200))
    assert len(units) == len(pictures)


def _whole(packet: bytes) -> tuple[bytes, int, int]:
    return packet, 0, len(packet)


def test_wall_time_is_that_of_a_pictures_first_packet() -> None:
    params, pictures = stream(Codec.H264)
    into, units = taker(Codec.H264)
    for moment, packet in enumerate(packets(params, pictures, largest=60)):
        into.wall_us = moment
        into.push(packet, 0, len(packet))
    sent = packets(params, pictures, largest=60)
    firsts = [0, *(at + 1 for at, packet in enumerate(sent[:-1]) if packet[1] & 0x80)]
    assert [unit.wall_us for unit in units] == firsts


def _whole_pictures(pictures: Pictures) -> set[bytes]:
    return {data_of(nals) for nals, _ in pictures}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(Codec), st.integers(0, 10_000), st.floats(0, 0.3), st.integers(0, 6))
def test_over_a_lossy_reordering_link_only_whole_pictures_come_out(
    codec: Codec, seed: int, loss: float, shuffle: int
) -> None:
    params, pictures = stream(codec, frames=12, gop=4)
    rng = random.Random(seed)
    sent = [packet for packet in packets(params, pictures, largest=120) if rng.random() >= loss]
    sent = [packet for _, packet in sorted(enumerate(sent), key=lambda pair: pair[0] + rng.uniform(0, shuffle))]
    into, units = taker(codec)
    push(into, sent)
    assert {unit.data for unit in units} <= _whole_pictures(pictures)
    # Nothing is handed on that refers to what was left out.
    numbers = [next(n for n, (nals, _) in enumerate(pictures) if data_of(nals) == unit.data) for unit in units]
    keys = {n for n, (_, key) in enumerate(pictures) if key}
    assert all(now in keys or now == before + 1 for before, now in pairwise(numbers))
    assert not numbers or numbers[0] in keys


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(Codec), st.lists(st.binary(max_size=60), max_size=20))
def test_random_packets_never_raise(codec: Codec, given: list[bytes]) -> None:
    into, _units = taker(codec)
    push(into, given)
    push(into, [pack_header(96, bool(n & 1), n, n // 3, 7) + body for n, body in enumerate(given)])
    into.bound()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(Codec), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=30))
def test_changed_real_packets_never_raise(codec: Codec, changes: list[tuple[int, int]]) -> None:
    params, pictures = stream(codec)
    sent = [bytearray(packet) for packet in packets(params, pictures)]
    for at, value in changes:
        packet = sent[at % len(sent)]
        packet[(at * 7 + value) % min(len(packet), 24)] = value
    into, _units = taker(codec)
    by_stream(into, [bytes(packet) for packet in sent])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(Codec),
    st.lists(st.binary(min_size=3, max_size=900), min_size=1, max_size=8),
    st.integers(50, 500),
)
def test_payloads_fit_and_hold_all_octets(codec: Codec, bodies: list[bytes], largest: int) -> None:
    head = b"\x65" if codec is Codec.H264 else b"\x26\x01"
    nals = [head + body for body in bodies]
    made = payloads(codec, nals, largest)
    assert max(map(len, made)) <= largest
    params, _pictures = stream(codec)
    into, units = taker(codec, params.sets)
    push(into, [pack_header(96, n == len(made) - 1, n, 0, 7) + body for n, body in enumerate(made)])
    assert [unit.data for unit in units] == [data_of(tuple(nals))]
