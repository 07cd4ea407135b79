"""What web and node say of control leases: to steer a camera, to speak through one (docs/design/wire.md §3, steering.md, speaking.md); what a node asks of the gateway to speak, and why there is no speech (§8, gateway.md)."""

from __future__ import annotations

from abc import abstractmethod
from enum import StrEnum
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from custodes.video.wire.calls import Setup
from custodes.video.wire.onvif import OnvifAsk
from custodes.video.wire.shapes import Id, Line, Shape

Words = Annotated[str, Field(max_length=200)]
Failure = Literal["", "held", "not_open", "unsteerable", "no_speaker"]
"""Why leave is of no use: somebody has the camera; the look shows it not, or not any more; it can't be steered, or spoken through."""


class LeaveBegin(Shape):
    """Somebody was given leave, and that is on record.

    Attributes:
        index: of its record in the log.
        grant: of the look that shows the camera; the leave ends with it.
    """

    index: Annotated[int, Field(ge=0)]
    grant: UUID
    camera: UUID
    person: Words
    person_name: Words
    unit: Words = ""

    @property
    @abstractmethod
    def leave(self) -> UUID:
        """Its id."""


class Tenant(Shape):
    """Who has a camera under a control lease, since when."""

    person: Words
    person_name: Words
    unit: Words = ""
    since_us: int


Has = TypeVar("Has", bound=Tenant)


class LeaveAnswer(Shape, Generic[Has]):
    """What became of it, or who has the camera."""

    ok: bool
    failure: Failure = ""

    @property
    @abstractmethod
    def tenant(self) -> Has | None:
        """Who has the camera."""


UPPER_RANK = -1
"""Of an upper platform's hand: below everybody here (S2.2)."""


class SteerBegin(LeaveBegin):
    """``POST /internal/steering/begin``: somebody was given leave, and that is on record.

    Attributes:
        steering: id of this leave.
        rank: of the post; a higher one may take over.
        presets: may set and remove presets and the home position.
        over: takes the camera over from whoever steers it.
    """

    steering: UUID
    rank: Annotated[int, Field(ge=0, le=9)] = 0
    presets: bool = False
    over: bool = False

    @property
    def leave(self) -> UUID:
        """Its id."""
        return self.steering


class Holder(Tenant):
    """Who steers a camera.

    Attributes:
        rank: below 0 for the hand of an upper platform: whoever may steer here takes its place without a reason.
        idle_s: seconds since their last command.
    """

    rank: int = 0
    idle_s: float = 0.0


class SteerAnswer(LeaveAnswer[Holder]):
    """What became of a wish to steer, or how a camera stands."""

    holder: Holder | None = None

    @property
    def tenant(self) -> Holder | None:
        """Who steers."""
        return self.holder


class SteeringAsk(OnvifAsk):
    """``POST /internal/onvif/steering``: what the camera that sends `url` offers."""

    url: Annotated[str, Field(max_length=400)]


class SteeringLook(Shape):
    """What a camera offers, found by the address of its main stream.

    Attributes:
        failure: as of a probe; ``path`` also where the device has no such stream.
        profile: token of the media profile that gives the stream.
        presets: how many views it remembers.
    """

    ok: bool
    failure: Annotated[str, Field(max_length=16)] = ""
    detail: Annotated[str, Field(max_length=300)] = ""
    profile: Words = ""
    move: bool = False
    zoom: bool = False
    focus: bool = False
    iris: bool = False
    presets: int = 0
    home: bool = False
    set_home: bool = False


class SpeechBegin(LeaveBegin):
    """``POST /internal/speech/begin``: somebody was given leave, and that is on record.

    Attributes:
        speech: id of this leave.
        output: the code that the register has; a worker that was told another does not begin.
    """

    speech: UUID
    output: Words

    @property
    def leave(self) -> UUID:
        """Its id."""
        return self.speech


class Speaker(Tenant):
    """Who speaks through a camera's loudspeaker, or whose call to the device is under way."""


class SpeechAnswer(LeaveAnswer[Speaker]):
    """What became of a wish to speak, or who speaks."""

    speaker: Speaker | None = None

    @property
    def tenant(self) -> Speaker | None:
        """Who speaks."""
        return self.speaker


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
