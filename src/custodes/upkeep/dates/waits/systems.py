"""What waits about systems: filings and removals to take, to mend or to say that they are done (S16.2, S18); drafts to go on with, or gone
because nobody did (decision 0222); changes (S34(7), N14); declared kinds of case; cameras that lack sign, field, mask or the reason of an
overlap (S8.3, S10(2), S15).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.cases.kind import Wait
from custodes.cases.registry import registry
from custodes.people.permissions import Permission
from custodes.places.changes.clock import to_file
from custodes.places.changes.gate import GUARDED
from custodes.places.drafts.keeping import editable_drafts, lapses_on
from custodes.places.filing.clocks import running
from custodes.places.filing.findings import NAMED, open_points, unlisted
from custodes.places.lifecycle.gathering import OwedOfCamera, lacking, owed_of
from custodes.places.models import (
    Camera,
    CameraState,
    ChangeCase,
    ChangeState,
    Draft,
    DraftKind,
    Filing,
    FilingState,
    Removal,
    RemovalState,
    System,
)
from custodes.places.models.cases import OPEN_FILINGS
from custodes.places.removal.rules import first_day
from custodes.upkeep.dates.asking import Asking, DateList, Some, Waits, first_of, pressing, split

FILINGS_LOOKED = 60
"""Filings that are read, so that the list knows what each has to supply: more than a unit has."""
_SETTLES = frozenset({Permission.MANAGE_PLACES, Permission.APPROVE_CHANGES, Permission.HANDLE_FILINGS})


def gather_filings(asking: Asking) -> list[Some[Waits]]:
    """All of them."""
    found = _removals(asking)
    if Permission.HANDLE_FILINGS in asking.may:
        found.append(_to_take(asking))
    if Permission.MANAGE_PLACES in asking.may:
        found += _to_mend(asking)
    return found


def _to_take(asking: Asking) -> Some[Waits]:
    """For the county's police: filings that nobody has taken, the oldest first."""
    rows = Filing.objects.filter(asking.handled(), state=FilingState.SUBMITTED)
    rows = rows.order_by("submitted_on", "pk").select_related("system__unit")
    rows = rows.only("kind", "submitted_on", "system__name", "system__unit__name")

    def told(row: Filing) -> Waits:
        name = _("待接收的备案：%(system)s") % {"system": row.system}
        return Waits("take", name, f"{row.system.unit.name} · {row.get_kind_display()}", row.get_absolute_url())

    return first_of(rows, asking.most, told)


def _to_mend(asking: Asking) -> list[Some[Waits]]:
    """For the unit: filings that came back, and those of which something is still owed, by one question while they are few."""
    looked = max(asking.most, FILINGS_LOOKED)  # what is owed is known when a filing is read
    returned, owing = Q(state=FilingState.RETURNED), _may_owe()
    rows = Filing.objects.filter(asking.built(), system__state__in=GUARDED).select_related("system").order_by("pk")
    rows = rows.only("state", "returned_words", "content", "unclear", "submitted_on", "filed_on", "system__name")
    held = list(rows.filter(returned | owing)[: 2 * looked + 1])
    if len(held) > 2 * looked:
        back = first_of(rows.filter(returned).order_by("submitted_on", "pk"), asking.most, lambda row: row)
        filed = first_of(rows.filter(owing).order_by("filed_on", "pk"), looked, lambda row: row)
    else:
        held.sort(key=lambda row: (row.submitted_on if row.state == FilingState.RETURNED else row.filed_on, row.pk))
        back = Some.of((row for row in held if row.state == FilingState.RETURNED), asking.most)
        filed = Some.of((row for row in held if row.state == FilingState.FILED), looked)
    supplied = _supplied(filed.rows)
    count = len(supplied) if filed.count <= looked else filed.count
    return [Some(_filings_returned(back.rows), back.count), Some(supplied[: asking.most], count)]


