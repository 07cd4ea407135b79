"""One door for both codecs: parameter sets in, `CodecParameters` out."""

from __future__ import annotations

from collections.abc import Sequence

from custodes.video.codec import h264, h265
from custodes.video.unit import Codec, CodecParameters


def codec_parameters(codec: Codec, sets: Sequence[bytes]) -> CodecParameters:
    """What the parameter set NAL units `sets` (no start codes) say.

    Raises:
        CodecError: a set is missing or broken; the message is a plain sentence.
    """
    return h264.parameters(sets) if codec is Codec.H264 else h265.parameters(sets)
