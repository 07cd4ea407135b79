"""One key frame as a JPEG: for the still that is shown when a camera is added. Blocks; call it in a thread."""

from __future__ import annotations

import av
from av.video.codeccontext import VideoCodecContext

from custodes.video.unit import AccessUnit, Codec

MAX_PIXELS = 8192 * 8192
"""Pictures above this are refused before anything is decoded."""

MAX_BYTES = 8 << 20
"""Coded pictures above this are refused."""

_START_CODE = b"\0\0\0\1"
_DECODERS = {Codec.H264: "h264", Codec.H265: "hevc"}
_QSCALE = 4  # of 2 (best) to 31, FFmpeg's scale for MJPEG


class NoStill(Exception):
    """The key frame can't be shown; the message says why."""


def still_jpeg(unit: AccessUnit, max_width: int = 1280) -> bytes:
    """A JPEG of `unit`, at most `max_width` pixels wide, its aspect kept.

    Args:
        unit: a key frame.

    Raises:
        NoStill: not a key frame, too large, or not decodable.
    """
    _refuse_unfit(unit)
    try:
        frame = _decode(unit)
        width = min(max_width, frame.width) & ~1
        height = max(2, round(frame.height * width / frame.width) & ~1)
        return _encode(frame.reformat(width, height, "yuvj420p"))
    except (av.FFmpegError, ValueError) as error:
        raise NoStill("the key frame can't be decoded") from error


def decode_key_frame(unit: AccessUnit) -> av.VideoFrame:
    """The decoded picture of `unit`, for measuring it where it is.

    Raises:
        NoStill: not a key frame, too large, or not decodable.
    """
    _refuse_unfit(unit)
    try:
        return _decode(unit)
    except (av.FFmpegError, ValueError) as error:
        raise NoStill("the key frame can't be decoded") from error


def _refuse_unfit(unit: AccessUnit) -> None:
    if not unit.key:
        raise NoStill("the picture is not a key frame")
    if len(unit.data) > MAX_BYTES or unit.params.width * unit.params.height > MAX_PIXELS:
        raise NoStill("the picture is larger than what is decoded here")


def _decode(unit: AccessUnit) -> av.VideoFrame:
    decoder = av.CodecContext.create(_DECODERS[unit.params.codec], "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    nals = [*unit.params.sets, *_nals(unit.data)]
    packet = av.Packet(b"".join(_START_CODE + nal for nal in nals))
    frames = [*decoder.decode(packet), *decoder.decode(None)]
    if not frames:
        raise NoStill("the key frame gives no picture")
    frame = frames[0]
    if frame.width * frame.height > MAX_PIXELS:
        raise NoStill("the picture is larger than what is decoded here")
    return frame


def _nals(data: bytes) -> list[bytes]:
    """NAL units behind their 4-byte lengths."""
    found, at = [], 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            raise NoStill("a NAL unit of the key frame is cut off")
        found.append(data[at + 4 : end])
        at = end
    return found


def _encode(frame: av.VideoFrame) -> bytes:
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base = frame.time_base or 1  # type: ignore[assignment]
    encoder.options = {"flags": "+qscale", "global_quality": str(_QSCALE * 118)}  # FF_QP2LAMBDA
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
