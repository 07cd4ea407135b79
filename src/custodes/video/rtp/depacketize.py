"""The depacketizer of a codec."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from custodes.video.rtp.h264_in import H264Depacketizer
from custodes.video.rtp.h265_in import H265Depacketizer
from custodes.video.unit import AccessUnit, Codec


def depacketizer(
    codec: Codec, on_unit: Callable[[AccessUnit], None], payload_type: int | None = None, sets: Sequence[bytes] = ()
) -> H264Depacketizer | H265Depacketizer:
    """A depacketizer for `codec`.

    Args:
        on_unit: called with each whole, decodable access unit, in decoding order; the first is a key picture.
        payload_type: packets of another type are left out; None takes that of the first packet.
        sets: parameter sets known beforehand, from SDP.
    """
    kind = H264Depacketizer if codec is Codec.H264 else H265Depacketizer
    return kind(on_unit, payload_type, sets)
