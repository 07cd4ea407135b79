"""Writing a program stream as §5.2 has it: one pack a frame, system header and map before each key frame."""

from __future__ import annotations

from typing import Final

from custodes.gb28181.media import psm
from custodes.gb28181.media.frame import STREAM_TYPES, Coding, Frame
from custodes.gb28181.media.nal import split
from custodes.gb28181.media.pes import pack_stamp
from custodes.gb28181.media.sound import adts

VIDEO_ID, SOUND_ID = 0xE0, 0xC0
LARGEST_PES: Final = 0xFF80
"""Octets behind the length field, at most: Hikvision's decoders take no more."""
_TYPE_OF = {coding: kind for kind, coding in STREAM_TYPES.items()}
_LEAD = 3600
"""How far the system clock is ahead of decoding, 90 kHz ticks: one frame."""
_RATE = 6106
"""Multiplex rate in units of 50 octets a second (2.4 Mbit/s); players don't look at it."""
_START = b"\0\0\0\1"


def pack_header(clock: int, rate: int = _RATE) -> bytes:
    """The pack header (H.222.0 §2.5.3.3) with the 33-bit system clock reference `clock`, 90 kHz ticks."""
    clock &= 0x1FFFFFFFF
    value = (
        1 << 46
        | (clock >> 30) << 43
        | 1 << 42
        | (clock >> 15 & 0x7FFF) << 27
        | 1 << 26
        | (clock & 0x7FFF) << 11
        | 1 << 10
        | 1
    )
    return b"\0\0\1\xba" + value.to_bytes(6, "big") + (rate << 2 | 3).to_bytes(3, "big") + b"\xf8"


def system_header(*, video: bool, sound: bool, rate: int = 50_000) -> bytes:
    """The system header (H.222.0 §2.5.3.5) for one stream of pictures and one of sound, or one of them."""
    bounds = (1 << 23 | rate << 1 | 1).to_bytes(3, "big")
    streams = (bytes((VIDEO_ID, 0xE1, 0x90)) if video else b"") + (bytes((SOUND_ID, 0xC0, 0x20)) if sound else b"")
    body = bounds + bytes((int(sound) << 2, 0xE0 | int(video), 0x7F)) + streams
    return b"\0\0\1\xbb" + len(body).to_bytes(2, "big") + body


def pes_packets(number: int, data: bytes, pts: int, dts: int | None = None, largest: int = LARGEST_PES) -> bytes:
    """`data` in PES packets of stream `number`; the first has the time stamps."""
    pts &= 0x1FFFFFFFF
    stamps = pack_stamp(pts, 2)
    if dts is not None:
        stamps = pack_stamp(pts, 3) + pack_stamp(dts & 0x1FFFFFFFF, 1)
    flags = 0xC0 if dts is not None else 0x80
    made: list[bytes] = []
    at = 0
    while True:
        # 84: data_alignment_indicator, where a NAL unit or a piece of sound begins with the packet.
        extra = bytes((0x84, flags, len(stamps))) + stamps if not at else b"\x80\0\0"
        end = at + largest - len(extra)
        piece = data[at:end]
        made += (b"\0\0\1", bytes((number,)), (len(extra) + len(piece)).to_bytes(2, "big"), extra, piece)
        at = end
        if at >= len(data):
            return b"".join(made)


class ProgramWriter:
    """Program stream octets of frames. It can be read from each key frame on.

    Args:
        video: coding of the pictures, None for sound alone.
        sound: coding of the sound, None for none.
    """

    def __init__(self, video: Coding | None, sound: Coding | None = None) -> None:
        self._video = video
        self._version = 0
        self.sounds(sound)

    def sounds(self, coding: Coding | None) -> None:
        """From now on the sound is coded like this: the next pack says so, whether a decoder can start there or not."""
        self._version = self._version % 31 + 1
        self._sound = coding
        self._map = psm.build(
            {number: _TYPE_OF[one] for number, one in ((VIDEO_ID, self._video), (SOUND_ID, coding)) if one is not None},
            self._version,
        )
        self._system = system_header(video=self._video is not None, sound=coding is not None)
        self._begun = False

    def frame(self, frame: Frame) -> bytes:
        """The pack of one frame. Its time is taken modulo 2^33."""
        if frame.coding.video:
            body = pes_packets(VIDEO_ID, byte_stream(frame), frame.time)
        else:
            head = adts(frame.sets[0], len(frame.data)) if frame.coding is Coding.AAC else b""
            body = pes_packets(SOUND_ID, head + frame.data, frame.time)
        opening = b""
        if (frame.coding.video and frame.key) or not self._begun or self._video is None:
            self._begun = True
            opening = self._system + self._map
        return pack_header(max(frame.time - _LEAD, 0)) + opening + body


def byte_stream(frame: Frame) -> bytes:
    """A video frame with start codes, the parameter sets before it when it is a key frame."""
    return _START + _START.join((*(frame.sets if frame.key else ()), *split(frame.data)))


def timestamp(frame: Frame) -> int:
    """The RTP timestamp that belongs to a frame."""
    return frame.time & 0xFFFFFFFF
