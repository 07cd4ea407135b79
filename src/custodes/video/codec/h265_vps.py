"""The frame rate of an H.265 video parameter set (ITU-T H.265 §7.3.2.1): some encoders state it only there."""

from __future__ import annotations

from custodes.video.codec.bits import BitReader, CodecError, unescape
from custodes.video.codec.h265_profile import read_profile


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
