"""Pieces of sound as RTP packets, coded as the device asked for it (GB/T 28181-2016 Annex C)."""

from __future__ import annotations

import secrets

from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.gb28181.media.g711 import RATE, TO_ULAW
from custodes.gb28181.media.mux import ProgramWriter
from custodes.gb28181.media.rtp import Sender, pack_header
from custodes.node.gb28181.speaking.pacing import Piece
from custodes.video.wire.speaking import Encoding

_LEAD_TICKS = CLOCK_RATE
"""The first time in a program stream: its system clock begins before, and not below 0."""


class Voice:
    """What one speech is sent as.

    Args:
        type: payload type; ssrc: as was agreed on, None for any.
    """

    def __init__(self, encoding: Encoding, type: int, ssrc: int | None) -> None:
        self._encoding = encoding
        self._type = type
        self._ssrc = secrets.randbits(32) if ssrc is None else ssrc
        self._sequence = secrets.randbits(16)
        self._base = secrets.randbits(32)  # RFC 3550 §5.1: both begin anywhere
        self._sender = Sender(self._ssrc, self._sequence, type)
        self._writer = ProgramWriter(None, Coding.G711A) if encoding == "ps" else None

    def packets(self, piece: Piece) -> list[bytes]:
        """The packets of a piece: one."""
        if self._writer is not None:
            time = piece.at * CLOCK_RATE // RATE
            pack = self._writer.frame(Frame(Coding.G711A, piece.alaw, True, time + _LEAD_TICKS, 0))
            return list(self._sender.packets_of(pack, self._base + time))
        header = pack_header(self._type, piece.begins, self._sequence, self._base + piece.at, self._ssrc)
        self._sequence += 1
        return [header + (piece.alaw.translate(TO_ULAW) if self._encoding == "pcmu" else piece.alaw)]
