"""Looks that wait for a person: an embargo for its answer or about to end, a finding for an explanation or a judgement (N20, S7)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.access.agency.reach import approved_by, own_requests, taken_by
from custodes.access.looks.review.judging import of_own, reviewed_by
from custodes.access.models import Embargo, EmbargoState, FindingState, Intake, LookFinding
from custodes.people.permissions import Permission
from custodes.settings import get_settings
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits

_F = FindingState


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them, as far as the person has a part."""
    found: list[Some[Waits]] = []
    person, at, may = asking.person, asking.at, asking.may
    rows = Embargo.objects.select_related("request")
    if Permission.APPROVE_REQUESTS in may:
        theirs = rows.filter(state=EmbargoState.ASKED, ends_at__gt=at, request__in=approved_by(person, at).values("pk"))
        theirs = theirs.exclude(asked_by=person).exclude(request__officers__person=person)
        found.append(first_of(theirs.order_by("asked_at", "pk"), asking.most, _to_answer))
    sides = Q(pk__in=[])
    if Permission.REQUEST_FOOTAGE in may:
        sides |= Q(request__in=own_requests(person, at).values("pk"))
    if Permission.TAKE_REQUESTS in may:
        counter = taken_by(person, at).filter(intake=Intake.COUNTER)
        sides |= Q(request__in=counter.values("pk"))
    if Permission.APPROVE_REQUESTS in may:
        sides |= Q(request__in=approved_by(person, at).values("pk"))
    soon = at + timedelta(days=get_settings().embargo_warn_days)
    later = Embargo.objects.running(soon).values("request")
    ending = rows.filter(sides, state=EmbargoState.APPROVED, ends_at__gt=at, ends_at__lte=soon)
    ending = ending.exclude(request__in=later)
    found.append(first_of(ending.order_by("ends_at", "pk"), asking.most, _ends))
    mine = of_own(person).filter(state=_F.ASKED)
    found.append(first_of(mine.order_by("due", "pk"), asking.most, lambda row: _finding(row, _EXPLAIN, asking)))
    if Permission.REVIEW_LOOKS in may:
        judged = reviewed_by(person, at).select_related("person")
        open_ones = judged.filter(state__in=[one.value for one in (_F.WAITING, _F.ASKED, _F.EXPLAINED, _F.INCIDENT)])
        found.append(first_of(open_ones.order_by("due", "pk"), asking.most, lambda row: _finding(row, "", asking)))
    return found


_EXPLAIN = "look_explain"


def _to_answer(row: Embargo) -> Waits:
    name = _("待批准的暂缓告知：%(number)s") % {"number": row.request.number or row.request.unit_name}
    return Waits("embargo", name, row.reason, reverse("access:embargo", args=[row.request_id]), due=row.until)


def _ends(row: Embargo) -> Waits:
    name = _("暂缓告知即将届满：%(number)s") % {"number": row.request.number}
    note = _("届满后点位单位看到全部查看记录；仍有需要的，届满以前由两人延长。")
    return Waits("embargo_ends", name, note, reverse("access:embargo", args=[row.request_id]), due=row.until)


def _finding(row: LookFinding, what: str, asking: Asking) -> Waits:
    names = {
        _EXPLAIN: _("请说明查看情况：%(what)s"),
        "look_review": _("待复核的查看：%(what)s"),
        "look_incident": _("待处置的查看事件：%(what)s"),
    }
    what = what or ("look_incident" if row.state == _F.INCIDENT else "look_review")
    who = "" if what == _EXPLAIN or row.person is None else row.person.name
    late = row.due < asking.today
    return Waits(what, names[what] % {"what": row.get_kind_display()}, who, row.get_absolute_url(), row.due, late)
