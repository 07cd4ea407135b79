"""What a simulated device hears when somebody speaks through it: how it wants the sound, and the last seconds of what came."""

from __future__ import annotations

from collections.abc import Collection

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.gb28181.media.g711 import RATE, SILENCE, TO_ALAW
from custodes.gb28181.media.ps import ProgramReader
from custodes.gb28181.media.rtp import PS, payload_span
from custodes.gb28181.sdp import G711, CallPurpose, MediaDirection, MediaLine, Sdp, Setup, answering, write_sdp

PCMU, PCMA = 0, 8
MOST_AT_ONCE = 4
"""Speeches that it calls for at once; to more it says ERROR."""
KEPT_SECONDS = 10
_NAMES = {PCMA: "PCMA/8000", PCMU: "PCMU/8000", PS: "PS/90000"}
_CLOCKS = {PCMA: RATE, PCMU: RATE, PS: CLOCK_RATE}


class ReceivedSpeech:
    """One speech, from the call for it to its end.

    Args:
        own: our port.

    Attributes:
        target: the code that was announced, or called.
        back: it sends what it hears back.
        tcp, connects: over a connection, which we make; else we listen for it.
        host, port: where the platform has it; empty before it answered.
        packets, octets: that were taken, of G.711; lost: samples that were missing; strange: packets of another stream or kind; early: that
            came before the platform's answer.
    """

    def __init__(self, target: str, own: int, ssrc: int, quirks: Collection[Quirk]) -> None:
        self.target = target
        self.own = own
        self.tcp = bool({Quirk.SPEECH_TCP_ACTIVE, Quirk.SPEECH_TCP_PASSIVE} & set(quirks))
        self.connects = Quirk.SPEECH_TCP_ACTIVE in quirks
        self.host, self.port = "", 0
        self.packets = self.octets = self.lost = self.strange = self.early = 0
        self.type = PS if Quirk.SPEECH_PS in quirks else PCMU if Quirk.SPEECH_PCMU in quirks else PCMA
        self.back = Quirk.TALK_BACK in quirks
        self._ssrc = ssrc
        self._heard, self._said = bytearray(), bytearray()
        self._next: int | None = None
        self._pieces: list[bytes] = []
        self._reader = ProgramReader(self._piece)

    @property
    def heard(self) -> bytes:
        """The last seconds of it: A-law, with silence where the timestamps have a pause."""
        return bytes(self._heard)

    @property
    def said(self) -> bytes:
        """The same without its pauses."""
        return bytes(self._said)

    def offer(self, origin: str, address: str, y: str) -> bytes:
        """How it wants to be spoken to."""
        setup = (Setup.ACTIVE if self.connects else Setup.PASSIVE) if self.tcp else None
        maps = ((self.type, _NAMES[self.type]),)
        media = MediaLine(
            "audio", self.own, self.tcp, (self.type,), maps, MediaDirection.RECVONLY, setup, connection_new=self.tcp
        )
        return write_sdp(Sdp(origin, address, (media,), y=y, format=G711))

    def answered(self, answer: Sdp) -> None:
        """The platform answered."""
        media = answer.media[0]
        self.host, self.port = answer.address, media.port
        if self.tcp and media.setup is not None:
            self.connects = answering(media.setup) is Setup.ACTIVE
        if answer.ssrc is not None:
            self._ssrc = answer.ssrc

    def called(self, offer: Sdp) -> None:
        """The platform called, and says how it is to be done."""
        media = offer.media[0]
        self.tcp = media.tcp
        self.connects = media.tcp and answering(media.setup) is Setup.ACTIVE
        self.host, self.port = offer.address, media.port
        if offer.ssrc is not None:
            self._ssrc = offer.ssrc

    def answer(self, origin: str, address: str, y: str, quirks: Collection[Quirk]) -> bytes:
        """What it says to such a call."""
        setup = (Setup.ACTIVE if self.connects else Setup.PASSIVE) if self.tcp else None
        if Quirk.TALK_AS_PICTURE in quirks:
            media = MediaLine(
                "video", self.own, self.tcp, way=MediaDirection.SENDONLY, setup=setup, connection_new=self.tcp
            )
        else:
            port = 0 if Quirk.TALK_DECLINED in quirks else self.own
            maps = ((self.type, _NAMES[self.type]),)
            media = MediaLine(
                "audio", port, self.tcp, (self.type,), maps, MediaDirection.SENDRECV, setup, connection_new=self.tcp
            )
        return write_sdp(Sdp(origin, address, (media,), CallPurpose.TALK, y=y, format=G711))

    def take(self, packet: bytes) -> None:
        """An RTP packet. Never raises for what is in it."""
        span = payload_span(packet, 0, len(packet))
        if span is None or packet[1] & 0x7F != self.type or int.from_bytes(packet[8:12], "big") != self._ssrc:
            self.strange += 1
            return
        if not self.host:
            self.early += 1
        stamp = int.from_bytes(packet[4:8], "big")
        alaw = self._decoded(packet, *span, stamp)
        if alaw:
            self._keep(alaw, stamp)

    def _decoded(self, packet: bytes, start: int, end: int, stamp: int) -> bytes:
        if self.type != PS:
            payload = packet[start:end]
            return payload.translate(TO_ALAW) if self.type == PCMU else payload
        self._pieces.clear()
        self._reader.rtp = stamp
        self._reader.push(packet, start, end)
        if packet[1] & 0x80:
            self._reader.marked()
        return b"".join(self._pieces)

    def _piece(self, frame: Frame) -> None:
        if frame.coding is Coding.G711A:
            self._pieces.append(frame.data)

    def _keep(self, alaw: bytes, stamp: int) -> None:
        clock = _CLOCKS[self.type]
        gap = 0 if self._next is None else ((stamp - self._next + (1 << 31)) % (1 << 32) - (1 << 31)) * RATE // clock
        if gap < 0:
            self.strange += 1  # late: its place was passed over
            return
        if gap:
            self.lost += gap
            self._heard += bytes((SILENCE,)) * min(gap, KEPT_SECONDS * RATE)
        self.packets += 1
        self.octets += len(alaw)
        self._heard += alaw
        self._said += alaw
        del self._heard[: -KEPT_SECONDS * RATE], self._said[: -KEPT_SECONDS * RATE]
        self._next = stamp + len(alaw) * clock // RATE & 0xFFFFFFFF
