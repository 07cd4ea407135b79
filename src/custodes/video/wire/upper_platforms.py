"""What the gateway and the web say to each other about upper platforms (S22; docs/design/wire.md §8, gateway.md), and about trying a link before it is in force (sharing.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.shapes import Id, Line, Shape
from custodes.video.wire.statements import StatementsAt

Verb = Literal["live", "history", "download", "steer"]
MOST_SHOWN = 5000
"""Entries of one page of what an upper is shown."""


class GatewayUpper(Shape):
    """An upper platform that we register with: its link is in force.

    Attributes:
        id: its own ID of 20 digits; own: ours with it.
        host, port, transport: of its signalling.
        sealed_password: HPKE sealed to the gateway's X25519 key (RFC 9180), base64.
        edition, charset: where a person knows better; empty to find out.
        hosts: further addresses that it may be heard from; media: CIDR blocks that it may name for its media, empty for the addresses that
            it is heard from alone.
        tree: changes with what it is shown; nothing else is to be read from it.
        certificate: with which it states who asks and why (`wire.statements`), PEM, which alone is believed, two while it replaces its own; empty: it states nothing.
        alarms: alarms of what it is shown are told it; positions: where what moves of that is.
    """

    link: UUID
    id: Id
    own: Id
    host: Line
    port: int = Field(ge=1, le=65535)
    transport: Literal["udp", "tcp"] = "udp"
    sealed_password: str
    edition: Literal["", "2016", "2022"] = ""
    charset: Literal["", "gb18030", "utf-8"] = ""
    expires_s: int = Field(default=3600, ge=60, le=86400)
    keepalive_s: int = Field(default=60, ge=5, le=3600)
    misses: int = Field(default=3, ge=1, le=20)
    hosts: Annotated[tuple[Line, ...], Field(max_length=32)] = ()
    media: Annotated[tuple[Line, ...], Field(max_length=32)] = ()
    tree: Line = ""
    certificate: Annotated[str, Field(max_length=8192)] = ""
    alarms: bool = False
    positions: bool = False


class GatewayUppers(Shape):
    """``GET /internal/gateway/upper_platforms`` (gateway → web): all of them, asked for each 5 s and whenever the assignment changed."""

    gateway: str
    uppers: tuple[GatewayUpper, ...] = ()


class ShownEntry(Shape):
    """One entry of what an upper is shown, in its link's own IDs (`sharing.tree.showing.Entry`).

    Attributes:
        online: of a camera: pictures come from it.
        turns: it may be steered, as far as is known; what is served is another question.
    """

    kind: Literal["platform", "group", "organisation", "camera"]
    id: Id
    name: Line
    parent: str = ""
    group: str = ""
    civil_code: str = ""
    online: bool = True
    turns: bool = False


class ShownPage(Shape):
    """``GET /internal/gateway/shown?link=UUID&after=CURSOR`` (gateway → web): parents first; 404 with the error ``link`` where it is not in force.

    Attributes:
        tree: as of `GatewayUpper`; where it changes from page to page, whoever reads begins anew.
        after: cursor of the next page; empty on the last.
    """

    link: UUID
    tree: Line
    entries: Annotated[tuple[ShownEntry, ...], Field(max_length=MOST_SHOWN)] = ()
    after: Line = ""


class ShownOff(Shape):
    """``GET /internal/gateway/shown/off?link=UUID`` (gateway → web), each 5 to 30 s: channels from which no pictures come now."""

    link: UUID
    off: Annotated[tuple[Id, ...], Field(max_length=200_000)] = ()


class ShownAlarm(Shape):
    """An alarm of a camera that an upper is shown (GB/T 28181-2016 A.2.5).

    Attributes:
        channel: in the link's IDs; priority: 1 to 4; method, type: of the standard's tables, as the device said or as ours is called there.
    """

    channel: Id
    at_us: int
    priority: int = Field(ge=1, le=4)
    method: int = Field(ge=1, le=7)
    type: int | None = None
    text: Line = ""


class ShownAlarms(Shape):
    """``GET /internal/gateway/shown/alarms?link=UUID&after=CURSOR`` (gateway → web), each 5 s of links with `alarms`; an empty cursor is answered with the newest cursor alone.

    Attributes:
        after: for the next question.
    """

    link: UUID
    alarms: Annotated[tuple[ShownAlarm, ...], Field(max_length=500)] = ()
    after: Line = ""


class UpperWants(Shape):
    """``POST /internal/gateway/wanted`` (gateway → web): an upper asks for something; nothing is sent before the answer.

    Attributes:
        call: the gateway's id of it.
        channel: as the upper is shown it.
        verb: ``live`` of Play, ``history`` of Playback and RecordInfo, ``download``, ``steer`` of what moves a camera and of its presets.
        call_id: SIP's Call-ID of an INVITE, by which its statement is found; else the SN of a message. The upper's word.
        from_us, until_us: of footage, microseconds UTC; None for live.
        address: where media is to go to; empty where none goes.
    """

    gateway: str
    link: UUID
    call: UUID
    channel: Id
    verb: Verb
    call_id: Line = ""
    from_us: int | None = None
    until_us: int | None = None
    address: Line = ""


class UpperVerdict(Shape):
    """What was decided; it is durable in the log before it is answered.

    Attributes:
        status: 0 where it may be had; else the status of SIP with which it is refused.
        why: of a refusal, for our own log alone; an upper gets the status.
        camera, node_url, worker: whose picture it is and who sends it, where it may be had.
        token: the grant, signed by the notary, for the node (wire.md §4): of ``live`` and footage what may be sent, of ``history`` without an
            address what may be listed, of ``steer`` what may be moved.
        until_us: when the grant's window ends; the gateway ends it then at the latest.
        name, unit: of the platform that steers, for whoever has the helm beside; never an officer's (decision 0381).
    """

    status: int = 0
    why: Line = ""
    camera: UUID | None = None
    node_url: Line = ""
    worker: Line = ""
    token: str = ""
    until_us: int | None = None
    name: Line = ""
    unit: Line = ""


class UpperCall(Shape):
    """One of those that stand."""

    call: UUID
    link: UUID
    channel: Id
    verb: Verb


class UpperCalls(Shape):
    """``POST /internal/gateway/wanted/standing`` (gateway → web), each 10 s: may these still be had? Answered by `UpperCallsStanding`."""

    gateway: str
    calls: Annotated[tuple[UpperCall, ...], Field(max_length=1024)] = ()


class UpperCallsStanding(Shape):
    """Calls that have to end now, and why."""

    ended: dict[UUID, Line] = {}


class LinkHeard(Shape):
    """How a link stands, as the gateway measured it (`sharing.links.standing.Heard`)."""

    link: UUID
    up: bool
    since_us: int
    latency_ms: int | None = None
    fault: Line = ""
    fault_at_us: int | None = None


class LinksHeard(Shape):
    """``POST /internal/gateway/links`` (gateway → web), each 10 s: all uppers. 204."""

    gateway: str
    links: Annotated[tuple[LinkHeard, ...], Field(max_length=1024)] = ()


UpperPart = Literal["register", "keepalive", "catalogue", "unregister"]
"""Of a trial of a platform above, in this order; what comes behind one that failed is not tried, but that we unregister where we were taken."""

LowerPart = Literal["registered", "alive", "time", "info", "entries", "call", "side", "admitted"]
"""Of a trial of a platform below, in this order: it registers with us, its next keepalive comes in time, its clock is right, it says what it is
(DeviceInfo), its catalogue comes whole, it takes a call to one channel, its side channel shows the certificate that was handed over, and takes
ours."""

Part = UpperPart | LowerPart

MOST_TRIALS = 8
FARTHEST_MS = 2**45
"""By how much a clock is said to be off at most, milliseconds: some 1,100 years, further than which nobody cares."""
LOWER_SECONDS = 360
"""So long a trial of a platform below may take, from when it was asked for until it is told."""


class LinkTrial(Shape):
    """A link that is to be tried. Nothing is shown by it and nothing served: the tree is empty, each call is refused.

    Attributes:
        trial: the web's id of it; it is done once.
        upper: as it would be registered with.
    """

    trial: UUID
    upper: GatewayUpper


class LowerTrial(Shape):
    """A link with a platform below that is to be tried. What it sends is measured and shown to nobody.

    Attributes:
        trial: the web's id of it; it is done once.
        device: as which it registers.
        call: whoever asked for the trial wants one channel called; no media is taken of it.
        statements: its side channel, where one was handed over.
        left_s: seconds within which it is to be told.
    """

    trial: UUID
    device: Id
    call: bool = False
    statements: StatementsAt | None = None
    left_s: int = Field(ge=1, le=LOWER_SECONDS)


class LinkTrials(Shape):
    """``GET /internal/gateway/linktests`` (gateway → web), each 5 s: those that wait."""

    gateway: str
    trials: Annotated[tuple[LinkTrial, ...], Field(max_length=MOST_TRIALS)] = ()
    lowers: Annotated[tuple[LowerTrial, ...], Field(max_length=MOST_TRIALS)] = ()


class TriedPart(Shape):
    """What came of one part.

    Attributes:
        outcome: ``passed``, ``failed``, or ``untried``: also where the other side did not ask for what we offered.
        ms: how long it took, milliseconds; None where it did not come about.
        fault: in one plain sentence without addresses; empty where nothing was wrong.
        ago_s: of ``registered``: how long ago it was last heard of, seconds.
        off_ms: of ``time``: by how much its clock is ahead of ours, milliseconds.
        got, said: of ``entries``: how many came, and how many it announced.
    """

    part: Part
    outcome: Literal["passed", "failed", "untried"]
    ms: int | None = Field(default=None, ge=0, le=600_000)
    fault: Line = ""
    ago_s: int | None = Field(default=None, ge=0, le=86_400)
    off_ms: int | None = Field(default=None, ge=-FARTHEST_MS, le=FARTHEST_MS)
    got: int | None = Field(default=None, ge=0, le=2**31 - 1)
    said: int | None = Field(default=None, ge=0, le=2**31 - 1)


class LinkTried(Shape):
    """``POST /internal/gateway/linktests/tried`` (gateway → web): 204, also for one that is told again; 404 with the error ``trial`` for one
    that nobody waits for. Each part is told once."""

    gateway: str
    trial: UUID
    parts: Annotated[tuple[TriedPart, ...], Field(max_length=8)]
