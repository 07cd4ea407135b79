"""Devices that break a rule each, in the order of §5.3 of the reference, and of §8 as far as it is media."""

from __future__ import annotations

from itertools import pairwise

import pytest

from custodes.gb28181.media import psm
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import byte_stream, pack_header, pes_packets, system_header
from custodes.gb28181.media.nal import split
from custodes.gb28181.media.pes import pack_stamp
from tests.gb28181.media.films import BOTH, PACK, START, STEP, Taken, film, mixed, opening, packs, pes, read, same, tone


def without_maps(data: bytes) -> bytes:
    """Rule 1: a program stream whose maps are cut out."""
    while (at := data.find(b"\0\0\1\xbc")) >= 0:
        data = data[:at] + data[at + 6 + (data[at + 4] << 8 | data[at + 5]) :]
    return data


@pytest.mark.parametrize("coding", BOTH)
def test_1_without_a_map_pictures_tell_their_codec_and_sound_is_a_law(coding: Coding) -> None:
    sent = mixed(coding)
    came = read(without_maps(b"".join(packs(sent))))
    assert same(came.pictures, film(coding))
    assert len(came.sounds) == 2 * len(film(coding))
    assert {frame.coding for frame in came.sounds} == {Coding.G711A}


def test_1_without_a_map_aac_is_told_by_its_headers() -> None:
    came = read(without_maps(b"".join(packs(tone(5, Coding.AAC)))))
    assert [frame.coding for frame in came.sounds] == [Coding.AAC] * 5


def test_1_a_map_that_came_once_holds_for_the_rest() -> None:
    first, *rest = packs(film(Coding.H265))
    came = read(first + without_maps(b"".join(rest)))
    assert same(came.pictures, film(Coding.H265))


def test_2_a_wrong_crc_decides_nothing() -> None:
    good = b"".join(packs(mixed(Coding.H265)))
    bad = good.replace(psm.build({0xE0: 0x24, 0xC0: 0x90})[-4:], b"\1\2\3\4")
    assert bad != good
    assert same(read(bad).frames, read(good).frames)
    found = psm.parse(psm.build({0xE0: 0x24})[:-1] + b"\x99")
    assert found is not None
    assert (found.types, found.sound) == ({0xE0: 0x24}, False)


@pytest.mark.parametrize("place", [9, 11, 15])
def test_2_inner_lengths_that_lead_outside_are_cut_at_the_outer_one(place: int) -> None:
    made = bytearray(psm.build({0xE0: 0x24, 0xC0: 0x90}))
    made[place] = 0xF0
    sent = film(Coding.H265)
    data = b"".join(packs(sent)).replace(psm.build({0xE0: 0x24}), bytes(made))
    assert same(read(data).pictures, sent)


@pytest.mark.parametrize("coding", BOTH)
@pytest.mark.parametrize("piece", [1 << 20, 97, 1])
def test_3_a_video_packet_without_length_goes_to_the_next_start_code(coding: Coding, piece: int) -> None:
    sent = film(coding)
    kind = 0x1B if coding is Coding.H264 else 0x24
    data = b"".join(
        pack_header(f.time - STEP) + (opening({0xE0: kind}) if f.key else b"") + pes(byte_stream(f), f.time, length=0)
        for f in sent
    )
    assert same(read(data + b"\0\0\1\xb9", piece).pictures, sent)
    assert same(read(data, piece).pictures, sent)


def test_4_a_bare_pack_start_code_and_private_packets_are_passed_over() -> None:
    sent = film(Coding.H264)
    private = b"\0\0\1\xbd\0\x06HIKDAT" + b"\0\0\1\xbf\0\x04\0\0\1\xe0"
    data = b"".join(
        b"\0\0\1\xba" + (opening() if f.key else b"") + private + pes(byte_stream(f), f.time) + private for f in sent
    )
    came = read(data)
    assert same(came.pictures, sent)
    assert came.tally.skipped == 0


