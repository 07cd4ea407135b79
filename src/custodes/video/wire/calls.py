"""What a node asks of the gateway so that a device sends its pictures, live or recorded; what recordings a device has, and how one that plays is steered (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Id, Line, Shape

Setup = Literal["udp", "tcp-passive", "tcp-active"]
"""How media comes, seen from us: over UDP, over a connection that the device opens, over one that we open."""
Session = Literal["Play", "Playback", "Download"]
"""What is called for (``s=`` of GB/T 28181-2016 §9.8, §9.9)."""


class CallAsk(Shape):
    """``POST /internal/call`` (node → gateway): invite a channel to send to this address.

    Attributes:
        stream: ``main`` or ``sub``.
        address, port: where the node receives; for ``tcp-active`` the port says nothing.
        trial: a look beside whatever else the node has called of the channel: it replaces other looks alone.
        session: live, or of the device's own recordings: at their pace, or as fast as `speed` says.
        start, end: seconds since 1970 of what is called for, by the device's clock; 0 and 0 live.
        speed: times the pace at which a download is asked for; devices ignore or cap it.
        grant: of the look for which it is called; None where nobody looks (recording, filling, a trial).
    """

    camera: UUID
    device: Id
    channel: Id
    stream: Literal["main", "sub"] = "main"
    setup: Setup = "udp"
    address: str
    port: int = Field(ge=0, le=65535)
    trial: bool = False
    session: Session = "Play"
    start: int = Field(default=0, ge=0, lt=2**33)
    end: int = Field(default=0, ge=0, lt=2**33)
    speed: Literal[1, 2, 4, 8] = 1
    grant: UUID | None = None


class CallAnswer(Shape):
    """What became of it.

    Attributes:
        step: empty when it was answered; else where it failed: ``not_assigned``, ``not_registered``, ``no_answer``, ``refused``
            (with SIP's `status`), ``answer`` (the answer makes no sense), ``full``, ``not_stated`` (it was not stated to the platform below for
            whom it is called: nothing went out).
        call: id of the call.
        ssrc: that the device is to send with, as the offer's or the answer's ``y=`` says; None where neither does.
        address, port: of the device's side, for ``tcp-active``.
        hosts: from which its media may come: where the device registered, and the address of its answer inside the networks of
            the assignment. A node takes media of this call from nowhere else.
        detail: one plain sentence without addresses and passwords.
    """

    step: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "answer", "full", "not_stated"] = ""
    status: int = 0
    call: UUID | None = None
    ssrc: int | None = None
    address: str = ""
    port: int = 0
    hosts: Annotated[tuple[Line, ...], Field(max_length=8)] = ()
    detail: Line = ""


class CallsKept(Shape):
    """``POST /internal/call/keep`` (node worker → gateway), each 10 s: these calls are still wanted. What a worker has not named for
    30 s is ended by the gateway.

    Attributes:
        worker: ``NODE/i``.
    """

    worker: str
    calls: Annotated[tuple[UUID, ...], Field(max_length=4096)] = ()


class CallsStanding(Shape):
    """The answer: which of them ended, and how (``device``, ``gone``, ``unknown``, ``taken``; ``finished``: a recording was sent to its end)."""

    ended: dict[UUID, Line] = {}


class ReachableAsk(Shape):
    """``POST /internal/call/reachable`` (node worker → gateway): which devices came back since it was told last? The answer waits for one, up to 25 s.

    Attributes:
        epoch, after: `ReachableDevices.epoch` and `upto` of the answer before; empty and 0 at first.
    """

    epoch: Id | Literal[""] = ""
    after: int = Field(default=0, ge=0)


class ReachableDevices(Shape):
    """Devices of the node's channels that registered, were heard again, or of which a channel was assigned: each may be called at once.

    Attributes:
        epoch: of this start of the gateway.
        upto: number of the newest that this answer takes in.
        whole: it is not known which: the gateway started anew, or there were too many.
    """

    epoch: Id
    upto: int
    whole: bool = False
    devices: Annotated[tuple[Id, ...], Field(max_length=20_000)] = ()


class CallEnd(Shape):
    """``POST /internal/call/end`` and ``POST /internal/call/key`` (a key picture is wanted) (node → gateway)."""

    call: UUID


LONGEST_SPAN = 86_400
"""Seconds that one question about recordings, or one call for them, may reach over; longer ones are asked in parts."""
MOST_RECORDINGS = 2_000
"""Recordings in one answer."""


class Recording(Shape):
    """One recording of a device. Its name and path are left there: a recording is called for by its times.

    Attributes:
        start, end: seconds since 1970, by the device's clock.
        kind: why it was recorded; empty where the device does not say, or says something else.
        bytes: as the device says, None where it does not.
    """

    start: int
    end: int
    kind: Literal["", "time", "alarm", "manual"] = ""
    bytes: int | None = None


class RecordingsAsk(Shape):
    """``POST /internal/records`` (node → gateway): what has the device recorded of this channel?

    Attributes:
        start, end: seconds since 1970, `LONGEST_SPAN` apart at most.
        grant: as of `CallAsk`.
    """

    camera: UUID
    device: Id
    channel: Id
    start: int = Field(ge=1, lt=2**33)
    end: int = Field(ge=1, lt=2**33)
    grant: UUID | None = None


class RecordingsAnswer(Shape):
    """What it has, or why that is not known.

    Attributes:
        failure: as of `GatewayTaken`; ``full``: as many questions wait as may.
        whole: the device sent as many as it had announced; else there may be more than these.
        recordings: those that touch the span, by their start; `MOST_RECORDINGS` at most.
        ahead_ms: how far the device's clock is ahead of the gateway's, as it told it meanwhile (DeviceStatus), milliseconds; None where it did not.
        ahead_within_ms: that is true to within this.
    """

    failure: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "full", "not_stated"] = ""
    detail: Line = ""
    whole: bool = False
    recordings: Annotated[tuple[Recording, ...], Field(max_length=MOST_RECORDINGS)] = ()
    ahead_ms: int | None = None
    ahead_within_ms: int = 0


class CallStep(Shape):
    """``POST /internal/call/steps`` (node → gateway): steer a recording that plays (MANSRTSP).

    Attributes:
        step: ``play`` (go on), ``pause``, ``scale`` (at this speed), ``seek`` (to this place).
        scale: speed, below 0 backward.
        seconds: from the beginning of what was called for.
    """

    call: UUID
    step: Literal["play", "pause", "scale", "seek"]
    scale: float = Field(default=1.0, ge=-16, le=16, allow_inf_nan=False)
    seconds: float = Field(default=0.0, ge=0, le=LONGEST_SPAN, allow_inf_nan=False)


class StepTaken(Shape):
    """Whether the device follows; `failure` ∈ empty, ``unknown`` (no such call of recordings), ``busy`` (one is under way), ``no_answer``,
    ``refused`` (with SIP's or RTSP's `status`)."""

    failure: Literal["", "unknown", "busy", "no_answer", "refused"] = ""
    status: int = 0
    detail: Line = ""
