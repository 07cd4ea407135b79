"""What position and field of view have to be together, in the form of one camera and in a row of a table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.places.models import Camera

POSITION = ("longitude", "latitude", "mount_height", "azimuth", "angle", "reach")
"""Columns of a camera."""

_FIELD = ("azimuth", "angle", "reach")


def of_camera(name: str) -> Any:
    """The form field of a camera's column, optional as there and within the same bounds."""
    column: Any = Camera._meta.get_field(name)
    made = column.formfield()
    made.validators = [*made.validators, *column.validators]
    return made


def check_whole(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """Both co-ordinates or none; azimuth, angle and range together, and never without a position."""
    wrong = form.errors.keys()
    if (data.get("longitude") is None) != (data.get("latitude") is None) and not ({"longitude", "latitude"} & wrong):
        form.add_error("latitude", _("经度和纬度要么都填，要么都不填。"))
    given = [data.get(name) is not None for name in _FIELD]
    if any(given) and not all(given) and not (set(_FIELD) & wrong):
        form.add_error("reach", _("方位角、水平视角和可视距离要么都填，要么都不填。"))
    elif all(given) and data.get("longitude") is None and "longitude" not in wrong:
        form.add_error("longitude", _("填写视场的，请同时填写经度和纬度。"))
