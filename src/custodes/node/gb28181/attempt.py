"""One attempt at a channel: ports opened, the channel called, what comes made into units. Source and probe begin as many as they need."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from custodes.gb28181.media.bounds import HostSources
from custodes.gb28181.media.ports import NoPorts
from custodes.gb28181.media.receiver import Receiver, Terms
from custodes.gb28181.media.steps import Report
from custodes.gb28181.media.tcp import TcpChannel
from custodes.gb28181.media.udp import UdpChannel
from custodes.node.gb28181.calls import NO_GATEWAY, Call, CallDesk, NotCalled
from custodes.node.gb28181.frames import FrameTaker
from custodes.node.gb28181.place import ChannelUrl, Place
from custodes.video.sound.frame import SoundFrame
from custodes.video.source.state import Counters
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit
from custodes.video.wire.calls import CallAnswer, CallAsk, Session, Setup

NO_ROOM = "ports"
"""The step at which no port of the worker's share is free."""
ENDED = "ended"
"""The step at which a call that stood is over."""
KEY_LATE_SECONDS = 2.0
"""Packets come and no picture for so long: a key picture is asked for."""
KEY_AGAIN_SECONDS = 5.0
CLOSED_SECONDS = 3.0
"""A device that closed its connection may come back within this (GB/T 28181-2016 Annex L)."""
LATER_SECONDS = 30.0
"""Before a device is called again that refused: a busy one (486) has no stream left, and asking makes none."""

_WORDS = {
    "not_assigned": "the gateway does not know this channel as a camera of this node",
    "not_registered": "the device is not registered at the gateway",
    "no_answer": "the device did not answer the call",
    "answer": "the device's answer to the call makes no sense",
    "full": "the gateway has no room for another call",
    "not_stated": "it was not stated to the platform below for whom it is called",
    NO_GATEWAY: "the gateway does not answer",
}
_ENDS = {
    "device": "the device ended the call",
    "gone": "the device is no longer registered",
    "unknown": "the gateway knows the call no longer",
    "taken": "the channel was called by somebody else",
    "finished": "the device has sent the recording to its end",
}


@dataclass(frozen=True, slots=True)
class Over:
    """Why an attempt is over.

    Attributes:
        step: `CallAnswer.step`, ``refused:STATUS`` where the device named one, `media.steps.Step`, `NO_GATEWAY`, `NO_ROOM` or `ENDED`.
        detail: one plain sentence.
        least: seconds, at least, before the next attempt.
        through: the device has sent a recording to its end.
    """

    step: str
    detail: str
    least: float = 0.0
    through: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """Which stream is wanted.

    Attributes:
        camera: whose it is in the register.
        reorder: packets that may wait for one that is missing, and seconds that they may.
        trial: a look of its own: it takes no call away from whoever has the same stream called for good.
        session, start, end, speed: as of `CallAsk`: live, or a recording of the device's.
        grant: of the look for which it is called; None where nobody looks.
    """

    camera: UUID
    url: ChannelUrl
    stream: Literal["main", "sub"]
    setup: Setup
    silent_seconds: float
    reorder: tuple[int, float] = (100, 0.2)
    trial: bool = False
    session: Session = "Play"
    start: int = 0
    end: int = 0
    speed: Literal[1, 2, 4, 8] = 1
    grant: UUID | None = None


