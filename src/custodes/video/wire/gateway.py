"""What web, node and the GB/T 28181 gateway say to each other (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

Id = Annotated[str, Field(min_length=1, max_length=32)]
"""An ID as a peer calls itself: 20 digits by the standard, other short names by some devices."""
Line = Annotated[str, Field(max_length=300)]
Setup = Literal["udp", "tcp-passive", "tcp-active"]
"""How media comes, seen from us: over UDP, over a connection that the device opens, over one that we open."""
Session = Literal["Play", "Playback", "Download"]
"""What is called for (``s=`` of GB/T 28181-2016 §9.8, §9.9)."""
Standing = Literal["online", "offline", "never"]
Command = Literal["move", "stop", "goto", "set", "remove", "home", "drag_in", "drag_out", "precise", "cruise"]
VoiceOutput = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,32}$")]
"""A code that a device may know its voice output by: 20 digits by the standard (type 137), or a channel's or device's own."""
MOST_OUTPUTS = 4
"""Of one camera."""
SpeechChoice = Literal["broadcast", "talk", "auto"]
"""In which form a device is spoken through, as a person entered it; ``auto``: announced first, and called by us where that fails."""
MOST_ITEMS = 1000
"""Channels in one part of a catalogue."""
MOST_CHANNELS = 200_000
"""Entries of one device's catalogue, for gateway and web alike; a lower platform that has more is joined by parts of it."""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StatementsAt(_Shape):
    """Where a platform below takes statements of who asks and why (`wire.statements`).

    Attributes:
        url: ``https://HOST:PORT``, without a path; certificate: of its server, PEM, which alone is believed; two while it replaces its own.
    """

    url: Line
    certificate: Annotated[str, Field(max_length=8192)]


class GatewayDevice(_Shape):
    """A device that may register.

    Attributes:
        id: as it calls itself in SIP.
        sealed_password: HPKE sealed to the gateway's X25519 key (RFC 9180), base64.
        edition: ``2016`` or ``2022`` where a person knows better than its ``X-GB-Ver``; empty to believe that.
        charset: of its bodies; empty to find out.
        keepalive_s: seconds between its keepalives; misses: how many may be missing.
        follow_port: another port of the same host is followed (a NAT that forgets); else it must register anew.
        statements: of a platform below that runs this program: its recordings are called for and its cameras moved only for a look that is
            named (`CallAsk.grant`) and was stated there first.
    """

    id: Id
    sealed_password: str
    edition: Literal["", "2016", "2022"] = ""
    charset: Literal["", "gb18030", "utf-8"] = ""
    keepalive_s: int = Field(default=60, ge=5, le=3600)
    misses: int = Field(default=3, ge=1, le=20)
    follow_port: bool = False
    statements: StatementsAt | None = None


class GatewayChannel(_Shape):
    """A channel that is a camera of the register: which node may call it.

    Attributes:
        node: the node's name; nobody else's calls are taken.
        turns: it may be steered.
        speaker: codes of its voice output, as the register has them: to nothing else is announced that somebody speaks. Empty: nobody may.
        speech: in which form it is spoken through: the device calls behind our Broadcast, we call it with ``s=Talk``, or that where the
            former fails (docs/decisions/0426).
    """

    camera: UUID
    device: Id
    channel: Id
    node: str
    turns: bool = False
    speaker: Annotated[tuple[VoiceOutput, ...], Field(max_length=MOST_OUTPUTS)] = ()
    speech: SpeechChoice = "broadcast"


class GatewayMobile(_Shape):
    """What moves, as a person entered it: its position is subscribed to. Of nothing else a position is taken.

    Attributes:
        channel: the device's own ID for all of it.
        interval_s: seconds between two of its positions, as they are asked for and as they are told at most.
    """

    device: Id
    channel: Id
    interval_s: int = Field(default=60, ge=5, le=3600)


class GatewayNode(_Shape):
    """A node that may ask.

    Attributes:
        key: Ed25519 public key, raw 32 bytes in base64.
    """

    name: str
    key: str


class GatewayAssignment(_Shape):
    """Everything that the gateway needs from the centre; kept on its disk.

    Attributes:
        generation: rises with every change; the gateway asks for what is newer.
        networks: CIDR blocks from which devices may come; empty for none.
        web_key: Ed25519 public key of the web, raw 32 bytes in base64.
    """

    generation: int
    gateway: str
    devices: tuple[GatewayDevice, ...] = ()
    channels: tuple[GatewayChannel, ...] = ()
    mobiles: tuple[GatewayMobile, ...] = ()
    nodes: tuple[GatewayNode, ...] = ()
    networks: tuple[str, ...] = ()
    web_key: str = ""


