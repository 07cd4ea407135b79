"""What position and field of view have to be together, in the form of one camera and in a row of a table."""

from __future__ import annotations

from typing import Any

from django import forms

from custodes.places.models import Camera
from custodes.places.together import add_unfit, camera_unfit

POSITION = ("longitude", "latitude", "mount_height", "azimuth", "angle", "reach")
"""Columns of a camera."""


def of_camera(name: str) -> Any:
    """The form field of a camera's column, optional as there and within the same bounds."""
    column: Any = Camera._meta.get_field(name)
    made = column.formfield()
    made.validators = [*made.validators, *column.validators]
    return made


def check_whole(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """Both co-ordinates or none; azimuth, angle and range together, and never without a position."""
    add_unfit(form, camera_unfit(data))
