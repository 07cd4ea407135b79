"""H.265 parameter sets, read (ITU-T H.265 §7.3.2, §7.3.3, Annex E), as codec parameters and in their ISO BMFF form (ISO/IEC 14496-15 §8, Annex E)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from custodes.video.codec.bitstream import BitReader, CodecError, check_size, unescape
from custodes.video.mp4.boxes import box, visual_sample_entry
from custodes.video.unit import Codec, CodecParameters


@dataclass(frozen=True, slots=True)
class Profile:
    """The general part of profile_tier_level.

    Attributes:
        space, high_tier, number: general_profile_space, general_tier_flag, general_profile_idc.
        compatibility: the 32 general_profile_compatibility flags, flag 0 the most significant bit.
        constraints: the 6 bytes behind them.
        level: general_level_idc, 30 times the level.
    """

    space: int
    high_tier: bool
    number: int
    compatibility: int
    constraints: bytes
    level: int


def read_profile(bits: BitReader, sub_layers: int) -> Profile:
    """Read profile_tier_level with its general part, and skip the `sub_layers` - 1 sub-layers' own."""
    space, high_tier, number = bits.u(2), bits.flag(), bits.u(5)
    compatibility = bits.u(32)
    constraints = bits.u(48).to_bytes(6, "big")
    level = bits.u(8)
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers - 1)]
    if sub_layers > 1:
        bits.u(2 * (8 - (sub_layers - 1)))
    for has_profile, has_level in present:
        if has_profile:
            bits.u(88)
        if has_level:
            bits.u(8)
    return Profile(space, high_tier, number, compatibility, constraints, level)


_SPS = 33


@dataclass(frozen=True, slots=True)
class Sps:
    """What a sequence parameter set says.

    Attributes:
        number: sps_seq_parameter_set_id.
        profile: general profile, tier and level.
        sub_layers, temporal_nesting: number of temporal sub-layers, sps_temporal_id_nesting_flag.
        chroma, luma_depth, chroma_depth: chroma_format_idc, bit depths.
        width, height: picture within the conformance window, pixels.
        frame_rate: of the VUI, 0.0 when it has none.
        reorder: sps_max_num_reorder_pics of the highest sub-layer.
    """

    number: int
    profile: Profile
    sub_layers: int
    temporal_nesting: bool
    chroma: int
    luma_depth: int
    chroma_depth: int
    width: int
    height: int
    frame_rate: float
    reorder: int


def parse_sps(nal: bytes) -> Sps:
    """Read a sequence parameter set NAL unit (with its two header bytes).

    Raises:
        CodecError: it is broken.
    """
    if len(nal) < 5 or nal[0] >> 1 & 63 != _SPS:
        raise CodecError("H.265 SPS: too short or not an SPS")
    try:
        return _sps(BitReader(unescape(nal[2:])))
    except CodecError as error:
        raise CodecError(f"H.265 SPS: {error}") from error


def _sps(bits: BitReader) -> Sps:
    bits.u(4)  # sps_video_parameter_set_id
    sub_layers = bits.u(3) + 1
    if sub_layers > 7:
        raise CodecError("it states too many sub-layers")
    nesting = bits.flag()
    profile = read_profile(bits, sub_layers)
    number = _bounded(bits.ue(), 15)
    chroma = _bounded(bits.ue(), 3)
    if chroma == 3:
        bits.flag()
    width, height = bits.ue(), bits.ue()
    if bits.flag():
        unit_x = 2 if chroma in (1, 2) else 1
        unit_y = 2 if chroma == 1 else 1
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        width -= (left + right) * unit_x
        height -= (top + bottom) * unit_y
    check_size(width, height)
    luma_depth, chroma_depth = _bounded(bits.ue(), 8) + 8, _bounded(bits.ue(), 8) + 8
    order_bits = _bounded(bits.ue(), 12) + 4
    reorder = 0
    for _ in range(sub_layers if bits.flag() else 1):
        bits.ue()
        reorder = _bounded(bits.ue(), 16)
        bits.ue()
    try:
        frame_rate = _rest(bits, order_bits)
    except CodecError:
        # Behind this point stands only the frame rate that we want; a camera that breaks it still plays.
        frame_rate = 0.0
    return Sps(
        number, profile, sub_layers, nesting, chroma, luma_depth, chroma_depth, width, height, frame_rate, reorder
    )


