"""The shapes of what is given. Names are the register's; ids are UUIDs; days are `YYYY-MM-DD`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from ninja import Field, Schema
from pydantic import create_model

from custodes.places.fields import CAMERA
from custodes.places.fields import Field as CameraField
from custodes.places.models import (
    Camera,
    CameraState,
    DossierItem,
    Filing,
    FilingState,
    Removal,
    RemovalState,
    Site,
    System,
    SystemState,
)
from custodes.web.programs.wishes import words_of_kind


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
    revision: int | None = Field(None, description="Of the row as it stands (412).")
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


def _told(field: CameraField) -> Any:
    """Type and description of how a camera's field is given."""
    assert field.api_out is not None, field.name
    column: Any = Camera._meta.get_field(field.name)
    kind: Any = str
    for model, python in _KINDS.items():
        if isinstance(column, model):
            kind = python
    if column.null or (field.base_data and not field.api_out.part):
        kind |= None
    return kind, Field(description=field.api_out.about or None)


_KINDS: dict[type[models.Field[Any, Any]], Any] = {
    models.DecimalField: float,
    models.IntegerField: int,
    models.BooleanField: bool,
    models.UUIDField: UUID,
    models.ForeignKey: UUID,
}


def _of_camera(part: str, *first: str) -> tuple[CameraField, ...]:
    """What is given of a camera in the row itself or in a part of it: `first`, then the others in the table's order."""
    found = {one.name: one for one in CAMERA if one.api_out is not None and one.api_out.part == part}
    return (*(found.pop(name) for name in first), *found.values())


_ROW = _of_camera("", "id", "system", "number", "name", "place", "view", "state", "retention_days")
_FIELD = _of_camera("field", "longitude", "latitude")
_DEVICE = _of_camera("device", "maker", "model")

FieldOut: Any = create_model(
    "FieldOut",
    __base__=PositionOut,
    __doc__="Where a camera stands and looks; metres and degrees from north.",
    **{one.name: _told(one) for one in _FIELD if one.name not in PositionOut.model_fields},
)
DeviceOut: Any = create_model(
    "DeviceOut",
    __base__=Schema,
    __doc__="What kind of device; base data too.",
    **{one.name: _told(one) for one in _DEVICE},
)


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


class PlaceRoleOut(Schema):
    """A unit's role at a place."""

    place: UUID
    unit: UUID
    role: str
    since: date
    until: date | None


class SystemOut(Schema):
    """A system. Classified ones are never given (S20)."""

    id: UUID
    place: UUID
    name: str
    unit: UUID
    network: str
    state: str = Field(description=words_of_kind(SystemState) + ".")
    built_on: date | None
    mlps_level: int | None
    norm_version: str
    revision: int


def _camera_shape() -> dict[str, Any]:
    shape = {one.name: _told(one) for one in _ROW}
    shape["state"] = str, Field(description=words_of_kind(CameraState) + ".")
    before = {name: shape.pop(name) for name in list(shape)[: list(shape).index("retention_days") + 1]}
    return before | {"device": (DeviceOut | None, ...), "field": (FieldOut | None, ...)} | shape


CameraOut: Any = create_model(
    "CameraOut",
    __base__=Schema,
    __doc__="A camera: base data, never an address, a login or footage.",
    **_camera_shape(),
)


class FilingOut(Schema):
    """A filing that was handed in, or one that an import has begun. What is being filled in is a `FilingDraftOut`."""

    id: UUID
    system: UUID
    kind: str
    state: str = Field(description=words_of_kind(FilingState) + ".")
    submitted_on: date | None
    filed_on: date | None
    receipt: str
    returned_words: str
    content: dict[str, str]
    unclear: list[str]
    items: list[UUID]


