"""What the steps of the holder ask and do: checks, registers, refuses with what is missing, approves, grants in a hurry, reviews, serves,
closes, takes back (`case.py` declares them).

Approvals that are missing are put to the unit above (`case.py`: *escalate*); they are never a refusal, and a request that meets S28.1 never lapses
(law.md §2.7 no. 3). What was granted to be taken away is held until it is released: the term must not end between the grant and the
hand-over (S33.2a).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.agency.approvals import asks_for, due_after, needed_at
from custodes.access.agency.facts import asked_of, facts_of, handed_over
from custodes.access.agency.guards import ASKS, GUARDS
from custodes.access.holds.placing import PlacingBasis, hold
from custodes.access.models import (
    AgencyApproval,
    AgencyRequest,
    AgencyState,
    Grant,
    Hold,
    HoldBasis,
    Intake,
    Way,
)
from custodes.access.models.grant import GrantQuerySet
from custodes.access.models.hold import reference as reference_of
from custodes.access.numbering import next_number
from custodes.access.revocation import revoke
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import refuse_with
from custodes.documents.forms.document import quoted
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds import agency
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Paper, Unit
from custodes.people.records import record_language
from custodes.settings import get_settings

SEEN = "已核对介绍信函和工作证件原件。"
"""As it stands in the step and on the form; the record's language is Chinese."""


