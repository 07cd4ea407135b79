"""One door for both codecs: parameter sets in, `CodecParameters` out."""

from __future__ import annotations

from collections.abc import Sequence

from custodes.video.codec import bitstream, h264, h265
from custodes.video.codec.bitstream import CodecError
from custodes.video.unit import Codec, CodecParameters


def active_sets(codec: Codec, data: bytes, sets: dict[tuple[int, int], bytes]) -> dict[int, int]:
    """Which of several sets of a kind a picture uses: number by NAL unit type; empty when that can't be told.

    Args:
        data: the picture's NAL units, each behind its 4-byte length.
        sets: parameter sets by NAL unit type and number.
    """
    rules = h264 if codec is Codec.H264 else h265
    of_slice = h264.sets_of_slice if codec is Codec.H264 else h265.sets_of_slice
    pps = {number: nal for (kind, number), nal in sets.items() if kind == rules.PPS}
    for nal in bitstream.from_lengths(data):
        kind = nal[0] & 31 if codec is Codec.H264 else nal[0] >> 1 & 63
        if kind not in ((h264.SLICE, h264.IDR) if codec is Codec.H264 else range(h265.VPS)):
            continue
        try:
            found = of_slice(nal, pps)
        except CodecError:
            return {}
        return {rules.SPS: found[0], rules.PPS: found[1]} if found is not None else {}
    return {}


def codec_parameters(codec: Codec, sets: Sequence[bytes]) -> CodecParameters:
    """What the parameter set NAL units `sets` (no start codes) say.

    Raises:
        CodecError: a set is missing or broken; the message is a plain sentence.
    """
    return h264.parameters(sets) if codec is Codec.H264 else h265.parameters(sets)
