"""A picture that came as one piece over a connection is taken in one step: what comes out is what comes out step by step."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gb28181.media.frame import Coding
from custodes.gb28181.media.mux import byte_stream, pack_header
from custodes.gb28181.media.pes import pack_stamp
from custodes.gb28181.media.rtp import framed
from custodes.gb28181.media.rtp import pack_header as rtp_header
from tests.gb28181.media.films import BOTH, SSRC, film, opening, pes
from tests.gb28181.media.test_runs import Line

TRUE_ONES: Final = 80
"""Pictures of one PES packet with a marker behind it, so that a marker is believed."""
SOUND: Final = bytes(range(160))


def _sound(time: int, *, packed: bool = False) -> bytes:
    return (pack_header(time) if packed else b"") + pes(SOUND, time, number=0xC0)


def _pes_with(payload: bytes, time: int, flags: int, more: bytes) -> bytes:
    """A PES packet whose header has more than a PTS."""
    head = bytes((0x80, flags, 5 + len(more))) + pack_stamp(time, 2) + more
    return b"\0\0\1\xe0" + (len(head) + len(payload)).to_bytes(2, "big") + head + payload


ODD: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "plain": lambda stream, time: pes(stream, time),
    "with sound": lambda stream, time: pes(stream, time) + _sound(time),
    "with sound in a pack": lambda stream, time: pes(stream, time) + _sound(time, packed=True),
    "with two sounds": lambda stream, time: pes(stream, time) + _sound(time) + _sound(time + 900),
    "with half a sound": lambda stream, time: pes(stream, time) + _sound(time)[:70],
    "with a sound of another stream": lambda stream, time: pes(stream, time) + pes(SOUND, time, number=0xC3),
    "with a private packet": lambda stream, time: pes(stream, time) + b"\0\0\1\xbd\0\3abc",
    "with stray octets": lambda stream, time: pes(stream, time) + b"stray",
    "behind stray octets": lambda stream, time: b"stray" + pes(stream, time),
    "with zeros behind": lambda stream, time: pes(stream + b"\0\0", time),
    "with zeros behind its packet": lambda stream, time: pes(stream, time) + b"\0\0\0",
    "larger than all before": lambda stream, time: pes(stream + b"\x55" * 40_000, time),
    "of two slices": lambda stream, time: pes(stream + b"\0\0\1" + stream[4:5] + b"\x21" + bytes(range(1, 40)), time),
    "of two pictures": lambda stream, time: pes(stream + stream, time),
    "behind a delimiter": lambda stream, time: pes(b"\0\0\0\1\x09\x10" + stream, time),
    "with a short start code": lambda stream, time: pes(stream[1:], time),
    "without a start code": lambda stream, time: pes(stream[4:], time),
    "without its first slice": lambda stream, time: pes(stream[:5] + bytes((stream[5] & 0x7F,)) + b"\1" * 30, time),
    "of five octets": lambda stream, time: pes(stream[:5], time),
    "of six octets": lambda stream, time: pes(stream[:6], time),
    "empty": lambda _stream, time: pes(b"", time),
    "in two packets": lambda stream, time: (
        pes(stream[: len(stream) // 2], time) + pes(stream[len(stream) // 2 :], None)
    ),
    "without a length": lambda stream, time: pes(stream, time, length=0),
    "with too short a length": lambda stream, time: pes(stream, time, length=len(stream) // 2 + 8),
    "with too long a length": lambda stream, time: pes(stream, time, length=len(stream) + 30),
    "without a time": lambda stream, _time: pes(stream, None),
    "with two times": lambda stream, time: _pes_with(stream, time, 0xC0, pack_stamp(time, 1)),
    "with a stuffed header": lambda stream, time: _pes_with(stream, time, 0x80, b"\xff" * 9),
    "behind a map": lambda stream, time: opening({0xE0: 0x24, 0xC0: 0x90}) + pes(stream, time),
    "behind a refused map": lambda stream, time: opening({0xE0: 0x80, 0xC0: 0x90}) + pes(stream, time),
}


def _packets(odd: list[str], coding: Coding, chance: random.Random, faults: float = 0.0) -> tuple[bytes, list[int]]:
    """What a connection carries, and where its pictures end: true ones, then some of the named kinds.

    Args:
        faults: share of the packets of these that are missing, and of those whose marker is wrong.
    """
    frames = film(coding, 3 + (TRUE_ONES + len(odd)) // 10)
    types = {0xE0: 0x1B if coding is Coding.H264 else 0x24, 0xC0: 0x90}
    carried, ends = bytearray(), []
    sequence = 0xFFF0
    for number, frame in enumerate(frames[: TRUE_ONES + len(odd)]):
        kind = odd[number - TRUE_ONES] if number >= TRUE_ONES else "plain"
        body = pack_header(frame.time) + (opening(types) if frame.key else b"")
        body += ODD[kind](byte_stream(frame), frame.time)
        largest = chance.choice((1400, 300, len(body)))
        for at in range(0, len(body), largest):
            last = at + largest >= len(body)
            marker = last is not (number >= TRUE_ONES and chance.random() < faults)
            if number < TRUE_ONES or chance.random() >= faults:
                head = rtp_header(96, marker, sequence, frame.time, SSRC)
                carried += framed(head + body[at : at + largest])
            sequence = sequence + 1 & 0xFFFF
        ends.append(len(carried))
    return bytes(carried), ends[:-1]


def _count_whole(line: Line) -> list[bool]:
    """Whether each piece that was offered to be taken in one step was."""
    reader = line.receiver._order._reader
    taken, whole = [], reader.whole

    def counted(data: bytes) -> bool:
        taken.append(whole(data))
        return taken[-1]

    reader.whole = counted  # type: ignore[method-assign]
    return taken


def _compare(stream: bytes, ends: list[int]) -> list[bool]:
    """Read it in one step where that goes, and step by step: after each read the same came out. Gives what was taken in one step."""
    at_once, by_step = Line(), Line()
    taken = _count_whole(at_once)
    by_step.receiver._order._reader.whole = lambda _data: False  # type: ignore[method-assign]
    for number, (at, end) in enumerate(zip((0, *ends), (*ends, len(stream)), strict=True)):
        for line in (at_once, by_step):
            line.receiver.read(memoryview(stream)[at:end], number * 1000, number / 1000)
        assert at_once.frames == by_step.frames
        assert at_once.receiver.tally == by_step.receiver.tally
        assert _marker_of(at_once) == _marker_of(by_step)
    return taken


def _marker_of(line: Line) -> tuple[int, ...]:
    """What was learned of the device's marker."""
    marker = line.receiver._order._reader.pictures._marker
    return marker._proofs, marker._singles, marker._largest_single, marker.lies, marker._packets


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(ODD)), min_size=1, max_size=30),
    st.sampled_from(BOTH),
    st.sampled_from([0.0, 0.01, 0.1]),
    st.integers(0, 1 << 32),
)
def test_a_picture_taken_in_one_step_is_what_it_is_step_by_step(
    odd: list[str], coding: Coding, faults: float, seed: int
) -> None:
    stream, ends = _packets(odd, coding, random.Random(seed), faults)
    assert any(_compare(stream, ends))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(ODD)), min_size=1, max_size=12),
    st.sampled_from(BOTH),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 1, 0x80, 0xBA, 0xBC, 0xC0, 0xE0, 0xFF])), max_size=12),
    st.lists(st.floats(0, 1), max_size=12),
    st.integers(0, 1 << 32),
)
def test_octets_that_are_others_and_reads_that_end_anywhere_make_no_difference(
    odd: list[str], coding: Coding, others: list[tuple[float, int]], cuts: list[float], seed: int
) -> None:
    stream, ends = _packets(odd, coding, random.Random(seed))
    begin, changed = ends[TRUE_ONES - 1], bytearray(stream)
    span = len(stream) - begin - 1
    for place, octet in others:
        changed[begin + round(place * span)] = octet
    anywhere = [begin + round(cut * span) for cut in cuts]
    assert any(_compare(bytes(changed), sorted({*ends[: TRUE_ONES + 2], *anywhere})))