def _rest(bits: BitReader, order_bits: int) -> float:
    """Walk to the VUI and return the frame rate that it states, or 0.0."""
    for _ in range(6):
        bits.ue()  # block and transform sizes and depths
    if bits.flag() and bits.flag():  # scaling_list_enabled_flag, sps_scaling_list_data_present_flag
        _skip_scaling_lists(bits)
    bits.u(2)  # amp_enabled_flag, sample_adaptive_offset_enabled_flag
    if bits.flag():  # pcm_enabled_flag
        bits.u(8)
        bits.ue()
        bits.ue()
        bits.flag()
    _skip_reference_sets(bits)
    if bits.flag():  # long_term_ref_pics_present_flag
        for _ in range(_bounded(bits.ue(), 32)):
            bits.u(order_bits)
            bits.flag()
    bits.u(2)  # sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
    return _vui_frame_rate(bits) if bits.flag() else 0.0


def _vui_frame_rate(bits: BitReader) -> float:
    """Annex E.2.1 up to the timing information."""
    if bits.flag() and bits.u(8) == 255:
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
    bits.u(3)  # neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
    if bits.flag():  # default_display_window_flag
        for _ in range(4):
            bits.ue()
    if not bits.flag():  # vui_timing_info_present_flag
        return 0.0
    tick, scale = bits.u(32), bits.u(32)
    return scale / tick if tick and scale / tick <= 1000 else 0.0


def _skip_scaling_lists(bits: BitReader) -> None:
    """§7.3.4."""
    for size in range(4):
        for _matrix in range(6 if size < 3 else 2):
            if not bits.flag():
                bits.ue()
                continue
            if size > 1:
                bits.se()
            for _ in range(min(64, 1 << (4 + 2 * size))):
                bits.se()


def _skip_reference_sets(bits: BitReader) -> None:
    """§7.3.7: short-term reference picture sets, each perhaps predicted from the one before."""
    count = _bounded(bits.ue(), 64)
    pictures = 0
    for index in range(count):
        if index and bits.flag():  # inter_ref_pic_set_prediction_flag
            bits.flag()
            bits.ue()
            kept = 0
            for _ in range(pictures + 1):
                used = bits.flag()
                if used or bits.flag():  # used_by_curr_pic_flag, else use_delta_flag
                    kept += 1
            pictures = kept
            continue
        before, after = _bounded(bits.ue(), 16), _bounded(bits.ue(), 16)
        pictures = before + after
        for _ in range(pictures):
            bits.ue()
            bits.flag()


def _bounded(value: int, most: int) -> int:
    if value > most:
        raise CodecError("it holds a number that is out of range")
    return value


def vps_frame_rate(nal: bytes) -> float:
    """Frames per second that the VPS states; 0.0 when it states none or can't be read."""
    try:
        return _frame_rate(BitReader(unescape(nal[2:])))
    except CodecError:
        return 0.0


def _frame_rate(bits: BitReader) -> float:
    bits.u(4 + 2 + 6)
    sub_layers = bits.u(3) + 1
    bits.u(1 + 16)
    read_profile(bits, sub_layers)
    for _ in range(sub_layers if bits.flag() else 1):
        bits.ue()
        bits.ue()
        bits.ue()
    layers = bits.u(6) + 1
    for _ in range(min(bits.ue(), 1023)):
        bits.u(layers)
    if not bits.flag():
        return 0.0
    tick, scale = bits.u(32), bits.u(32)
    return scale / tick if tick and scale / tick <= 1000 else 0.0


VPS, SPS, PPS, AUD, END_OF_SEQUENCE, END_OF_STREAM, FILLER, SEI_PREFIX, SEI_SUFFIX = 32, 33, 34, 35, 36, 37, 38, 39, 40
"""NAL unit types (ITU-T H.265 Table 7-1). 0–31 are slices, 16–23 of them random access pictures (IRAP)."""


def nal_type(nal: bytes) -> int:
    """nal_unit_type of a NAL unit that has at least its first byte."""
    return nal[0] >> 1 & 63