def _filings_returned(rows: Sequence[Filing]) -> list[Waits]:
    """Filings that came back, with the words; where one is being mended, its draft is opened."""
    mending = Draft.objects.filter(
        kind=DraftKind.FILING, lapsed_at__isnull=True, system__in=[row.system_id for row in rows]
    )
    drafts = {draft.system_id: draft for draft in mending.defer("answers", "touched")} if rows else {}

    def told(row: Filing) -> Waits:
        href = (drafts.get(row.system_id) or row).get_absolute_url()
        return Waits("returned", _("备案退回补正：%(system)s") % {"system": row.system}, row.returned_words, href)

    return [told(row) for row in rows]


def _may_owe() -> Q:
    """What its receipt calls 尚需补充, or cameras that came after it, until a later filing says them.

    What is being filled in or waits for the police has a line of its own, or nothing more to do.
    """
    later = Filing.objects.filter(system=OuterRef("system")).exclude(state=FilingState.WITHDRAWN)
    newer = later.filter(Q(state__in=OPEN_FILINGS) | Q(drafted_at__gt=OuterRef("drafted_at")))
    # Of cameras of the same day the list of the filing says whether it has them.
    added = Camera.objects.filter(
        system=OuterRef("system"),
        state=CameraState.CONNECTED,
        connected_at__date__gte=OuterRef("submitted_on"),
    )
    filling = Draft.objects.filter(kind=DraftKind.FILING, lapsed_at__isnull=True, system=OuterRef("system"))
    owes = ~Q(unclear=[]) | Q(Exists(added))
    return Q(~Exists(newer), ~Exists(filling), state=FilingState.FILED, authority="") & owes


def _supplied(rows: Sequence[Filing]) -> list[Waits]:
    """Of those of which something may be owed, what it is."""
    cameras: dict[object, list[Camera]] = {}
    connected = Camera.objects.filter(system__in=[row.system_id for row in rows], state=CameraState.CONNECTED)
    for camera in connected.order_by("number").only("number", "name", "system") if rows else ():
        cameras.setdefault(camera.system_id, []).append(camera)
    return [line for row in rows if (line := _supplies(row, cameras.get(row.system_id, [])))]


def _supplies(row: Filing, cameras: list[Camera]) -> Waits | None:
    points = [str(field.label) for field in open_points(row)]
    points += [
        _("点位 %(number)s %(name)s") % {"number": one.number, "name": one.name} for one in unlisted(row, cameras)
    ]
    if not points:
        return None
    note = _("尚需补充：%(points)s") % {"points": _("、").join(points[:NAMED])}
    if len(points) > NAMED:
        note = _("%(note)s 等 %(count)d 项") % {"note": note, "count": len(points)}
    name = _("补充备案内容：%(system)s") % {"system": row.system}
    return Waits("supply", name, note, reverse("places:filing_begin", args=[row.system_id]))


def _removals(asking: Asking) -> list[Some[Waits]]:
    """Removals in which the person has a part, whichever it is."""
    parts = {}
    if asking.may & _SETTLES:
        parts["to_settle"] = _removals_found(asking)
    if Permission.HANDLE_FILINGS in asking.may:
        parts["to_read"] = _reports(asking)
    if Permission.MANAGE_PLACES in asking.may:
        parts["to_enter"] = _to_enter(asking)
    if not parts:
        return []
    fields = ("why", "found_on", "planned", "reported_on", "system__name")
    waiting = (RemovalState.FOUND, RemovalState.REPORTED, RemovalState.ACKNOWLEDGED)
    rows = Removal.objects.filter(state__in=waiting).order_by("pk").select_related("system").only(*fields)
    return split(rows, parts, asking.most)


def _reports(asking: Asking) -> DateList[Waits]:
    """For the county's police: reports of removals that nobody has read."""

    def told(row: Removal) -> Waits:
        name = _("待收悉的拆除报告：%(system)s") % {"system": row.system}
        return Waits("take", name, _("拟于 %(day)s 拆除") % {"day": row.planned}, row.get_absolute_url())

    return DateList(asking.handled() & Q(state=RemovalState.REPORTED), ("planned", "pk"), told)


