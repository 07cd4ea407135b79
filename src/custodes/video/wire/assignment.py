"""What the web tells a node to do: the assignment, a whole picture with a generation number.

The node long-polls ``GET /internal/assignment?after=GEN`` and keeps the last answer on disk, so that it starts and
records without the centre, and obeys planned interruptions and recording hours by its own clock (docs/design/wire.md §2).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from custodes.video.rtsp.transport import Choice
from custodes.video.wire.archive import HoldOrder, VolumeOrder
from custodes.video.wire.control_leases import Targets

DAY_MINUTES = 24 * 60
Day = Annotated[int, Field(ge=1, le=7)]
Minute = Annotated[int, Field(ge=0, le=DAY_MINUTES)]


class PlannedStop(BaseModel):
    """An approved interruption of one camera (S34(6)).

    Attributes:
        id: of the plan in the register; it stands in the record of each gap that the plan explains.
        cause: why, one of the register's closed list, ``power``.
        from_us, until_us: microseconds UTC; the end is not part of it.
        dark: nothing may be taken in at all (S10(3), a vote): neither recorded nor shown, whatever the camera sends.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    cause: str = Field(max_length=40)
    from_us: int
    until_us: int
    dark: bool = False

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.until_us <= self.from_us:
            raise ValueError("a planned stop ends after it begins")
        return self


class WeekHours(BaseModel):
    """Hours of recording on some days of the week, local time.

    Attributes:
        days: on which they begin, 1 for Monday to 7 for Sunday.
        begin, end: minutes after midnight. An end that is not behind the beginning is on the day after.
    """

    model_config = ConfigDict(frozen=True)

    days: tuple[Day, ...] = Field(min_length=1)
    begin: Annotated[int, Field(ge=0, lt=DAY_MINUTES)]
    end: Minute

    @property
    def length(self) -> int:
        """Minutes, at most a day."""
        return (self.end - self.begin) % DAY_MINUTES or DAY_MINUTES


class SpecialDay(BaseModel):
    """A day of the calendar that is recorded as another day of the week: a holiday as a Sunday, say.

    Attributes:
        day: on the local calendar.
        as_day: whose hours it has, 1 for Monday to 7 for Sunday.
    """

    model_config = ConfigDict(frozen=True)

    day: date
    as_day: Day


class RecordingWeek(BaseModel):
    """When a camera is recorded, week by week; outside of these hours nothing is owed.

    Attributes:
        id: of the schedule in the register.
        zone: name of the time zone in which the hours are meant.
        special: days that are not recorded as their day of the week; the centre knows the calendar, a node does not.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    zone: str
    hours: tuple[WeekHours, ...] = Field(min_length=1, max_length=28)
    special: tuple[SpecialDay, ...] = Field(default=(), max_length=400)

    @field_validator("zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError
            raise ValueError(f"no time zone {name!r}") from error
        except KeyError as error:
            raise ValueError(f"no time zone {name!r}") from error
        return name


Transport = Choice | Literal["tcp-active"]

Certificate = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{64})?$")]
"""SHA-256 of a certificate in lower-case hex digits; empty for none."""


class SourceAssignment(BaseModel):
    """One stream of a camera.

    Attributes:
        url: ``rtsp://host[:port]/path``, or ``rtsps``, ``http``, ``rtmp``, ``file``, without user name or password; ``gb28181://DEVICE/CHANNEL``.
        transport: how the camera is to send; ``tcp-active`` only a channel of GB/T 28181, over a connection that the node makes.
        certificate: the one that it must show over ``rtsps``; empty leaves that to authorities.
        reencode: Motion JPEG (``http``) may be encoded as H.264.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    transport: Transport = "tcp"
    certificate: Certificate = ""
    reencode: bool = False


