"""The H.265 sequence parameter set (ITU-T H.265 §7.3.2.2, Annex E)."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.video.codec.bits import BitReader, CodecError, unescape
from custodes.video.codec.h265_profile import Profile, read_profile
from custodes.video.codec.size import check_size

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
