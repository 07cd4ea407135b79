"""Holds that wait for a person: a release for its second one, and those whose day of review has come (S33.2a)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.access.holds.reach import releasable_holds
from custodes.access.models import OPEN, Hold, HoldState
from custodes.people.permissions import Permission
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits


def gather(asking: Asking) -> list[Some[Waits]]:
    """Those that the person may release; who asked for a release does not wait for themselves."""
    if Permission.RELEASE_HOLDS not in asking.may:
        return []
    rows = releasable_holds(asking.person, asking.at)
    second = rows.filter(state=HoldState.RELEASE_ASKED).exclude(release_by=asking.person)
    due = rows.filter(state__in=[one.value for one in OPEN], review_on__lte=asking.today)
    return [
        first_of(second.order_by("release_asked_at", "pk"), asking.most, _second),
        first_of(due.order_by("review_on", "pk"), asking.most, _due),
    ]


def _second(row: Hold) -> Waits:
    return Waits(
        "hold_release", _("待确认解除保全：%(name)s") % {"name": row.case_name}, row.number, row.get_absolute_url()
    )


def _due(row: Hold) -> Waits:
    name = _("保全到期复核：%(name)s") % {"name": row.case_name}
    return Waits("hold_review", name, row.number, row.get_absolute_url(), due=row.review_on)