class DeviceState(_Shape):
    """How a device stands.

    Attributes:
        since_us: microseconds UTC at which it came to stand so.
        address: host and port that it is heard from; empty before it was.
        why: for ``offline``: ``silent``, ``expired``, ``unregistered``, ``connection``, ``restarted``.
        maker, model, firmware: as it says in DeviceInfo; nothing is done by them.
        channels: entries of its last catalogue; None before there was one.
    """

    device: Id
    standing: Standing
    since_us: int
    address: Line = ""
    transport: Literal["", "udp", "tcp"] = ""
    edition: Line = ""
    why: Line = ""
    maker: Line = ""
    model: Line = ""
    firmware: Line = ""
    channels: int | None = None


class Unknown(_Shape):
    """Somebody who tried to register and may not: by address, none of their words is believed.

    Attributes:
        id: as it called itself, cut and shown as text.
        why: ``unknown``, ``password``, ``network``.
    """

    address: Line
    id: Line
    why: Literal["unknown", "password", "network"]
    tries: int
    first_us: int
    last_us: int


class GatewayStates(_Shape):
    """``POST /internal/gateway/states``: what changed since the last report, each 10 s; all of it where `whole`."""

    gateway: str
    whole: bool = False
    devices: tuple[DeviceState, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    started_us: int = 0
    registered: int = 0
    calls: int = 0


class CatalogueItem(_Shape):
    """One entry of a device's catalogue: proposals, none of them changes the register."""

    id: Id
    parent: Line = ""
    name: Line = ""
    maker: Line = ""
    model: Line = ""
    civil_code: Line = ""
    address: Line = ""
    ptz: int | None = None
    online: bool | None = None
    longitude: float | None = None
    latitude: float | None = None


class CataloguePart(_Shape):
    """``POST /internal/gateway/catalogue``: one part of what a device says that it has.

    Attributes:
        taking: id of this taking; its parts are put together by it.
        part, parts: from 0; the last one ends the taking.
        complete: the device sent as many as it had said; False where time ran out.
        said: how many it had said; of more than `MOST_CHANNELS` no entry is sent, so that it is known why there are none.
    """

    gateway: str
    device: Id
    taking: UUID
    part: int = Field(ge=0)
    parts: int = Field(ge=1, le=1000)
    complete: bool
    said: int
    at_us: int
    items: Annotated[tuple[CatalogueItem, ...], Field(max_length=MOST_ITEMS)] = ()


class DeviceAlarm(_Shape):
    """An alarm as a device tells it (GB/T 28181-2016 §9.4); numbers are those of Annex A."""

    device: Id
    channel: Id
    priority: int | None = None
    method: int | None = None
    kind: int | None = None
    at_us: int
    words: Line = ""


class CallAsk(_Shape):
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


class CallAnswer(_Shape):
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


class CallsKept(_Shape):
    """``POST /internal/call/keep`` (node worker → gateway), each 10 s: these calls are still wanted. What a worker has not named for
    30 s is ended by the gateway.

    Attributes:
        worker: ``NODE/i``.
    """

    worker: str
    calls: Annotated[tuple[UUID, ...], Field(max_length=4096)] = ()


class CallsStanding(_Shape):
    """The answer: which of them ended, and how (``device``, ``gone``, ``unknown``, ``taken``; ``finished``: a recording was sent to its end)."""

    ended: dict[UUID, Line] = {}


class CallEnd(_Shape):
    """``POST /internal/call/end`` and ``POST /internal/call/key`` (a key picture is wanted) (node → gateway)."""

    call: UUID


class PictureBox(_Shape):
    """A box drawn in a picture, in parts of its width and height, from the left upper corner."""

    left: float = Field(ge=0, lt=1)
    top: float = Field(ge=0, lt=1)
    width: float = Field(ge=0.01, le=1)
    height: float = Field(ge=0.01, le=1)

    @model_validator(mode="after")
    def _within(self) -> PictureBox:
        if self.left + self.width > 1.0001 or self.top + self.height > 1.0001:
            raise ValueError("the box reaches beyond the picture")
        return self


class PointAt(_Shape):
    """Where to point, as the device counts: degrees of pan and tilt, times of zoom (2022 A.2.3.1.11)."""

    pan: float = Field(ge=0, le=360)
    tilt: float = Field(ge=-30, le=90)
    zoom: float = Field(ge=1, le=1000)


class GatewaySteer(_Shape):
    """``POST /internal/steer`` (node → gateway): durable in the node's book before it is asked.

    Attributes:
        pan, tilt, zoom, focus, iris: per cent, -100 to 100; of ``move``. Said again at least each second while it holds; after two
            seconds without the gateway stops it.
        preset: number of the preset, 1 to 255; of ``goto``, ``set``, ``remove``.
        box: of ``drag_in`` and ``drag_out``; point: of ``precise``.
        cruise: group of the cruise; of ``cruise``, which is said again as a movement is and ended by ``stop``.
        grant: of the look of whoever steers; None where nobody does (a stop, the turn back).
    """

    camera: UUID
    device: Id
    channel: Id
    command: Command
    pan: int = Field(default=0, ge=-100, le=100)
    tilt: int = Field(default=0, ge=-100, le=100)
    zoom: int = Field(default=0, ge=-100, le=100)
    focus: int = Field(default=0, ge=-100, le=100)
    iris: int = Field(default=0, ge=-100, le=100)
    preset: int = Field(default=0, ge=0, le=255)
    name: Line = ""
    box: PictureBox | None = None
    point: PointAt | None = None
    cruise: int = Field(default=0, ge=0, le=255)
    grant: UUID | None = None

    @model_validator(mode="after")
    def _whole(self) -> GatewaySteer:
        if (self.command in ("drag_in", "drag_out") and self.box is None) or (
            self.command == "precise" and self.point is None
        ):
            raise ValueError("what the command is about is missing")
        return self


class GatewayTaken(_Shape):
    """Whether a command was sent; `failure` ∈ empty, ``not_assigned``, ``not_registered``, ``no_answer``, ``refused``, ``not_stated`` (as of `CallAnswer`), ``held``: a platform below said lately that it steers the camera itself."""

    failure: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "not_stated", "held"] = ""
    detail: Line = ""


