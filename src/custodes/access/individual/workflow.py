"""A request from its asking to its end; each step under the row's lock with its guard and record (Q10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.individual.facts import to_consent
from custodes.access.models import AsksAsPerson, IndividualRequest, IndividualState, MissingCase, Protects
from custodes.access.numbering import next_number
from custodes.access.supervised.ending import end_all
from custodes.access.supervised.rooms import locked
from custodes.access.supervised.stepping import Taken, keep, move
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.models import Unit
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera

CLAUSES = ("N21", "N16.2(3)")
CLOSED = gettext_noop("该件已经办结")
MOST_CAMERAS = 8
"""Of one request: which camera and when is one of its three questions."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the unit answers. `cameras` and span count for a consent, `refusal` for the other."""

    consents: bool
    cameras: tuple[Camera, ...] = ()
    begin: datetime | None = None
    end: datetime | None = None
    refusal: str = ""


def ask(row: IndividualRequest, unit: Unit, taken: Taken) -> IndividualRequest:
    """Take it in."""
    assert taken.by is not None
    with transaction.atomic():
        held = Unit.objects.select_for_update().get(pk=unit.pk)
        row.unit, row.taken_by, row.asked_at = held, taken.by, taken.at
        row.number = next_number(IndividualRequest.objects.filter(unit=held), "个查", taken.at)
        row.save()
        keep(row, "ask", "", taken, CLAUSES)
    return row


def decide(row: IndividualRequest, answer: Answer, taken: Taken) -> IndividualRequest:
    """Consent or refuse.

    Raises:
        StepRefused: the law's own conditions of a consent that are not met; or a refusal without its reason.
    """
    assert taken.by is not None
    with transaction.atomic():
        held: IndividualRequest = locked(row)
        held.decided_by, held.decided_at = taken.by, taken.at
        if not answer.consents:
            if not says_something(answer.refusal):
                raise StepRefused(_("未写明不同意的理由。"), (NO_REASON,))
            held.refusal = answer.refusal.strip()[:300]
            move(held, "refuse", Taken(taken.by, taken.at, held.refusal), CLAUSES)
            return held
        if len(answer.cameras) > MOST_CAMERAS:
            raise StepRefused(_("一件最多选 %(most)d 个点位。") % {"most": MOST_CAMERAS})
        held.span_from, held.span_to = answer.begin, answer.end
        unmet = to_consent(held, list(answer.cameras), taken.by.name, taken.at)
        if unmet:
            raise StepRefused(_("还不能同意。"), unmet)
        held.cameras.set(answer.cameras)
        move(held, "consent", taken, CLAUSES)
    return held


def close(row: IndividualRequest, taken: Taken) -> IndividualRequest:
    """It was looked at, or isn't wanted any more: the picture stops."""
    with transaction.atomic():
        held: IndividualRequest = locked(row)
        held.closed_at = taken.at
        move(held, "close", taken, CLAUSES)
        end_all(held.sessions.all(), taken.by, taken.at, CLOSED, "N21")
        held.refresh_from_db()
    return held


def turn(case: MissingCase, unit: Unit, taken: Taken) -> IndividualRequest:
    """Put a missing person's case to the unit whose cameras are not on the platform, with the same facts (law.md §2.7 no. 5).

    Raises:
        StepRefused: that unit was asked already and hasn't answered.
    """
    waiting = case.turned.filter(unit=unit, state=IndividualState.ASKED)
    if waiting.exists():
        raise StepRefused(_("已向该单位提出，等待答复。"))
    kin = AsksAsPerson.CUSTODY if case.relation == "guardian" else AsksAsPerson.NEAR_RELATIVE
    row = IndividualRequest(
        claim=AsksAsPerson.OTHER if case.relation in ("", "other") else kin,
        name=case.applicant,
        document=case.document or "none",
        document_number=case.document_number,
        phone=case.phone,
        interest=Protects.LIFE_OR_HEALTH,
        purpose=f"寻找走失人员{case.lost_name}（{case.number}，接警编号 {case.report_number}）"[:200],
        content="　".join(part for part in (case.looks, case.last_seen) if part)[:500],
        span_from=case.span_from,
        span_to=case.span_to,
        turned_from=case,
    )
    return ask(row, unit, taken)


NO_REASON = Unmet("N21", "未写明不同意的理由", "the reason of the refusal is missing", "请写明理由", "state it")
