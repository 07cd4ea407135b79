"""A field more in the table and in the model, and where it has got to; run by `test_fields` in a process of its own.

The field is here before anything is derived from the table, as if it stood in `places/fields.py` and `models/camera.py`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
from django.db import models
from django.db.models.signals import class_prepared

from custodes.places import fields

POLE = fields.Field(
    "pole",
    fields.Group.SPOT,
    "立杆编号",
    "见立杆铭牌。",
    base_data=True,
    needs_leave=fields.STANDS,
    told_to_node=True,
    batched=True,
    shown=True,
    importable=fields.Cell(("杆号",), "没有的留空。", ("P-17", "")),
    exported=True,
    api_in="Number of its pole.",
    api_out=fields.Out(),
    clause="S15",
)


def add_column(sender: Any, **_more: Any) -> None:
    """Where `models/camera.py` would have it."""
    if sender.__name__ == "Camera":
        models.CharField("立杆编号", max_length=20, blank=True).contribute_to_class(sender, "pole")


def reached() -> dict[str, Any]:
    """Where it is, by what a person would look at."""
    from custodes.places import register
    from custodes.places.bulk.columns import SHEET as CONNECTING
    from custodes.places.bulk.registering import RECORDED
    from custodes.places.changes.editing import kind_of
    from custodes.places.changes.gate import COVERED, held_of, touched
    from custodes.places.changes.gathering import in_words
    from custodes.places.forms.batch import RowForm
    from custodes.places.forms.camera import CameraForm
    from custodes.places.importing.cameras import _COLUMNS, _cell
    from custodes.places.importing.cameras import SHEET as REGISTER
    from custodes.places.models import BatchRow, Camera, ChangeKind
    from custodes.places.models.recorded import CAMERA_FIELDS
    from custodes.places.views.camera_field import plain_facts
    from custodes.places.views.exports import EXPORTS
    from custodes.web.programs.cameras import _CLAUSES
    from custodes.web.programs.camerawishes import CameraIn, CameraPatch
    from custodes.web.programs.schemas import CameraOut, camera_out

    before, after = Camera(name="校门", pole="P-17"), Camera(name="校门", pole="P-18")
    (column,) = [one for one in EXPORTS[0].fields if str(one.label) == "立杆编号"]
    masked = [(str(label), str(said)) for label, said in plain_facts(before, fields.Group.SPOT)]
    before.exact = True
    plain = [(str(label), str(said)) for label, said in plain_facts(before, fields.Group.SPOT)]
    return {
        "form": (
            "pole" in CameraForm.base_fields,
            "pole" in CameraForm.SECTIONS[0][1],
            str(CameraForm.base_fields["pole"].help_text),
        ),
        "batch": (
            "pole" in RowForm.base_fields,
            hasattr(BatchRow, "pole"),
            CONNECTING.key_of("杆号"),
            "pole" in RECORDED,
        ),
        "import": (REGISTER.key_of("立杆编号"), "pole" in _COLUMNS, _cell(POLE)(" P-17".strip())),
        "export": (column.value(before), column.exact),
        "api in": ("pole" in CameraIn.model_fields, "pole" in CameraPatch.model_fields, _CLAUSES["pole"]),
        "api out": (
            "pole" in CameraOut.model_fields,
            camera_out(before, True)["pole"],
            camera_out(before, False)["pole"],
        ),
        "record": ("pole" in CAMERA_FIELDS, register.changed_fields(before, after, CAMERA_FIELDS)["pole"]),
        "gate": (touched(before, after), kind_of(("pole",)), "pole" in COVERED[ChangeKind.TURN]),
        "said of a change": in_words(held_of(before)),
        "node": "pole" in register._ASSIGNED,
        "page": (("立杆编号", "限制查阅") in masked, ("立杆编号", "P-17") in plain),
    }


if __name__ == "__main__":
    fields.CAMERA = (*fields.CAMERA, POLE)
    class_prepared.connect(add_column)
    django.setup()
    json.dump(reached(), sys.stdout, ensure_ascii=False)
