"""The shapes of what is sent for a camera. Its address and its login are no part of them: they are entered and tried at the page."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from ninja import Field

from custodes.places.changes.gate import Why
from custodes.places.models import Camera, Grade
from custodes.places.screening import zone_choices
from custodes.web.programs.lifewishes import Words
from custodes.web.programs.wishes import Strict, Text, choices_of, said_of

_FIELD = " Azimuth, angle and reach all or none, with the position."
_TILT = " Degrees, 0 the horizon, down negative; of one that turns. Both or none."
_TURNS = " By its data sheet, for one that names no degrees. `turns_pan`, `turns_low` and `turns_high` all or none."
_BASE = " Base data (S33.1)."


class Basis(StrEnum):
    """On what a change of a camera in use rests, where no approved change covers it."""

    CORRECTION = Why.CORRECTION.value
    FOUND = Why.FOUND.value


class _CameraFields(Strict):
    number: Text = Field("", description="Once in a system, such as 0101; at most 32 characters.")
    name: Text = Field("", description="At most 120 characters.")
    place: Text = Field("", description="Where it is mounted; at most 200 characters." + _BASE)
    view: Text = Field("", description="The fixed field that it takes in (S15); at most 200 characters.")
    zone: Text = Field("", description="Where nothing may be installed (S10, N8.1): " + said_of(zone_choices()) + ".")
    screening_note: Text = Field(
        "", description="Where name or place mention such a spot: why its inside is not taken in."
    )
    longitude: Text = Field("", description="Decimal degrees of CGCS2000, at most six places; with `latitude`." + _BASE)
    latitude: Text = Field("", description="As `longitude`.")
    mount_height: Text = Field("", description="Metres, one place." + _BASE)
    azimuth: Text = Field("", description="Degrees from north, one place." + _FIELD)
    angle: Text = Field("", description="Degrees from side to side, one place." + _FIELD)
    reach: int | None = Field(None, description="Metres." + _FIELD)
    tilt_low: Text = Field("", description="Lowest elevation of the middle of the picture, one place." + _TILT)
    tilt_high: Text = Field("", description="Highest." + _TILT)
    turns_pan: Text = Field("", description="Degrees that the device turns sideways from end to end." + _TURNS)
    turns_low: Text = Field("", description="Lowest tilt of the device." + _TURNS)
    turns_high: Text = Field("", description="Highest tilt of the device." + _TURNS)
    presets_only: bool = Field(False, description="Whether it is turned to presets alone, and not by hand.")
    voice_output: Text = Field(
        "",
        description="Code of 20 digits of the voice output (type 137) through which one speaks there, or the channel's or device's own;"
        " only of a channel of a GB/T 28181 device." + _BASE,
    )
    overlap_reason: Text = Field("", description="Where others see its field already: why it is needed (S8.3).")
    mask_zone: Text = Field(
        "", description="A zone that it touches and that a mask covers: " + choices_of(Camera, "mask_zone") + "."
    )
    maker: Text = Field(
        "", description="At most 80 characters; acceptance asks for a certificate of the model (S13.1)." + _BASE
    )
    model: Text = Field("", description="As `maker`.")
    node: Text = Field("", description="Name of its media node; with one alone it need not be said.")
    record: bool = Field(True, description="Whether it is recorded.")
    retention_days: int | None = Field(None, description="30 or more (S32); 30 when it is left out.")
    grade: int | None = Field(
        None, description="What is kept longest when the disk gets short: " + said_of(Grade.choices) + "."
    )
    sign: UUID | None = Field(None, description="Picture of its sign (S15): `id` that `POST /papers` gave.")
    mask: UUID | None = Field(None, description="Picture that shows the mask (S10(2)): `id` that `POST /papers` gave.")


class CameraIn(_CameraFields):
    """A camera that is entered. It takes in nothing before a person has entered and tried its address at the page."""

    system: UUID = Field(description="`id` of `GET /systems`; one whose cameras the person tends.")
    number: Text = Field(description="Once in a system, such as 0101; at most 32 characters.")
    name: Text = Field(description="At most 120 characters.")
    place: Text = Field(description="Where it is mounted; at most 200 characters." + _BASE)


class CameraPatch(_CameraFields):
    """What changes of a camera. What is left out stays; an empty text empties. `zone` is asked anew each time."""

    basis: Basis | None = Field(
        None,
        description="Of one in use, for place, view, field, direction and device, where no approved change covers it (S34(7)):"
        " correction = 更正登记, nothing changed there; found = 擅自改变, it was changed already and is an incident.",
    )
    basis_words: Words = Field("", description="Why, or what is known; with `basis`.")
    found_on: date | None = Field(None, description="With `found`: the day of it, or of its discovery.")


class RetireIn(Strict):
    """Why it is taken out of use."""

    reason: Text = Field(description="At most 200 characters (S34(6)).", max_length=200)