class Preset(_Shape):
    """One preset position as the device names it."""

    number: int = Field(ge=1, le=255)
    name: Line = ""


class PresetsAsk(_Shape):
    """``POST /internal/presets`` (node → gateway); `grant` as of `GatewaySteer`."""

    camera: UUID
    device: Id
    channel: Id
    grant: UUID | None = None


class PresetsAnswer(_Shape):
    """Its presets, or why they can't be had (as of `GatewayTaken`)."""

    failure: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "not_stated"] = ""
    presets: tuple[Preset, ...] = ()


class PositionAsk(_Shape):
    """``POST /internal/position`` (node → gateway): where does the camera point? `grant` as of `GatewaySteer`.
    ``POST /internal/stands``: does the hand on it stand? (`GatewayTaken`)"""

    camera: UUID
    device: Id
    channel: Id
    grant: UUID | None = None


class PositionAnswer(_Shape):
    """As its device counts, of the 2022 edition alone: degrees, times of zoom; None for what it does not say."""

    failure: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "not_stated"] = ""
    pan: float | None = None
    tilt: float | None = None
    zoom: float | None = None


class DeviceAsk(_Shape):
    """``POST /internal/catalogue`` (web → gateway): take the catalogue of this device now. 204; 404 where it is not registered."""

    device: Id


class RebootAsk(_Shape):
    """``POST /internal/reboot`` (web → gateway): start this device again; the answer is a `GatewayTaken`.

    Attributes:
        step: of the register that says who wants it and why; its record is in the log.
    """

    device: Id
    step: UUID


# A device's own recordings

LONGEST_SPAN = 86_400
"""Seconds that one question about recordings, or one call for them, may reach over; longer ones are asked in parts."""
MOST_RECORDINGS = 2_000
"""Recordings in one answer."""


class Recording(_Shape):
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


class RecordingsAsk(_Shape):
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


class RecordingsAnswer(_Shape):
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


class CallStep(_Shape):
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


class StepTaken(_Shape):
    """Whether the device follows; `failure` ∈ empty, ``unknown`` (no such call of recordings), ``busy`` (one is under way), ``no_answer``,
    ``refused`` (with SIP's or RTSP's `status`)."""

    failure: Literal["", "unknown", "busy", "no_answer", "refused"] = ""
    status: int = 0
    detail: Line = ""
