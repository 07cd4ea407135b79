"""What was registered is made smaller, never larger, with the officers' consent: fewer cameras, a shorter span (S27, N20).

Approvals stand: who approved the larger approved the smaller. Running looks end, and whoever looks opens them anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.agency import deciding
from custodes.access.agency.case import NARROWS, note
from custodes.access.agency.reach import locked
from custodes.access.models import (
    AgencyOfficer,
    AgencyRequest,
    Intake,
    Narrowing,
    NarrowingConsent,
    NarrowingState,
    PackageState,
)
from custodes.access.revocation import revoke
from custodes.cases.step import StepInput
from custodes.law.grounds.stating import says_something
from custodes.people.lawful import StepRefused
from custodes.people.models import Person


@dataclass(frozen=True, slots=True)
class Smaller:
    """What is to remain.

    Attributes:
        cameras: ids.
        begin, end: aware, the end not part of it.
    """

    cameras: frozenset[UUID]
    begin: datetime
    end: datetime


def open_of(row: AgencyRequest) -> Narrowing | None:
    """The proposal that waits for consent, while the request stands where it may become smaller."""
    if row.state not in NARROWS:
        return None
    return row.narrowings.filter(state=NarrowingState.ASKED).select_related("by__unit").first()


def propose(row: AgencyRequest, smaller: Smaller, step: StepInput, present: Iterable[AgencyOfficer] = ()) -> Narrowing:
    """The holder's staff propose it. At the counter every officer stands there and agrees, and it counts at once.

    Args:
        present: officers of the request who agree before the staff.

    Raises:
        StepRefused: it is not smaller, not the time, no reason is stated, or at the counter an officer is missing.
    """
    with transaction.atomic():
        row = locked(row)
        deciding.not_their_own(row, step)
        _check(row, smaller)
        if not says_something(step.words):
            raise StepRefused(_("没有写明理由。请写明为什么这些点位和时段已经足够。"))
        officers = list(row.officers.all())
        agreed = list({one.pk: one for one in present if one.request_id == row.pk}.values())
        if row.intake == Intake.COUNTER and len(agreed) < len(officers):
            raise StepRefused(_("缩小范围须全部工作人员到场同意。请勾选到场的每名工作人员。"))
        row.narrowings.filter(state=NarrowingState.ASKED).update(state=NarrowingState.WITHDRAWN, ended_at=step.at)
        made = Narrowing.objects.create(
            request=row,
            span_from=smaller.begin,
            span_to=smaller.end,
            words=step.words[:300],
            by=step.person,
            at=step.at,
        )
        made.cameras.set(smaller.cameras)
        for one in agreed if row.intake == Intake.COUNTER else ():
            _consent(made, one, step.at)
        note(row, "narrow_ask", step.by, step.at, _said(made))
        if row.intake == Intake.COUNTER:
            _carry_out(row, made, step.person, step.at)
    return made


def agree(narrowing: Narrowing, by: Person, at: datetime) -> Narrowing:
    """An officer agrees from the own account; with the last of them it counts.

    Raises:
        StepRefused: it waits no more, or they are not of the request's officers.
    """
    with transaction.atomic():
        row, made, officer = _waiting(narrowing, by)
        _consent(made, officer, at)
        note(row, "narrow_agree", by, at)
        agreed = set(made.consents.values_list("officer", flat=True))
        if agreed >= set(row.officers.values_list("pk", flat=True)):
            _check(row, Smaller(frozenset(made.cameras.values_list("pk", flat=True)), made.span_from, made.span_to))
            _carry_out(row, made, by, at)
    return made


def decline(narrowing: Narrowing, by: Person, at: datetime) -> Narrowing:
    """An officer does not agree: the request stays as it is.

    Raises:
        StepRefused: as `agree`.
    """
    with transaction.atomic():
        row, made, _officer = _waiting(narrowing, by)
        _end(made, NarrowingState.DECLINED, at)
        note(row, "narrow_decline", by, at)
    return made


def withdraw(narrowing: Narrowing, by: Person, at: datetime) -> Narrowing:
    """The holder's staff take the proposal back.

    Raises:
        StepRefused: it waits no more.
    """
    with transaction.atomic():
        row = locked(narrowing.request)
        made = _asked(narrowing)
        _end(made, NarrowingState.WITHDRAWN, at)
        note(row, "narrow_withdraw", by, at)
    return made


def _check(row: AgencyRequest, smaller: Smaller) -> None:
    if row.state not in NARROWS:
        raise StepRefused(_("现为“%(state)s”，不能缩小范围。") % {"state": row.get_state_display()})
    if row.span is None:
        raise StepRefused(_("该申请没有时段，不能缩小范围。"))
    if row.packages.filter(state__in=(PackageState.MAKING, PackageState.MADE, PackageState.HANDED)).exists():
        raise StepRefused(_("已按现有范围制作证据包，不能再缩小。请交付后办结。"))
    before = set(row.cameras.values_list("pk", flat=True))
    if not smaller.cameras:
        raise StepRefused(_("没有选定点位。请至少保留一个点位；都不需要的，请办结。"))
    if not smaller.cameras <= before or not row.span[0] <= smaller.begin < smaller.end <= row.span[1]:
        raise StepRefused(_("登记后只能缩小范围，不能增加点位或者延长时段（N20）。需要更多的，请另行申请。"))
    if smaller.cameras == before and (smaller.begin, smaller.end) == row.span:
        raise StepRefused(_("范围没有变化。请减少点位或者缩短时段。"))


def _waiting(narrowing: Narrowing, by: Person) -> tuple[AgencyRequest, Narrowing, AgencyOfficer]:
    row = locked(narrowing.request)
    made = _asked(narrowing)
    officer = row.officers.filter(person=by).first()
    if officer is None:
        raise StepRefused(_("您不是该申请的工作人员。"))
    if row.state not in NARROWS:
        raise StepRefused(_("现为“%(state)s”，不能缩小范围。") % {"state": row.get_state_display()})
    return row, made, officer


def _asked(narrowing: Narrowing) -> Narrowing:
    made = Narrowing.objects.select_for_update(of=("self",)).get(pk=narrowing.pk)
    if made.state != NarrowingState.ASKED:
        raise StepRefused(_("缩小范围的提议现为“%(state)s”。") % {"state": made.get_state_display()})
    return made


def _consent(made: Narrowing, officer: AgencyOfficer, at: datetime) -> None:
    NarrowingConsent.objects.get_or_create(
        narrowing=made,
        officer=officer,
        defaults={"person": officer.person, "name": officer.name, "card": officer.card, "at": at},
    )


def _carry_out(row: AgencyRequest, made: Narrowing, by: Person, at: datetime) -> None:
    _end(made, NarrowingState.DONE, at)
    note(row, "narrow", by, at, _said(made), made=made)
    revoke(deciding.looks(row), by=str(by.uuid), reason=gettext_noop("查看范围已经缩小，请重新打开"), clause="N20")


def _end(made: Narrowing, state: NarrowingState, at: datetime) -> None:
    made.state, made.ended_at = state, at
    made.save(update_fields=["state", "ended_at"])


def _said(made: Narrowing) -> str:
    """In the record's language: what remains, and why."""
    begin, end = (timezone.localtime(one).strftime("%Y-%m-%d %H:%M:%S") for one in (made.span_from, made.span_to))
    before = made.request.cameras.count()
    return f"点位 {before} 个缩小为 {made.cameras.count()} 个，时段 {begin} 至 {end}。{made.words}"[:500]
