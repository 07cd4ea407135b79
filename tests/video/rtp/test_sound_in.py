"""Sound out of RTP packets: AAC whole, many in one, in pieces; G.711; and whatever else may come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.rtp.header import pack_header
from custodes.video.rtp.sound_in import AacDepacketizer, G711Depacketizer, SoundDepacketizer
from custodes.video.unit import LARGEST_FRAME


class Ears:
    def __init__(self, kind: type[SoundDepacketizer] = AacDepacketizer) -> None:
        self.frames: list[tuple[bytes, int, int]] = []
        self.into = kind(lambda data, at, samples, _wall: self.frames.append((data, at, samples)), 97)

    def hear(self, payload: bytes, sequence: int = 0, at: int = 0, *, marker: bool = True) -> None:
        packet = b"pad" + pack_header(97, marker, sequence, at, 7) + payload
        self.into.push(packet, 3, len(packet))


def units(*sizes: int, index: int = 0) -> bytes:
    return (16 * len(sizes)).to_bytes(2, "big") + b"".join((size << 3 | index).to_bytes(2, "big") for size in sizes)


def test_several_frames_of_one_packet_come_one_behind_the_other() -> None:
    ears = Ears()
    ears.hear(units(3, 4) + b"abcdefg", 9, 1000)
    assert ears.frames == [(b"abc", 1000, 1024), (b"defg", 2024, 1024)]


def test_a_frame_in_pieces_is_put_together_and_one_with_a_lost_piece_left_out() -> None:
    ears = Ears()
    ears.hear(units(6) + b"abc", 1, marker=False)
    ears.hear(units(6) + b"def", 2)
    ears.hear(units(6) + b"abc", 3, 1024, marker=False)
    ears.hear(units(2) + b"xy", 5, 2048)
    assert ears.frames == [(b"abcdef", 0, 1024), (b"xy", 2048, 1024)]
    assert ears.into.tally.lost == 1


def test_the_clock_wraps_and_time_goes_on() -> None:
    ears = Ears(G711Depacketizer)
    ears.hear(bytes(160), 1, 0xFFFFFFFF - 159)
    ears.hear(bytes(160), 2, 0)
    assert [at for _data, at, _samples in ears.frames] == [0x100000000 - 160, 0x100000000]


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"\0", b"\0\0ab", b"\0\x10", units(3), units(3) + b"abcd", units(0) + b"a", units(2, index=1) + b"ab",
        units(*[1] * 65) + bytes(65), b"\xff\xff" + bytes(40), b"\0\x11" + bytes(9),
    ],
)  # fmt: skip
def test_a_broken_packet_is_counted_and_the_next_one_taken(payload: bytes) -> None:
    ears = Ears()
    ears.hear(payload, 1)
    assert (ears.frames, ears.into.tally.garbage) == ([], 1)
    ears.hear(units(2) + b"ok", 2)
    assert [data for data, _at, _samples in ears.frames] == [b"ok"]


def test_what_is_too_long_is_left_out() -> None:
    ears = Ears(G711Depacketizer)
    ears.hear(bytes(LARGEST_FRAME + 1), 1)
    assert (ears.frames, ears.into.tally.garbage) == ([], 1)


@given(st.lists(st.binary(max_size=80), max_size=20), st.sampled_from([AacDepacketizer, G711Depacketizer]))
def test_anything_may_come(packets: list[bytes], kind: type[SoundDepacketizer]) -> None:
    ears = Ears(kind)
    for sequence, packet in enumerate(packets):
        ears.into.push(packet, 0, len(packet))
        ears.hear(packet, sequence, sequence * 160)
    assert all(0 < len(data) <= LARGEST_FRAME for data, _at, _samples in ears.frames)
