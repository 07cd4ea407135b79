"""What the server serves under one path: a stream of frames, and its RTP state, shared by all who watch."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from custodes.video.rtp.payload import PAYLOAD_BYTES, payloads
from custodes.video.rtp.rtcp import sender_report
from custodes.video.unit import CLOCK_RATE, CodecParameters

PAYLOAD_TYPE = 96
REPORT_SECONDS = 5.0
CNAME = "custodes"


@dataclass(frozen=True, slots=True)
class MountFrame:
    """One picture as it goes out, or a misbehaviour.

    Attributes:
        payloads: its RTP payloads; the marker goes on the last one.
        ticks: how long until the next frame, 90 kHz.
        key: a watcher may begin here.
        number: the frame's own number, for latency measurement; -1 for none.
        raw: octets written as they are on TCP connections, instead of packets.
        jump: ticks that the timestamp leaps before this frame.
        camera_jump_us: how far the camera's wall clock leaps before this frame.
        torn: leave the marker out and stop after the first half of the packets.
        wait: seconds of silence before this frame.
    """

    payloads: tuple[bytes, ...]
    ticks: int = 3600
    key: bool = False
    number: int = -1
    raw: bytes = b""
    jump: int = 0
    camera_jump_us: int = 0
    torn: bool = False
    wait: float = 0.0


class MountWatcher(Protocol):
    """Somebody who receives a mount's packets."""

    def send_packets(self, packets: Sequence[bytes]) -> None:
        """RTP packets, each complete."""
        ...

    def send_report(self, packet: bytes) -> None:
        """An RTCP packet."""
        ...

    def send_raw(self, data: bytes) -> None:
        """Octets as they are."""
        ...


@dataclass(slots=True)
class Mount:
    """A stream under a path.

    Attributes:
        path: without slashes around it.
        params: what DESCRIBE tells.
        frames: where the frames come from, without end.
        pace: seconds between two packets of a frame; 0 sends whole frames.
        on_sent: called with a frame's number and the wall time (µs) at which its first packet went out.
        sent_packets, sent_octets: since the start.
    """

    path: str
    params: CodecParameters
    frames: Iterator[MountFrame]
    pace: float = 0.0
    on_sent: Callable[[int, int], None] | None = None
    ssrc: int = 0x43555354
    sequence: int = 0
    timestamp: int = 0
    camera_offset_us: int = 0
    sent_packets: int = 0
    sent_octets: int = 0
    report_due: float = 0.0
    watchers: list[MountWatcher] = field(default_factory=list)
    joining: list[MountWatcher] = field(default_factory=list)
    _ticks: int = 0

    def join(self, watcher: MountWatcher) -> None:
        """`watcher` receives packets from the next key frame on."""
        if watcher not in self.joining and watcher not in self.watchers:
            self.joining.append(watcher)

    def leave(self, watcher: MountWatcher) -> None:
        """`watcher` receives nothing any more."""
        if watcher in self.watchers:
            self.watchers.remove(watcher)
        if watcher in self.joining:
            self.joining.remove(watcher)

    def admit(self, frame: MountFrame, wall_us: int, now: float) -> None:
        """Step to `frame`: let the waiting in at a key frame, and report to all when it is time."""
        self.timestamp += self._ticks + frame.jump
        self._ticks = frame.ticks
        self.camera_offset_us += frame.camera_jump_us
        joined = self.joining if frame.key else []
        if joined:
            self.watchers.extend(joined)
            self.joining = []
        if frame.jump or frame.camera_jump_us or now >= self.report_due:
            self.report_due = now + REPORT_SECONDS
            joined = self.watchers
        if joined:
            report = self._report(wall_us)
            for watcher in list(joined):
                watcher.send_report(report)

    def packets(self, frame: MountFrame) -> list[bytes]:
        """The RTP packets of `frame`; sequence numbers go on."""
        sequence, timestamp, ssrc = self.sequence, self.timestamp & 0xFFFFFFFF, self.ssrc
        last = len(frame.payloads) - 1
        bodies = frame.payloads[: max(len(frame.payloads) // 2, 1)] if frame.torn else frame.payloads
        out = [
            struct.pack(
                ">BBHII",
                0x80,
                PAYLOAD_TYPE | (0x80 if index == last else 0),
                sequence + index & 0xFFFF,
                timestamp,
                ssrc,
            )
            + body
            for index, body in enumerate(bodies)
        ]
        self.sequence = sequence + len(out) & 0xFFFF
        self.sent_packets += len(out)
        self.sent_octets += sum(map(len, out)) - 12 * len(out)
        return out

    def _report(self, wall_us: int) -> bytes:
        return sender_report(
            self.ssrc, wall_us + self.camera_offset_us, self.timestamp, self.sent_packets, self.sent_octets, CNAME
        )


def frames_of(
    params: CodecParameters,
    pictures: Sequence[tuple[Sequence[bytes], bool]],
    frame_rate: float = 25.0,
    largest: int = PAYLOAD_BYTES,
) -> list[MountFrame]:
    """`pictures` as they go out; parameter sets go before each key picture.

    Args:
        pictures: NAL units and the key flag of each picture, in decoding order.
        frame_rate: pictures per second.
        largest: octets of the largest RTP payload.
    """
    ticks = round(CLOCK_RATE / frame_rate)
    return [
        MountFrame(
            tuple(payloads(params.codec, [*(params.sets if key else ()), *nals], largest)), ticks, key=key, number=index
        )
        for index, (nals, key) in enumerate(pictures)
    ]


def loop(
    params: CodecParameters,
    pictures: Sequence[tuple[Sequence[bytes], bool]],
    frame_rate: float = 25.0,
    largest: int = PAYLOAD_BYTES,
) -> Iterator[MountFrame]:
    """The same again and again, packets made once."""
    return itertools.cycle(frames_of(params, pictures, frame_rate, largest))
