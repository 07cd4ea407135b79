"""One stream of a simulated device: frames of a film at their time, as RTP packets, steered by MANSRTSP where it is a recording."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.quirks import Quirk, pack_with
from custodes.gb28181.mansrtsp import MansrtspAnswer, MansrtspMethod, MansrtspRequest
from custodes.gb28181.media.frame import CLOCK_RATE, Frame
from custodes.gb28181.media.mux import ProgramWriter
from custodes.gb28181.media.rtp import Sender, framed

MOST_AT_ONCE = 500
"""Frames of one call: whoever stands still for longer goes on from where it then is."""
FASTEST = 16.0
KEYS_ONLY = 4.0
"""From this speed on key frames alone are sent, as devices do."""
_OTHER = 7
"""What is added to the SSRC of a device that sends another."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where a stream goes.

    Attributes:
        host, port: the receiver's, of its description.
        own: our port.
        tcp: octets are those of a connection, each packet behind its length.
        connects: over TCP, we make the connection; otherwise the receiver does.
    """

    host: str
    port: int
    own: int
    tcp: bool = False
    connects: bool = False


class SimulatedStream:
    """One stream.

    Args:
        span: ticks of a recording from its beginning to its end, None live.

    Attributes:
        called: the call is acknowledged; connected: over TCP, its connection stands. Only then anything is sent.
        ssrc: as agreed on.
        over: a recording came to its end.
        sent: frames so far.
    """

    def __init__(
        self,
        reel: LoopedFilm,
        outlet: Outlet,
        ssrc: int,
        *,
        span: int | None = None,
        quirks: Collection[Quirk] = (),
        largest: int = 1_400,
        sequence: int = 0,
        scale: float = 1.0,
    ) -> None:
        self.outlet = outlet
        self.over = False
        self.sent = 0
        self.called = False
        self.connected = not outlet.tcp
        self.ssrc = ssrc
        self.scale = scale
        self.paused = False
        self._reel = reel
        self._span = span
        self._quirks = quirks
        wrong = _OTHER if Quirk.WRONG_SSRC in quirks else 0
        self._sender = Sender(ssrc + wrong, sequence, largest=largest)
        self._writer = ProgramWriter(reel.video, reel.sound)
        self._number = 0
        self._place = 0.0  # ticks, at `_since`
        self._since: float | None = None

    @property
    def open(self) -> bool:
        """Whether it may send."""
        return self.called and self.connected and not self.over

    @property
    def recorded(self) -> bool:
        """Whether it is a recording."""
        return self._span is not None

    def place(self, now: float) -> float:
        """Where it is, in ticks from its beginning."""
        if self._since is None or self.paused:
            return self._place
        return self._place + (now - self._since) * CLOCK_RATE * self.scale

    def due(self) -> float | None:
        """When `packets` has something to give; None for never."""
        if not self.open or self.paused:
            return None
        if self._since is None:
            return 0.0
        place = (
            self._reel.at(self._number)[0] if self._span is None else min(self._reel.at(self._number)[0], self._span)
        )
        return self._since + max(0.0, place - self._place) / (CLOCK_RATE * self.scale)

    def packets(self, now: float) -> list[bytes]:
        """What is to be sent: datagrams, or octets of the connection."""
        if not self.open or self.paused:
            return []
        if self._since is None:
            self._since = now
        made: list[bytes] = []
        place = round(self.place(now))  # `due` is as exact as floats are
        for _ in range(MOST_AT_ONCE):
            at, frame = self._reel.at(self._number)
            if self._span is not None and at >= self._span:
                self.over = place >= self._span
                return made
            if at > place:
                return made
            self._number += 1
            if self.scale < KEYS_ONLY or (frame.coding.video and frame.key):
                made += self._cut(frame, at)
        self._move(self._reel.key_from(self._number), now)
        return made

    def key(self, now: float) -> None:
        """A key frame is asked for: it goes on with the next of the film at once. A recording has those that it has."""
        if self._span is None and self.open:
            self._move(self._reel.key_from(self._number), now)

    def control(self, request: MansrtspRequest, now: float) -> MansrtspAnswer:
        """What INFO asks for. Backward is refused."""
        cseq = request.cseq
        if self._span is None:
            return MansrtspAnswer(454, cseq)
        if request.method is MansrtspMethod.PAUSE:
            self._hold(now)
            self.paused = True
        elif request.method is MansrtspMethod.PLAY:
            if request.scale is not None and not 0 < request.scale <= FASTEST:
                return MansrtspAnswer(551, cseq)
            if request.seek is not None and not 0 <= request.seek * CLOCK_RATE < self._span:
                return MansrtspAnswer(457, cseq)
            self._hold(now)
            self.paused = False
            if request.scale is not None:
                self.scale = request.scale
            if request.seek is not None:
                self.over = False
                self._move(self._reel.key_before(round(request.seek * CLOCK_RATE)), now)
        return MansrtspAnswer(200, cseq)

    def _cut(self, frame: Frame, at: int) -> list[bytes]:
        made = Frame(frame.coding, frame.data, frame.key, at + CLOCK_RATE, 0, frame.sets)
        pack = pack_with(self._writer.frame(made), self._quirks)
        self.sent += 1
        packets = list(self._sender.packets_of(pack, made.time))
        return [b"".join(map(framed, packets))] if self.outlet.tcp else packets

    def _hold(self, now: float) -> None:
        """From here on, at whichever speed."""
        self._place = self.place(now)
        if self._since is not None:
            self._since = now

    def _move(self, number: int, now: float) -> None:
        self._number, self._place = number, float(self._reel.at(number)[0])
        if self._since is not None:
            self._since = now