@pytest.mark.parametrize("piece", [1 << 20, 5])
def test_5_mpeg_1_packs_and_packets_are_read(piece: int) -> None:
    sent = film(Coding.H264)
    pack = b"\0\0\1\xba" + bytes.fromhex("2100010001800001")
    data = b""
    for f in sent:
        body = b"\xff\xff\x60\x2e" + pack_stamp(f.time, 2) + byte_stream(f)
        data += pack + b"\0\0\1\xe0" + len(body).to_bytes(2, "big") + body
    assert same(read(data, piece).pictures, sent)


def test_6_a_picture_may_come_in_many_packets_and_packs() -> None:
    sent = film(Coding.H264)
    data = b""
    for f in sent:
        stream = byte_stream(f)
        parts = [stream[at : at + 40] for at in range(0, len(stream), 40)]
        data += PACK + (opening() if f.key else b"")
        data += b"".join(
            (PACK if n % 3 == 0 else b"") + pes(part, None if n else f.time) for n, part in enumerate(parts)
        )
    assert same(read(data).pictures, sent)


def test_6_pictures_need_not_begin_with_a_packet() -> None:
    """As FFmpeg muxes: a PTS is that of the first picture that begins in its packet."""
    sent = film(Coding.H264)
    stream, begins = b"", {}
    for f in sent:
        begins[len(stream)] = f.time
        stream += byte_stream(f)
    data = b""
    for at in range(0, len(stream), 150):
        pts = next((time for place, time in begins.items() if at <= place < at + 150), None)
        data += PACK + pes(stream[at : at + 150], pts)
    came = read(data)
    assert [f.data for f in came.pictures] == [f.data for f in sent]
    assert [f.time for f in came.pictures][:4] == [f.time for f in sent][:4]


def rtp_read(frames: tuple[Frame, ...], stamps: list[int | None], rtp: list[int]) -> list[Frame]:
    came = Taken()
    for f, pts, stamp in zip(frames, stamps, rtp, strict=True):
        data = PACK + (opening() if f.key else b"") + pes(byte_stream(f), pts)
        came.reader.rtp = stamp
        came.reader.wall_us += 40_000
        came.push(data)
    return came.end().pictures


def test_7_where_pts_is_missing_the_rtp_timestamp_goes_on_over_its_wrap() -> None:
    sent = film(Coding.H264)
    stamps = [f.time if f.key else None for f in sent]
    rtp = [(0xFFFFFFFF - 2 * STEP + n * STEP) & 0xFFFFFFFF for n in range(len(sent))]
    assert [f.time for f in rtp_read(sent, stamps, rtp)] == [f.time for f in sent]


@pytest.mark.parametrize("step", [0, 1])
def test_7_where_all_time_stamps_stand_still_it_counts_when_they_came(step: int) -> None:
    sent = film(Coding.H264)
    times = [f.time for f in rtp_read(sent, [90_000] * len(sent), [7 + n * step for n in range(len(sent))])]
    assert [b - a for a, b in pairwise(times)] == [STEP] * (len(sent) - 1)


def test_7_after_a_jump_of_a_seek_times_follow_either_way() -> None:
    one, two = film(Coding.H264, 1, 900_000), film(Coding.H264, 1, 90_000)
    assert same(read(b"".join(packs(one + two))).pictures, one + two)


def test_8_parameter_sets_may_be_packets_of_their_own_and_stand_before_every_picture() -> None:
    sent = film(Coding.H264)
    data = b""
    for f in sent:
        data += PACK + (opening() if f.key else b"")
        data += b"".join(pes(START + nal, f.time) for nal in (*f.sets, *split(f.data)))
    came = read(data)
    assert same(came.pictures, sent)
    assert len({id(f.sets) for f in came.pictures}) == 1


def test_9_codec_and_size_may_change_with_a_new_map() -> None:
    sent = (*film(Coding.H264, 1), *film(Coding.H265, 1, 900_000))
    data = b"".join(packs(film(Coding.H264, 1))) + b"".join(packs(film(Coding.H265, 1, 900_000)))
    came = read(data)
    assert same(came.pictures, sent)
    assert came.tally.maps == 2


