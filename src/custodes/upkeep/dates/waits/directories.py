"""Directories of systems that must connect that wait for approval (S25), for who manages sharing and took no part in them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.people.permissions import Permission
from custodes.sharing.models import Directory
from custodes.sharing.reach import awaiting
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits


def gather(asking: Asking) -> list[Some[Waits]]:
    """By one question."""
    if Permission.MANAGE_SHARING not in asking.may:
        return []
    rows = awaiting(asking.person, asking.at).select_related("unit").order_by("begun_at", "pk")
    return [first_of(rows.only("version", "unit__name"), asking.most, _told)]


def _told(row: Directory) -> Waits:
    name = _("待批准的应当接入目录：%(unit)s第 %(version)d 版") % {"unit": row.unit.name, "version": row.version}
    return Waits("directory", name, "", row.get_absolute_url())
