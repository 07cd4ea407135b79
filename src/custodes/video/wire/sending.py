"""What the gateway asks of a node's worker for an upper platform: to send pictures, to list them, to move a camera (S22; docs/design/wire.md §8)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.calls import Session, Setup
from custodes.video.wire.commands import Command, PictureBox, PointAt
from custodes.video.wire.shapes import Line, Shape


class SendAsk(Shape):
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


class SendReady(Shape):
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


class SendStart(Shape):
    """``POST /internal/send/start`` (gateway → node worker): ACK came, pictures go; ``POST /internal/send/end``: they stop. Both 204, 404 for an unknown one."""

    call: UUID


class SendStep(Shape):
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


class SendStepped(Shape):
    """RTSP's status: 200 with the place where it goes on (seconds behind the begin), its speed, and where it will stand still, None at no place
    before the end; 454 no such recording is sent, 457 the place is outside, 503 whether the platform below follows is not known, 551 not at that
    speed."""

    status: int = 200
    at_s: float = 0.0
    scale: float = 1.0
    until_s: float | None = None


class SendRecords(Shape):
    """``POST /internal/send/records`` (gateway → node worker): what is there to be sent of the span that the token opens? Answered by `SendRecordings`."""

    token: str
    start_us: int = Field(ge=0)
    end_us: int = Field(ge=0)


class SendRecordings(Shape):
    """Stretches without a gap, microseconds UTC, in order, within what was asked; `step` as of `SendReady`."""

    step: Literal["", "not_granted", "not_here", "full"] = ""
    spans: Annotated[tuple[tuple[int, int], ...], Field(max_length=2_000)] = ()
    more: bool = False


class SendSteer(Shape):
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


class SendSteered(Shape):
    """Whether it was taken; else ``not_granted``, ``not_here``, ``unsteerable``, ``held`` (somebody here has the helm), ``outside`` (of the declared field), ``failed``."""

    step: Literal["", "not_granted", "not_here", "unsteerable", "held", "outside", "failed"] = ""
    detail: Line = ""


class SendPresets(Shape):
    """``POST /internal/send/presets`` (gateway → node worker): presets of a camera that a standing hand (`SendSteer`) moves, or of the one that the token opens. Answered by `SendPresetList`.

    ``POST /internal/send/position`` asks by the same where it points now. Answered by `SendPosition`.
    """

    call: UUID
    token: str = ""


class SendPresetList(Shape):
    """Number and name of each.

    Attributes:
        home: the number by which the camera is sent to its declared view, 0 where there is none; home_after_s: seconds without a hand,
            after which it is turned there.
    """

    step: Literal["", "not_granted", "not_here", "unsteerable", "failed"] = ""
    presets: Annotated[tuple[tuple[int, Line], ...], Field(max_length=255)] = ()
    home: int = Field(default=0, ge=0, le=255)
    home_after_s: int = Field(default=0, ge=0, le=86_400)


class SendPosition(Shape):
    """Where a camera points now: degrees as its device counts; tilt and times of zoom where it tells them."""

    step: Literal["", "not_granted", "not_here", "unsteerable", "failed"] = ""
    pan: float = Field(default=0.0, ge=0, le=360)
    tilt: float | None = Field(default=None, ge=-90, le=90)
    zoom: float | None = Field(default=None, ge=0, le=10_000)


class SendKeyed(Shape):
    """Of ``POST /internal/send/key`` (gateway → node worker, `SendStart`): an upper wants a key picture of the live picture that it is sent.

    Attributes:
        step: empty where the camera is asked; ``not_here`` where nothing live is sent under this call; ``full``: it was asked a moment ago, or
            it can't be asked at all.
    """

    step: Literal["", "not_here", "full"] = ""


class SendsKept(Shape):
    """``POST /internal/send/keep`` (gateway → node worker), each 10 s: these are still wanted. What was not named for 30 s ends. Answered by `SendsStanding`."""

    calls: Annotated[tuple[UUID, ...], Field(max_length=1024)] = ()


class SendsStanding(Shape):
    """Which of them ended by themselves, and how: ``finished`` (a recording to its end), ``broken`` (no connection), ``no_picture``, ``revoked``, ``unknown``; of a hand also ``held``, ``idle``, ``not_here``.

    ``held``: somebody here took its place; ``not_here``: the camera went.
    """

    ended: dict[UUID, Line] = {}
