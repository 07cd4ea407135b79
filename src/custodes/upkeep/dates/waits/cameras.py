"""Cameras of systems in use that lack sign, field, mask or the reason of an overlap (S8.3, S10(2), S15): a line a system."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.people.permissions import Permission
from custodes.places.lifecycle.added import Owed, lacking, owed_of
from custodes.places.models import System
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some
from custodes.upkeep.dates.waits.waits import Waits, pressing

LOOKED = 60
"""Systems whose cameras are looked at, so that the first of the list are the most pressing: more than a unit tends."""
_NAMED = 3


def gather(asking: Asking) -> list[Some[Waits]]:
    """The systems, those with a day that has passed first."""
    if Permission.MANAGE_CAMERAS not in asking.may:
        return []
    rows, looked = lacking(asking.tended, asking.terms), max(asking.most, LOOKED)
    systems = list(rows.select_related("site")[: looked + 1])
    owed = owed_of(systems[:looked], asking.today, asking.terms)
    found = [_told(system, owed[system.pk]) for system in systems if system.pk in owed]
    count = len(found) if len(systems) <= looked else rows.count()
    return [Some(sorted(found, key=pressing)[: asking.most], count)]


def _told(system: System, owed: list[Owed]) -> Waits:
    names = _("、").join(one.camera.name for one in owed[:_NAMED])
    note = _("%(count)d 个点位：%(names)s") % {"count": len(owed), "names": names}
    name = _("补齐点位的标志和采集范围：%(system)s") % {"system": system}
    return Waits("owed", name, note, f"{system.get_absolute_url()}#owed", owed[0].due, owed[0].late)
