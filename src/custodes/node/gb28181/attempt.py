"""One attempt at a channel: ports opened, the channel called, what comes made into access units and sound frames. Source and probe begin as many as they need."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from custodes.gb28181.media.bounds import HostSources
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.ports import NoPorts
from custodes.gb28181.media.receiver import Receiver, ReceiverTerms
from custodes.gb28181.media.steps import MediaReport
from custodes.gb28181.media.tcp import TcpChannel
from custodes.gb28181.media.udp import UdpChannel
from custodes.node.gb28181.calls import NO_GATEWAY, CallDesk, NodeCall, NotCalled
from custodes.node.gb28181.place import CallPlace, ChannelUrl
from custodes.video.codec.bitstream import CodecError
from custodes.video.codec.build import codec_parameters
from custodes.video.source.state import Counters
from custodes.video.source.tick import Reader
from custodes.video.unit import (
    FRAME_SAMPLES,
    LARGEST_FRAME,
    AccessUnit,
    Codec,
    CodecParameters,
    SoundCodec,
    SoundFrame,
    SoundParameters,
    UnknownSound,
    aac_parameters,
    g711_parameters,
)
from custodes.video.wire.calls import CallAnswer, CallAsk, Session, Setup

_VIDEO = {Coding.H264: Codec.H264, Coding.H265: Codec.H265}
_G711 = {Coding.G711A: SoundCodec.PCMA, Coding.G711U: SoundCodec.PCMU}


class FrameTaker:
    """Hands a channel's frames on, as the sources of `video` do it.

    Args:
        on_unit: takes each access unit; the first is a key picture.
        on_sound: takes each frame of sound; None where the camera's record gives no reason for sound, and then none is looked at.

    Attributes:
        fault: why pictures can't be made of the parameter sets, empty while they can.
        sound_fault: why the sound is not taken, empty while it is.
    """

    def __init__(
        self, on_unit: Callable[[AccessUnit], None], on_sound: Callable[[SoundFrame], None] | None = None
    ) -> None:
        self.fault = ""
        self.sound_fault = ""
        self._on_unit = on_unit
        self._on_sound = on_sound
        self._sets: tuple[bytes, ...] = ()
        self._params: CodecParameters | None = None
        self._sound_from: tuple[Coding, tuple[bytes, ...]] | None = None
        self._sound: SoundParameters | None = None

    @property
    def hears(self) -> bool:
        """Whether sound is handed on at all."""
        return self._on_sound is not None

    def take(self, frame: Frame) -> None:
        """Take one frame, in the order in which the receiver gives them."""
        if not frame.coding.video:
            if self._on_sound is not None:
                self._take_sound(frame, self._on_sound)
            return
        if frame.sets is not self._sets:
            self._renew(frame)
        if self._params is not None:
            self._on_unit(AccessUnit(frame.data, frame.key, frame.time, frame.wall_us, self._params))

    def _renew(self, frame: Frame) -> None:
        """Other parameter sets are in force, which happens at a key frame only."""
        self._sets, self.fault = frame.sets, ""
        try:
            self._params = codec_parameters(_VIDEO[frame.coding], frame.sets)
        except CodecError as error:
            self._params, self.fault = None, str(error)

    def _take_sound(self, frame: Frame, on_sound: Callable[[SoundFrame], None]) -> None:
        if (frame.coding, frame.sets) != self._sound_from:
            self._sound_from, self.sound_fault = (frame.coding, frame.sets), ""
            try:
                aac = frame.coding is Coding.AAC
                self._sound = aac_parameters(frame.sets[0]) if aac else g711_parameters(_G711[frame.coding])
            except UnknownSound as error:
                self._sound, self.sound_fault = None, str(error)
        if self._sound is None or len(frame.data) > LARGEST_FRAME:
            return
        samples = FRAME_SAMPLES if frame.coding is Coding.AAC else len(frame.data)
        on_sound(SoundFrame(frame.data, frame.time, samples, frame.wall_us, self._sound))


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
class AttemptOver:
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
class StreamWish:
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
        wish: StreamWish,
        place: CallPlace,
        desk: CallDesk,
        reader: Reader,
        *,
        rng: random.Random,
        on_unit: Callable[[AccessUnit], None],
        on_sound: Callable[[SoundFrame], None] | None,
        on_over: Callable[[AttemptOver], None],
    ) -> None:
        self._wish, self._place, self._desk, self._reader, self._rng = wish, place, desk, reader, rng
        self._on_over = on_over
        self.taker = FrameTaker(on_unit, on_sound)
        tcp = wish.setup != "udp"
        terms = ReceiverTerms(*wish.reorder, wish.silent_seconds)
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
        self._call: NodeCall | None = None

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
            self._reader.call_later(0.0, lambda: self._end(AttemptOver(NO_ROOM, said)))
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
        self._call = NodeCall(ask, self._answered, self._refused, self._ended)
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

    def report(self) -> MediaReport:
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
        self._end(AttemptOver(step, detail, least))

    def _ended(self, why: str) -> None:
        least = LATER_SECONDS if why == "taken" else 0.0
        self._end(AttemptOver(ENDED, _ENDS.get(why, "the call is over"), least, why == "finished"))

    def _end(self, over: AttemptOver) -> None:
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
            self._end(AttemptOver(ENDED, "the device closed the connection and did not come back"))

    def _ask_key(self, now: float) -> None:
        if self._call is not None and (self._asked_at is None or now - self._asked_at > KEY_AGAIN_SECONDS):
            self._asked_at = now
            self._desk.key(self._call)
