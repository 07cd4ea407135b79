"""What waits about who may look: missing persons' cases and requests for somebody's own image, agency requests, public releases, holds
(S33.2a), embargoes and findings about looks (N20, S7).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.agency.reach import approved_by, held_by, own_requests, taken_by, visible_requests
from custodes.access.holds.awaited import beside, narrowed, needless, shortens
from custodes.access.holds.reach import releasable_holds, visible_holds
from custodes.access.individual.facts import handled_requests
from custodes.access.looks.review.showing import not_hidden, within_scope
from custodes.access.missing.reach import handled_cases, reviewed_cases
from custodes.access.models import (
    FINDING_OPEN,
    OPEN,
    AgencyOfficer,
    AgencyRequest,
    AgencyState,
    Embargo,
    EmbargoState,
    FindingState,
    Hold,
    HoldState,
    IndividualRequest,
    IndividualState,
    Intake,
    LookFinding,
    MissingCase,
    MissingState,
    OwnImageRequest,
    OwnImageState,
    Release,
)
from custodes.access.models.agency import OPEN as OPEN_REQUESTS
from custodes.access.models.hold import bare, referred
from custodes.access.models.missing import RUNNING
from custodes.access.models.release import OVER
from custodes.access.ownimage.facts import handled_own_images
from custodes.access.release.reach import WORKS, awaiting, name_of, worked_on
from custodes.cases.models import CaseStep
from custodes.people.permissions import Permission
from custodes.settings import get_settings
from custodes.upkeep.dates.asking import Asking, Some, Waits, first_of
from custodes.upkeep.dates.waits.systems import SOON


def gather_missing(asking: Asking) -> list[Some[Waits]]:
    """All of them."""
    found: list[Some[Waits]] = []
    if Permission.HANDLE_MISSING in asking.may:
        rows = handled_cases(asking.person, asking.at).filter(state__in=RUNNING).select_related("unit")
        found.append(first_of(rows.order_by("opened_at"), asking.most, _missing_running))
    if Permission.REVIEW_MISSING in asking.may:
        rows = reviewed_cases(asking.person, asking.at).filter(state=MissingState.CLOSED)
        theirs = CaseStep.objects.filter(kind=MissingCase._meta.label_lower, by=asking.person)
        rows = rows.exclude(opened_by=asking.person).exclude(pk__in=theirs.values("case_id"))
        found.append(first_of(rows.order_by("closed_at"), asking.most, _missing_closed))
    if Permission.HANDLE_INDIVIDUAL in asking.may:
        asked = handled_requests(asking.person, asking.at).filter(state=IndividualState.ASKED)
        found.append(first_of(asked.order_by("asked_at"), asking.most, _individual_asked))
        own = handled_own_images(asking.person, asking.at).exclude(state=OwnImageState.CLOSED)
        unclosed = own.order_by(F("answered_at").asc(nulls_first=True), "due", "asked_at")
        found.append(first_of(unclosed, asking.most, partial(_own_image, asking.today)))
    return found


def _missing_running(row: MissingCase) -> Waits:
    name = _("走失人员查看：%(case)s") % {"case": row}
    return Waits("missing", name, str(row.get_state_display()), row.get_absolute_url())


def _missing_closed(row: MissingCase) -> Waits:
    name = _("待复核的走失人员查看：%(case)s") % {"case": row}
    return Waits("missing", name, row.closed_why, row.get_absolute_url())


def _individual_asked(row: IndividualRequest) -> Waits:
    name = _("待答复的个人查阅申请：%(case)s") % {"case": row}
    return Waits("individual", name, row.purpose, row.get_absolute_url())


def _own_image(today: date, row: OwnImageRequest) -> Waits:
    if row.state == OwnImageState.ANSWERED:  # a given copy stays at the node for a term of its own, and is then gone
        name = _("已答复、待办结的本人影像申请：%(case)s") % {"case": row}
        return Waits("own_image_answered", name, str(row.get_outcome_display()), row.get_absolute_url())
    name = _("待答复的本人影像申请：%(case)s") % {"case": row}
    return Waits("own_image", name, row.place, row.get_absolute_url(), due=row.due, late=row.late(today))


_S = AgencyState
#: How each kind is named on the list.
_REQUEST_NAMES = {
    "confirm": gettext_noop("待确认共同申请：%(unit)s"),
    "draft": gettext_noop("继续填写查阅调取申请：%(unit)s"),
    "granted": gettext_noop("已准予，可以查阅：%(unit)s"),
    "check": gettext_noop("待核对的查阅调取申请：%(unit)s"),
    "approve": gettext_noop("待审批的查阅调取申请：%(unit)s"),
    "review": gettext_noop("待补审的紧急准予：%(unit)s"),
    "return": gettext_noop("到期归还或者删除：%(unit)s"),
    "escalated": gettext_noop("审批逾时的查阅调取申请：%(unit)s"),
}


def gather_requests(asking: Asking) -> list[Some[Waits]]:
    """All of them by one question, as far as a post has a part; of each request one line, the first of these kinds that it is."""
    parts = _request_parts(asking)
    if not parts:
        return []
    kind = Case(*(When(part, Value(name)) for name, part in parts.items()), output_field=CharField())
    rows = AgencyRequest.objects.filter(reduce(or_, parts.values())).annotate(kind=kind).select_related("holder")
    return [first_of(rows.order_by("submitted_at", "pk"), asking.most, lambda row: _request_told(asking, row))]


def _request_parts(asking: Asking) -> dict[str, Q]:
    person, at, may = asking.person, asking.at, asking.may
    parts: dict[str, Q] = {}
    if Permission.REQUEST_FOOTAGE in may:
        mine = own_requests(person, at).filter(officers__person=person, officers__confirmed_at__isnull=True)
        parts["confirm"] = Q(state__in=[_S.DRAFT, _S.CHECKING]) & _in_requests(mine)
        parts["draft"] = Q(state=_S.DRAFT) & _in_requests(own_requests(person, at))
        # Whoever only began it is no officer of it, and looks at nothing.
        looks = own_requests(person, at).filter(officers__person=person)
        granted = Q(state__in=[_S.GRANTED_URGENT, _S.GRANTED], base_data=False, expires_at__gt=at)
        parts["granted"] = granted & _in_requests(looks)
    if Permission.TAKE_REQUESTS in may or Permission.APPROVE_REQUESTS in may:
        parts["check"] = Q(state=_S.CHECKING) & _in_requests(taken_by(person, at))
    if Permission.APPROVE_REQUESTS in may:
        rows = _in_requests(approved_by(person, at).exclude(pk__in=_requests_answered(asking)))
        parts["approve"] = Q(state=_S.REGISTERED) & rows
        parts["review"] = Q(state=_S.GRANTED_URGENT) & ~Q(urgent_by=person) & rows
    if Permission.TAKE_REQUESTS in may:
        given = Q(state__in=[one.value for one in OPEN_REQUESTS], return_by__lte=asking.today)
        parts["return"] = given & _in_requests(held_by(person, at, Permission.TAKE_REQUESTS))
    if Permission.VIEW_REQUESTS in may:
        late = Q(state__in=[_S.CHECKING, _S.REGISTERED], escalated_at__isnull=False) | Q(
            state=_S.GRANTED_URGENT, overdue_at__isnull=False
        )
        parts["escalated"] = late & _in_requests(visible_requests(person, at))
    return parts


def _in_requests(rows: QuerySet[AgencyRequest]) -> Q:
    return Q(pk__in=rows.values("pk"))


def _requests_answered(asking: Asking) -> QuerySet[AgencyRequest]:
    given = AgencyRequest.objects.filter(approvals__by=asking.person, approvals__void=False)
    return given.values("pk")  # type: ignore[return-value]


def _request_told(asking: Asking, row: AgencyRequest) -> Waits:
    kind: str = row.kind  # type: ignore[attr-defined]
    moment = {"check": row.approve_due, "approve": row.approve_due, "review": row.review_due}.get(kind)
    due = row.return_by if kind == "return" else timezone.localdate(moment) if moment else None
    late = kind == "escalated" or (moment is not None and moment <= asking.at)
    late = late or (kind == "return" and due is not None and due < asking.today)
    if kind == "draft":
        lapses = timezone.localdate(row.touched_at) + timedelta(days=get_settings().agency_draft_days)
        due = lapses if lapses - asking.today <= SOON else None
    elif kind == "granted" and row.expires_at is not None:
        due = timezone.localdate(row.expires_at)
    # Who asks knows their own unit, and has several holders.
    whose = row.holder.name if kind in ("draft", "granted") else row.unit_name or _("未填写单位")
    name = _(_REQUEST_NAMES[kind]) % {"unit": whose}
    return Waits("request", name, row.purpose, row.get_absolute_url(), due, late)


def gather_releases(asking: Asking) -> list[Some[Waits]]:
    """All of them by one question, as far as a post has a part; who had a part in it does not wait for themselves to decide it."""
    person, at, may = asking.person, asking.at, asking.may
    if not may & {*WORKS}:
        return []
    over = worked_on(person, at, *WORKS).filter(state__in=OVER, begun_at__isnull=False, forgotten_at__isnull=True)
    rows = Release.objects.filter(Q(pk__in=over.values("pk")) | Q(pk__in=awaiting(person, at, may).values("pk")))
    rows = rows.only("number", "title", "state", "due", "proposed_at", "own_image", "approved_by", "output").order_by(
        F("due").asc(nulls_last=True), "proposed_at", "pk"
    )
    return [first_of(rows, asking.most, lambda row: _release(row, asking.today))]


def _release(row: Release, today: date) -> Waits:
    late = row.due is not None and row.due < today
    return Waits("release", name_of(row), row.number, row.get_absolute_url(), row.due, late)


HOLD_SILENT = timedelta(minutes=1)
"""A hold that no worker has answered for so long needs somebody: footage past its term may go meanwhile."""
HOLDS_ASKED = 1000
"""Beyond so many that wait the database finds out by itself whose they are."""
_HOLD_NAMES = {
    "hold_silent": gettext_noop("保全尚未生效：%(name)s"),
    "hold_release": gettext_noop("待确认解除保全：%(name)s"),
    "hold_review": gettext_noop("保全到期复核：%(name)s"),
    "hold_shorten": gettext_noop("所依据的申请已经缩小范围，可以缩小保全范围：%(name)s"),
    "hold_kept": gettext_noop("缩小后的范围另有保全，可以提请解除原保全：%(name)s"),
    "hold_needless": gettext_noop("所依据的申请已经撤回、不予提供或者办结，可以提请解除保全：%(name)s"),
}


def gather_holds(asking: Asking) -> list[Some[Waits]]:
    """Of each hold its most pressing line, by one question about those that wait for anybody. Who asked for a release does not wait for themselves."""
    places, releases = (one in asking.may for one in (Permission.PLACE_HOLDS, Permission.RELEASE_HOLDS))
    if not (places or releases):
        return []
    # Of the thousands that are in force few wait for anybody; for whom is asked of these alone.
    open_ones = Hold.objects.filter(state__in=[one.value for one in OPEN])
    waiting = (
        open_ones.alias(bare=bare()).filter(_hold_silent(asking) | _hold_ending(asking)).values_list("pk", flat=True)
    )
    keys = list(waiting[:HOLDS_ASKED])
    if not keys:
        return []
    found = Q(pk__in=keys) if len(keys) < HOLDS_ASKED else _hold_silent(asking) | _hold_ending(asking)
    waits = Q(pk__in=[])
    if places:
        waits |= _hold_silent(asking) & Q(pk__in=visible_holds(asking.person, asking.at).values("pk"))
    if releases:
        waits |= _hold_ending(asking) & Q(pk__in=releasable_holds(asking.person, asking.at).values("pk"))
    rows = open_ones.alias(bare=bare()).annotate(beside=beside()).filter(found, waits)
    pressing = Case(
        When(_hold_silent(asking) | Q(review_on__lt=asking.today), 0), When(review_on=asking.today, then=1), default=2
    )
    return [first_of(rows.order_by(pressing, "review_on", "pk"), asking.most, lambda row: _hold_told(row, asking))]


def _hold_silent(asking: Asking) -> Q:
    return Q(effective_version__lt=F("version"), placed_at__lte=asking.at - HOLD_SILENT)


def _hold_ending(asking: Asking) -> Q:
    """A release for its second one, a day of review that has come, what is needed no more, and what is wider than its request."""
    second = Q(state=HoldState.RELEASE_ASKED) & ~Q(release_by=asking.person)
    # The unit releases it, by two: neither a withdrawal nor a refusal does that by itself.
    return second | Q(review_on__lte=asking.today) | (Q(state=HoldState.HELD) & (needless() | Q(narrowed())))


def _hold_told(row: Hold, asking: Asking) -> Waits:
    """Whoever only sees a hold has it here because no worker has answered; all else is of who may release it."""
    due = row.review_on if row.review_due(asking.today) else None
    if not row.in_effect and row.placed_at <= asking.at - HOLD_SILENT and Permission.PLACE_HOLDS in asking.may:
        what, due = "hold_silent", None
    elif row.state == HoldState.RELEASE_ASKED and row.release_by_id != asking.person.pk:
        what = "hold_release"
    elif due is not None:
        what = "hold_review"
    else:
        what = _narrowed_or_needless(row)
    late = what == "hold_silent" or (due is not None and due < asking.today)
    return Waits(what, _(_HOLD_NAMES[what]) % {"name": row.case_name}, row.number, row.get_absolute_url(), due, late)


def _narrowed_or_needless(row: Any) -> str:
    """As the page of the hold has it: shortened once, and behind that released as any other."""
    if not referred(row.request):
        return "hold_needless"
    return "hold_shorten" if not row.beside or shortens(row) else "hold_kept"


_F = FindingState
_EXPLAIN = "look_explain"


def gather_looks(asking: Asking) -> list[Some[Waits]]:
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
        return [_findings_told(LookFinding.objects.filter(own), asking)]
    judged = within_scope(person, at).filter(state__in=FINDING_OPEN)
    found = _findings_told(LookFinding.objects.filter(own | Q(pk__in=judged.values("pk"))), asking)
    if all(one.what == _EXPLAIN for one in found) and found.count <= asking.most:
        return [found]
    # What is kept from whoever judges is asked for only where something waits for them.
    told = not_hidden(judged, person, at).values("pk")
    return [_findings_told(LookFinding.objects.filter(own | Q(pk__in=told)), asking)]


def _findings_told(rows: QuerySet[LookFinding], asking: Asking) -> Some[Waits]:
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
