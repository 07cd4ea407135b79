"""The shapes of the interface. Names are the register's; ids are UUIDs; days are `YYYY-MM-DD`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints

from custodes.places.filing.fields import FIELDS
from custodes.places.models import Camera, Filing, Removal, Site, System

#: PostgreSQL stores no NUL, and what turns the writing direction makes a record read otherwise than it is.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00\u202a-\u202e\u2066-\u2069]*$")]


class _Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class ProblemError(Schema):
    """One thing that is wrong."""

    field: str
    rule: str = Field(description="The clause, or the name of the house's own rule.")
    what: str
    remedy: str


class ProblemOut(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[ProblemError] = []


class UnitOut(Schema):
    """A unit."""

    id: UUID
    name: str
    kind: str
    division: str = Field(description="GB/T 2260 code.")
    parent: UUID | None
    uscc: str


class PositionOut(Schema):
    """Base data: given only where the scope allows it (S30.1, S33.1); decimal degrees of CGCS2000."""

    longitude: float
    latitude: float


class FieldOut(PositionOut):
    """Where a camera stands and looks; metres and degrees from north."""

    mount_height: float | None
    azimuth: float | None
    angle: float | None
    reach: int | None


class DeviceOut(Schema):
    """What kind of device; base data too."""

    maker: str
    model: str


class PlaceOut(Schema):
    """A place of the inventory."""

    id: UUID
    name: str
    category: int = Field(description="Item of article 9.")
    address: str
    division: str
    unit: UUID
    basis: str
    position: PositionOut | None = Field(description="null where the scope does not reach it.")
    revision: int


class SystemOut(Schema):
    """A system. Classified ones are never given (S20)."""

    id: UUID
    place: UUID
    name: str
    unit: UUID
    network: str
    state: str
    built_on: date | None
    mlps_level: int | None
    norm_version: str
    revision: int


class CameraOut(Schema):
    """A camera: base data, never an address, a login or footage."""

    id: UUID
    system: UUID
    number: str
    name: str
    place: str
    view: str
    state: str
    retention_days: int
    device: DeviceOut | None
    field: FieldOut | None
    revision: int


class FilingOut(Schema):
    """A filing."""

    id: UUID
    system: UUID
    kind: str
    state: str
    submitted_on: date | None
    filed_on: date | None
    receipt: str
    returned_words: str
    content: dict[str, str]
    unclear: list[str]
    items: list[UUID]


class RemovalOut(Schema):
    """A removal; `first_day` is from when on it may be carried out (S18)."""

    id: UUID
    system: UUID
    whole: bool
    cameras: list[UUID]
    ground: str
    why: str
    planned: date
    state: str
    reported_on: date | None
    removed_on: date | None
    first_day: date | None


class WorkOut(Schema):
    """One date of the work list."""

    group: str = Field(description="late, due, expected or supervised.")
    what: str
    subject: str
    day: date
    last: date
    name: str
    clause: str
    provisional: bool


class WaitsOut(Schema):
    """Something that waits."""

    what: str
    name: str
    note: str
    link: str = Field(description="Path of its page, for a person.")


class WorklistOut(Schema):
    """The work list of the person with whose posts the program acts."""

    dates: list[WorkOut]
    waiting: list[WaitsOut]
    more: int = Field(description="Dates that were left out.")


class UnitsOut(Schema):
    """A page."""

    items: list[UnitOut]
    next: str | None


class PlacesOut(Schema):
    """A page."""

    items: list[PlaceOut]
    next: str | None


class SystemsOut(Schema):
    """A page."""

    items: list[SystemOut]
    next: str | None


class CamerasOut(Schema):
    """A page."""

    items: list[CameraOut]
    next: str | None


class FilingsOut(Schema):
    """A page."""

    items: list[FilingOut]
    next: str | None


class RemovalsOut(Schema):
    """A page."""

    items: list[RemovalOut]
    next: str | None


class PlaceIn(_Strict):
    """A place that is entered. The register's own form checks it."""

    name: Text
    category: int
    address: Text
    division: Text
    unit: UUID
    basis: Text = ""
    decision: Text = ""
    necessity: Text = ""
    key_parts: Text = ""
    secret_near: Text = ""
    consent: Text = ""
    longitude: Text = Field("", description="Decimal degrees with at most six places.")
    latitude: Text = ""
    plate: Text = ""
    route: Text = ""
    classified: bool = Field(
        False, description="A place of a classified system is refused and nothing of it is kept (S20)."
    )


class SystemIn(_Strict):
    """A system that is planned: it begins its life as `proposed`."""

    place: UUID
    name: Text
    unit: UUID
    network: Text
    mlps_level: int | None = None
    mlps_number: Text = ""
    norm_version: Text = ""
    classified: bool = False


class FilingBegin(_Strict):
    """Which system is to be filed."""

    system: UUID


class FilingIn(_Strict):
    """Answers of a filing by key, what is 暂不清楚, and papers of the system's file that go with it."""

    content: dict[Text, Text] = Field(description="Keys: " + ", ".join(field.key for field in FIELDS))
    unclear: list[Text] = []
    items: list[UUID] = []


def place_out(row: Site, exact: bool) -> dict[str, Any]:
    """A place; its position only where `exact`."""
    located = exact and row.longitude is not None and row.latitude is not None
    return {
        "id": row.pk, "name": row.name, "category": row.category, "address": row.address, "division": row.division.code,
        "unit": row.unit.uuid, "basis": row.basis, "revision": row.revision,
        "position": {"longitude": float(row.longitude), "latitude": float(row.latitude)} if located else None,
    }  # fmt: skip


def system_out(row: System) -> dict[str, Any]:
    """A system."""
    return {
        "id": row.pk, "place": row.site_id, "name": row.name, "unit": row.unit.uuid, "network": row.network,
        "state": row.state, "built_on": row.built_on, "mlps_level": row.mlps_level, "norm_version": row.norm_version,
        "revision": row.revision,
    }  # fmt: skip


def camera_out(row: Camera, exact: bool) -> dict[str, Any]:
    """A camera; device, position and field of view only where `exact`."""
    field = None
    if exact and row.longitude is not None and row.latitude is not None:
        field = {
            "longitude": float(row.longitude), "latitude": float(row.latitude), "mount_height": _number(row.mount_height),
            "azimuth": _number(row.azimuth), "angle": _number(row.angle), "reach": row.reach,
        }  # fmt: skip
    return {
        "id": row.pk, "system": row.system_id, "number": row.number, "name": row.name, "place": row.place,
        "view": row.view, "state": row.state, "retention_days": row.retention_days, "revision": row.revision,
        "device": {"maker": row.maker, "model": row.model} if exact else None, "field": field,
    }  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def filing_out(row: Filing) -> dict[str, Any]:
    """A filing with what it says."""
    return {
        "id": row.pk, "system": row.system_id, "kind": row.kind, "state": row.state, "submitted_on": row.submitted_on,
        "filed_on": row.filed_on, "receipt": row.receipt, "returned_words": row.returned_words,
        "content": {key: str(value) for key, value in row.content.items()}, "unclear": list(row.unclear),
        "items": [item.pk for item in row.items.all()],
    }  # fmt: skip


def removal_out(row: Removal, first: date | None) -> dict[str, Any]:
    """A removal."""
    return {
        "id": row.pk, "system": row.system_id, "whole": row.whole, "cameras": [one.pk for one in row.cameras.all()],
        "ground": row.ground, "why": row.why, "planned": row.planned, "state": row.state,
        "reported_on": row.reported_on, "removed_on": row.removed_on, "first_day": first,
    }  # fmt: skip