def set_number(nal: bytes) -> int:
    """The identifier of a VPS, SPS or PPS.

    Raises:
        CodecError: it is broken.
    """
    kind = nal_type(nal)
    if kind == SPS:
        return parse_sps(nal).number
    bits = BitReader(unescape(nal[2:12]))
    number = bits.u(4) if kind == VPS else bits.ue()
    if number > 63:
        raise CodecError("H.265 PPS: its number is out of range")
    return number


def sets_of_slice(nal: bytes, pps: dict[int, bytes]) -> tuple[int, int] | None:
    """Numbers of the SPS and the PPS that a first slice segment refers to (§7.3.6.1, §7.3.2.3); None when `pps` lacks it.

    Raises:
        CodecError: the slice or its PPS is broken.
    """
    bits = BitReader(unescape(nal[2:16]))
    bits.flag()  # first_slice_segment_in_pic_flag
    if 16 <= nal_type(nal) <= 23:
        bits.flag()  # no_output_of_prior_pics_flag
    number = bits.ue()
    if number not in pps:
        return None
    bits = BitReader(unescape(pps[number][2:12]))
    bits.ue()
    return bits.ue(), number


def parameters(sets: Sequence[bytes]) -> CodecParameters:
    """Codec parameters of H.265 `sets` (VPS, SPS and PPS NAL units in any order; others are left out).

    Raises:
        CodecError: one kind is missing, or the first SPS is broken.
    """
    kinds = {kind: [nal for nal in sets if len(nal) > 2 and nal_type(nal) == kind] for kind in (VPS, SPS, PPS)}
    for kind, name in ((VPS, "VPS"), (SPS, "SPS"), (PPS, "PPS")):
        if not kinds[kind]:
            raise CodecError(f"H.265 {name}: none was sent")
    said = parse_sps(kinds[SPS][0])
    configuration = box(b"hvcC", _hvcc(said, kinds))
    return CodecParameters(
        codec=Codec.H265,
        sets=(*kinds[VPS], *kinds[SPS], *kinds[PPS]),
        width=said.width,
        height=said.height,
        frame_rate=said.frame_rate or vps_frame_rate(kinds[VPS][0]),
        reorder=said.reorder,
        mime=_mime(said),
        sample_entry=visual_sample_entry(b"hvc1", said.width, said.height, configuration),
    )


def _mime(said: Sps) -> str:
    """ISO/IEC 14496-15 Annex E.3: profile, reversed compatibility flags, tier and level, constraint bytes."""
    profile = said.profile
    reversed_flags = int(f"{profile.compatibility:032b}"[::-1], 2)
    space = ("", "A", "B", "C")[profile.space]
    constraints = profile.constraints.rstrip(b"\0")
    parts = [
        "hvc1",
        f"{space}{profile.number}",
        f"{reversed_flags:X}",
        f"{'H' if profile.high_tier else 'L'}{profile.level}",
        *(f"{value:X}" for value in constraints),
    ]
    return ".".join(parts)


def _hvcc(said: Sps, kinds: dict[int, list[bytes]]) -> bytes:
    """HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §8.3.3.1) with 4-byte NAL lengths."""
    profile = said.profile
    out = bytearray(
        struct.pack(
            ">BBI6sBHBBBBHB",
            1,
            profile.space << 6 | profile.high_tier << 5 | profile.number,
            profile.compatibility,
            profile.constraints,
            profile.level,
            0xF000,  # min_spatial_segmentation_idc 0: not known
            0xFC,  # parallelismType 0: not known
            0xFC | said.chroma,
            0xF8 | said.luma_depth - 8,
            0xF8 | said.chroma_depth - 8,
            0,  # avgFrameRate: not stated
            said.sub_layers << 3 | said.temporal_nesting << 2 | 3,
        )
    )
    out[-1] &= 0x3F  # constantFrameRate 0
    out.append(len(kinds))
    for kind, nals in kinds.items():
        if any(len(nal) > 0xFFFF for nal in nals):
            raise CodecError("H.265: a parameter set is too long")
        # array_completeness 1: an `hvc1` track keeps its sets here and nowhere else.
        out += struct.pack(">BH", 0x80 | kind, len(nals))
        for nal in nals:
            out += struct.pack(">H", len(nal)) + nal
    return bytes(out)
