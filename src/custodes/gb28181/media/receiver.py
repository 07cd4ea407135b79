"""Receives one channel: octets in, frames out, and at any time where it stands. No sockets, no clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from custodes.gb28181.media.frame import Frame
from custodes.gb28181.media.framing import Framing
from custodes.gb28181.media.order import PacketOrder
from custodes.gb28181.media.ps import ProgramReader
from custodes.gb28181.media.rtp import looks_like
from custodes.gb28181.media.steps import MediaReport, MediaStep
from custodes.gb28181.media.tally import ChannelTally
from custodes.gb28181.ssrc import written


@dataclass(frozen=True, slots=True)
class ReceiverTerms:
    """How a channel is received.

    Attributes:
        reorder_packets: datagrams that may wait for one that is missing (§5.1: 30 to 100).
        reorder_seconds: how long they may wait.
        silent_seconds: without a packet for so long the channel is silent (§5.4: 10 to 15).
    """

    reorder_packets: int = 100
    reorder_seconds: float = 0.2
    silent_seconds: float = 10.0


class Receiver:
    """One channel.

    Args:
        on_frame: takes each frame: video in decoding order, whole and decodable, the first a key frame; sound as it comes.
        now: monotonic seconds at which it begins to wait.
        expected: SSRCs that were offered.
        strict: take no other (a port that several channels share).
        tcp: packets come over a connection, which keeps their order.

    Attributes:
        tally: counts.
        connected: whether a connection is there; set by `connect` and `disconnect`.
    """

    def __init__(
        self,
        on_frame: Callable[[Frame], None],
        now: float,
        *,
        expected: Iterable[int] = (),
        strict: bool = False,
        tcp: bool = False,
        terms: ReceiverTerms | None = None,
    ) -> None:
        self.terms = terms or ReceiverTerms()
        self.tally = ChannelTally()
        self.connected = False
        self._reader = ProgramReader(on_frame, self.tally)
        self._order = PacketOrder(
            self._reader,
            frozenset(expected),
            strict=strict,
            most_packets=0 if tcp else self.terms.reorder_packets,
            most_seconds=self.terms.reorder_seconds,
        )
        self._framing = Framing(self._order, self._reader)
        self._tcp = tcp
        self._begun = self._now = now
        self._heard: float | None = None
        self._packets = 0
        self._ever_connected = False
        self._fault = ""  # why there is no connection
        self._refused_from = ""  # an address that was turned away
        self._paused = False

    @property
    def ssrc(self) -> int | None:
        """Of the source that is followed, None before the first."""
        return self._order.ssrc

    @property
    def believed(self) -> bool:
        """Whether what came is a program stream: then its source may be bound to."""
        return self.tally.packs > 0

    def expect(self, ssrc: int) -> None:
        """The answer's `y=` names this SSRC."""
        self._order.expect(ssrc)

    def pause(self, paused: bool) -> None:
        """Between PAUSE and PLAY nothing is expected (§4.5)."""
        self._paused = paused
        self._heard = self._now if not paused else self._heard

    # What comes

    def begin(self, wall_us: int, now: float) -> None:
        """What is pushed from now on was read at `wall_us` (µs UTC), `now` (monotonic seconds)."""
        self._now = now
        self._order.begin(wall_us, now)

    @property
    def push(self) -> Callable[[bytes], None]:
        """Takes one datagram; count its octets with `count`."""
        return self._order.push

    def read(self, chunk: bytes | memoryview, wall_us: int, now: float) -> None:
        """Take what was read from the connection at `wall_us`, `now`: `begin`, `feed` and `after`, for nothing waits there."""
        tally = self.tally
        self._now = now
        self._order.begin(wall_us, now)
        tally.octets += len(chunk)
        self._framing.feed(chunk)
        if tally.packets != self._packets:
            self._packets, self._heard = tally.packets, now

    def feed(self, chunk: bytes | memoryview) -> None:
        """Take what was read from the connection."""
        self.count(len(chunk))
        self._framing.feed(chunk)

    def count(self, octets: int) -> None:
        """So many octets were read."""
        self.tally.octets += octets

    def after(self, now: float) -> None:
        """Call it after each read and about once a second."""
        self._now = now
        self._order.expire(now)
        if self.tally.packets != self._packets:
            self._packets, self._heard = self.tally.packets, now

    def flush(self) -> None:
        """Nothing more comes: what is gathered is complete."""
        self._reader.flush()

    # What the transport tells

    def connect(self) -> None:
        """A connection begins."""
        if self._ever_connected:
            self._order.restart()
        self._framing.restart()
        self.connected = self._ever_connected = True
        self._fault = ""

    def disconnect(self, fault: str) -> None:
        """It ended, or none could be made; `fault` is a plain sentence."""
        self.connected = False
        self._fault = fault

    def turned_away(self, address: str) -> None:
        """Somebody at an address that is not allowed."""
        self._refused_from = address

    # Where it stands

    def is_silent(self, now: float) -> bool:
        """Whether nothing came for too long."""
        return (
            not self._paused and now - (self._begun if self._heard is None else self._heard) > self.terms.silent_seconds
        )

    def report(self, now: float) -> MediaReport:
        """Where it stands at `now`."""
        since = now - (self._begun if self._heard is None else self._heard)
        step, detail = self._step(now)
        return MediaReport(step, detail, since)

    def _step(self, now: float) -> tuple[MediaStep, str]:
        tally = self.tally
        if self._paused:
            return MediaStep.PAUSED, "the playback is paused"
        if not tally.packets:
            return self._without_packets()
        if not tally.packs and not tally.frames:
            return MediaStep.NO_PS, self._without_stream()
        if self._reader.refused and not tally.frames:
            names = ", ".join(self._reader.refused)
            return (
                MediaStep.REFUSED_CODING,
                f"the device codes its pictures or sound as {names}; set it to H.264 or H.265 and G.711 or AAC",
            )
        if not tally.frames:
            return self._without_frames()
        if self.is_silent(now):
            return MediaStep.SILENT, f"nothing has come for {self.terms.silent_seconds:g} s" + self._why_ended()
        if (other := self._order.unexpected) is not None:
            return MediaStep.RECEIVING, f"receiving, with SSRC {written(other)}, which was neither offered nor answered"
        return MediaStep.RECEIVING, "receiving"

    def _without_packets(self) -> tuple[MediaStep, str]:
        if self._order.foreign:
            came = ", ".join(map(written, sorted(self._order.foreign)))
            return MediaStep.OTHER_SSRC, f"RTP comes with SSRC {came}, which was neither offered nor answered"
        if self._refused_from:
            return (
                MediaStep.REFUSED_SOURCE,
                f"{self._refused_from} sends, but media is taken only from where the device registered, or from the address of its "
                "answer, within the device networks; from elsewhere, as behind some NATs, it can't be taken",
            )
        if self._tcp and not self._ever_connected:
            said = (
                self._fault
                or "no TCP connection was made; the device can't reach the media address or port that it was told"
            )
            return MediaStep.NO_CONNECTION, said
        if self._tcp:
            return MediaStep.NOTHING, "the connection stands, but no RTP packet came over it" + self._why_ended()
        return (
            MediaStep.NOTHING,
            "no RTP packet came; the device can't reach the media address or port that it was told, or sends nothing",
        )

    def _without_stream(self) -> str:
        first = self._order.first
        seems = looks_like(first[1], first[0]) if first else ""
        said = f"RTP comes with payload type {first[0]}, but no program stream in it" if first else "no program stream"
        return f"{said}; it seems to be {seems}" if seems else said

    def _without_frames(self) -> tuple[MediaStep, str]:
        tally, pictures = self.tally, self._reader.pictures
        if not tally.dropped and not pictures.parts:
            return MediaStep.NO_PICTURE, "the program stream comes, but no video in it"
        if pictures.coding is None:
            return (
                MediaStep.NO_KEY,
                "video comes, but no parameter set in it: its coding is not known and no key frame came",
            )
        if tally.skipped > tally.octets // 4:
            return MediaStep.NO_KEY, "the lengths in the program stream are wrong: most of it can't be read"
        return MediaStep.NO_KEY, f"{pictures.coding} comes, but no key frame with its parameter sets yet"

    def _why_ended(self) -> str:
        return f" ({self._fault})" if self._fault and not self.connected else ""