def _removals_found(asking: Asking) -> DateList[Waits]:
    """What was removed without a report: for who builds or runs the system, who decides, and who supervises it."""
    reached = asking.built() | asking.handled()
    if Permission.APPROVE_CHANGES in asking.may:
        reached |= asking.decided()

    def told(row: Removal) -> Waits:
        name = _("擅自拆除，待处理：%(system)s") % {"system": row.system}
        return Waits("case", name, row.why, row.get_absolute_url(), None, True)

    return DateList(reached & Q(state=RemovalState.FOUND, system__state__in=GUARDED), ("found_on", "pk"), told)


def _to_enter(asking: Asking) -> DateList[Waits]:
    """For the unit: removals whose planned day has come, and of which nobody has said that they are done."""
    open_ = Q(state__in=(RemovalState.REPORTED, RemovalState.ACKNOWLEDGED), reported_on__isnull=False)

    def told(row: Removal) -> Waits:
        hint = _("最早可以在 %(day)s 拆除") % {"day": first_day(row, asking.terms)}
        return Waits("removed", _("登记已拆除：%(system)s") % {"system": row.system}, hint, row.get_absolute_url())

    return DateList(asking.built() & open_ & Q(planned__lte=asking.today), ("planned", "pk"), told)


SOON = timedelta(days=7)
"""So long before a draft lapses its line has the day on which it does."""
_BEGINS = {DraftKind.FILING: "places:filing_begin", DraftKind.REMOVAL: "places:removal_add"}


def gather_drafts(asking: Asking) -> list[Some[Waits]]:
    """By one question: drafts that lie, the one that lapses first at the head, and behind them those that have lapsed."""
    lapsed = Q(by=asking.person, lapsed_at__isnull=False, system__state__in=GUARDED)
    rows = Draft.objects.filter(lapsed | _begun(asking)).select_related("system", "changed_by")
    rows = rows.only("kind", "reached", "changed_at", "lapsed_at", "imported", "system__name", "changed_by__name")
    rows = rows.order_by(F("lapsed_at").asc(nulls_first=True), "imported", "changed_at", "pk")
    return [first_of(rows, asking.most, lambda row: _draft_lapsed(row) if row.lapsed_at else _draft_lies(asking, row))]


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


def _draft_lies(asking: Asking, row: Draft) -> Waits:
    until, said = lapses_on(row), {"name": row.changed_by.name, "day": timezone.localdate(row.changed_at)}
    if until is None:
        note = _("%(name)s 于 %(day)s 批量导入") % said
    else:
        note = _("%(name)s 保存于 %(day)s；草稿保留至 %(until)s") % {**said, "until": until}
    name = _("继续填写%(kind)s：%(system)s") % {"kind": row.get_kind_display(), "system": row.system}
    due = until if until is not None and until - asking.today <= SOON else None
    return Waits("draft", name, note, row.get_absolute_url(), due)


def _draft_lapsed(row: Draft) -> Waits:
    name = _("草稿已失效：%(kind)s，%(system)s") % {"kind": row.get_kind_display(), "system": row.system}
    note = _("长期没有继续填写，所填内容已经删除。仍需办理的，请重新填写。")
    return Waits("lapsed", name, note, reverse(_BEGINS[DraftKind(row.kind)], args=[row.system_id]))


_PARTS = frozenset({Permission.MANAGE_PLACES, Permission.APPROVE_CHANGES, Permission.HANDLE_FILINGS})


def gather_changes(asking: Asking) -> list[Some[Waits]]:
    """All of them by one question. What was made and has a last day for its filing is a date, and stands with the dates."""
    parts = _change_parts(asking)
    if not parts:
        return []
    # Of a system that is gone nobody decides, makes or files anything any more.
    rows = ChangeCase.objects.filter(reduce(or_, parts), system__state__in=GUARDED).select_related("system__unit")
    rows = rows.only("kind", "state", "planned", "system__name", "system__unit__name")
    late = Q(state=ChangeState.FOUND) | Q(state=ChangeState.APPROVED, planned__lt=asking.today)
    rows = rows.order_by(Case(When(late, 0), default=1), F("planned").asc(nulls_last=True), "asked_at", "pk")
    return [first_of(rows, asking.most, lambda case: _change_told(asking, case))]