def ask(event: str) -> Callable[[AgencyRequest, StepInput, LegalTerms], None]:
    """Its guard, of who takes it and of what they say: that is known in a step alone."""

    def asked(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
        if not step.data.get("freed"):  # by a number that was lowered: `numbers.need_fewer`
            refuse_with(GUARDS[event](asked_of(row, event, step)))

    return asked


def ask_not_their_own(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """Whoever asks decides nothing of the own request."""
    not_their_own(row, step)


def not_their_own(row: AgencyRequest, step: StepInput) -> None:
    """As `ask_not_their_own`, of a step that another row's page takes.

    Raises:
        StepRefused: it is their own.
    """
    refuse_with((ASKS,) if asks_for(row, step.person) else ())


def review_law(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """Somebody of the holder has looked at the article that the request rests on (N20)."""
    row.law_reviewed_by = step.by


def give_back(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """Back to whoever asks, who completes it; no refusal."""
    row.approve_due = row.escalated_at = None
    row.touched_at = step.at


def register(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """Its number in the holder's register (S28.1(3), N16.2(3)), and how many approve."""
    _number(row, step)
    row.registered_on = step.on
    row.approvals_needed = needed_at(row.holder, step.at)
    wait_anew(row, step, terms)


def registered_with(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Whoever registers has seen the letter and the cards themselves: kept in the words of the step, and printed."""
    seen = row.intake == Intake.COUNTER and step.data.get("originals")
    return (SEEN if seen else "") + step.words, step.papers


def wait_anew(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """Whoever has the next step has a time of their own for it."""
    row.approve_due, row.escalated_at = due_after(step.at), None


def refuse(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """For what is missing (S28.2), which stays in the row and in the log (Q3); refusals are kept as fully as grants."""
    missing = agency.refusable(facts_of(row, registered=True), step.at, bool(step.data.get("no_power")))
    row.missing = [asdict(one) for one in missing]
    row.refused_by = step.by
    _number(row, step)


def refusal(lacks: Sequence[Unmet]) -> str:
    """What the reason says unless somebody writes another; in the record's language, with the articles by name."""
    return f"缺少：{in_a_row(lacks)}"[:500] if lacks else ""


def send_back(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """Approvals that were given are void."""
    row.approvals.filter(void=False).update(void=True)
    wait_anew(row, step, terms)


def awaited(row: AgencyRequest, *more: str) -> bool:
    """Whether approvals are still missing, with those of these people (uuids); also of what was granted in a hurry."""
    facts = facts_of(row)
    return bool(agency.awaiting(replace(facts, urgent=False, approvers=(*facts.approvers, *more))))


def one_of(several: str, last: str) -> Callable[[AgencyRequest, StepInput], str]:
    """One approval of several, or the last of those that are needed."""
    return lambda row, step: last if step.data.get("freed") or not awaited(row, str(step.person.uuid)) else several


def approve(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """With the last approval of those that are needed it is granted."""
    review = row.state == AgencyState.GRANTED_URGENT
    if not step.data.get("freed"):
        AgencyApproval.objects.create(request=row, by=step.person, at=step.at, review=review)
    if not review and not awaited(row):
        _grant(row, step)


def grant_urgent(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """Before the approvals; another person reviews it within the term. All of S28.1 stands (design/requests.md)."""
    row.urgent_why, row.urgent_by = step.words[:300], step.by
    row.review_due = step.at + timedelta(hours=get_settings().agency_review_hours)
    _grant(row, step)


def _grant(row: AgencyRequest, step: StepInput) -> None:
    row.expires_at = step.at + timedelta(days=get_settings().agency_grant_days)
    hold_granted(row, step)


def extend(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """A request that meets S28.1 does not lapse."""
    row.expires_at = step.at + timedelta(days=step.data["days"])


def close(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """What was handed over is back or deleted (`returned`), or nothing more is needed: of a request under which nothing was, no day is noted."""
    given = handed_over(row) or (row.base_data and row.state == AgencyState.SERVED)
    row.returned_on = step.on if step.data.get("returned", True) and given else None


def closed(row: AgencyRequest, step: StepInput, kept: CaseStep) -> None:
    """No look is open behind it."""
    _stop(row, step, gettext_noop("申请已办结"), "S28.1(4)")


def taken_back(row: AgencyRequest, step: StepInput, kept: CaseStep) -> None:
    """Whoever looks sees the picture stop, with the reason."""
    _stop(row, step, step.words, "S33.1")


def looks(row: AgencyRequest) -> GrantQuerySet:
    """Looks under this request."""
    return Grant.objects.filter(request=row, ground=agency.NAME)


def _stop(row: AgencyRequest, step: StepInput, reason: str, clause: str) -> None:
    row.sittings.filter(ended_at__isnull=True).update(ended_at=step.at)
    revoke(looks(row), by=str(step.person.uuid), reason=reason, clause=clause)


def _number(row: AgencyRequest, step: StepInput) -> None:
    Unit.objects.select_for_update(of=("self",)).get(pk=row.holder_id)  # one number at a time
    row.number = row.number or next_number(AgencyRequest.objects.filter(holder=row.holder), "查", step.at)


def reference(row: AgencyRequest) -> str:
    """How a hold names the request that it rests on."""
    return reference_of(row.pk)


def holds_of(row: AgencyRequest) -> QuerySet[Hold]:
    """Holds that rest on it."""
    return Hold.objects.filter(request=reference(row))


def hold_granted(row: AgencyRequest, step: StepInput) -> None:
    """Hold what was granted to be retrieved or copied, once. In the caller's transaction.

    A look takes nothing away, and basic information has no footage.

    Raises:
        StepRefused: the request names more than one hold takes.
    """
    if step.by is None or row.way == Way.CONSULT or row.base_data or row.span is None or holds_of(row).exists():
        return
    with record_language():
        name = _("%(unit)s查阅调取 %(number)s") % {"unit": row.unit_name, "number": row.number}
        reason = row.purpose or _("查阅调取")
    why = PlacingBasis(
        HoldBasis.REQUEST,
        name,
        reason,
        number=row.letter_number,
        asked_by=row.unit_name,
        request=reference(row),
        clauses=("S27",),
    )
    hold(list(row.cameras.all()), row.span, why, step.by, step.at, unit=row.holder)


def article(clause: str) -> str:
    """Where a clause stands, in Chinese; of another norm than the regulation with its name."""
    words = quoted(clause)
    return words["where"] if clause.startswith("S") else f"《{words['norm']}》{words['where']}"


def in_a_row(unmet: Iterable[Unmet]) -> str:
    """All of them, in Chinese."""
    return "；".join(f"{one.reason_zh}（{article(one.clause)}）" for one in unmet)