class FilingDraftOut(Schema):
    """A filing that is being filled in, on the pages or by programs; it has no effect in law before it is handed in."""

    id: UUID
    system: UUID
    kind: str = Field(description="initial, legacy or change: what it will be when it is handed in.")
    content: dict[str, str] = Field(description="Answers by key; see `FilingContent`.")
    unclear: list[str] = Field(description="Keys that are answered 暂不清楚.")
    items: list[UUID] = Field(description="Papers of the system's file that go with it.")
    lacking: list[ProblemError] = Field(description="What has to be mended before it can be handed in.")
    warnings: list[ProblemError] = Field(description="What does not stop it but should be said.")
    changed_at: datetime
    changed_via: str = Field(description="Name of the program that changed it last; empty for a person at the page.")
    lapses_on: date | None = Field(
        description="When it is deleted if nobody goes on with it; null for one that an import began."
    )
    revision: int = Field(description="Also the answer's `ETag`; give it back in `If-Match`.")


class DossierItemOut(Schema):
    """A paper in the file of a system (S17). `GET /papers/{paper}` gives its bytes."""

    id: UUID
    system: UUID
    kind: str
    sort: str
    title: str
    number: str
    dated: date
    pages: int | None
    version: int
    replaces: UUID | None
    paper: UUID
    name: str
    media_type: str
    size: int
    sha256: str


class PaperOut(Schema):
    """A paper that was handed in. It is kept for good when something refers to it, `POST /dossier`; otherwise deleted at `lapses_at`."""

    id: UUID
    name: str
    media_type: str = Field(description="Found in its bytes.")
    size: int
    sha256: str
    lapses_at: datetime


class RemovalOut(Schema):
    """A removal; `first_day` is from when on it may be carried out (S18)."""

    id: UUID
    system: UUID
    whole: bool
    cameras: list[UUID]
    ground: str
    why: str
    planned: date
    state: str = Field(description=words_of_kind(RemovalState) + ".")
    reported_on: date | None
    acknowledged_on: date | None = Field(description="Police have read it; nothing hangs on that.")
    removed_on: date | None
    unauthorised: bool = Field(
        description="It was found when it had been done without a report: an incident (S18, N23(2))."
    )
    found_on: date | None = Field(description="When it was found.")
    first_day: date | None = Field(description="From when on it may be carried out; null before the report.")
    revision: int = Field(description="How many steps it has had; also the answer's `ETag`.")


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
    """A camera; what is base data, alone or in parts, only where `exact`."""
    located = exact and row.longitude is not None and row.latitude is not None
    return {
        **{one.name: _given(row, one) if exact or not one.base_data else None for one in _ROW},
        "device": {one.name: _given(row, one) for one in _DEVICE} if exact else None,
        "field": {one.name: _given(row, one) for one in _FIELD} if located else None,
    }


def _given(row: Camera, field: CameraField) -> Any:
    column: Any = row._meta.get_field(field.name)
    value = getattr(row, column.attname)
    return float(value) if isinstance(column, models.DecimalField) and value is not None else value


def filing_out(row: Filing) -> dict[str, Any]:
    """A filing with what it says."""
    return {
        "id": row.pk, "system": row.system_id, "kind": row.kind, "state": row.state, "submitted_on": row.submitted_on,
        "filed_on": row.filed_on, "receipt": row.receipt, "returned_words": row.returned_words,
        "content": {key: str(value) for key, value in row.content.items()}, "unclear": list(row.unclear),
        "items": [item.pk for item in row.items.all()],
    }  # fmt: skip


def removal_out(row: Removal, first: date | None, revision: int) -> dict[str, Any]:
    """A removal."""
    return {
        "id": row.pk, "system": row.system_id, "whole": row.whole, "cameras": [one.pk for one in row.cameras.all()],
        "ground": row.ground, "why": row.why, "planned": row.planned, "state": row.state,
        "reported_on": row.reported_on, "acknowledged_on": row.acknowledged_on, "removed_on": row.removed_on,
        "unauthorised": row.unauthorised, "found_on": row.found_on, "first_day": first, "revision": revision,
    }  # fmt: skip


def item_out(row: DossierItem) -> dict[str, Any]:
    """A paper in a system's file."""
    return {
        "id": row.pk, "system": row.system_id, "kind": row.kind, "sort": row.sort, "title": row.title,
        "number": row.number, "dated": row.dated, "pages": row.pages, "version": row.version, "replaces": row.replaces_id,
        "paper": row.paper_id, "name": row.paper.name, "media_type": row.paper.media_type, "size": row.paper.size,
        "sha256": row.paper.sha256,
    }  # fmt: skip
