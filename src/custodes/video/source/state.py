"""What a source says about itself: its state, its counters, and what it knows about the camera's clock."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

State = Literal["connecting", "receiving", "silent", "refused", "network", "codec", "certificate", "off"]
"""``connecting`` only until the first answer after `start`; later a failed state stays until pictures come again."""

Reason = Literal["", "new", "silent", "refused", "network", "codec", "certificate", "operator"]
"""The gap reason (docs/design/wire.md §7) of what is missing while the state lasts; empty while receiving."""


BY_ARRIVAL = "rtp:times"
OTHER_PORT = "rtp:port"
"""Codes of pictures that come, and of which something is to be known: the camera's timestamps stand still, or another port sends than was
named, or none was."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source stands.

    Attributes:
        state: see `State`.
        reason: the reason to write into a gap that this state causes.
        detail: one plain sentence for people; never holds a password or an address with one.
        since_us: when the state began, microseconds UTC on the host clock.
        code: a finer word than `reason`, where a kind of source has one: ``gb:`` and a step for channels of GB/T 28181; of RTSP
            `BY_ARRIVAL` or `OTHER_PORT` while it receives.
    """

    state: State
    reason: Reason
    detail: str
    since_us: int
    code: str = ""


@dataclass(slots=True)
class Counters:
    """What came in since the source was made.

    Attributes:
        bytes: octets read from the socket.
        packets: RTP packets that were taken.
        lost: RTP packets missing by sequence number.
        late: RTP packets behind the expected number, left out.
        garbage: octets, packets or messages that could not be understood.
        units: access units handed on.
        dropped: access units left out: damaged, or not decodable without a lost one.
        connections: times that a connection was begun.
        throttled: seconds in which the camera sent more than it may and was left unread for the rest of the second.
        sounds: frames of sound handed on.
        sound_lost: packets of sound that were missing, or left out because they could not be understood.
    """

    bytes: int = 0
    packets: int = 0
    lost: int = 0
    late: int = 0
    garbage: int = 0
    units: int = 0
    dropped: int = 0
    connections: int = 0
    throttled: int = 0
    sounds: int = 0
    sound_lost: int = 0

    def plus(self, more: Counters) -> Counters:
        """Both together."""
        return Counters(*(getattr(self, each.name) + getattr(more, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class CameraClock:
    """The camera's own clock as its last RTCP sender report gave it (RFC 3550 §6.4.1).

    Attributes:
        camera_us: the camera's wall clock, microseconds UTC as it believes.
        media_time: the media time (90 kHz, unwrapped like `AccessUnit.media_time`) of that instant.
        wall_us: the host's wall clock when the report was read.
    """

    camera_us: int
    media_time: int
    wall_us: int

    def at(self, media_time: int) -> int:
        """The camera's wall clock, microseconds UTC, at `media_time` (90 kHz ticks)."""
        return self.camera_us + (media_time - self.media_time) * 100 // 9


@dataclass(frozen=True, slots=True)
class ClockJump:
    """A clock of the camera moved unlike ours; nothing is cut or stopped for it, the listener decides.

    Attributes:
        clock: ``rtp``: media time moved unlike the host's clock; ``camera``: the camera's wall clock did.
        by_us: how far it moved beyond what passed here, microseconds, negative for backwards.
        at_us: when it was seen, microseconds UTC on the host clock.
    """

    clock: Literal["rtp", "camera"]
    by_us: int
    at_us: int
