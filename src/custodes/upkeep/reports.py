"""The shapes of what a node reports (wire.md §2); anything else is refused whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from custodes.video.archive.volume import VolumeStanding
from custodes.video.wire.archive import VolumeOrderOutcome

MAX_US = 2**62
Us = Annotated[int, Field(ge=0, le=MAX_US)]
Worker = Annotated[int, Field(ge=0, le=255)]
Fraction = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]


class _Report(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Hour(_Report):
    """One hour of one camera."""

    camera: UUID
    hour: AwareDatetime
    recorded_us: Us
    owed_us: Us
    degraded_us: Us = 0
    bytes: Us | None = None
    reasons: dict[Annotated[str, Field(max_length=32)], Us] = Field(max_length=32)
    roots: Annotated[str, Field(max_length=64, pattern="^[0-9a-f]*$")]


class Rollup(_Report):
    """``POST /internal/rollup``."""

    worker: Worker
    hours: list[Hour] = Field(max_length=100_000)


class CameraReport(_Report):
    """One camera's source."""

    camera: UUID
    state: Literal["recording", "connecting", "silent", "refused", "network", "off"]
    since: AwareDatetime
    reason: str | None = None


class VolumeReport(_Report):
    """One volume."""

    path_name: Annotated[str, Field(max_length=200)]
    bytes_used: Us
    bytes_free: Us
    rate_bytes_per_s: Fraction
    days_left: Fraction | None
    days_held: Fraction | None = None
    oldest: Us | AwareDatetime | None
    state: Annotated[str, Field(max_length=40)] = "ok"
    path: Annotated[str, Field(max_length=400)] = ""
    identity: Annotated[str, Field(pattern=r"^(?:[0-9a-f-]{36})?$")] = ""
    stands: VolumeStanding | Literal[""] = ""
    bytes_protected: Us | None = None
    bytes_held: Us | None = None
    failing_since: Us | None = None
    failing_with: Annotated[str, Field(max_length=200)] = ""
    turned_away: list[UUID] = Field(default=[], max_length=100_000)


class VolumeAnswer(_Report):
    """What became of an order about a volume (`wire.volumes.Outcome`)."""

    id: UUID
    outcome: VolumeOrderOutcome


class PlaceReport(_Report):
    """A folder in which a volume may be added."""

    path: Annotated[str, Field(max_length=400)]
    total: Us
    free: Us
    shared_disk: bool
    holds: Literal["nothing", "volume", "files"]


class ClockReport(_Report):
    """The host's clock."""

    synchronised: bool
    offset_us: Annotated[int, Field(ge=-MAX_US, le=MAX_US)] | None


class ShortageReport(_Report):
    """How short the worker's disks are."""

    step: Literal["clear", "forecast", "thin", "stop"] = "clear"
    hours_left: Fraction | None = None
    thinned: list[Annotated[int, Field(ge=1, le=3)]] = Field(default=[], max_length=3)
    stopped: list[Annotated[int, Field(ge=1, le=3)]] = Field(default=[], max_length=3)
    waiting: Annotated[int, Field(ge=1, le=3)] | None = None
    since: AwareDatetime | None = None
    curve: list[Us] = Field(default=[], max_length=100)
    curve_hours: Annotated[float, Field(ge=0, le=10_000)] = 0.0


class ProcessReport(_Report):
    """The worker's process."""

    started: AwareDatetime
    restarts: Annotated[int, Field(ge=0, le=10**6)]
    version: Annotated[str, Field(max_length=40)]
    views: Annotated[int, Field(ge=0, le=10**6)]
    lateness_ms: Annotated[int, Field(ge=0, le=10**9)]
    backlog_bytes: Us
    disk_ms: Annotated[int, Field(ge=0, le=10**9)]


FaultName = Literal["black", "white", "frozen", "noise", "blurred", "colour_cast", "moved", "covered"]
Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class PictureFaultReport(_Report):
    """One fault of a picture that is stated or suspected."""

    fault: FaultName
    state: Literal["faulty", "suspected"]
    measure: Number
    threshold: Number
    unit: Annotated[str, Field(max_length=40)]
    severe: bool
    since: AwareDatetime
    last: AwareDatetime
    reference: Annotated[str, Field(max_length=64)] = ""
    details: dict[Annotated[str, Field(max_length=32)], Number] = Field(default_factory=dict, max_length=16)


class PictureReport(_Report):
    """One camera's picture at its last check; what is neither a fault nor unjudged is well."""

    camera: UUID
    at: AwareDatetime
    references: Annotated[int, Field(ge=0, le=1000)]
    faults: list[PictureFaultReport] = Field(max_length=16)
    unjudged: list[FaultName] = Field(max_length=16)


class EventReport(_Report):
    """Something that a device says of itself (ONVIF): it goes on, or it is over."""

    camera: UUID
    kind: Literal["tamper", "motion", "disk"]
    since: AwareDatetime
    last: AwareDatetime
    count: Annotated[int, Field(ge=1, le=2**31 - 1)]
    text: Annotated[str, Field(max_length=100)] = ""
    over: bool = False


class Status(_Report):
    """``POST /internal/status``."""

    worker: Worker
    cameras: list[CameraReport] = Field(max_length=100_000)
    volumes: list[VolumeReport] = Field(max_length=1_000)
    clock: ClockReport
    shortage: ShortageReport = ShortageReport()
    process: ProcessReport | None = None
    pictures: list[PictureReport] = Field(default_factory=list, max_length=100_000)
    events: list[EventReport] = Field(default=[], max_length=10_000)
    volume_orders: list[VolumeAnswer] = Field(default=[], max_length=1_000)
    volume_places: list[PlaceReport] = Field(default=[], max_length=100)
    volume_roots: list[Annotated[str, Field(max_length=400)]] = Field(default=[], max_length=100)


def moment(value: int | datetime | None) -> datetime | None:
    """A time that came as microseconds or as text."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=min(value, 250_000_000_000_000_000))
