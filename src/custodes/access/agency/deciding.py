"""The holder decides: registers, refuses with what is missing, approves, grants in a hurry, reviews, serves, closes, takes back.

Each is one transaction: row locked, guard asked inside it, step and record kept. Approvals that are missing are put to the unit above
(`timing.py`); they are never a refusal, and a request that meets S28.1 never lapses (law.md §2.7 no. 3).
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.agency.approvals import asks_for, due_after, needed_at
from custodes.access.agency.facts import facts_of
from custodes.access.agency.guards import ASKS, GUARDS, Asked
from custodes.access.agency.keeping import hold_granted
from custodes.access.agency.originals import scanned
from custodes.access.agency.reach import decides
from custodes.access.agency.stepping import Taken, keep, locked, move
from custodes.access.holds.placing import HoldRefused
from custodes.access.models import (
    AgencyApproval,
    AgencyRequest,
    AgencyState,
    AsksAs,
    Grant,
    Ground,
    Intake,
    PackageState,
)
from custodes.access.models.agency import OPEN
from custodes.access.models.grant import GrantQuerySet
from custodes.access.numbering import next_number
from custodes.access.revocation import revoke
from custodes.law.grounds import agency
from custodes.people.models import Person
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings

OURS = ("S33.1",)
SEEN = "已核对介绍信函和工作证件原件。"
"""As it stands in the step and on the form; the record's language is Chinese."""


def asked_of(row: AgencyRequest, event: str, taken: Taken, *, seen: bool = False, no_power: bool = False) -> Asked:
    """What the guard of this event looks at.

    Args:
        seen: whoever registers says that the originals were seen.
        no_power: whoever refuses says that the article gives no such power.
    """
    registered = True if event in ("register", "refuse") else None
    by = taken.by
    return Asked(
        facts=facts_of(row, registered=registered),
        at=taken.at,
        words=taken.words,
        requester=by is not None and asks_for(row, by),
        decides=by is not None and decides(row, by, taken.at),
        began=by is not None and row.begun_by_id == by.pk,
        registered=by is not None and row.steps.filter(event="register", by=by).exists(),
        approved=by is not None and row.approvals.filter(by=by, void=False).exists(),
        hurried=by is not None and row.urgent_by_id == by.pk,
        looked=Grant.objects.recorded().filter(request=row, handover=False).exists(),
        handed=handed_over(row),
        originals=seen or row.intake != Intake.COUNTER or scanned(row),
        no_power=no_power,
    )


def handed_over(row: AgencyRequest) -> bool:
    """Whether an evidence package of it was handed over."""
    return row.packages.filter(state=PackageState.HANDED).exists()


def _clear(row: AgencyRequest, event: str, taken: Taken, **said: bool) -> None:
    unmet = GUARDS[event](asked_of(row, event, taken, **said))
    if unmet:
        raise StepRefused(_("还有 %(count)d 项条件没有满足。") % {"count": len(unmet)}, unmet)


def review_law(row: AgencyRequest, by: Person, at: datetime) -> AgencyRequest:
    """Somebody of the holder has looked at the article that the request rests on (N20)."""
    with transaction.atomic():
        row = locked(row)
        if row.state != AgencyState.CHECKING:
            raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": row.get_state_display()})
        _not_their_own(row, by)
        row.law_reviewed_by = by
        keep(row, "review_law", row.state, Taken(by, at, row.law), ("N20",))
    return row


