"""A camera that keeps several parameter sets and switches between them: the ones that the pictures use count."""

from __future__ import annotations

from itertools import pairwise

import pytest

from custodes.video.codec import bitstream
from custodes.video.codec.build import codec_parameters
from custodes.video.rtp.payload import depacketizer
from custodes.video.unit import AccessUnit, Codec, CodecParameters
from tests.video.streams import SETS, Pictures, encode, kind, packets


def film(codec: Codec, width: int, height: int, number: int) -> tuple[CodecParameters, Pictures]:
    """Pictures whose parameter sets have the identifier `number`."""
    options = f"sps-id={number}:bframes=0" if codec is Codec.H264 else "bframes=0"
    sets: list[bytes] = []
    pictures: list[tuple[tuple[bytes, ...], bool]] = []
    for packet in encode(codec, width, height, 10, 5, options):
        nals = bitstream.split(bytes(packet))
        sets = sets or [nal for nal in nals if kind(codec, nal) in SETS[codec]]
        kept = tuple(nal for nal in nals if kind(codec, nal) not in SETS[codec])
        pictures.append((kept, bool(packet.is_keyframe)))
    return codec_parameters(codec, sets), tuple(pictures)


def take(*films: tuple[CodecParameters, Pictures], codec: Codec = Codec.H264) -> list[AccessUnit]:
    units: list[AccessUnit] = []
    video = depacketizer(codec, units.append, 96)
    sequence, timestamp = 100, 5000
    for params, pictures in films:
        for packet in packets(params, pictures, sequence, timestamp):
            video.push(packet, 0, len(packet))
            sequence += 1
        timestamp += 3600 * len(pictures)
    return units


def test_another_set_of_another_number_is_the_one_in_use_and_so_is_the_first_again() -> None:
    small, large = film(Codec.H264, 160, 96, 0), film(Codec.H264, 320, 192, 1)
    units = take(small, large, small)
    assert [unit.params.width for unit in units] == [160] * 10 + [320] * 10 + [160] * 10
    assert all(unit.key for before, unit in pairwise(units) if before.params is not unit.params)
    assert units[10].params.mime == large[0].mime


@pytest.mark.parametrize("codec", list(Codec))
def test_a_set_that_is_replaced_under_its_number_comes_into_force_at_the_key_picture(codec: Codec) -> None:
    small, large = film(codec, 160, 96, 0), film(codec, 320, 192, 0)
    units = take(small, large, small, codec=codec)
    assert [unit.params.width for unit in units] == [160] * 10 + [320] * 10 + [160] * 10