class Attempt:
    """One call and its media.

    Args:
        on_unit, on_sound: as of `FrameTaker`.
        on_over: there is no call, or no longer; at most once, never within `open`.

    Attributes:
        receiver: what has come, and at which step it stands.
        taker: what can't be made of it.
        answered_at: when the device answered, monotonic seconds; None before.
        heard_at: when the last packet came, the answer before the first.
    """

    def __init__(
        self,
        wish: Wish,
        place: Place,
        desk: CallDesk,
        reader: Reader,
        *,
        rng: random.Random,
        on_unit: Callable[[AccessUnit], None],
        on_sound: Callable[[SoundFrame], None] | None,
        on_over: Callable[[Over], None],
    ) -> None:
        self._wish, self._place, self._desk, self._reader, self._rng = wish, place, desk, reader, rng
        self._on_over = on_over
        self.taker = FrameTaker(on_unit, on_sound)
        tcp = wish.setup != "udp"
        terms = Terms(*wish.reorder, wish.silent_seconds)
        self.receiver = Receiver(self.taker.take, reader.now, tcp=tcp, terms=terms)
        self.answered_at: float | None = None
        self.heard_at = reader.now
        self._packets = 0
        self._frames = 0
        self._framed_at = reader.now
        self._asked_at: float | None = None
        self._closed_at: float | None = None
        self._closed = False
        self._channel: TcpChannel | UdpChannel | None = None
        self._call: Call | None = None

    @property
    def call(self) -> UUID | None:
        """The id of its call; None while there is none."""
        return self._call.id if self._call is not None and not self._call.over else None

    @property
    def counters(self) -> Counters:
        """What came in."""
        tally, channel = self.receiver.tally, self._channel
        return Counters(
            bytes=tally.octets,
            packets=tally.packets,
            lost=tally.lost,
            late=tally.late,
            garbage=tally.garbage + tally.foreign + tally.broken,
            units=tally.frames,
            dropped=tally.dropped,
            throttled=channel.throttled if channel is not None else 0,
            sounds=tally.sounds if self.taker.hears else 0,
        )

    def open(self) -> None:
        """Open the ports and have the channel called."""
        try:
            port = self._listen()
        except NoPorts:
            first, last = self._place.ports
            said = f"no port is free between {first} and {last}; widen CUSTODES_NODE_MEDIA_PORTS"
            self._reader.call_later(0.0, lambda: self._end(Over(NO_ROOM, said)))
            return
        wish = self._wish
        ask = CallAsk(
            camera=wish.camera,
            device=wish.url.device,
            channel=wish.url.channel,
            stream=wish.stream,
            setup=wish.setup,
            address=self._place.address,
            port=port,
            trial=wish.trial,
            session=wish.session,
            start=wish.start,
            end=wish.end,
            speed=wish.speed,
            grant=wish.grant,
        )
        self._call = Call(ask, self._answered, self._refused, self._ended)
        self._desk.place(self._call)

    def each_second(self) -> None:
        """A second has passed."""
        now, channel = self._reader.now, self._channel
        if channel is None or self.answered_at is None:
            return
        channel.each_second()
        tally = self.receiver.tally
        if tally.packets != self._packets:
            self._packets, self.heard_at = tally.packets, now
        elif now - self.heard_at > KEY_LATE_SECONDS:
            self._desk.doubt()
        if tally.frames != self._frames:
            self._frames, self._framed_at = tally.frames, now
        elif self._wish.session == "Play" and now == self.heard_at and now - self._framed_at > KEY_LATE_SECONDS:
            self._ask_key(now)
        self._watch_connection(now)

    def report(self) -> Report:
        """Where it stands, of a call that was answered."""
        return self.receiver.report(self._reader.now)

    def close(self) -> None:
        """End the call and let go of the ports; nothing is called any more."""
        self._closed = True
        if self._call is not None:
            self._desk.end(self._call)
        if self._channel is not None:
            self._channel.close()

    # Opening

    def _listen(self) -> int:
        """Open what media comes to; the port that the device is told. Nobody is let in before it is known who was called."""
        place, reader = self._place, self._reader
        if self._wish.setup == "udp":
            udp = UdpChannel(reader, self.receiver, address=place.bind, ports=place.ports, sources=None, rng=self._rng)
            self._channel = udp
            return udp.port
        tcp = TcpChannel(reader, self.receiver, sources=None)
        # Devices mix the roles up: one that was told to wait may connect all the same (§5.4).
        port = tcp.listen(place.bind, place.ports, self._rng)
        self._channel = tcp
        return port

    # What the call comes to

    def _answered(self, answer: CallAnswer) -> None:
        now = self._reader.clock.monotonic()
        self.answered_at = self.heard_at = self._framed_at = now
        if answer.ssrc is not None:
            self.receiver.expect(answer.ssrc)
        if self._channel is not None:
            self._channel.admit(HostSources(hosts=frozenset(answer.hosts), within=self._place.sources))
        if isinstance(self._channel, TcpChannel) and self._wish.setup == "tcp-active" and answer.port:
            self._channel.connect(answer.address, answer.port)

    def _refused(self, why: NotCalled) -> None:
        step, detail = why.step, why.detail or _WORDS.get(why.step, "")
        if why.step == "refused" and why.status:
            step, detail = f"{why.step}:{why.status}", detail or f"the device refused the call with {why.status}"
        least = LATER_SECONDS if why.step in ("refused", "not_assigned", "not_stated") else 0.0
        self._end(Over(step, detail, least))

    def _ended(self, why: str) -> None:
        least = LATER_SECONDS if why == "taken" else 0.0
        self._end(Over(ENDED, _ENDS.get(why, "the call is over"), least, why == "finished"))

    def _end(self, over: Over) -> None:
        if not self._closed:
            self._closed = True
            self._on_over(over)

    # Each second

    def _watch_connection(self, now: float) -> None:
        receiver = self.receiver
        if self._wish.setup == "udp" or receiver.connected or not receiver.tally.packets:
            self._closed_at = None
            return
        if self._closed_at is None:
            self._closed_at = now
            self._desk.doubt()
        elif now - self._closed_at > CLOSED_SECONDS:
            self._end(Over(ENDED, "the device closed the connection and did not come back"))

    def _ask_key(self, now: float) -> None:
        if self._call is not None and (self._asked_at is None or now - self._asked_at > KEY_AGAIN_SECONDS):
            self._asked_at = now
            self._desk.key(self._call)
