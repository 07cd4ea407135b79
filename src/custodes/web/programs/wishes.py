"""The shapes of what is sent. Each field is described well enough to fill it in without asking."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.utils import translation
from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints, create_model

from custodes.places.filing.fields import FIELDS
from custodes.places.models import PaperKind, PaperSort, PlaceRoleKind, Site, System

#: PostgreSQL stores no NUL, and what turns the writing direction makes a record read otherwise than it is.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00\u202a-\u202e\u2066-\u2069]*$")]


class Strict(Schema):
    """A field that is none is told, not passed over."""

    model_config = ConfigDict(extra="forbid")


def choices_of(model: Any, field: str) -> str:
    """What may stand in a field of the register, with the words of the pages."""
    return said_of(model._meta.get_field(field).flatchoices)


def said_of(choices: Any) -> str:
    """What may stand there, with the words of the pages."""
    with translation.override("zh-hans"):
        return "; ".join(f"{value} = {label}" for value, label in choices if value != "")


def words_of_kind(kind: Any) -> str:
    """What may stand there, with the words of the pages."""
    with translation.override("zh-hans"):
        return "; ".join(f"{one.value or '(empty)'} = {one.label}" for one in kind)


_BOTH = " Both co-ordinates or neither."


class _PlaceFields(Strict):
    name: Text = Field("", description="At most 120 characters.")
    category: int | None = Field(None, description="Item of article 9: " + choices_of(Site, "category") + ".")
    address: Text = Field("", description="At most 200 characters.")
    division: Text = Field("", description="GB/T 2260 code of the county, such as 540102.")
    unit: UUID | None = Field(None, description="`id` of `GET /units`; one of the person's own.")
    basis: Text = Field("", description="Ground of installation: " + choices_of(Site, "basis") + ".")
    decision: Text = Field("", description="Item 14 alone: the written decision and its number.")
    necessity: Text = Field("", description="Why it is needed for public safety (N7.3, S9).")
    key_parts: Text = Field("", description="Document that names the key parts (N7.2).")
    secret_near: Text = Field(
        "", description="Military or secret units beside it: " + choices_of(Site, "secret_near") + "."
    )
    consent: Text = Field("", description="Number of their consent (N10).")
    longitude: Text = Field("", description="Decimal degrees of CGCS2000, at most six places." + _BOTH)
    latitude: Text = Field("", description="As `longitude`." + _BOTH)
    plate: Text = Field("", description="Of a vehicle or ship.")
    route: Text = Field("", description="Of a vehicle or ship.")
    classified: bool = Field(
        False, description="A place of a classified system is refused and nothing of it is kept (S20)."
    )


class PlaceIn(_PlaceFields):
    """A place that is entered. What is left out is empty; the register's own form checks it."""

    name: Text = Field(description="At most 120 characters.")
    category: int = Field(description="Item of article 9: " + choices_of(Site, "category") + ".")
    address: Text = Field(description="At most 200 characters.")
    division: Text = Field(description="GB/T 2260 code of the county, such as 540102.")
    unit: UUID = Field(description="`id` of `GET /units`; one of the person's own.")


class PlacePatch(_PlaceFields):
    """What changes of a place. What is left out stays; an empty text empties."""


class PlaceRoleIn(Strict):
    """What a unit is to a place (S11.2)."""

    role: Text = Field(description=words_of_kind(PlaceRoleKind) + ".")
    unit: UUID | None = Field(None, description="`id` of `GET /units`; or `uscc`.")
    uscc: Text = Field("", description="The unit by its credit code (GB 32100), wherever it is registered.")
    since: date = Field(description="From when on.")
    until: date | None = Field(None, description="Its last day, where it is known.")


class _SystemFields(Strict):
    name: Text = Field("", description="At most 120 characters.")
    unit: UUID | None = Field(None, description="The responsible unit: `id` of `GET /units`.")
    network: Text = Field("", description=choices_of(System, "network") + ".")
    mlps_level: int | None = Field(None, description="等级保护: " + choices_of(System, "mlps_level") + ".")
    mlps_number: Text = Field("", description="Its number.")
    norm_version: Text = Field("", description="Technical norm that the design rests on (S12.2).")
    classified: bool = Field(False, description="A classified system is refused and nothing of it is kept (S20).")


class SystemIn(_SystemFields):
    """A system that is planned: it begins its life as `proposed`."""

    place: UUID = Field(description="`id` of `GET /places`; a place that the person may change.")
    name: Text = Field(description="At most 120 characters.")
    unit: UUID = Field(description="The responsible unit: `id` of `GET /units`.")
    network: Text = Field(description=choices_of(System, "network") + ".")


class SystemPatch(_SystemFields):
    """What changes of a system. What is left out stays; its state changes by steps alone."""


class FilingBegin(Strict):
    """Which system is to be filed."""

    system: UUID = Field(description="`id` of `GET /systems`; accepted or in use.")


def _about(field: Any) -> str:
    with translation.override("zh-hans"):
        needed = "has to be there when it is handed in" if field.required else "may be in `unclear` instead"
        most = f"at most {field.most} characters"
        return f"{field.label} ({field.clause}): {needed}; {most}. {field.hint}".strip()


FilingContent = create_model(
    "FilingContent",
    __base__=Strict,
    __doc__="Answers of a filing, each as text; days as `YYYY-MM-DD`. What is left out is empty.",
    **{field.key: (Text, Field("", description=_about(field))) for field in FIELDS},  # type: ignore[call-overload]
)


class FilingIn(Strict):
    """All answers of a filing: they replace those that are there."""

    content: FilingContent
    unclear: list[Text] = Field([], description="Keys that are answered 暂不清楚; of those that may be.")
    items: list[UUID] = Field(
        [],
        description="`id` of `GET /dossier`, of this system. A new system needs a design and an acceptance paper (S16.2a).",
    )


class DossierIn(Strict):
    """A paper for the file of a system, or a newer version of one that is there."""

    system: UUID = Field(description="`id` of `GET /systems`.")
    paper: UUID = Field(description="`id` that `POST /papers` gave; each is used once.")
    kind: Text = Field(description=words_of_kind(PaperKind) + ".")
    sort: Text = Field("", description="Where a step asks for it by name: " + words_of_kind(PaperSort) + ".")
    title: Text = Field(description="At most 120 characters.")
    number: Text = Field("", description="Number of the document; at most 80 characters.")
    dated: date = Field(description="Day of the document; not in the future.")
    pages: int | None = Field(None, description="How many.")
    replaces: UUID | None = Field(
        None, description="`id` of the newest version that it replaces; that one stays in the file."
    )
