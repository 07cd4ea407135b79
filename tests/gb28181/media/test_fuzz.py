"""Nothing in an octet raises, and nothing that comes fills the memory."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gb28181.media import pes, psm
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import framed, looks_like, pack_header
from tests.gb28181.media.films import PACK, Taken, film, mixed, opening, packets, packs
from tests.gb28181.media.films import pes as pes_of

SCRAPS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            *(b"\0\0\1" + bytes((n,)) for n in (0xB9, 0xBA, 0xBB, 0xBC, 0xBD, 0xBE, 0xBF, 0xC0, 0xE0, 0xE1, 0xFF)),
            *(b"\0\0\1" + bytes((n, 1)) for n in (0x65, 0x67, 0x68, 0x41, 0x40, 0x42, 0x44, 0x26, 0x80)),
            *(b"\0", b"\0\0", b"\0\0\1", b"\xff\xf1", b"\x80\x80\x05", b"\0\0\1\xe0\0\0\x80\0\0", PACK, opening()),
            *(b"\xff\xf1\x6c\x40\x02\x1f\xfc", b"\0\0\1\xe0\xff\xff\x80\xc0\xff", b"\0\0\1\xbc\0\x06\xe0\xff\0\0\0\0"),
        ]
    ),
)
STREAMS = st.lists(SCRAPS, max_size=60).map(b"".join)


def check(frames: list[Frame]) -> None:
    for frame in frames:
        assert frame.data
        assert isinstance(frame.time, int)
    first = next((frame for frame in frames if frame.coding.video), None)
    assert first is None or (first.key and first.sets)


@settings(max_examples=200, deadline=None)
@given(STREAMS, st.integers(1, 50), st.booleans())
def test_a_program_reader_takes_anything(data: bytes, piece: int, lossy: bool) -> None:
    came = Taken()
    for at in range(0, len(data), piece):
        came.push(data[at : at + piece])
        if lossy and at % 3 == 0:
            came.reader.lose()
    check(came.end().frames)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=40),
    st.sampled_from(list(range(1, 300, 7))),
)
def test_a_program_reader_takes_a_stream_with_octets_changed(hits: list[tuple[int, int]], piece: int) -> None:
    data = bytearray(b"".join(packs(mixed(Coding.H265))))
    for place, octet in hits:
        data[place % len(data)] = octet
    check(Taken().push(bytes(data), piece).end().frames)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_maps_headers_and_guesses_take_anything(data: bytes) -> None:
    psm.parse(data)
    psm.parse(b"\0\0\1\xbc" + data)
    looks_like(data, 96)
    looks_like(data, 100)
    if len(data) >= 9:
        header = pes.parse(data, 0, len(data))
        assert header is None or header.size <= len(data)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            SCRAPS,
            st.builds(
                lambda s, n, x: pack_header(96, n, s, s * 9, 7) + x, st.integers(0, 70_000), st.booleans(), SCRAPS
            ),
        ),
        max_size=40,
    )
)
def test_a_receiver_takes_any_datagram(given_packets: list[bytes]) -> None:
    frames: list[Frame] = []
    receiver = Receiver(frames.append, 0.0)
    for number, packet in enumerate(given_packets):
        receiver.begin(number, number / 10)
        receiver.push(packet)
        receiver.after(number / 10)
        receiver.report(number / 10)
    receiver.flush()
    check(frames)


@settings(max_examples=30, deadline=None)
@given(STREAMS, st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(max_size=9)), max_size=12), st.integers(1, 2000))
def test_a_receiver_takes_any_connection(junk: bytes, hits: list[tuple[int, bytes]], piece: int) -> None:
    data = b"".join(map(framed, packets(film(Coding.H264, 1))))
    for place, octets in hits:
        at = place % len(data)
        data = data[:at] + octets + data[at:]
    frames: list[Frame] = []
    receiver = Receiver(frames.append, 0.0, tcp=True)
    receiver.connect()
    data = junk + data
    for at in range(0, len(data), piece):
        receiver.feed(data[at : at + piece])
    receiver.flush()
    receiver.report(0.0)
    check(frames)


FAULTS = st.tuples(
    st.integers(0, 1 << 20),
    st.sampled_from(["gone", "twice", "marked", "bare", "other stamp", "other source", "other type", "padded", "cut"]),
)


def faulty(made: list[bytes], faults: list[tuple[int, str]]) -> list[bytes]:
    """The packets with each fault at its place."""
    found = list(made)
    for place, what in faults:
        at = place % len(found)
        one = bytearray(found[at])
        match what:
            case "gone":
                one = bytearray()
            case "marked":
                one[1:2] = bytes((96 | 0x80,))
            case "bare":
                one[1:2] = b"\x60"
            case "other stamp":
                one[4:5] = b"\x55"
            case "other source":
                one[8:9] = b"\x55"
            case "other type":
                one[1:2] = b"\x61"
            case "padded":
                one[0:1], one[-1:] = b"\xa0", b"\x03"
            case "cut":
                del one[20:]
        found[at : at + 1] = [bytes(one)] * (2 if what == "twice" else 1)
        found = [packet for packet in found if packet] or made[:1]
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(FAULTS, max_size=8), st.sampled_from([60, 300, 1400]), st.sampled_from([0, 0xFFF0]), st.integers(20, 9000)
)
def test_packets_that_are_read_together_say_what_each_says_alone(
    faults: list[tuple[int, str]], largest: int, first: int, piece: int
) -> None:
    made = faulty(packets(mixed(Coding.H264)[:30], first, largest=largest), faults)
    stream = b"".join(map(framed, made))
    together: list[Frame] = []
    line = Receiver(together.append, 0.0, tcp=True)
    line.connect()
    for at in range(0, len(stream), piece):
        line.read(memoryview(stream)[at : at + piece], 0, 0.0)
    line.flush()
    alone: list[Frame] = []
    each = Receiver(alone.append, 0.0, tcp=True)
    each.connect()
    for packet in made:
        each.begin(0, 0.0)
        each.push(packet)
        each.count(len(packet) + 2)
    each.flush()
    assert together == alone
    assert line.tally == each.tally


FLOODS = {
    "a picture that never ends": [PACK + opening() + b"\0\0\1\xe0\0\0\x80\0\0\0\0\1\x65", *[b"\xaa" * 60_000] * 1000],
    "tiny packets that begin nothing": [PACK + opening(), *[pes_of(b"\xaa", None) * 100] * 500],
    "tiny packets with a time each": [
        PACK + opening(),
        pes_of(b"\0\0\1\x65\x88", 1),
        *[pes_of(b"\xaa", 5) * 100] * 200,
    ],
    "tiny NAL units": [PACK + opening(), *[pes_of(b"\0\0\1\x41\x10" * 200, None)] * 500],
    "start codes alone": [PACK + opening() + b"\0\0\1\xe0\0\0\x80\0\0\0\0\1\x65", *[b"\0\0\1" * 20_000] * 400],
    "a picture of slices without end": [
        PACK + opening() + pes_of(b"\0\0\1\x65\x88", 1),
        *[pes_of(b"\0\0\1\x0c" + b"\xff" * 60_000 + b"\0\0\1\x41\x10\1", None)] * 1500,
    ],
    "tiny slices without end": [
        PACK + opening() + pes_of(b"\0\0\1\x65\x88", 1),
        *[pes_of(b"\0\0\1\x41\x10" * 2000, None)] * 400,
    ],
    "a map that is longer than maps are": [PACK + b"\0\0\1\xbc\xff\xff", *[b"\xe0" * 60_000] * 200],
    "sound that never ends": [PACK + b"\0\0\1\xc0\0\0\x80\0\0", *[b"\xaa" * 60_000] * 1000],
    "one octet at a time": [PACK + opening() + b"\0\0\1\xe0\0\0\x80\0\0\0\0\1\x65", *[b"\xaa"] * 100_000],
    "parameter sets without end": [
        PACK + opening(),
        *[pes_of(b"".join(b"\0\0\1\x67" + bytes((n, m)) * 9 for m in range(1, 99)), None) for n in range(1, 250)],
    ],
}


@pytest.mark.parametrize("name", FLOODS)
def test_no_flood_fills_the_memory(name: str) -> None:
    came = Taken()
    tracemalloc.start()
    try:
        for piece in FLOODS[name]:
            came.reader.push(piece, 0, len(piece))
        highest = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert highest < 48 << 20
    sent = film(Coding.H264)
    came.frames.clear()
    came.reader.lose()
    came.push(b"".join(packs(sent))).end()
    assert [f.data for f in came.pictures] == [f.data for f in sent], "a good stream is read afterwards"
