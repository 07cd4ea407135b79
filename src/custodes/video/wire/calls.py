"""What a node asks of the gateway so that a device sends its pictures, live or recorded (docs/design/wire.md §8, gateway.md)."""

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


class CallEnd(Shape):
    """``POST /internal/call/end`` and ``POST /internal/call/key`` (a key picture is wanted) (node → gateway)."""

    call: UUID
