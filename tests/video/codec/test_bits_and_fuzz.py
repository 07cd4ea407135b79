"""Bits, start codes, and that nothing in a parameter set gets past `CodecError`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.codec import bitstream
from custodes.video.codec.bitstream import BitReader, CodecError, unescape
from custodes.video.codec.build import codec_parameters
from custodes.video.unit import Codec
from tests.video.streams import stream


@pytest.mark.parametrize(("bits", "value"), [("1", 0), ("010", 1), ("011", 2), ("00100", 3), ("00111", 6)])
def test_exp_golomb_codes_are_those_of_the_standard(bits: str, value: int) -> None:
    assert BitReader(int(bits.ljust(8, "0"), 2).to_bytes(1, "big")).ue() == value


@pytest.mark.parametrize(("bits", "value"), [("1", 0), ("010", 1), ("011", -1), ("00100", 2), ("00101", -2)])
def test_signed_exp_golomb_codes_are_those_of_the_standard(bits: str, value: int) -> None:
    assert BitReader(int(bits.ljust(8, "0"), 2).to_bytes(1, "big")).se() == value


def test_reading_past_the_end_is_a_codec_error() -> None:
    with pytest.raises(CodecError):
        BitReader(b"\x00\x00\x00").ue()


def test_emulation_prevention_bytes_are_taken_out() -> None:
    assert unescape(bytes.fromhex("000003000003014200000303")) == bytes.fromhex("000000000142000003")


nals = st.lists(st.binary(min_size=1, max_size=40).filter(lambda b: b"\0\0" not in b and b[-1] != 0), max_size=8)


@given(nals)
def test_start_codes_and_lengths_give_back_the_units(units: list[bytes]) -> None:
    stream_bytes = b"".join((b"\0\0\0\1", b"\0\0\1")[i % 2] + nal for i, nal in enumerate(units))
    assert bitstream.split(stream_bytes) == units
    assert bitstream.from_lengths(bitstream.lengths(units)) == units


@given(st.binary(max_size=200))
def test_torn_lengths_are_left_out(data: bytes) -> None:
    assert sum(len(nal) + 4 for nal in bitstream.from_lengths(data)) <= len(data)


@given(st.sampled_from(Codec), st.lists(st.binary(max_size=80), max_size=6))
def test_random_sets_never_raise_anything_else(codec: Codec, sets: list[bytes]) -> None:
    _tolerated(codec, sets)


@given(
    st.sampled_from(Codec), st.integers(0, 2), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=6)
)
def test_changed_real_sets_never_raise_anything_else(codec: Codec, which: int, changes: list[tuple[int, int]]) -> None:
    sets = [bytearray(nal) for nal in stream(codec)[0].sets]
    target = sets[which % len(sets)]
    for at, value in changes:
        target[at % len(target)] = value
    _tolerated(codec, [bytes(nal) for nal in sets])


def _tolerated(codec: Codec, sets: list[bytes]) -> None:
    try:
        params = codec_parameters(codec, sets)
    except CodecError:
        return
    assert 0 < params.width <= 16384
