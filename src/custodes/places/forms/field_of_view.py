"""What position and field of view have to be together, in the form of one camera and in a row of a table."""

from __future__ import annotations

from typing import Any

from django import forms

from custodes.places.models import Camera
from custodes.places.together import add_unfit, camera_unfit

TURNING = ("tilt_low", "tilt_high", "turns_pan", "turns_low", "turns_high")
"""Columns of a camera that turns."""

POSITION = ("longitude", "latitude", "mount_height", "azimuth", "angle", "reach", *TURNING)
"""Columns of any."""


def of_camera(name: str) -> Any:
    """The form field of a camera's column, optional as there and within the same bounds."""
    column: Any = Camera._meta.get_field(name)
    made = column.formfield()
    made.validators = [*made.validators, *column.validators]
    return made


def check_whole(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """As `together.camera_unfit`."""
    add_unfit(form, camera_unfit(data))