@pytest.mark.parametrize("coding", BOTH)
def test_a_stream_that_was_sound_and_is_pictures_by_now_has_no_sound_behind_them(coding: Coding) -> None:
    kind = {Coding.H264: 0x1B, Coding.H265: 0x24}[coding]
    carried, ends, sequence = bytearray(), [], 0

    def add(body: bytes, time: int) -> None:
        nonlocal sequence
        carried.extend(framed(rtp_header(96, True, sequence, time, SSRC) + body))
        ends.append(len(carried))
        sequence += 1

    frames = film(coding, 3 + TRUE_ONES // 10)[: TRUE_ONES + 10]
    add(pack_header(frames[0].time) + opening({0xE0: 0x90}), frames[0].time)
    for number, frame in enumerate(frames):
        body = pack_header(frame.time) + (opening({0xE0: kind}) if frame.key else b"")
        body += pes(byte_stream(frame), frame.time)
        add(body + (pes(SOUND, frame.time, number=0xE0) if number == TRUE_ONES + 3 else b""), frame.time)
    assert any(_compare(bytes(carried), ends[:-1]))


@pytest.mark.parametrize("coding", BOTH)
@pytest.mark.parametrize(
    "kind", ["plain", "with sound", "with sound in a pack", "with two times", "with a stuffed header"]
)
def test_what_nearly_everything_is_is_taken_in_one_step(kind: str, coding: Coding) -> None:
    line = Line()
    taken = _count_whole(line)
    line.feed(*_packets([kind] * 5, coding, random.Random(4)))
    # The first of the five is a key frame: the largest of all, so that it is handed on when the second begins.
    assert taken[-3:] == [True] * 3


@pytest.mark.parametrize("coding", BOTH)
@pytest.mark.parametrize("kind", sorted(ODD))
def test_after_each_kind_of_picture_those_that_follow_are_the_same(kind: str, coding: Coding) -> None:
    # The first is a key frame, which is handed on when the second begins; markers alone prove nothing for the largest of all.
    odd = ["plain", "plain", "with sound", kind, "plain", kind, *["plain"] * 9]
    assert any(_compare(*_packets(odd, coding, random.Random(3))))
    assert any(_compare(*_packets([*["in two packets"] * 5, *odd], coding, random.Random(3))))


def test_once_a_marker_has_lied_nothing_is_taken_in_one_step() -> None:
    stream, ends = _packets(["plain"] * 20, Coding.H264, random.Random(4))
    line = Line()
    taken = _count_whole(line)
    half = ends[TRUE_ONES + 2]
    line.receiver.read(stream[:half], 0, 0.0)
    assert taken[-1]
    line.receiver._order._reader.pictures.mark_within()
    taken.clear()
    line.receiver.read(stream[half:], 1000, 0.001)
    assert len(taken) == 17
    assert not any(taken)