def _change_parts(asking: Asking) -> list[Q]:
    """What each part of a person's posts brings; the states tell them apart."""
    parts: list[Q] = []
    if asking.may & _PARTS:
        # Made without leave: for who runs the system, who decides, and who supervises it.
        reached = asking.built() | asking.handled()
        if Permission.APPROVE_CHANGES in asking.may:
            reached |= asking.decided()
        parts.append(Q(reached, state=ChangeState.FOUND))
    if Permission.APPROVE_CHANGES in asking.may:
        parts.append(Q(asking.decided(), ~Q(asked_by=asking.person), state=ChangeState.REQUESTED))
    if Permission.MANAGE_PLACES in asking.may:
        # Allowed, and to be made now: no day was named, or the day has come. What is planned for later is a date.
        now = Q(planned__isnull=True) | Q(planned__lte=asking.today)
        parts.append(asking.built() & ((now & Q(state=ChangeState.APPROVED)) | (to_file() & Q(done_on__isnull=True))))
    return parts


def _change_told(asking: Asking, case: ChangeCase) -> Waits:
    names = {
        ChangeState.REQUESTED: _("待审批的变更：%(system)s"),
        ChangeState.FOUND: _("擅自改变，待处理：%(system)s"),
        ChangeState.APPROVED: _("实施变更并登记：%(system)s"),
    }
    # What is in none of these states was made, on a day that nobody knows.
    name = names.get(ChangeState(case.state), _("办理变更备案：%(system)s")) % {"system": case.system}
    due = case.planned if case.state == ChangeState.APPROVED else None
    late = case.state == ChangeState.FOUND or (due is not None and due < asking.today)
    return Waits("case", name, _change_hint(case), case.get_absolute_url(), due, late)


def _change_hint(case: ChangeCase) -> str:
    return f"{case.system.unit.name} · {case.get_kind_display()}"


def gather_cases(asking: Asking) -> list[Some[Waits]]:
    """Of each kind by one question, as long as it is short."""
    found: list[Some[Waits]] = []
    for kind in registry:
        parts = {
            f"waits_{one.key}": DateList(one.where(asking), one.order, _case_teller(one))
            for one in kind.waits
            if one.permission in asking.may
        }
        if parts:
            rows = kind.model._default_manager.select_related(*kind.related)
            found += split(rows, parts, asking.most)
    return found


def _case_teller(wait: Wait) -> Callable[[Any], Waits]:
    def told(row: Any) -> Waits:
        name, note = wait.told(row)
        return Waits(wait.what, name, note, row.get_absolute_url(), getattr(row, wait.due) if wait.due else None)

    return told


SYSTEMS_LOOKED = 60
"""Systems whose cameras are looked at, so that the first of the list are the most pressing: more than a unit tends."""
_CAMERAS_NAMED = 3


def gather_cameras(asking: Asking) -> list[Some[Waits]]:
    """The systems, those with a day that has passed first."""
    if Permission.MANAGE_CAMERAS not in asking.may:
        return []
    rows, looked = lacking(asking.tended, asking.terms), max(asking.most, SYSTEMS_LOOKED)
    systems = list(rows.select_related("site")[: looked + 1])
    owed = owed_of(systems[:looked], asking.today, asking.terms)
    found = [_cameras_told(system, owed[system.pk]) for system in systems if system.pk in owed]
    count = len(found) if len(systems) <= looked else rows.count()
    return [Some(sorted(found, key=pressing)[: asking.most], count)]


def _cameras_told(system: System, owed: list[OwedOfCamera]) -> Waits:
    names = _("、").join(one.camera.name for one in owed[:_CAMERAS_NAMED])
    note = _("%(count)d 个点位：%(names)s") % {"count": len(owed), "names": names}
    name = _("补齐点位的标志和采集范围：%(system)s") % {"system": system}
    return Waits("owed", name, note, f"{system.get_absolute_url()}#owed", owed[0].due, owed[0].late)
