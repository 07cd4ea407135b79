"""Holds that wait for a person: one that is not in effect, a release for its second one, and those whose day of review has come (S33.2a)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Case, F, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.holds.awaited import beside, narrowed, needless
from custodes.access.holds.reach import releasable_holds, visible_holds
from custodes.access.holds.references import bare, referred
from custodes.access.holds.shortening import shortens
from custodes.access.models import OPEN, Hold, HoldState
from custodes.people.permissions import Permission
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits

SILENT = timedelta(minutes=1)
"""A hold that no worker has answered for so long needs somebody: footage past its term may go meanwhile."""
MOST_ASKED = 1000
"""Beyond so many that wait the database finds out by itself whose they are."""
_NAMES = {
    "hold_silent": gettext_noop("保全尚未生效：%(name)s"),
    "hold_release": gettext_noop("待确认解除保全：%(name)s"),
    "hold_review": gettext_noop("保全到期复核：%(name)s"),
    "hold_shorten": gettext_noop("所依据的申请已经缩小范围，可以缩小保全范围：%(name)s"),
    "hold_kept": gettext_noop("缩小后的范围另有保全，可以提请解除原保全：%(name)s"),
    "hold_needless": gettext_noop("所依据的申请已经撤回、不予提供或者办结，可以提请解除保全：%(name)s"),
}


def gather(asking: Asking) -> list[Some[Waits]]:
    """Of each hold its most pressing line, by one question about those that wait for anybody. Who asked for a release does not wait for themselves."""
    places, releases = (one in asking.may for one in (Permission.PLACE_HOLDS, Permission.RELEASE_HOLDS))
    if not (places or releases):
        return []
    # Of the thousands that are in force few wait for anybody; for whom is asked of these alone.
    open_ones = Hold.objects.filter(state__in=[one.value for one in OPEN])
    waiting = open_ones.alias(bare=bare()).filter(_silent(asking) | _ending(asking)).values_list("pk", flat=True)
    keys = list(waiting[:MOST_ASKED])
    if not keys:
        return []
    found = Q(pk__in=keys) if len(keys) < MOST_ASKED else _silent(asking) | _ending(asking)
    waits = Q(pk__in=[])
    if places:
        waits |= _silent(asking) & Q(pk__in=visible_holds(asking.person, asking.at).values("pk"))
    if releases:
        waits |= _ending(asking) & Q(pk__in=releasable_holds(asking.person, asking.at).values("pk"))
    rows = open_ones.alias(bare=bare()).annotate(beside=beside()).filter(found, waits)
    pressing = Case(
        When(_silent(asking) | Q(review_on__lt=asking.today), 0), When(review_on=asking.today, then=1), default=2
    )
    return [first_of(rows.order_by(pressing, "review_on", "pk"), asking.most, lambda row: _told(row, asking))]


def _silent(asking: Asking) -> Q:
    return Q(effective_version__lt=F("version"), placed_at__lte=asking.at - SILENT)


def _ending(asking: Asking) -> Q:
    """A release for its second one, a day of review that has come, what is needed no more, and what is wider than its request."""
    second = Q(state=HoldState.RELEASE_ASKED) & ~Q(release_by=asking.person)
    # The unit releases it, by two: neither a withdrawal nor a refusal does that by itself.
    return second | Q(review_on__lte=asking.today) | (Q(state=HoldState.HELD) & (needless() | Q(narrowed())))


def _told(row: Hold, asking: Asking) -> Waits:
    """Whoever only sees a hold has it here because no worker has answered; all else is of who may release it."""
    due = row.review_on if row.review_due(asking.today) else None
    if not row.in_effect and row.placed_at <= asking.at - SILENT and Permission.PLACE_HOLDS in asking.may:
        what, due = "hold_silent", None
    elif row.state == HoldState.RELEASE_ASKED and row.release_by_id != asking.person.pk:
        what = "hold_release"
    elif due is not None:
        what = "hold_review"
    else:
        what = _narrowed_or_needless(row)
    late = what == "hold_silent" or (due is not None and due < asking.today)
    return Waits(what, _(_NAMES[what]) % {"name": row.case_name}, row.number, row.get_absolute_url(), due, late)


def _narrowed_or_needless(row: Any) -> str:
    """As the page of the hold has it: shortened once, and behind that released as any other."""
    if not referred(row.request):
        return "hold_needless"
    return "hold_shorten" if not row.beside or shortens(row) else "hold_kept"
