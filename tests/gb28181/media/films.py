"""Frames of real encoders, and the program streams that carry them."""

from __future__ import annotations

from functools import lru_cache

from custodes.gb28181.media import psm
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import ProgramWriter, pack_header, system_header
from custodes.gb28181.media.pes import pack_stamp
from custodes.gb28181.media.ps import ProgramReader
from custodes.gb28181.media.rtp import Sender
from custodes.gb28181.media.tally import ChannelTally
from custodes.video.unit import Codec
from tests.video.streams import data_of, stream

STEP = 3600
BOTH = (Coding.H264, Coding.H265)
START = b"\0\0\0\1"
SSRC = 200_000_001
AAC_CONFIG = (0x1588).to_bytes(2, "big")  # AAC-LC, 8 kHz, mono


@lru_cache
def film(coding: Coding, loops: int = 2, first: int = 90_000) -> tuple[Frame, ...]:
    """Pictures with a key frame at every fifth."""
    params, pictures = stream(Codec(coding.value))
    return tuple(
        Frame(coding, data_of(nals), key, first + number * STEP, 0, params.sets)
        for number, (nals, key) in enumerate(pictures * loops)
    )


def tone(count: int, coding: Coding = Coding.G711A, first: int = 90_000) -> list[Frame]:
    """Sound, 20 ms a piece (AAC: a frame of 1024 samples at 8 kHz)."""
    if coding is Coding.AAC:
        return [Frame(coding, bytes((n, 7)) * 50, True, first + n * 11_520, 0, (AAC_CONFIG,)) for n in range(count)]
    return [Frame(coding, bytes((n & 255,)) * 160, True, first + n * 1800, 0) for n in range(count)]


def mixed(coding: Coding, sound: Coding = Coding.G711A) -> list[Frame]:
    """Pictures with sound between them."""
    pictures = film(coding)
    sounds = tone(2 * len(pictures) if sound is not Coding.AAC else len(pictures) // 4, sound)
    return sorted((*pictures, *sounds), key=lambda frame: frame.time)


def packs(frames: list[Frame] | tuple[Frame, ...]) -> list[bytes]:
    """The pack of each frame."""
    video = next((frame.coding for frame in frames if frame.coding.video), None)
    sound = next((frame.coding for frame in frames if not frame.coding.video), None)
    writer = ProgramWriter(video, sound)
    return [writer.frame(frame) for frame in frames]


def packets(frames: list[Frame] | tuple[Frame, ...], sequence: int = 65_500, largest: int = 300) -> list[bytes]:
    """RTP packets of their program stream."""
    sender = Sender(SSRC, sequence, largest=largest)
    made = zip(frames, packs(frames), strict=True)
    return [packet for frame, pack in made for packet in sender.packets_of(pack, frame.time)]


class Taken:
    """A program reader and what came out of it."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.reader = ProgramReader(self.frames.append)

    @property
    def tally(self) -> ChannelTally:
        return self.reader.tally

    @property
    def pictures(self) -> list[Frame]:
        return [frame for frame in self.frames if frame.coding.video]

    @property
    def sounds(self) -> list[Frame]:
        return [frame for frame in self.frames if not frame.coding.video]

    def push(self, data: bytes, piece: int = 1 << 20) -> Taken:
        for at in range(0, len(data), piece):
            part = data[at : at + piece]
            self.reader.push(part, 0, len(part))
        return self

    def end(self) -> Taken:
        self.reader.flush()
        return self


def read(data: bytes, piece: int = 1 << 20) -> Taken:
    """Read a whole program stream in pieces."""
    return Taken().push(data, piece).end()


def same(came: list[Frame], sent: list[Frame] | tuple[Frame, ...]) -> bool:
    """Whether these are the frames, with their times."""
    return [(f.coding, f.data, f.key, f.time) for f in came] == [(f.coding, f.data, f.key, f.time) for f in sent]


def pes(payload: bytes, pts: int | None, *, length: int | None = None, number: int = 0xE0) -> bytes:
    """A PES packet by hand; `length` in place of the true one."""
    head = b"\x80" + (b"\x80\x05" + pack_stamp(pts, 2) if pts is not None else b"\0\0")
    size = len(head) + len(payload) if length is None else length
    return b"\0\0\1" + bytes((number,)) + size.to_bytes(2, "big") + head + payload


def opening(types: dict[int, int] | None = None) -> bytes:
    """System header and map."""
    return system_header(video=True, sound=True) + psm.build(types or {0xE0: 0x1B, 0xC0: 0x90})


PACK = pack_header(86_400)
