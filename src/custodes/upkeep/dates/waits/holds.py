"""Holds that wait for a person: one that is not in effect, a release for its second one, and those whose day of review has come (S33.2a)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from custodes.access.holds.awaited import decided
from custodes.access.holds.reach import releasable_holds, visible_holds
from custodes.access.models import OPEN, Hold, HoldState
from custodes.people.permissions import Permission
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits

SILENT = timedelta(minutes=1)
"""A hold that no worker has answered for so long needs somebody: footage past its term may go meanwhile."""


def gather(asking: Asking) -> list[Some[Waits]]:
    """Those that the person may release; who asked for a release does not wait for themselves."""
    found: list[Some[Waits]] = []
    if Permission.PLACE_HOLDS in asking.may:
        silent = visible_holds(asking.person, asking.at).filter(
            effective_version__lt=F("version"), placed_at__lte=asking.at - SILENT, state__in=[one.value for one in OPEN]
        )
        found.append(first_of(silent.order_by("placed_at", "pk"), asking.most, _silent))
    if Permission.RELEASE_HOLDS not in asking.may:
        return found
    rows = releasable_holds(asking.person, asking.at)
    second = rows.filter(state=HoldState.RELEASE_ASKED).exclude(release_by=asking.person)
    due = rows.filter(state__in=[one.value for one in OPEN], review_on__lte=asking.today)
    # The unit releases it, by two: neither a withdrawal nor a refusal does that by itself.
    needless = decided(rows.filter(state=HoldState.HELD)).exclude(review_on__lte=asking.today)
    return [
        *found,
        first_of(needless.order_by("review_on", "pk"), asking.most, _needless),
        first_of(second.order_by("release_asked_at", "pk"), asking.most, _second),
        first_of(due.order_by("review_on", "pk"), asking.most, _due),
    ]


def _silent(row: Hold) -> Waits:
    return Waits(
        "hold_silent",
        _("保全尚未生效：%(name)s") % {"name": row.case_name},
        row.number,
        row.get_absolute_url(),
        late=True,
    )


def _second(row: Hold) -> Waits:
    return Waits(
        "hold_release", _("待确认解除保全：%(name)s") % {"name": row.case_name}, row.number, row.get_absolute_url()
    )


def _needless(row: Hold) -> Waits:
    name = _("所依据的申请已经撤回、不予提供或者办结，可以提请解除保全：%(name)s") % {"name": row.case_name}
    return Waits("hold_needless", name, row.number, row.get_absolute_url())


def _due(row: Hold) -> Waits:
    name = _("保全到期复核：%(name)s") % {"name": row.case_name}
    return Waits("hold_review", name, row.number, row.get_absolute_url(), due=row.review_on)
