"""What position and field of view have to be together, in the form of one camera and in a row of a table."""

from __future__ import annotations

from typing import Any

from django import forms

from custodes.places.models import Camera
from custodes.places.together import add_unfit, camera_unfit


class Degrees(forms.DecimalField):
    """A longitude or latitude: more places than the register holds are rounded to them, as in a table (`importing.cells`)."""

    def to_python(self, value: Any) -> Any:
        """The rounded number; what is none, or far from any degree, as it came: the bounds refuse it."""
        number = super().to_python(value)
        if number is None or not number.is_finite() or abs(number) > 1000:
            return number
        return round(number, self.decimal_places or 0)


def of_camera(name: str) -> Any:
    """The form field of a camera's column, optional as there and within the same bounds; degrees are rounded to its places."""
    column: Any = Camera._meta.get_field(name)
    made = column.formfield(form_class=Degrees) if name in ("longitude", "latitude") else column.formfield()
    made.validators = [*made.validators, *column.validators]
    return made


def check_whole(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """As `together.camera_unfit`."""
    add_unfit(form, camera_unfit(data))
