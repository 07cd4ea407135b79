"""One speech that stands: fed, paced out, and over once; which octets go when, and as which packets."""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.gb28181.media.g711 import RATE, SILENCE, TO_ULAW
from custodes.gb28181.media.mux import ProgramWriter
from custodes.gb28181.media.rtp import Sender, pack_header
from custodes.video.wire.control_leases import Encoding, Form

log = structlog.get_logger(__name__)


PACKET = 160
"""Octets, and samples, of one packet: 20 ms (2022 Annex C: 20 to 180 ms)."""
MOST = 2 * RATE
"""Octets that wait at most; what is older is dropped: who speaks is to be heard now."""
LEAD = 0.1
"""Seconds for which the first of what is said waits, so that what comes unevenly goes out evenly."""
HANG = 0.1
"""Seconds for which the next packet may be late before there is a pause."""
_LATEST = RATE // 10
"""Samples: what is later than this, because the loop was held up, is not made up for in one go."""


@dataclass(frozen=True, slots=True)
class SpeechPacket:
    """What goes into one packet.

    Attributes:
        alaw: `PACKET` octets of G.711 A-law.
        at: samples since the speech began: its timestamp.
        begins: behind a pause (RFC 3551 §4.1: the marker).
    """

    alaw: bytes
    at: int
    begins: bool


class Pacer:
    """One speech. Time is told, in seconds.

    In a pause nothing is made up: no packet goes out, and the next one's timestamp says how long it was. The last packet before a pause is
    filled up with silence.

    Attributes:
        dropped: octets that were too many.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._waiting = bytearray()
        self._from: float | None = None
        self._place = 0  # of the next packet
        self._goes = False
        self._begins = False

    @property
    def due(self) -> float:
        """When `take` has something to give or to decide; infinity for never."""
        if not self._goes or self._from is None:
            return math.inf
        return self._moment() + (0.0 if len(self._waiting) >= PACKET else HANG)

    def feed(self, alaw: bytes, now: float) -> None:
        """So much is to be said."""
        if not alaw:
            return
        over = len(self._waiting) + len(alaw) - MOST
        self._waiting += alaw[-MOST:]
        if over > 0:
            self.dropped += over
            del self._waiting[:-MOST]
        if not self._goes:
            self._from = now if self._from is None else self._from
            self._place = max(self._place, round((now + LEAD - self._from) * RATE))
            self._goes = self._begins = True

    def take(self, now: float) -> list[SpeechPacket]:
        """What is to be sent by now."""
        made: list[SpeechPacket] = []
        while self.due <= now:
            if len(self._waiting) >= PACKET:
                self._catch_up(now)
                made.append(self._piece(bytes(self._waiting[:PACKET])))
                del self._waiting[:PACKET]
                continue
            if self._waiting:
                made.append(self._piece(bytes(self._waiting).ljust(PACKET, bytes((SILENCE,)))))
                self._waiting.clear()
            self._goes = False
        return made

    def _piece(self, alaw: bytes) -> SpeechPacket:
        piece = SpeechPacket(alaw, self._place, self._begins)
        self._place += PACKET
        self._begins = False
        return piece

    def _catch_up(self, now: float) -> None:
        late = round((now - self._moment()) * RATE) - _LATEST
        if late > 0:
            self._place += late
            self._begins = True

    def _moment(self) -> float:
        return (self._from or 0.0) + self._place / RATE


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

    def packets(self, piece: SpeechPacket) -> list[bytes]:
        """The packets of a piece: one."""
        if self._writer is not None:
            time = piece.at * CLOCK_RATE // RATE
            pack = self._writer.frame(Frame(Coding.G711A, piece.alaw, True, time + _LEAD_TICKS, 0))
            return list(self._sender.packets_of(pack, self._base + time))
        header = pack_header(self._type, piece.begins, self._sequence, self._base + piece.at, self._ssrc)
        self._sequence += 1
        return [header + (piece.alaw.translate(TO_ULAW) if self._encoding == "pcmu" else piece.alaw)]


SILENT_SECONDS = 30.0
"""A speech that nothing is fed to for so long is over: its voice output may be another's."""


class SpeakTransport(Protocol):
    """Where packets go.

    Attributes:
        back: octets that came from there, and were dropped unread.
    """

    back: int

    def send(self, packets: Sequence[bytes]) -> None:
        """Send them, or not."""
        ...

    def close(self) -> None:
        """No more."""
        ...


class Speech:
    """One speech.

    Args:
        left: it is over, and why: whoever keeps it forgets it, tells the gateway, and gives what is to be waited for.
        told: it is over without `end` having been called.

    Attributes:
        form: who called whom; empty before it stands.
        ended: why, once it is over: ``device`` (it hung up), ``gone`` (the device went away, or nobody may speak through it any more),
            ``gateway`` (that knows nothing of it any more, or is away), ``unreached``, ``silent``, ``closed`` (by `end`, or the worker stops).
        octets: that were sent.
    """

    def __init__(self, left: Callable[[str], Awaitable[None]], told: Callable[[str], None]) -> None:
        self.ended: str | None = None
        self.form: Form = ""
        self.octets = 0
        self._left = left
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._pacer = Pacer()
        self._fed_at = self._loop.time()
        self._way: SpeakTransport | None = None
        self._voice: Voice | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def dropped(self) -> int:
        """Octets that were fed and not sent: more than two seconds waited."""
        return self._pacer.dropped

    @property
    def back(self) -> int:
        """Octets that the device sent back: nobody heard them."""
        return self._way.back if self._way is not None else 0

    def begin(self, form: Form, way: SpeakTransport, voice: Voice) -> None:
        """The way stands: from now on what is fed goes out."""
        self.form, self._way, self._voice = form, way, voice
        self._fed_at = self._loop.time()
        self._arm()

    def feed(self, alaw: bytes) -> None:
        """So much is to be heard: G.711 A-law at 8 kHz, any number of octets. Two seconds wait at most, what is older is dropped."""
        if self.ended is not None or not alaw:
            return
        self._fed_at = self._loop.time()
        self._pacer.feed(alaw, self._fed_at)
        self._arm()

    async def end(self) -> None:
        """Nothing more is said: the gateway hangs up, the ports are given back. Twice is once."""
        if self.ended is None:
            await self._over("closed")

    def over(self, why: str) -> None:
        """It is over, though it was wanted."""
        if self.ended is not None:
            return
        if self._way is None:  # nobody has it yet: whoever was about to begin it sees
            self.ended = why
            return
        self._over(why)
        try:
            self._told(why)
        except Exception:
            log.exception("speech.owner_failed")

    def lost(self) -> None:
        """The way leads nowhere any more."""
        self.over("unreached")

    def _over(self, why: str) -> Awaitable[None]:
        self.ended = why
        if self._timer is not None:
            self._timer.cancel()
        if self._way is not None:
            self._way.close()
        return self._left(why)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(min(self._pacer.due, self._fed_at + SILENT_SECONDS), self._look)

    def _look(self) -> None:
        way, voice, now = self._way, self._voice, self._loop.time()
        if way is not None and voice is not None:
            for piece in self._pacer.take(now):
                self.octets += len(piece.alaw)
                way.send(voice.packets(piece))
        if now - self._fed_at >= SILENT_SECONDS:
            self.over("silent")
        if self.ended is None:
            self._arm()
