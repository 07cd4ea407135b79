"""Packets that follow each other are taken as one piece: what comes out is what each says when it is pushed alone, whatever is in it."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import byte_stream, pack_header
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import framed
from custodes.gb28181.media.rtp import pack_header as rtp_header
from tests.gb28181.media.films import SSRC, film, mixed, opening, packs, pes, read, same, tone

STUFFED = b"\0\0\1\xba\x44\0\4\0\4\1\0\0\3\xfb\xff\xff\xff"
FILLING = b"\0\0\1\xbe\0\4\xff\xff\xff\xff"


@dataclass(frozen=True)
class Manner:
    """How a device cuts what it sends; each chance in a hundred.

    Attributes:
        sizes: of RTP payloads; pieces: PES packets of a picture, at most.
        open: PES packets without a length; bare: without a time; empty: without a payload.
        joined: packs that go under one timestamp with the one before; torn: packets that have another one than their picture's.
        marks: markers that are missing, or stand elsewhere.
        heads: packets whose header has a CSRC list, an extension or padding.
        sources: packets that another source sends.
    """

    sizes: tuple[int, ...]
    pieces: int
    open: int
    bare: int
    empty: int
    joined: int
    torn: int
    marks: int
    heads: int
    sources: int


CHANCE = st.sampled_from([0, 0, 0, 3, 30])
MANNERS = st.builds(
    Manner,
    st.sampled_from([(1400,), (300, 300, 300, 17), (64,), (1400, 1, 1399), (13, 14, 15), (4000, 200)]),
    st.sampled_from([1, 1, 3, 9]),
    *[CHANCE] * 8,
)


def program(manner: Manner, coding: Coding, chance: random.Random) -> list[tuple[int, bytes]]:
    """Timestamp and octets of each pack."""

    def hits(percent: int) -> bool:
        return chance.random() * 100 < percent

    made: list[tuple[int, bytes]] = []
    sounds = tone(40)
    for frame in film(coding):
        stream = byte_stream(frame)
        cuts = sorted(chance.randrange(len(stream)) for _ in range(chance.randint(1, manner.pieces) - 1))
        parts = [stream[a:b] for a, b in zip((0, *cuts), (*cuts, len(stream)), strict=True)]
        body = (STUFFED if hits(manner.bare) else pack_header(frame.time)) + (opening() if frame.key else b"")
        for number, part in enumerate(parts):
            if hits(manner.empty):
                body += chance.choice((pes(b"", frame.time), FILLING))
            time = frame.time if not number and not hits(manner.bare) else None
            body += pes(part, time, length=0 if hits(manner.open) else None)
        body += pes(sounds.pop().data, frame.time, number=0xC0) if hits(50) else b""
        stamp = made[-1][0] if made and hits(manner.joined) else frame.time
        made.append((stamp, body))
    return made


def cut(manner: Manner, coding: Coding, chance: random.Random) -> list[bytes]:
    """Its packets."""

    def hits(percent: int) -> bool:
        return chance.random() * 100 < percent

    made: list[bytes] = []
    sequence = 0xFFF0
    for stamp, body in program(manner, coding, chance):
        at = 0
        while at < len(body):
            piece = body[at : at + chance.choice(manner.sizes)]
            at += len(piece)
            marker = (at >= len(body)) is not hits(manner.marks)
            time, ssrc = stamp + hits(manner.torn) * 7, SSRC + hits(manner.sources)
            head = bytearray(rtp_header(96, marker, sequence, time, ssrc))
            tail = b""
            if hits(manner.heads):
                head[0], more, tail = chance.choice(
                    ((0x81, b"\0\0\0\1", b""), (0x90, b"\xbe\xde\0\1abcd", b""), (0xA0, b"", b"\0\0\3"))
                )
                head += more
            made.append(bytes(head) + piece + tail)
            sequence = sequence + 1 & 0xFFFF
    return made


class Line:
    """A receiver behind a connection."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.receiver = Receiver(self.frames.append, 0.0, tcp=True)
        self.receiver.connect()

    def feed(self, stream: bytes, ends: list[int]) -> None:
        """Take it in reads that end there."""
        for number, (at, end) in enumerate(zip((0, *ends), (*ends, len(stream)), strict=True)):
            self.receiver.read(memoryview(stream)[at:end], number * 1000, number / 1000)
        self.receiver.flush()


@settings(max_examples=80, deadline=None)
@given(MANNERS, st.sampled_from([Coding.H264, Coding.H265]), st.integers(0, 1 << 32), st.sampled_from([1, 7, 60]))
def test_a_run_of_packets_says_what_its_packets_say(manner: Manner, coding: Coding, seed: int, reads: int) -> None:
    chance = random.Random(seed)
    stream = b"".join(map(framed, cut(manner, coding, chance)))
    ends = sorted(chance.randrange(len(stream)) for _ in range(reads))
    together, alone = Line(), Line()
    together.feed(stream, ends)
    alone.receiver._order.run_terms = lambda: None  # type: ignore[method-assign]
    alone.feed(stream, ends)
    assert together.frames == alone.frames
    assert together.receiver.tally == alone.receiver.tally


@pytest.mark.parametrize("size", [4, 13, 1400])
@pytest.mark.parametrize("length", [None, 0], ids=["with a length", "without"])
def test_an_empty_packet_within_a_picture_cuts_it_nowhere(size: int, length: int | None) -> None:
    sent = film(Coding.H264)
    program = b""
    for frame in sent:
        stream = byte_stream(frame)
        half = len(stream) // 2
        program += pack_header(frame.time) + (opening() if frame.key else b"") + pes(stream[:half], frame.time)
        program += pes(b"", frame.time, length=length) + pes(stream[half:], None)
    assert same(read(program, size).pictures, sent)


@pytest.mark.parametrize("size", [1, 3, 13, 1400])
def test_sound_and_pictures_keep_their_order_however_small_they_are_cut(size: int) -> None:
    sent = mixed(Coding.H264)
    cut, whole = (read(b"".join(packs(sent)), piece).frames for piece in (size, 1 << 20))
    assert [(frame.coding, frame.time) for frame in cut] == [(frame.coding, frame.time) for frame in whole]