def give_back(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    """Back to whoever asks, who completes it; no refusal.

    Raises:
        StepRefused: there is nothing for them to complete, or no reason is stated.
    """
    with transaction.atomic():
        row = locked(row)
        _clear(row, "give_back", taken)
        row.approve_due = row.escalated_at = None
        move(row, "give_back", taken, ("S28.1(3)",))
    return row


def register(row: AgencyRequest, taken: Taken, *, originals: bool = False) -> AgencyRequest:
    """Give it its number in the holder's register (S28.1(3), N16.2(3)).

    Args:
        originals: whoever registers has seen the letter and the cards themselves; kept in the words of the step and printed.

    Raises:
        StepRefused: something is missing, or it is not the time.
    """
    with transaction.atomic():
        row = locked(row)
        _clear(row, "register", taken, seen=originals)
        if originals:
            taken = replace(taken, words=f"{SEEN}{taken.words}")
        row.holder.__class__.objects.select_for_update().get(pk=row.holder_id)  # one number at a time
        row.number = row.number or _number(row, taken)
        row.registered_on = taken.on
        row.approvals_needed = needed_at(row.holder, taken.at)
        row.approve_due, row.escalated_at = due_after(taken.at), None
        move(row, "register", taken, ("S28.1(3)", "N16.2(3)"))
    return row


def refuse(row: AgencyRequest, taken: Taken, *, no_power: bool = False) -> AgencyRequest:
    """Refuse for what is missing, signed by whoever does it (S28.2). What was missing stays in the row and in the log (Q3).

    Whoever is no organ of S27 is refused under S27 itself: S28.2 speaks of those who may ask.

    Args:
        no_power: whoever refuses has looked at the article, and it gives no such power (N20).

    Raises:
        StepRefused: nothing is missing of what whoever asks has to bring.
    """
    with transaction.atomic():
        row = locked(row)
        _clear(row, "refuse", taken, no_power=no_power)
        missing = agency.refusable(facts_of(row, registered=True), taken.at, no_power)
        row.missing = [asdict(one) for one in missing]
        row.refused_by = taken.by
        if not row.number:
            row.holder.__class__.objects.select_for_update().get(pk=row.holder_id)
            row.number = _number(row, taken)  # refusals are kept as fully as grants
        move(row, "refuse", taken, ("S28.2",) if row.requester == AsksAs.ORGAN else ("S27",), missing)
    return row


def send_back(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    """An approver has it checked once more; approvals that were given are void."""
    with transaction.atomic():
        row = locked(row)
        _clear(row, "send_back", taken)
        row.approvals.filter(void=False).update(void=True)
        row.approve_due, row.escalated_at = due_after(taken.at), None
        move(row, "send_back", taken, OURS)
    return row


def approve(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    """One approval; with the last of those that are needed it is granted.

    Raises:
        StepRefused: something is missing, or this person does not approve it.
    """
    assert taken.by is not None
    with transaction.atomic():
        row = locked(row)
        if row.state != AgencyState.REGISTERED:
            raise StepRefused(_("现为“%(state)s”，不能审批。") % {"state": row.get_state_display()})
        _clear(row, "approve", taken)
        AgencyApproval.objects.create(request=row, by=taken.by, at=taken.at)
        if agency.awaiting(facts_of(row)):
            keep(row, "approved", row.state, taken, OURS)
        else:
            _grant(row, taken)
            move(row, "approve", taken, OURS)
    return row


def grant_urgent(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    """Grant before the approvals; another person reviews it within the term. All of S28.1 stands (design/requests.md).

    Raises:
        StepRefused: something is missing, no reason is stated, or by whoever may not: the duty officer, who began or registered it.
    """
    assert taken.by is not None
    with transaction.atomic():
        row = locked(row)
        _clear(row, "grant_urgent", taken)
        row.urgent_why, row.urgent_by = taken.words[:300], taken.by
        row.review_due = taken.at + timedelta(hours=get_settings().agency_review_hours)
        _grant(row, taken)
        move(row, "grant_urgent", taken, OURS)
    return row


def review(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    """Look afterwards at what was granted in a hurry.

    Raises:
        StepRefused: by whoever granted it or asks for it.
    """
    assert taken.by is not None
    with transaction.atomic():
        row = locked(row)
        if row.state != AgencyState.GRANTED_URGENT:
            raise StepRefused(_("现为“%(state)s”，不能补审。") % {"state": row.get_state_display()})
        _clear(row, "review", taken)
        AgencyApproval.objects.create(request=row, by=taken.by, at=taken.at, review=True)
        if _still_awaiting(row):
            keep(row, "reviewed", row.state, taken, OURS)
        else:
            move(row, "review", taken, OURS)
    return row


def serve(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    """It was looked at, a package was handed over, or basic information was given with what the words name."""
    return _simple(row, "serve", taken, ("S27", "S28.1(4)"))


def close(row: AgencyRequest, taken: Taken, returned: bool = True) -> AgencyRequest:
    """What was handed over is back or deleted, or nothing more is needed. No look is open behind it.

    Args:
        returned: what was handed over is back or deleted; of a request under which nothing was, no day is noted.
    """
    with transaction.atomic():
        row = locked(row)
        _clear(row, "close", taken)
        given = handed_over(row) or (row.base_data and row.state == AgencyState.SERVED)
        row.returned_on = taken.on if returned and given else None
        move(row, "close", taken, ("S28.1(4)",))
        _stop(row, taken, _("申请已办结"), "S28.1(4)")
    return row


def extend(row: AgencyRequest, days: int, taken: Taken) -> AgencyRequest:
    """Let it be looked at for longer: a request that meets S28.1 does not lapse.

    Raises:
        StepRefused: it is not granted, or its review is still missing, or by whoever asks.
    """
    assert taken.by is not None
    with transaction.atomic():
        row = locked(row)
        if row.state not in OPEN or row.state == AgencyState.GRANTED_URGENT:
            raise StepRefused(_("现为“%(state)s”，不能延长。") % {"state": row.get_state_display()})
        _not_their_own(row, taken.by)
        row.expires_at = taken.at + timedelta(days=days)
        keep(row, "extend", row.state, taken, OURS)
    return row


def take_back(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    """The holder takes the grant back: whoever looks sees the picture stop, with the reason."""
    with transaction.atomic():
        row = locked(row)
        _clear(row, "take_back", taken)
        move(row, "take_back", taken, OURS)
        _stop(row, taken, taken.words, "S33.1")
    return row


def looks(row: AgencyRequest) -> GrantQuerySet:
    """Looks under this request."""
    return Grant.objects.filter(request=row, ground=Ground.AGENCY)


def _simple(row: AgencyRequest, event: str, taken: Taken, clauses: tuple[str, ...]) -> AgencyRequest:
    with transaction.atomic():
        row = locked(row)
        _clear(row, event, taken)
        move(row, event, taken, clauses)
    return row


def _grant(row: AgencyRequest, taken: Taken) -> None:
    row.expires_at = taken.at + timedelta(days=get_settings().agency_grant_days)
    try:
        hold_granted(row, taken)
    except HoldRefused as refusal:
        raise StepRefused(str(refusal)) from refusal


def _not_their_own(row: AgencyRequest, by: Person) -> None:
    if asks_for(row, by):
        raise StepRefused(_("还有 %(count)d 项条件没有满足。") % {"count": 1}, (ASKS,))


def _still_awaiting(row: AgencyRequest) -> bool:
    return row.approvals.filter(void=False).values("by").distinct().count() < max(1, row.approvals_needed)


def _stop(row: AgencyRequest, taken: Taken, reason: str, clause: str) -> None:
    row.sittings.filter(ended_at__isnull=True).update(ended_at=taken.at)
    revoke(looks(row), by=str(taken.by.uuid) if taken.by else "system", reason=reason, clause=clause)


def _number(row: AgencyRequest, taken: Taken) -> str:
    return next_number(AgencyRequest.objects.filter(holder=row.holder), "查", taken.at)
