"""Sound out of the payload of PES packets: G.711 as it is, AAC behind ADTS headers (ISO/IEC 14496-3 §1.A.2)."""

from __future__ import annotations

from collections.abc import Callable

from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.gb28181.media.tally import ChannelTally
from custodes.gb28181.media.times import Times

LARGEST_PIECE = 1 << 16
"""Octets of one piece of sound, at most: what a PES packet holds."""
_G711_TICKS = CLOCK_RATE // 8000
_AAC_SAMPLES = 1024
_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
_ADTS = 7


class Sounds:
    """Hands on the sound of one stream.

    Attributes:
        coding: of the sound, None until something tells.
        parts: payload of the PES packet under way.
    """

    def __init__(self, on_frame: Callable[[Frame], None], tally: ChannelTally, times: Times) -> None:
        self.coding: Coding | None = None
        self.parts: list[bytes] = []
        self._on_frame = on_frame
        self._tally = tally
        self._times = times
        self._pts: int | None = None
        self._wall_us = 0
        self._rest = b""  # the beginning of an AAC frame that goes on in the next packet
        self._sets: tuple[bytes, ...] = ()

    def begin(self, pts: int | None, wall_us: int) -> None:
        """A PES packet begins."""
        self.parts.clear()
        self._pts, self._wall_us = pts, wall_us

    def whole(self, data: bytes, pts: int | None, wall_us: int) -> None:
        """A PES packet that is all there: what `begin` and `end` do."""
        self.begin(pts, wall_us)
        if self.coding is Coding.G711A or self.coding is Coding.G711U:
            self.piece(self.coding, data, pts, wall_us)
        else:
            self.parts.append(data)
            self.end()

    def lose(self) -> None:
        """Something is missing before what comes next."""
        self.parts.clear()
        self._rest = b""

    def end(self) -> None:
        """The PES packet is complete."""
        data = b"".join(self.parts)
        self.parts.clear()
        if not data:
            return
        if self.coding is None:
            self.coding = Coding.AAC if _adts(data, 0) else Coding.G711A  # §5.3 rule 1
        if self.coding is Coding.AAC:
            self._aac(data)
        else:
            self.piece(self.coding, data, self._pts, self._wall_us)

    def piece(self, coding: Coding, data: bytes, pts: int | None, wall_us: int) -> None:
        """Hand on octets of G.711."""
        time = self._times.sound(pts, len(data) * _G711_TICKS)
        self._tally.sounds += 1
        self._on_frame(Frame(coding, data, True, time, wall_us))

    def _aac(self, data: bytes) -> None:
        """Each frame behind its header. A PTS is that of the first frame that begins in its packet."""
        pts, begun = self._pts, len(self._rest)
        data, self._rest = self._rest + data, b""
        at = 0
        while at < len(data):
            if len(data) - at < _ADTS:
                self._rest = data[at:]
                return
            if not _adts(data, at):
                self._tally.broken += 1
                at = data.find(b"\xff", at + 1)
                if at < 0:
                    return
                continue
            size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
            if at + size > len(data):
                self._rest = data[at:]
                return
            own = pts if at >= begun else None
            if own is not None:
                pts = None
            self._one(data, at, at + size, own)
            at += size

    def _one(self, data: bytes, at: int, end: int, pts: int | None) -> None:
        rate = data[at + 2] >> 2 & 15
        channels = (data[at + 2] & 1) << 2 | data[at + 3] >> 6
        config = ((data[at + 2] >> 6) + 1) << 11 | rate << 7 | channels << 3
        sets = (config.to_bytes(2, "big"),)
        if sets != self._sets:
            self._sets = sets
        begin = at + (_ADTS if data[at + 1] & 1 else _ADTS + 2)
        time = self._times.sound(pts, round(_AAC_SAMPLES * CLOCK_RATE / _RATES[rate]))
        self._tally.sounds += 1
        self._on_frame(Frame(Coding.AAC, data[begin:end], True, time, self._wall_us, self._sets))


def _adts(data: bytes, at: int) -> bool:
    """Whether an ADTS header stands there: sync word, layer 0, a known rate, a frame that is longer than its header."""
    if (
        len(data) - at < _ADTS
        or data[at] != 0xFF
        or data[at + 1] & 0xF6 != 0xF0
        or data[at + 2] >> 2 & 15 >= len(_RATES)
    ):
        return False
    return ((data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5) > _ADTS + 2


def adts(config: bytes, size: int) -> bytes:
    """The ADTS header of a raw AAC frame of `size` octets with this two-octet AudioSpecificConfig."""
    value = int.from_bytes(config[:2], "big")
    kind, rate, channels = value >> 11, value >> 7 & 15, value >> 3 & 15
    whole = size + _ADTS
    return bytes(
        (
            0xFF,
            0xF1,
            (kind - 1 & 3) << 6 | rate << 2 | channels >> 2,
            (channels & 3) << 6 | whole >> 11,
            whole >> 3 & 0xFF,
            (whole & 7) << 5 | 0x1F,
            0xFC,
        )
    )
