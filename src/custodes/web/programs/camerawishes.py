"""The shapes of what is sent for a camera. Its address and its login are no part of them: they are entered and tried at the page."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models
from ninja import Field
from pydantic import create_model

from custodes.places.changes.gate import Why
from custodes.places.doubts import zone_choices
from custodes.places.fields import CAMERA
from custodes.places.fields import Field as CameraField
from custodes.places.models import Camera, RetirementBasis
from custodes.web.programs.lifewishes import Words
from custodes.web.programs.wishes import Strict, Text, choices_of, said_of, words_of_kind


class WishBasis(StrEnum):
    """On what a change of a camera in use rests, where no approved change covers it."""

    CORRECTION = Why.CORRECTION.value
    FOUND = Why.FOUND.value


def _shape(field: CameraField, *, needed: bool = False) -> Any:
    """Type and description of what is sent for a field; what is left out is empty."""
    column: Any = Camera._meta.get_field(field.name)
    about = field.api_in
    if column.choices:
        about += choices_of(Camera, field.name) + "."
    if isinstance(column, models.BooleanField):
        return bool, Field(column.default, description=about)
    if isinstance(column, models.PositiveSmallIntegerField):
        return int | None, Field(None, description=about)
    return (Text, Field(description=about)) if needed else (Text, Field("", description=about))


_Fields: Any = create_model("_Fields", __base__=Strict, **{one.name: _shape(one) for one in CAMERA if one.api_in})


class _CameraFields(_Fields):
    zone: Text = Field("", description="Where nothing may be installed (S10, N8.1): " + said_of(zone_choices()) + ".")
    sign: UUID | None = Field(None, description="Picture of its sign (S15): `id` that `POST /papers` gave.")
    mask: UUID | None = Field(None, description="Picture that shows the mask (S10(2)): `id` that `POST /papers` gave.")


_Needed: Any = create_model(
    "_Needed",
    __base__=_CameraFields,
    **{one.name: _shape(one, needed=True) for one in CAMERA if one.api_in and one.needed},
)


class CameraIn(_Needed):
    """A camera that is entered. It takes in nothing before a person has entered and tried its address at the page."""

    system: UUID = Field(description="`id` of `GET /systems`; one whose cameras the person tends.")


class CameraPatch(_CameraFields):
    """What changes of a camera. What is left out stays; an empty text empties. `zone` is asked anew each time."""

    basis: WishBasis | None = Field(
        None,
        description="Of one in use, for place, view, field, direction and device, where no approved change covers it (S34(7)):"
        " correction = 更正登记, nothing changed there; found = 擅自改变, it was changed already and is an incident.",
    )
    basis_words: Words = Field("", description="Why, or what is known; with `basis`.")
    found_on: date | None = Field(None, description="With `found`: the day of it, or of its discovery.")


class RetireIn(Strict):
    """Why it is taken out of use, on what that rests and until when."""

    reason: Text = Field(description="At most 200 characters (S34(6)).", max_length=200)
    basis: Text = Field("", description="Of one in use: " + words_of_kind(RetirementBasis) + ".")
    until: date | None = Field(
        None, description="Of one in use: the last day on which it may be out; past it an alarm stands."
    )
    issuer: Text = Field("", description="With `order`: the authority.")
    order_number: Text = Field("", description="With `order`: its number.")
