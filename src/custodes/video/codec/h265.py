"""H.265 parameter sets as codec parameters and their ISO BMFF form (ISO/IEC 14496-15 §8, Annex E)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from custodes.video.codec.bits import BitReader, CodecError, unescape
from custodes.video.codec.box import box, visual_sample_entry
from custodes.video.codec.h265_sps import Sps, parse_sps
from custodes.video.codec.h265_vps import vps_frame_rate
from custodes.video.unit import Codec, CodecParameters

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
