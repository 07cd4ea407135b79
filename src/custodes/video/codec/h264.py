"""H.264 parameter sets (ITU-T H.264 §7.3.2.1, Annex E) and their ISO BMFF form (ISO/IEC 14496-15 §5)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from custodes.video.codec.bitstream import BitReader, CodecError, check_size, unescape
from custodes.video.mp4.boxes import box, visual_sample_entry
from custodes.video.unit import Codec, CodecParameters

SLICE, PARTITION_A, IDR, SEI, SPS, PPS, AUD, END_OF_SEQUENCE, END_OF_STREAM, FILLER = 1, 2, 5, 6, 7, 8, 9, 10, 11, 12
"""NAL unit types (Table 7-1)."""

_CHROMA_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_MAX_DPB_MBS = {
    9: 396, 10: 396, 11: 900, 12: 2376, 13: 2376, 20: 2376, 21: 4752, 22: 8100, 30: 8100, 31: 18000, 32: 20480,
    40: 32768, 41: 32768, 42: 34816, 50: 110400, 51: 184320, 52: 184320, 60: 696320, 61: 696320, 62: 696320,
}  # fmt: skip
"""Table A-1, MaxDpbMbs by level_idc."""


@dataclass(frozen=True, slots=True)
class Sps:
    """What a sequence parameter set says.

    Attributes:
        number: seq_parameter_set_id.
        profile, constraints, level: the three bytes behind the NAL header.
        chroma, luma_depth, chroma_depth: chroma_format_idc, bit depths.
        width, height: cropped picture, pixels.
        frame_rate: of the VUI, 0.0 when it has none.
        reorder: max_num_reorder_frames, or what must be assumed without it.
    """

    number: int
    profile: int
    constraints: int
    level: int
    chroma: int
    luma_depth: int
    chroma_depth: int
    width: int
    height: int
    frame_rate: float
    reorder: int


def parse_sps(nal: bytes) -> Sps:
    """Read a sequence parameter set NAL unit (with its header byte).

    Raises:
        CodecError: it is broken.
    """
    if len(nal) < 5 or nal[0] & 31 != SPS:
        raise CodecError("H.264 SPS: too short or not an SPS")
    try:
        return _sps(BitReader(unescape(nal[1:])))
    except CodecError as error:
        raise CodecError(f"H.264 SPS: {error}") from error


def pps_number(nal: bytes) -> int:
    """pic_parameter_set_id of a PPS NAL unit.

    Raises:
        CodecError: it is broken.
    """
    number = BitReader(unescape(nal[1:12])).ue()
    if number > 255:
        raise CodecError("H.264 PPS: its number is out of range")
    return number


def sets_of_slice(nal: bytes, pps: dict[int, bytes]) -> tuple[int, int] | None:
    """Numbers of the SPS and the PPS that a slice refers to (§7.3.3, §7.3.2.2); None when `pps` lacks it.

    Raises:
        CodecError: the slice or its PPS is broken.
    """
    bits = BitReader(unescape(nal[1:24]))
    bits.ue()  # first_mb_in_slice
    bits.ue()  # slice_type
    number = bits.ue()
    if number not in pps:
        return None
    bits = BitReader(unescape(pps[number][1:12]))
    bits.ue()
    return bits.ue(), number


def parameters(sets: Sequence[bytes]) -> CodecParameters:
    """Codec parameters of H.264 `sets` (SPS and PPS NAL units in any order; others are left out).

    Raises:
        CodecError: one kind is missing, or the first SPS is broken.
    """
    sps = [nal for nal in sets if nal and nal[0] & 31 == SPS]
    pps = [nal for nal in sets if nal and nal[0] & 31 == PPS]
    if not sps or not pps:
        raise CodecError(f"H.264 {'SPS' if not sps else 'PPS'}: none was sent")
    said = parse_sps(sps[0])
    return CodecParameters(
        codec=Codec.H264,
        sets=(*sps, *pps),
        width=said.width,
        height=said.height,
        frame_rate=said.frame_rate,
        reorder=said.reorder,
        mime=f"avc1.{said.profile:02x}{said.constraints:02x}{said.level:02x}",
        sample_entry=visual_sample_entry(b"avc1", said.width, said.height, box(b"avcC", _avcc(said, sps, pps))),
    )


def _avcc(said: Sps, sps: Sequence[bytes], pps: Sequence[bytes]) -> bytes:
    """AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1.2) with 4-byte NAL lengths."""
    if len(sps) > 31 or len(pps) > 255 or any(len(nal) > 0xFFFF for nal in (*sps, *pps)):
        raise CodecError("H.264: too many or too long parameter sets")
    out = bytearray((1, said.profile, said.constraints, said.level, 0xFF, 0xE0 | len(sps)))
    for nal in sps:
        out += struct.pack(">H", len(nal)) + nal
    out.append(len(pps))
    for nal in pps:
        out += struct.pack(">H", len(nal)) + nal
    if said.profile in _CHROMA_PROFILES:
        out += bytes((0xFC | said.chroma, 0xF8 | said.luma_depth - 8, 0xF8 | said.chroma_depth - 8, 0))
    return bytes(out)


def _sps(bits: BitReader) -> Sps:
    profile, constraints, level = bits.u(8), bits.u(8), bits.u(8)
    number = bits.ue()
    chroma, planes_apart, luma_depth, chroma_depth = 1, False, 8, 8
    if number > 31:
        raise CodecError("its number is out of range")
    if profile in _CHROMA_PROFILES:
        chroma = bits.ue()
        if chroma > 3:
            raise CodecError("its chroma format is unknown")
        planes_apart = chroma == 3 and bits.flag()
        luma_depth, chroma_depth = bits.ue() + 8, bits.ue() + 8
        if luma_depth > 14 or chroma_depth > 14:
            raise CodecError("its bit depth is unknown")
        bits.flag()  # qpprime_y_zero_transform_bypass_flag
        if bits.flag():
            for index in range(8 if chroma != 3 else 12):
                if bits.flag():
                    _skip_scaling_list(bits, 16 if index < 6 else 64)
    bits.ue()  # log2_max_frame_num_minus4
    order_type = bits.ue()
    if order_type == 0:
        bits.ue()
    elif order_type == 1:
        bits.flag()
        bits.se()
        bits.se()
        for _ in range(_bounded(bits.ue(), 255)):
            bits.se()
    references = bits.ue()
    bits.flag()  # gaps_in_frame_num_value_allowed_flag
    across, down = bits.ue() + 1, bits.ue() + 1
    frames_only = bits.flag()
    if not frames_only:
        bits.flag()  # mb_adaptive_frame_field_flag
    bits.flag()  # direct_8x8_inference_flag
    fields = 1 if frames_only else 2
    width, height = across * 16, down * 16 * fields
    if bits.flag():
        # H.264 §7.4.2.1.1: crop units follow the chroma sampling; with separate planes as if monochrome.
        kind = 0 if planes_apart else chroma
        unit_x = 2 if kind in (1, 2) else 1
        unit_y = (2 if kind == 1 else 1) * fields
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        width -= (left + right) * unit_x
        height -= (top + bottom) * unit_y
    check_size(width, height)
    frame_rate, stated = 0.0, None
    if bits.flag():
        try:
            frame_rate, stated = _vui(bits)
        except CodecError:
            # Cameras with a broken VUI exist and play everywhere: what stands before it is enough.
            frame_rate, stated = 0.0, None
    bound = min(references, _dpb_frames(level, across * down * fields))
    assumed = 0 if profile == 66 or order_type == 2 or references < 2 else bound
    return Sps(
        number, profile, constraints, level, chroma, luma_depth, chroma_depth, width, height, frame_rate,
        assumed if stated is None else stated,
    )  # fmt: skip


def _vui(bits: BitReader) -> tuple[float, int | None]:
    """Frame rate and max_num_reorder_frames of the VUI (Annex E.1.1); 0.0 and None where it states none."""
    if bits.flag() and bits.u(8) == 255:  # aspect_ratio_idc Extended_SAR
        bits.u(32)
    if bits.flag():  # overscan_info_present_flag
        bits.flag()
    if bits.flag():  # video_signal_type_present_flag
        bits.u(4)
        if bits.flag():
            bits.u(24)
    if bits.flag():  # chroma_loc_info_present_flag
        bits.ue()
        bits.ue()
    frame_rate = 0.0
    if bits.flag():  # timing_info_present_flag
        tick, scale = bits.u(32), bits.u(32)
        bits.flag()
        if tick:
            # Two ticks a frame (Annex E.2.1, num_units_in_tick counts fields).
            frame_rate = scale / (2 * tick)
    hrd = 0
    for _ in range(2):
        if bits.flag():
            hrd += 1
            _skip_hrd(bits)
    if hrd:
        bits.flag()  # low_delay_hrd_flag
    bits.flag()  # pic_struct_present_flag
    if not bits.flag():  # bitstream_restriction_flag
        return frame_rate if frame_rate <= 1000 else 0.0, None
    bits.flag()
    for _ in range(4):
        bits.ue()
    return frame_rate if frame_rate <= 1000 else 0.0, _bounded(bits.ue(), 16)


def _skip_hrd(bits: BitReader) -> None:
    count = _bounded(bits.ue(), 31) + 1
    bits.u(8)
    for _ in range(count):
        bits.ue()
        bits.ue()
        bits.flag()
    bits.u(20)


def _skip_scaling_list(bits: BitReader, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _dpb_frames(level: int, macroblocks: int) -> int:
    return min(_MAX_DPB_MBS.get(level, 696320) // max(macroblocks, 1), 16)


def _bounded(value: int, most: int) -> int:
    if value > most:
        raise CodecError("it holds a number that is out of range")
    return value
