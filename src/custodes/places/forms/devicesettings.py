"""The forms of the parts of a device that are set as a whole, by the name in the address."""

from __future__ import annotations

from custodes.places.forms.devicepart import PartForm
from custodes.places.forms.devicepicture import MaskForm, OsdForm, StreamsForm
from custodes.places.forms.devicerecording import AlarmForm, PlanForm

FORMS: dict[str, type[PartForm]] = {
    "osd": OsdForm,
    "plan": PlanForm,
    "video": StreamsForm,
    "mask": MaskForm,
    "alarm": AlarmForm,
}
