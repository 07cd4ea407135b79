"""What somebody else changed in a row since a program read it (R8)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.places.models import RowEdit
from custodes.web.programs.etags import changed
from custodes.web.programs.problems import Problem

#: Columns that have another name on the wire.
_NAMED = {"sign_paper": "sign", "mask_paper": "mask"}


def edited(row: Any, seen: int) -> Problem:
    """412, naming the fields of a row of the register that were changed after the revision `seen`, and when."""
    edits = RowEdit.objects.filter(object=row._meta.label_lower, object_id=row.pk, revision__gt=seen)
    last = {name: edit.at for edit in edits.order_by("revision") for name in edit.changes} if seen >= 0 else {}
    words = _("“%(field)s”已于 %(at)s 被修改")
    told = [
        (_NAMED.get(name, name), words % {"field": row._meta.get_field(name).verbose_name, "at": timezone.localtime(at).strftime("%Y-%m-%d %H:%M")})
        for name, at in last.items()
    ]  # fmt: skip
    return changed(row.revision, told)
