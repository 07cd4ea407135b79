"""The RTP marker: where a device has shown that it ends pictures with it, they are handed on at once; where not, with the next one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import pack_header
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import Sender, framed
from tests.gb28181.media.films import BOTH, SSRC, START, film, opening, pes, read

Mark = Callable[[int, int, bool], bool]
"""By number of the PES packet, of how many in the picture, and whether the RTP packet ends it: whether the marker is set."""
TRUE: Mark = lambda number, count, ends: ends and number == count - 1  # noqa: E731
NEVER: Mark = lambda _number, _count, _ends: False  # noqa: E731
ALWAYS: Mark = lambda _number, _count, _ends: True  # noqa: E731
EACH: Mark = lambda _number, _count, ends: ends  # noqa: E731
PIECE = 60


def sent(frames: list[Frame], mark: Mark, per_picture: int = 3, most: int = 0) -> list[list[bytes]]:
    """RTP packets of each picture: a pack, and its octets in so many PES packets, or in packets of `most` octets."""
    sender, made = Sender(SSRC, 100), []
    for frame in frames:
        octets = annex_b(frame)
        step = most or -(-len(octets) // per_picture)
        pieces = [octets[at : at + step] for at in range(0, len(octets), step)]
        packets = []
        for number, piece in enumerate(pieces):
            pack = (pack_header(frame.time) + opening({0xE0: 0x1B if frame.coding is Coding.H264 else 0x24})) * (
                not number
            )
            whole = pack + pes(piece, frame.time if not number else None)
            cut = [whole[at : at + PIECE] for at in range(0, len(whole), PIECE)]
            for place, part in enumerate(cut):
                [packet] = sender.packets_of(part, frame.time)
                set_ = mark(number, len(pieces), place == len(cut) - 1)
                packets.append(packet[:1] + bytes((96 | set_ << 7,)) + packet[2:])
        made.append(packets)
    return made


def annex_b(frame: Frame) -> bytes:
    from custodes.gb28181.media.nal import split

    sets = [START + each for each in frame.sets] if frame.key else []
    return b"".join([*sets, *(START + nal for nal in split(frame.data))])


def taken(pictures: list[list[bytes]], tcp: bool) -> tuple[list[Frame], list[int]]:
    """Frames, and how many there were after each picture's last packet."""
    frames: list[Frame] = []
    receiver = Receiver(frames.append, 0.0, expected=(SSRC,), tcp=tcp)
    if tcp:
        receiver.connect()
    counts = []
    for number, packets in enumerate(pictures):
        receiver.begin(number * 40_000, number * 0.04)
        for packet in packets:
            receiver.feed(framed(packet)) if tcp else receiver.push(packet)
        counts.append(len(frames))
    return frames, counts


@pytest.mark.parametrize("tcp", [True, False])
@pytest.mark.parametrize("coding", BOTH)
def test_a_true_marker_ends_a_picture_at_once(coding: Coding, tcp: bool) -> None:
    original = list(film(coding))
    frames, counts = taken(sent(original, TRUE), tcp)
    assert [(f.data, f.key, f.time) for f in frames] == [(f.data, f.key, f.time) for f in original]
    assert counts[:4] == [0, 1, 2, 4], "three pictures are proof enough"
    assert counts[4:] == list(range(5, len(original) + 1))


@pytest.mark.parametrize("tcp", [True, False])
@pytest.mark.parametrize("mark", [NEVER, ALWAYS, EACH])
@pytest.mark.parametrize("coding", BOTH)
def test_any_other_marker_ends_none(coding: Coding, mark: Mark, tcp: bool) -> None:
    original = list(film(coding))
    frames, counts = taken(sent(original, mark), tcp)
    assert [f.data for f in frames] == [f.data for f in original[:-1]]
    assert counts == list(range(len(original)))


def numbered(pictures: list[list[bytes]]) -> list[list[bytes]]:
    """One RTP numbering throughout."""
    numbers = itertools.count(100)
    return [[p[:2] + next(numbers).to_bytes(2, "big") + p[4:] for p in packets] for packets in pictures]


def test_pictures_of_one_packet_prove_it_for_smaller_ones() -> None:
    original = [*film(Coding.H264, 8)]
    frames, counts = taken(sent(original, EACH, per_picture=1), tcp=True)
    assert [f.data for f in frames] == [f.data for f in original][: len(frames)]
    assert counts[:50] == list(range(50)), "fifty pictures first"
    small = {number for number, f in enumerate(original) if not f.key}
    assert all(counts[number] == number + 1 for number in range(52, len(original)) if number in small)
    assert all(
        counts[number] == number for number in range(52, len(original)) if original[number].data == original[0].data
    )


def test_a_picture_that_is_cut_for_its_size_waits_for_its_end() -> None:
    """A device that marks each PES packet, cuts at 900 octets, and whose pictures have all been of one packet so far."""
    first = film(Coding.H264)[0]

    def picture(number: int, size: int) -> Frame:
        nal = b"\x41\x9a" + bytes((number % 200 + 1,)) * size
        return Frame(Coding.H264, len(nal).to_bytes(4, "big") + nal, False, 90_000 + number * 3600, 0, first.sets)

    small = [picture(number, 300 + number) for number in range(1, 70)]
    large = [picture(number, size) for number, size in enumerate((880, 1500, 2600, 400, 950), 70)]
    pictures = numbered(sent([first, *small, *large], EACH, most=900))
    frames, counts = taken(pictures, tcp=False)
    assert [f.data for f in frames] == [f.data for f in (first, *small, *large)][: len(frames)]
    assert len(frames) >= len(pictures) - 1
    assert counts[60:65] == list(range(60, 65)), "the largest so far is never early"


def test_a_marker_that_was_true_and_lies_is_believed_no_more() -> None:
    original = [replace(f) for f in film(Coding.H264, 4)]
    pictures = [*sent(original[:10], TRUE), *sent(original[10:], EACH)]
    pictures = numbered(pictures)
    frames, _counts = taken(pictures, tcp=False)
    whole = {f.data for f in original}
    assert sum(f.data not in whole for f in frames) <= 1
    assert [f.data for f in frames[-10:]] == [f.data for f in original[-11:-1]]


def test_reading_a_file_is_as_it_was() -> None:
    assert [
        f.data
        for f in read(
            b"".join(b"".join(p[12:] for p in packets) for packets in sent(list(film(Coding.H264)), TRUE))
        ).frames
    ] == [f.data for f in film(Coding.H264)]
