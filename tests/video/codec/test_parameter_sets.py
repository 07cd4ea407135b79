"""What real encoders' parameter sets are read as, and what other programs make of the same."""

from __future__ import annotations

import io
from typing import Any

import av
import pytest

from custodes.video.codec import bitstream, h264, h265
from custodes.video.codec.bitstream import CodecError
from custodes.video.codec.build import codec_parameters
from custodes.video.unit import Codec
from tests.video.streams import encode, stream

BOTH = pytest.mark.parametrize("codec", list(Codec))


@BOTH
@pytest.mark.parametrize(("width", "height"), [(160, 96), (1920, 1080), (638, 358)])
def test_size_is_the_cropped_one(codec: Codec, width: int, height: int) -> None:
    params, _pictures = stream(codec, width, height, frames=1)
    assert (params.width, params.height) == (width, height)


@BOTH
def test_frame_rate_of_the_usability_information_is_read(codec: Codec) -> None:
    assert stream(codec)[0].frame_rate == 25.0


@BOTH
def test_reordering_is_stated_only_with_b_frames(codec: Codec) -> None:
    assert stream(codec)[0].reorder == 0
    assert stream(codec, options="bframes=2:b-adapt=0")[0].reorder > 0


def _muxed_configuration(codec: Codec) -> bytes:
    """The decoder configuration record that FFmpeg's MP4 muxer writes for the same encoder settings."""
    params, pictures = stream(codec)
    out = io.BytesIO()
    raw = b"".join(b"\0\0\1" + nal for nals, key in pictures for nal in (*(params.sets if key else ()), *nals))
    source: Any = av.open(io.BytesIO(raw), format="h264" if codec is Codec.H264 else "hevc")
    target: Any = av.open(out, "w", format="mp4")
    track = target.add_stream_from_template(source.streams.video[0])
    if codec is Codec.H265:
        track.codec_context.codec_tag = "hvc1"
    for number, packet in enumerate(source.demux(source.streams.video[0])):
        if packet.size:
            packet.pts = packet.dts = number
            packet.stream = track
            target.mux(packet)
    target.close()
    name = b"avcC" if codec is Codec.H264 else b"hvcC"
    whole = out.getvalue()
    at = whole.find(name)
    return whole[at - 4 : at - 4 + int.from_bytes(whole[at - 4 : at], "big")]


def test_avcc_is_the_one_that_ffmpeg_writes() -> None:
    assert _muxed_configuration(Codec.H264) in stream(Codec.H264)[0].sample_entry


def test_hvcc_says_what_ffmpegs_says() -> None:
    ours = stream(Codec.H265)[0].sample_entry
    at = ours.find(b"hvcC") - 4
    theirs = _muxed_configuration(Codec.H265)
    # Version, profile, tier, constraints and level; FFmpeg also fills in what we leave as not known.
    assert ours[at + 8 : at + 21] == theirs[8:21]
    assert all(nal in theirs for nal in stream(Codec.H265)[0].sets)


@pytest.mark.parametrize(
    ("codec", "pixels", "mime"),
    [
        (Codec.H264, "yuv420p", "avc1.42c00b"),
        (Codec.H264, "yuv444p", "avc1.f4000b"),
        (Codec.H265, "yuv420p", "hvc1.1.6.L30.90"),
        (Codec.H265, "yuv420p10le", "hvc1.2.4.L30.90"),
    ],
)
def test_mime_string_names_profile_and_level(codec: Codec, pixels: str, mime: str) -> None:
    first = encode(codec, 160, 96, 1, 5, "bframes=0", pixels)[0]
    assert codec_parameters(codec, bitstream.split(bytes(first))).mime == mime


@BOTH
def test_sample_entry_is_one_well_formed_box(codec: Codec) -> None:
    params, _ = stream(codec)
    entry = params.sample_entry
    assert int.from_bytes(entry[:4], "big") == len(entry)
    assert entry[4:8] == (b"avc1" if codec is Codec.H264 else b"hvc1")
    assert int.from_bytes(entry[32:34], "big") == params.width
    assert int.from_bytes(entry[34:36], "big") == params.height


@BOTH
def test_a_missing_set_is_named(codec: Codec) -> None:
    sets = stream(codec)[0].sets
    with pytest.raises(CodecError, match="PPS: none was sent"):
        codec_parameters(codec, sets[:-1])
    with pytest.raises(CodecError, match="none was sent"):
        codec_parameters(codec, [])


@BOTH
def test_every_truncation_of_a_set_is_a_clear_error_or_still_enough(codec: Codec) -> None:
    params, _ = stream(codec)
    for which, nal in enumerate(params.sets):
        for size in range(len(nal)):
            sets = [*params.sets[:which], nal[:size], *params.sets[which + 1 :]]
            assert _complaint(codec, sets)[:4] in ("", "H.26")


def _complaint(codec: Codec, sets: list[bytes]) -> str:
    """The error's text, empty when the sets were enough."""
    try:
        codec_parameters(codec, sets)
    except CodecError as error:
        return str(error)
    return ""


def test_an_impossible_size_is_refused() -> None:
    with pytest.raises(CodecError, match="impossible picture size"):
        # 4:2:0 baseline SPS whose crop is larger than its single macroblock.
        h264.parse_sps(_baseline_sps(crop_right=20))


def _baseline_sps(crop_right: int) -> bytes:
    bits = "".join(
        (
            format(66, "08b"), "11000000", format(10, "08b"),
            _ue(0), _ue(0), _ue(2), _ue(1), "0", _ue(0), _ue(0), "1", "1",
            "1", _ue(0), _ue(crop_right), _ue(0), _ue(0), "0", "1",
        )
    )  # fmt: skip
    bits += "0" * (-len(bits) % 8)
    return b"\x67" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _ue(value: int) -> str:
    code = format(value + 1, "b")
    return "0" * (len(code) - 1) + code


def test_hand_made_sps_is_read() -> None:
    said = h264.parse_sps(_baseline_sps(crop_right=4))
    assert (said.width, said.height, said.reorder, said.frame_rate) == (8, 16, 0, 0.0)


def test_set_numbers_tell_sets_apart() -> None:
    vps, sps, pps = stream(Codec.H265)[0].sets
    assert [h265.set_number(nal) for nal in (vps, sps, pps)] == [0, 0, 0]
    assert h264.pps_number(stream(Codec.H264)[0].sets[1]) == 0
