"""Looks that wait for a person: an embargo for its answer or about to end, a finding for an explanation or a judgement (N20, S7)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.access.agency.reach import approved_by, own_requests, taken_by
from custodes.access.looks.review.judging import OPEN, not_hidden, within_scope
from custodes.access.models import AgencyOfficer, Embargo, EmbargoState, FindingState, Intake, LookFinding
from custodes.people.permissions import Permission
from custodes.settings import get_settings
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits

_F = FindingState
_EXPLAIN = "look_explain"


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them, as far as the person has a part: of embargoes and of findings one question each."""
    return [*_embargoes(asking), *_findings(asking)]


def _embargoes(asking: Asking) -> list[Some[Waits]]:
    """Those that wait for this approver, and those of either side that end soon and that nothing makes longer."""
    person, at, may = asking.person, asking.at, asking.may
    soon = at + timedelta(days=get_settings().embargo_warn_days)
    waits = Q(pk__in=[])
    ending = Q(state=EmbargoState.APPROVED, ends_at__gt=at, ends_at__lte=soon)
    ending &= ~Q(request__in=Embargo.objects.running(soon).values("request"))
    if Permission.REQUEST_FOOTAGE in may:
        waits |= ending & Q(request__in=own_requests(person, at).values("pk"))
    if Permission.TAKE_REQUESTS in may:
        waits |= ending & Q(request__in=taken_by(person, at).filter(intake=Intake.COUNTER).values("pk"))
    if Permission.APPROVE_REQUESTS in may:
        asks = AgencyOfficer.objects.filter(person=person).values("request")
        asked = Q(state=EmbargoState.ASKED, ends_at__gt=at) & ~Q(asked_by=person) & ~Q(request__in=asks)
        waits |= (ending | asked) & Q(request__in=approved_by(person, at).values("pk"))
    rows = Embargo.objects.filter(waits).select_related("request").order_by("ends_at", "asked_at", "pk")
    return [first_of(rows, asking.most, _embargo)]


def _findings(asking: Asking) -> list[Some[Waits]]:
    """Those about the own looks that wait for words, and those that the person judges."""
    person, at = asking.person, asking.at
    own = Q(person=person, state=_F.ASKED)
    if Permission.REVIEW_LOOKS not in asking.may:
        return [_told(LookFinding.objects.filter(own), asking)]
    judged = within_scope(person, at).filter(state__in=OPEN)
    found = _told(LookFinding.objects.filter(own | Q(pk__in=judged.values("pk"))), asking)
    if all(one.what == _EXPLAIN for one in found) and found.count <= asking.most:
        return [found]
    # What is kept from whoever judges is asked for only where something waits for them.
    told = not_hidden(judged, person, at).values("pk")
    return [_told(LookFinding.objects.filter(own | Q(pk__in=told)), asking)]


def _told(rows: QuerySet[LookFinding], asking: Asking) -> Some[Waits]:
    rows = rows.select_related("person").order_by("due", "pk")
    return first_of(rows, asking.most, lambda row: _finding(row, asking))


def _embargo(row: Embargo) -> Waits:
    href, number = reverse("access:embargo", args=[row.request_id]), row.request.number
    if row.state == EmbargoState.ASKED:
        name = _("待批准的暂缓告知：%(number)s") % {"number": number or row.request.unit_name}
        return Waits("embargo", name, row.reason, href, due=row.until)
    name = _("暂缓告知即将届满：%(number)s") % {"number": number}
    note = _("届满后点位单位看到全部查看记录；仍有需要的，届满以前由两人延长。")
    return Waits("embargo_ends", name, note, href, due=row.until)


def _finding(row: LookFinding, asking: Asking) -> Waits:
    names = {
        _EXPLAIN: _("请说明查看情况：%(what)s"),
        "look_review": _("待复核的查看：%(what)s"),
        "look_incident": _("待处置的查看事件：%(what)s"),
    }
    own = row.person_id == asking.person.pk
    what = _EXPLAIN if own else "look_incident" if row.state == _F.INCIDENT else "look_review"
    who = "" if own or row.person is None else row.person.name
    late = row.due < asking.today
    return Waits(what, names[what] % {"what": row.get_kind_display()}, who, row.get_absolute_url(), row.due, late)
