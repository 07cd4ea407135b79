"""What web, gateway and node say to each other about upper platforms (S22; docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from custodes.video.wire.calls import Session, Setup
from custodes.video.wire.commands import Command, PictureBox, PointAt
from custodes.video.wire.shapes import Id, Line

Verb = Literal["live", "history", "download", "steer"]
MOST_SHOWN = 5000
"""Entries of one page of what an upper is shown."""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class GatewayUpper(_Shape):
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


class GatewayUppers(_Shape):
    """``GET /internal/gateway/uppers`` (gateway → web): all of them, asked for each 5 s and whenever the assignment changed."""

    gateway: str
    uppers: tuple[GatewayUpper, ...] = ()


class ShownEntry(_Shape):
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


class ShownPage(_Shape):
    """``GET /internal/gateway/shown?link=UUID&after=CURSOR`` (gateway → web): parents first; 404 with the error ``link`` where it is not in force.

    Attributes:
        tree: as of `GatewayUpper`; where it changes from page to page, whoever reads begins anew.
        after: cursor of the next page; empty on the last.
    """

    link: UUID
    tree: Line
    entries: Annotated[tuple[ShownEntry, ...], Field(max_length=MOST_SHOWN)] = ()
    after: Line = ""


class ShownOff(_Shape):
    """``GET /internal/gateway/shown/off?link=UUID`` (gateway → web), each 5 to 30 s: channels from which no pictures come now."""

    link: UUID
    off: Annotated[tuple[Id, ...], Field(max_length=200_000)] = ()


class UpperWants(_Shape):
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


class UpperVerdict(_Shape):
    """What was decided; it is durable in the log before it is answered.

    Attributes:
        status: 0 where it may be had; else the status of SIP with which it is refused.
        why: of a refusal, for our own log alone; an upper gets the status.
        camera, node_url, worker: whose picture it is and who sends it, where it may be had.
        token: the grant, signed by the notary, for the node (wire.md §4): of ``live`` and footage what may be sent, of ``history`` without an
            address what may be listed, of ``steer`` what may be moved.
        until_us: when the grant's window ends; the gateway ends it then at the latest.
        name, unit: of the platform that steers, for whoever has the helm beside; never an officer's (decision 0382).
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


class UpperCall(_Shape):
    """One of those that stand."""

    call: UUID
    link: UUID
    channel: Id
    verb: Verb


class UpperCalls(_Shape):
    """``POST /internal/gateway/wanted/standing`` (gateway → web), each 10 s: may these still be had? Answered by `UpperCallsStanding`."""

    gateway: str
    calls: Annotated[tuple[UpperCall, ...], Field(max_length=1024)] = ()


class UpperCallsStanding(_Shape):
    """Calls that have to end now, and why."""

    ended: dict[UUID, Line] = {}


class LinkHeard(_Shape):
    """How a link stands, as the gateway measured it (`sharing.links.standing.Heard`)."""

    link: UUID
    up: bool
    since_us: int
    latency_ms: int | None = None
    fault: Line = ""
    fault_at_us: int | None = None


class LinksHeard(_Shape):
    """``POST /internal/gateway/links`` (gateway → web), each 10 s: all uppers. 204."""

    gateway: str
    links: Annotated[tuple[LinkHeard, ...], Field(max_length=1024)] = ()


class SendAsk(_Shape):
    """``POST /internal/send`` (gateway → node worker): make ready to send a camera's pictures to an upper; nothing goes before `SendStart`.

    Attributes:
        call: as of `UpperWants`.
        token: of `UpperVerdict`; the node believes that alone.
        way: ``udp``, ``tcp-active`` where we connect, ``tcp-passive`` where the upper connects to us.
        address, port: of the upper's receiver; the port says nothing for ``tcp-passive``.
        start_us, end_us: of footage, microseconds UTC; None for live.
        speed: of a download, times.
        sound: whether the upper takes sound; whether there is any the token says.
    """

    call: UUID
    token: str
    session: Session = "Play"
    way: Setup = "udp"
    address: str
    port: int = Field(ge=0, le=65535)
    ssrc: int = Field(ge=0, le=0xFFFFFFFF)
    start_us: int | None = None
    end_us: int | None = None
    speed: int | None = None
    sound: bool = True


class SendReady(_Shape):
    """Where it is sent from, or the step that failed: ``not_granted``, ``not_here``, ``no_picture``, ``port``, ``full``.

    Attributes:
        address, port: of our sender, for the answer's description.
        picture, sound: how they are coded that go first; no sound where none goes with them.
    """

    step: Literal["", "not_granted", "not_here", "no_picture", "port", "full"] = ""
    detail: Line = ""
    address: Line = ""
    port: int = 0
    picture: Literal["", "H264", "H265"] = ""
    sound: Literal["", "G711A", "G711U", "AAC"] = ""


class SendStart(_Shape):
    """``POST /internal/send/start`` (gateway → node worker): ACK came, pictures go; ``POST /internal/send/end``: they stop. Both 204, 404 for an unknown one."""

    call: UUID


class SendStep(_Shape):
    """``POST /internal/send/steps`` (gateway → node worker): steer a recording that is sent (MANSRTSP of the upper). Answered by `SendStepped`.

    Attributes:
        pause: stop sending until another step comes; scale: at this speed from now on, 0.25 to 8 forward, None as before; at_s: from here on,
            seconds behind the begin of what was called for, None where it stands.
        ranged: a range is named: it stands still at `until_s`, seconds as of `at_s`, or goes on to the end of what was called for (None). A
            step without one leaves the end that was named before, unless it stands there.
    """

    call: UUID
    pause: bool = False
    scale: float | None = Field(default=None, ge=-16, le=16, allow_inf_nan=False)
    at_s: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)
    ranged: bool = False
    until_s: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)


