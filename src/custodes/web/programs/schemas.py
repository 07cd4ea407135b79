"""The shapes of what is given. Names are the register's; ids are UUIDs; days are `YYYY-MM-DD`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

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


class FieldOut(PositionOut):
    """Where a camera stands and looks; metres and degrees from north."""

    mount_height: float | None
    azimuth: float | None
    angle: float | None
    reach: int | None
    tilt_low: float | None = Field(description="Lowest declared elevation; 0 is the horizon, down negative.")
    tilt_high: float | None


class DeviceOut(Schema):
    """What kind of device; base data too."""

    maker: str
    model: str
    turns_pan: float | None = Field(description="Degrees that it turns sideways from end to end, by its data sheet.")
    turns_low: float | None = Field(description="Lowest tilt by its data sheet; 0 is the horizon, down negative.")
    turns_high: float | None
    voice_output: str = Field(
        description="Code of the voice output through which one speaks there; empty where nobody can."
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


class CameraOut(Schema):
    """A camera: base data, never an address, a login or footage."""

    id: UUID
    system: UUID
    number: str
    name: str
    place: str
    view: str
    state: str = Field(description=words_of_kind(CameraState) + ".")
    retention_days: int
    device: DeviceOut | None
    field: FieldOut | None
    presets_only: bool = Field(description="Whether it is turned to presets alone, and not by hand.")
    revision: int


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
    lapses_on: date = Field(description="When it is deleted if nobody goes on with it.")
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
    """A camera; device, position and field of view only where `exact`."""
    field = None
    if exact and row.longitude is not None and row.latitude is not None:
        field = {
            "longitude": float(row.longitude), "latitude": float(row.latitude), "mount_height": _number(row.mount_height),
            "azimuth": _number(row.azimuth), "angle": _number(row.angle), "reach": row.reach,
            "tilt_low": _number(row.tilt_low), "tilt_high": _number(row.tilt_high),
        }  # fmt: skip
    device = {
        "maker": row.maker, "model": row.model, "turns_pan": _number(row.turns_pan), "turns_low": _number(row.turns_low),
        "turns_high": _number(row.turns_high), "voice_output": row.voice_output,
    }  # fmt: skip
    return {
        "id": row.pk, "system": row.system_id, "number": row.number, "name": row.name, "place": row.place,
        "view": row.view, "state": row.state, "retention_days": row.retention_days, "revision": row.revision,
        "device": device if exact else None, "field": field, "presets_only": row.presets_only,
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


def removal_out(row: Removal, first: date | None, revision: int) -> dict[str, Any]:
    """A removal."""
    return {
        "id": row.pk, "system": row.system_id, "whole": row.whole, "cameras": [one.pk for one in row.cameras.all()],
        "ground": row.ground, "why": row.why, "planned": row.planned, "state": row.state,
        "reported_on": row.reported_on, "acknowledged_on": row.acknowledged_on, "removed_on": row.removed_on,
        "first_day": first, "revision": revision,
    }  # fmt: skip


def item_out(row: DossierItem) -> dict[str, Any]:
    """A paper in a system's file."""
    return {
        "id": row.pk, "system": row.system_id, "kind": row.kind, "sort": row.sort, "title": row.title,
        "number": row.number, "dated": row.dated, "pages": row.pages, "version": row.version, "replaces": row.replaces_id,
        "paper": row.paper_id, "name": row.paper.name, "media_type": row.paper.media_type, "size": row.paper.size,
        "sha256": row.paper.sha256,
    }  # fmt: skip
