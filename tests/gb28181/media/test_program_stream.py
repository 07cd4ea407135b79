"""What is written is read: both codecs, all sounds, in pieces of any size; and the bytes are those of the reference."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gb28181.media import psm
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import pack_header, pes_packets, system_header
from custodes.gb28181.media.nal import sniff
from tests.gb28181.media.films import AAC_CONFIG, BOTH, STEP, film, mixed, packs, read, same, tone

SOUNDS = [Coding.G711A, Coding.G711U, Coding.AAC]


def test_the_bytes_are_those_of_the_reference() -> None:
    """gb28181.md §5.2."""
    assert pack_header(86_400) == bytes.fromhex("000001BA4400168C0401005F6BF8")
    assert system_header(video=True, sound=True) == bytes.fromhex("000001BB000C8186A104E17FE0E190C0C020")
    h264 = psm.build({0xE0: 0x1B, 0xC0: 0x90})
    h265 = psm.build({0xE0: 0x24, 0xC0: 0x0F})
    assert h264 == bytes.fromhex("000001BC0012E1FF000000081BE0000090C00000B9287F16")
    assert h265 == bytes.fromhex("000001BC0012E1FF0000000824E000000FC00000AD322ADC")
    assert pes_packets(0xE0, b"data", 90_000) == bytes.fromhex("000001E0000C8480052100 05BF21") + b"data"


def test_a_map_says_what_it_was_made_of() -> None:
    types = {0xE0: 0x24, 0xC0: 0x91}
    found = psm.parse(psm.build(types, version=9))
    assert found == psm.ProgramMap(9, types, sound=True)


@pytest.mark.parametrize("coding", BOTH)
@pytest.mark.parametrize("sound", SOUNDS)
def test_pictures_and_sound_come_back_with_their_times(coding: Coding, sound: Coding) -> None:
    sent = mixed(coding, sound)
    came = read(b"".join(packs(sent)))
    assert same(came.pictures, [frame for frame in sent if frame.coding.video])
    assert same(came.sounds, [frame for frame in sent if not frame.coding.video])
    assert came.pictures[0].sets == film(coding)[0].sets
    assert {frame.sets for frame in came.sounds} == {(AAC_CONFIG,) if sound is Coding.AAC else ()}
    assert (came.tally.skipped, came.tally.broken, came.tally.dropped) == (0, 0, 0)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 700), st.sampled_from(BOTH))
def test_the_size_of_the_pieces_makes_no_difference(piece: int, coding: Coding) -> None:
    sent = mixed(coding)
    came = read(b"".join(packs(sent)), piece)
    assert same(came.pictures, [frame for frame in sent if frame.coding.video])
    assert same(came.sounds, [frame for frame in sent if not frame.coding.video])


def test_a_frame_is_handed_on_when_the_next_begins_and_not_later() -> None:
    one, two, *_ = packs(film(Coding.H264))
    came = read(b"")
    came.push(one)
    assert came.pictures == []
    came.push(two[:60])
    assert len(came.pictures) == 1


def test_a_key_frame_beyond_what_a_packet_holds_comes_back_whole() -> None:
    nal = b"\x65\x88" + b"\xa5" * 200_000
    large = Frame(Coding.H264, len(nal).to_bytes(4, "big") + nal, True, 90_000, 0, film(Coding.H264)[0].sets)
    data = b"".join(packs([large, film(Coding.H264)[1]]))
    assert data.count(b"\0\0\1\xe0") == 5
    assert read(data).pictures[0].data == large.data


@pytest.mark.parametrize("coding", BOTH)
def test_the_codec_is_told_by_its_parameter_sets(coding: Coding) -> None:
    assert sniff(b"".join(b"\0\0\1" + nal for nal in film(coding)[0].sets)) is coding


def test_times_go_on_over_the_wrap_of_33_bits() -> None:
    first = (1 << 33) - 5 * STEP
    sent = film(Coding.H264, 2, first)
    came = read(b"".join(packs(sent)))
    assert same(came.pictures, sent)
    assert came.pictures[-1].time > 1 << 33


def test_sound_alone_is_read() -> None:
    sent = tone(10)
    assert same(read(b"".join(packs(sent))).sounds, sent)