class SendStepped(_Shape):
    """RTSP's status: 200 with the place where it goes on (seconds behind the begin), its speed, and where it will stand still, None at no place
    before the end; 454 no such recording is sent, 457 the place is outside, 503 whether the platform below follows is not known, 551 not at that
    speed."""

    status: int = 200
    at_s: float = 0.0
    scale: float = 1.0
    until_s: float | None = None


class SendRecords(_Shape):
    """``POST /internal/send/records`` (gateway → node worker): what is there to be sent of the span that the token opens? Answered by `SendRecordings`."""

    token: str
    start_us: int = Field(ge=0)
    end_us: int = Field(ge=0)


class SendRecordings(_Shape):
    """Stretches without a gap, microseconds UTC, in order, within what was asked; `step` as of `SendReady`."""

    step: Literal["", "not_granted", "not_here", "full"] = ""
    spans: Annotated[tuple[tuple[int, int], ...], Field(max_length=2_000)] = ()
    more: bool = False


class SendSteer(_Shape):
    """``POST /internal/send/steer`` (gateway → node worker): an upper moves a camera. Answered by `SendSteered`.

    Attributes:
        call: of `UpperWants`: one for each hand on the helm, however many commands it gives. It begins with the first, is named in
            `SendsKept`, and ends with ``POST /internal/send/end`` or by itself.
        token: of `UpperVerdict`, of the first command alone; empty afterwards.
        name, unit: as of `UpperVerdict`.
        the rest: as of `GatewaySteer`.
    """

    call: UUID
    token: str = ""
    name: Line = ""
    unit: Line = ""
    command: Command
    pan: int = Field(default=0, ge=-100, le=100)
    tilt: int = Field(default=0, ge=-100, le=100)
    zoom: int = Field(default=0, ge=-100, le=100)
    focus: int = Field(default=0, ge=-100, le=100)
    iris: int = Field(default=0, ge=-100, le=100)
    preset: int = Field(default=0, ge=0, le=255)
    box: PictureBox | None = None
    point: PointAt | None = None
    cruise: int = Field(default=0, ge=0, le=255)


class SendSteered(_Shape):
    """Whether it was taken; else ``not_granted``, ``not_here``, ``unsteerable``, ``held`` (somebody here has the helm), ``outside`` (of the declared field), ``failed``."""

    step: Literal["", "not_granted", "not_here", "unsteerable", "held", "outside", "failed"] = ""
    detail: Line = ""


class SendPresets(_Shape):
    """``POST /internal/send/presets`` (gateway → node worker): presets of a camera that a standing hand (`SendSteer`) moves, or of the one that the token opens. Answered by `SendPresetList`.

    ``POST /internal/send/position`` asks by the same where it points now. Answered by `SendPosition`.
    """

    call: UUID
    token: str = ""


class SendPresetList(_Shape):
    """Number and name of each.

    Attributes:
        home: the number by which the camera is sent to its declared view, 0 where there is none; home_after_s: seconds without a hand,
            after which it is turned there.
    """

    step: Literal["", "not_granted", "not_here", "unsteerable", "failed"] = ""
    presets: Annotated[tuple[tuple[int, Line], ...], Field(max_length=255)] = ()
    home: int = Field(default=0, ge=0, le=255)
    home_after_s: int = Field(default=0, ge=0, le=86_400)


class SendPosition(_Shape):
    """Where a camera points now: degrees as its device counts; tilt and times of zoom where it tells them."""

    step: Literal["", "not_granted", "not_here", "unsteerable", "failed"] = ""
    pan: float = Field(default=0.0, ge=0, le=360)
    tilt: float | None = Field(default=None, ge=-90, le=90)
    zoom: float | None = Field(default=None, ge=0, le=10_000)


class SendKeyed(_Shape):
    """Of ``POST /internal/send/key`` (gateway → node worker, `SendStart`): an upper wants a key picture of the live picture that it is sent.

    Attributes:
        step: empty where the camera is asked; ``not_here`` where nothing live is sent under this call; ``full``: it was asked a moment ago, or
            it can't be asked at all.
    """

    step: Literal["", "not_here", "full"] = ""


class ShownAlarm(_Shape):
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


class ShownAlarms(_Shape):
    """``GET /internal/gateway/shown/alarms?link=UUID&after=CURSOR`` (gateway → web), each 5 s of links with `alarms`; an empty cursor is answered with the newest cursor alone.

    Attributes:
        after: for the next question.
    """

    link: UUID
    alarms: Annotated[tuple[ShownAlarm, ...], Field(max_length=500)] = ()
    after: Line = ""


class SendsKept(_Shape):
    """``POST /internal/send/keep`` (gateway → node worker), each 10 s: these are still wanted. What was not named for 30 s ends. Answered by `SendsStanding`."""

    calls: Annotated[tuple[UUID, ...], Field(max_length=1024)] = ()


class SendsStanding(_Shape):
    """Which of them ended by themselves, and how: ``finished`` (a recording to its end), ``broken`` (no connection), ``no_picture``, ``revoked``, ``unknown``; of a hand also ``held``, ``idle``, ``not_here``.

    ``held``: somebody here took its place; ``not_here``: the camera went.
    """

    ended: dict[UUID, Line] = {}
