"""Speaking through a camera's device: what a node asks of the gateway, and why there is no speech (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.calls import Setup
from custodes.video.wire.shapes import Id, Line, Shape

MOST_TARGETS = 4
"""Codes that are tried one after the other; each has twenty seconds at most."""
Target = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,32}$")]
"""A code that a device may know its voice output by: 20 digits by the standard (type 137), or a channel's or device's own."""
Targets = Annotated[tuple[Target, ...], Field(max_length=MOST_TARGETS)]
Encoding = Literal["pcma", "pcmu", "ps"]
"""How sound goes to the device: G.711 A-law (payload type 8), µ-law (0), A-law in a program stream (2014 texts)."""
Form = Literal["", "broadcast", "talk"]
"""Who calls whom: the device us, behind our Broadcast (2016 §9.12); we the device, with ``s=Talk`` (the short form of some makers); nobody."""

SpeechChoice = Literal["broadcast", "talk", "auto"]
"""In which form a device is spoken through, as a person entered it; ``auto``: announced first, and called by us where that fails."""


class SpeakStep(StrEnum):
    """Where a speech came to nothing. The first group is the gateway's, the second the node's own."""

    NOT_ASSIGNED = "not_assigned"
    """The channel is no camera of this node."""
    NOT_REGISTERED = "not_registered"
    NO_ANSWER = "no_answer"
    """SIP or the device said nothing to the announcement, to any target."""
    REFUSED = "refused"
    """The device says that it does not take it: the announcement, or our call."""
    NO_CALL = "no_call"
    """It promised to call and did not, whatever target was tried."""
    OFFER = "offer"
    """It called, or answered our call, and what it describes can't be done or not be understood."""
    BUSY = "busy"
    """Somebody speaks through this device already."""
    FULL = "full"
    """As many speeches stand as may."""

    NO_SPEAKER = "no_speaker"
    """The register names no target for the camera; the gateway's too, where it was told none, or another."""
    GATEWAY = "gateway"
    """There is no gateway, or it does not answer."""
    PORTS = "ports"
    """No port of the worker is free, or there is no address that devices could reach."""
    UNREACHED = "unreached"
    """The device agreed, and no connection to it came about."""


class SpeakAsk(Shape):
    """``POST /internal/speak`` (node → gateway): announce to a device that somebody speaks, and take its call.

    Attributes:
        targets: codes that it is announced to, in this order: the voice output, the channel, the device.
        address, port: from which the node sends over UDP and at which it takes a connection; nobody else is told of it.
        setups: what the node can do, as its camera's pictures come first; a device that offers another is refused (488), and one that we call is
            offered the first.
        grant: under which it is spoken.
    """

    camera: UUID
    device: Id
    channel: Id
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=MOST_TARGETS)]
    address: str
    port: int = Field(ge=1, le=65535)
    setups: Annotated[tuple[Setup, ...], Field(min_length=1, max_length=3)] = ("udp", "tcp-passive", "tcp-active")
    grant: UUID


class SpeakAnswer(Shape):
    """What became of it.

    Attributes:
        step: None when the call stands and was acknowledged, whoever made it: from now on sound may go.
        status: SIP's, of ``refused``.
        call: id of the speech, for `CallsKept` and `CallEnd`.
        form: in which it stands, or was tried last; empty where none was tried.
        target: the code that led to the call.
        setup: over UDP to `address` and `port`, over a connection that the device opens (``tcp-passive``) from one of `hosts`, over one that the
            node opens (``tcp-active``) to `address` and `port`.
        encoding, type: of the sound, and the payload type that the device gave it.
        ssrc: to send with; None where the device names none: then any.
        detail: one plain sentence without addresses and passwords.
    """

    step: SpeakStep | None = None
    status: int = 0
    call: UUID | None = None
    form: Form = ""
    target: Line = ""
    setup: Setup = "udp"
    address: str = ""
    port: int = 0
    hosts: Annotated[tuple[Line, ...], Field(max_length=8)] = ()
    encoding: Encoding = "pcma"
    type: int = Field(default=8, ge=0, le=127)
    ssrc: int | None = None
    detail: Line = ""