@pytest.mark.parametrize(("named", "coding"), [(0x1B, Coding.H265), (0x24, Coding.H264)])
def test_9_a_map_that_names_the_wrong_codec_is_not_believed(named: int, coding: Coding) -> None:
    sent = film(coding)
    data = b"".join(PACK + (opening({0xE0: named}) if f.key else b"") + pes(byte_stream(f), f.time) for f in sent)
    came = read(data)
    assert same(came.pictures, sent)
    assert came.tally.contradicted == 1


def test_11_nothing_is_handed_on_before_a_key_frame_with_its_parameter_sets() -> None:
    sent = film(Coding.H264)
    came = read(b"".join(packs(sent)[2:]))
    assert same(came.pictures, sent[5:])
    bare = [Frame(f.coding, f.data, f.key, f.time, 0) for f in sent[:5]]
    came = read(b"".join(packs([*bare, *sent[5:]])))
    assert same(came.pictures, sent[5:])


def test_svac_is_refused_by_name_and_its_sound_goes_on() -> None:
    data = PACK + opening({0xE0: 0x80, 0xC0: 0x90}) + pes(b"\0\0\1\x67svac", 1) + pes(b"x" * 160, 90_000, number=0xC0)
    came = read(data)
    assert came.reader.refused == ("SVAC video (GB/T 25724)",)
    assert came.pictures == []
    assert [f.data for f in came.sounds] == [b"x" * 160]


def test_what_a_map_names_as_refused_is_taken_by_its_id_neither_whole_nor_octet_by_octet() -> None:
    data = PACK + opening({0xC1: 0x90, 0xE0: 0x92}) + without_maps(b"".join(packs(film(Coding.H264))))
    for piece in (len(data), 1):
        came = read(data, piece)
        assert came.reader.refused == ("G.722.1",)
        assert came.frames == []


def test_garbage_behind_a_picture_costs_it_and_what_follows_until_the_next_key_frame() -> None:
    sent = film(Coding.H264)
    made = packs(sent)
    made[1] += b"garbage that no packet holds"
    came = read(b"".join(made))
    assert same(came.pictures, (*sent[:1], *sent[5:]))
    assert came.tally.skipped == 28


def test_padding_between_packets_costs_nothing() -> None:
    sent = film(Coding.H264)
    came = read(b"".join(one + b"\0" * n for n, one in enumerate(packs(sent))))
    assert same(came.pictures, sent)


def test_a_packet_that_is_longer_than_its_picture_does_not_pass_off_what_it_swallowed() -> None:
    sent = film(Coding.H264)
    made = packs(sent)
    body = byte_stream(sent[1])
    made[1] = PACK + pes(body, sent[1].time, length=len(body) + 8 + 500)
    came = read(b"".join(made))
    assert all(f.data in {one.data for one in sent} for f in came.pictures)
    assert same(came.pictures[-5:], sent[-5:])


def test_a_header_that_is_longer_than_its_packet_is_skipped_by_the_outer_length() -> None:
    sent = film(Coding.H264)
    bad = b"\0\0\1\xe0\0\x04\x80\x80\xff\0"
    came = read(bad.join(packs(sent)))
    assert same(came.pictures, sent)


def test_aac_frames_cut_across_packets_are_put_together() -> None:
    sent = tone(4, Coding.AAC)
    stream = b"".join(pack[pack.find(b"\xff\xf1") :] for pack in packs(sent))
    data = PACK + system_header(video=False, sound=True) + psm.build({0xC0: 0x0F})
    data += pes(stream[:250], sent[0].time, number=0xC0) + pes(stream[250:], None, number=0xC0)
    assert [f.data for f in read(data).sounds] == [f.data for f in sent]


def test_a_second_video_stream_is_left_alone() -> None:
    sent = film(Coding.H264)
    data = b"".join(pack + pes_packets(0xE1, START + b"\x65other", 90_000) for pack in packs(sent))
    assert same(read(data).pictures, sent)
