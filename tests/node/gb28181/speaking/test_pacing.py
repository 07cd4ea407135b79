"""What is fed comes out by the clock: even, in order, with timestamps that say how long a pause was."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.media.g711 import RATE, SILENCE
from custodes.node.gb28181.speaking.speech import HANG, LEAD, MOST, PACKET, Pacer, SpeechPacket

BEGIN = 1_000.0


def run(pacer: Pacer, until: float, now: float = BEGIN) -> list[tuple[float, SpeechPacket]]:
    """Whatever it gives until then, each at the moment at which it was due."""
    made: list[tuple[float, SpeechPacket]] = []
    while pacer.due <= until:
        now = max(now, pacer.due)
        made += [(now, piece) for piece in pacer.take(now)]
    return made


def numbered(octets: int) -> bytes:
    return bytes(number % 200 for number in range(octets))


def test_nothing_is_due_before_anything_was_said() -> None:
    pacer = Pacer()
    assert pacer.due == math.inf
    pacer.feed(b"", BEGIN)
    assert pacer.due == math.inf
    assert pacer.take(BEGIN + 100) == []


def test_what_was_said_goes_twenty_milliseconds_at_a_time() -> None:
    pacer = Pacer()
    said = numbered(10 * PACKET)
    pacer.feed(said, BEGIN)
    made = run(pacer, BEGIN + 1)
    assert b"".join(piece.alaw for _, piece in made) == said
    assert [round((at - BEGIN - LEAD) * 1_000) for at, _ in made] == [20 * number for number in range(10)]
    assert [piece.at - made[0][1].at for _, piece in made] == [PACKET * number for number in range(10)]
    assert [piece.begins for _, piece in made] == [True] + [False] * 9


def test_the_last_of_it_is_filled_up_and_nothing_follows() -> None:
    pacer = Pacer()
    pacer.feed(numbered(PACKET + 10), BEGIN)
    (_, first), (at, last) = run(pacer, BEGIN + 10)
    assert last.alaw == numbered(PACKET + 10)[PACKET:] + bytes((SILENCE,)) * (PACKET - 10)
    assert math.isclose(at, BEGIN + LEAD + PACKET / RATE + HANG)
    assert first.begins
    assert not last.begins
    assert pacer.due == math.inf


def test_a_pause_is_in_the_timestamps_and_in_nothing_else() -> None:
    pacer = Pacer()
    pacer.feed(numbered(PACKET), BEGIN)
    made = run(pacer, BEGIN + 3)
    pacer.feed(numbered(PACKET), BEGIN + 3)
    made += run(pacer, BEGIN + 6, BEGIN + 3)
    assert [piece.begins for _, piece in made] == [True, True]
    assert made[1][1].at - made[0][1].at == 3 * RATE


def test_what_comes_unevenly_goes_out_evenly() -> None:
    pacer, made, now = Pacer(), [], BEGIN
    for number in range(50):
        now = BEGIN + 0.02 * number + (0.03 if number % 3 == 1 else 0.0)
        made += run(pacer, now, now)
        pacer.feed(numbered(PACKET), now)
    made += run(pacer, now + 1, now)
    assert len(made) == 50
    assert [piece.begins for _, piece in made] == [True] + [False] * 49
    steps = {later.at - earlier.at for (_, earlier), (_, later) in itertools.pairwise(made)}
    assert steps == {PACKET}


def test_two_seconds_wait_and_no_more() -> None:
    pacer = Pacer()
    said = numbered(MOST + 5_000)
    pacer.feed(said, BEGIN)
    assert pacer.dropped == 5_000
    assert b"".join(piece.alaw for _, piece in run(pacer, BEGIN + 10)) == said[5_000:]
    pacer.feed(bytes(1_000_000), BEGIN + 20)
    assert pacer.dropped == 5_000 + 1_000_000 - MOST


def test_a_loop_that_was_held_up_catches_up_with_a_tenth_of_a_second() -> None:
    pacer = Pacer()
    pacer.feed(numbered(MOST), BEGIN)
    first = pacer.take(BEGIN + LEAD)
    late = pacer.take(BEGIN + LEAD + 1.0)
    assert len(first) == 1
    assert len(late) in (5, 6)
    assert late[0].begins
    assert late[0].at - first[0].at > RATE * 0.8


@given(st.lists(st.tuples(st.integers(0, 4_000), st.floats(0, 0.5)), max_size=60))
def test_whatever_is_fed_times_go_on_and_nothing_is_lost_within_the_bound(feeds: list[tuple[int, float]]) -> None:
    pacer, now = Pacer(), BEGIN
    made: list[tuple[float, SpeechPacket]] = []
    fed = 0
    for octets, pause in feeds:
        now += pause
        made += run(pacer, now, now - pause)
        pacer.feed(b"\x11" * octets, now)
        fed += octets
    made += run(pacer, now + 10, now)
    assert all(len(piece.alaw) == PACKET for _, piece in made)
    assert sum(piece.alaw.count(0x11) for _, piece in made) == fed - pacer.dropped
    places = [piece.at for _, piece in made]
    assert all(later - earlier >= PACKET for earlier, later in itertools.pairwise(places))
    for (_, earlier), (_, later) in itertools.pairwise(made):
        assert later.begins or later.at - earlier.at == PACKET
    assert all(at >= BEGIN + piece.at / RATE - 1e-6 or piece.begins for at, piece in made)
    assert pacer.due == math.inf
