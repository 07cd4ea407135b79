"""What somebody has begun to fill in: to go on with, or gone because nobody did (decision 0211)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people.permissions import Permission
from custodes.places.changes.gate import GUARDED
from custodes.places.drafts.keeping import lapses_at
from custodes.places.drafts.reach import editable_drafts
from custodes.places.filing.pressing import running
from custodes.places.models import Draft, DraftKind, Filing, FilingState
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits

SOON = timedelta(days=7)
"""So long before a draft lapses its line has the day on which it does."""
_BEGINS = {DraftKind.FILING: "places:filing_begin", DraftKind.REMOVAL: "places:removal_add"}


def gather(asking: Asking) -> list[Some[Waits]]:
    """By one question: drafts that lie, the one that lapses first at the head, and behind them those that have lapsed."""
    lapsed = Q(by=asking.person, lapsed_at__isnull=False, system__state__in=GUARDED)
    rows = Draft.objects.filter(lapsed | _begun(asking)).select_related("system", "changed_by")
    rows = rows.only("kind", "reached", "changed_at", "lapsed_at", "system__name", "changed_by__name")
    rows = rows.order_by(F("lapsed_at").asc(nulls_first=True), "changed_at", "pk")
    return [first_of(rows, asking.most, lambda row: _lapsed(row) if row.lapsed_at else _lies(asking, row))]


def _begun(asking: Asking) -> Q:
    if not asking.may & {Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS}:
        return Q(pk__in=[])
    rows, own = editable_drafts(asking.person, asking.at), Q(by=asking.person)
    if asking.standing.keeps:
        # What came back, and what has a last day, is told by a line of its own, which opens the draft.
        returned = Filing.objects.filter(asking.built(), state=FilingState.RETURNED)
        told_else = Q(system__in=returned.values("system")) | Q(system__in=running(asking.own).values("pk"))
        rows = rows.exclude(told_else, kind=DraftKind.FILING)
        own |= Q(system__in=asking.own.values("pk"))
    return Q(pk__in=rows.filter(own).values("pk"))


def _lies(asking: Asking, row: Draft) -> Waits:
    until = timezone.localdate(lapses_at(row))
    note = _("%(name)s 保存于 %(day)s；草稿保留至 %(until)s") % {
        "name": row.changed_by.name, "day": timezone.localdate(row.changed_at), "until": until,
    }  # fmt: skip
    name = _("继续填写%(kind)s：%(system)s") % {"kind": row.get_kind_display(), "system": row.system}
    due = until if until - asking.today <= SOON else None
    return Waits("draft", name, note, row.get_absolute_url(), due)


def _lapsed(row: Draft) -> Waits:
    name = _("草稿已失效：%(kind)s，%(system)s") % {"kind": row.get_kind_display(), "system": row.system}
    note = _("长期没有继续填写，所填内容已经删除。仍需办理的，请重新填写。")
    return Waits("lapsed", name, note, reverse(_BEGINS[DraftKind(row.kind)], args=[row.system_id]))