class GatewayAddress(BaseModel):
    """The gateway through which cameras of GB/T 28181 devices are called.

    Attributes:
        name: whom requests are signed for.
        url: where it listens, ``http://`` or ``https://host:port``.
        key: its Ed25519 public key, raw 32 bytes in base64, by which its own requests are believed; empty: none are.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    url: str
    key: str = ""


class TurningRange(BaseModel):
    """How far a device turns, by its data sheet: for one that tells its position in parts of that.

    Attributes:
        pan: degrees from end to end.
        low, high: tilt from end to end; degrees from the horizon, up positive.
    """

    model_config = ConfigDict(frozen=True)

    pan: float = Field(ge=10, le=360)
    low: float = Field(ge=-90, le=90)
    high: float = Field(ge=-90, le=90)

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if self.low >= self.high:
            raise ValueError("the lowest tilt lies below the highest")
        return self


class OnvifAssignment(BaseModel):
    """How the camera is heard by ONVIF, at the host of its main stream and with its login.

    Attributes:
        port: of the device service.
        motion: whether its own motion detection is reported too.
        profile: token of the main stream's media profile; empty where it is not known.
        turns: it can be steered through that profile.
        home: token of the preset that shows the declared view; empty for the camera's own home position.
        range: how far it turns, for a device that does not say it; None where that is not known.
    """

    model_config = ConfigDict(frozen=True)

    port: int = Field(ge=1, le=65535)
    motion: bool = False
    profile: str = Field(default="", max_length=200)
    turns: bool = False
    home: str = Field(default="", max_length=60)
    range: TurningRange | None = None


class CameraAssignment(BaseModel):
    """One camera that the node records.

    Attributes:
        id: the camera's id in the register.
        name: shown name, for log lines and pictures only.
        main, sub: the streams; the sub-stream is taken in only while somebody watches it.
        username: login at the camera, empty for none.
        sealed_password: HPKE sealed to the node's X25519 key (RFC 9180), base64; empty for none.
        record: whether its seconds are owed. False means that each second is `planned out`.
        retention_days: whole local days that footage is kept after the day of recording.
        grade: how important its footage is, 1 to 3: when the disk gets short the lowest is thinned and stopped first.
        onvif: None where the camera has none, or none is known.
        audio: sound is taken in and recorded, because the record says why; else no octet of it is asked for or kept.
        planned: its approved interruptions, those of the last days too: a gap is named after what was planned then.
        week: its recording hours; None for all hours.
        turns: it is a channel of a GB/T 28181 device and can be steered through the gateway.
        home: of such a channel the preset that shows its declared view; empty for none.
        spread: of a camera that turns, degrees from side to side of its declared field; None where none is declared.
        rise: of a camera that turns, the lowest and the highest degree of its declared elevation: 0 is the horizon, up positive; None as above.
        presets_only: it is turned to presets and to its declared view, and not by hand.
        speaker: of a channel of a GB/T 28181 device the codes by which its voice output is tried, in this order; empty where nobody speaks
            through it.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    main: SourceAssignment
    sub: SourceAssignment | None = None
    username: str = ""
    sealed_password: str = ""
    record: bool = True
    retention_days: int = Field(default=30, ge=1)
    grade: int = Field(default=2, ge=1, le=3)
    onvif: OnvifAssignment | None = None
    audio: bool = False
    planned: tuple[PlannedStop, ...] = ()
    week: RecordingWeek | None = None
    turns: bool = False
    home: str = Field(default="", max_length=60)
    spread: float | None = Field(default=None, gt=0, le=360)
    rise: tuple[float, float] | None = None
    presets_only: bool = False
    speaker: Targets = ()

    @property
    def steerable(self) -> bool:
        """Whether it can be steered, by whichever protocol."""
        return self.turns or (self.onvif is not None and self.onvif.turns)

    @property
    def home_preset(self) -> str:
        """The preset that shows its declared view; empty for the camera's own home position."""
        return self.home or (self.onvif.home if self.onvif is not None else "")


class Thinning(BaseModel):
    """A person's order: when the disk gets short, cameras up to a grade keep key frames only (S34(6)).

    Attributes:
        grade: the highest that may be thinned.
        by: who ordered it, by name; it stands in the record of each thinned span.
        reason: why.
        until_us: microseconds UTC from which on it does not hold any more; None for a standing order.
    """

    model_config = ConfigDict(frozen=True)

    grade: int = Field(ge=1, le=3)
    by: str
    reason: str
    until_us: int | None = None

    def holds(self, now_us: int) -> bool:
        """Whether it holds at `now_us`."""
        return self.until_us is None or now_us < self.until_us


class Assignment(BaseModel):
    """Everything one node needs from the centre.

    Attributes:
        generation: rises with every change; the node asks for what is newer.
        node: the node's name.
        cameras: all cameras of the node; each worker takes its stable share (`share_of`).
        origins: browser origins that may open a WebSocket.
        web_key: Ed25519 public key of the web, raw 32 bytes in base64, that signs control requests.
        grant_key: Ed25519 public key of the notary's grants, raw 32 bytes in base64.
        thinning: the order that holds for this node, None for none.
        volume_orders: decisions about volumes that not every worker has answered yet, oldest first.
        holds: those in force of cameras that the node has or had, and releases that a worker has not answered yet.
        gateway: None where the installation has none.
    """

    model_config = ConfigDict(frozen=True)

    generation: int
    node: str
    cameras: tuple[CameraAssignment, ...]
    origins: tuple[str, ...]
    web_key: str
    grant_key: str
    thinning: Thinning | None = None
    volume_orders: tuple[VolumeOrder, ...] = ()
    holds: tuple[HoldOrder, ...] = ()
    gateway: GatewayAddress | None = None

    def share_of(self, worker: int, workers: int) -> tuple[CameraAssignment, ...]:
        """The cameras of worker `worker` out of `workers`; stable while the number of workers is."""
        return tuple(camera for camera in self.cameras if worker_of(camera.id, workers) == worker)


def worker_of(camera: UUID, workers: int) -> int:
    """Which worker a camera belongs to: the same answer in web and node."""
    return camera.int % workers
