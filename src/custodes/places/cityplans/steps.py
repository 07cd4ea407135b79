"""The events of a plan or a norm: under a lock, with the guards asked again, on record in the same transaction (R5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from custodes.law.grounds.ground import Unmet
from custodes.people.models import Person
from custodes.people.records import plain
from custodes.places.cityplans.facts import facts_of
from custodes.places.cityplans.guards import GUARDS
from custodes.places.cityplans.recording import enter, locked, tell
from custodes.places.cityplans.writing import redrafted
from custodes.places.lifecycle.stepping import transit
from custodes.places.models import PlanningState, PlanningText

EVENTS = {
    "consult": _("开始征求意见"),
    "submit": _("报请批准"),
    "approve": _("登记批准"),
    "enact": _("登记施行"),
    "redraft": _("退回起草"),
}
"""What a person can do, as the buttons say it."""
STORY = {**EVENTS, "begin": _("起草"), "supersede": _("由新版本取代")}


class StepRefused(Exception):
    """It may not go on: `unmet` says why; empty where the state has no such event."""

    def __init__(self, unmet: tuple[Unmet, ...]) -> None:
        super().__init__("; ".join(f"{one.clause}: {one.reason_en}" for one in unmet) or "no such event in this state")
        self.unmet = unmet


@dataclass(frozen=True, slots=True)
class Approval:
    """What makes it binding: number and day of the government's approval, or of a norm its day of force."""

    number: str = ""
    approved_on: date | None = None
    in_force_from: date | None = None


def possible(row: PlanningText) -> tuple[str, ...]:
    """Events that its state has, whatever is still unmet; the way on comes first."""
    plan = [event for event in EVENTS if can_proceed(getattr(row, event))]
    return tuple(event for event in plan if event not in (("submit",) if row.is_norm else ("enact",)))


def unmet_before(row: PlanningText, event: str, today: date, approval: Approval | None = None) -> tuple[Unmet, ...]:
    """What is still unmet before `event`, as the row stands or with `approval` entered."""
    if approval is not None:
        _fill(row, approval)
    return GUARDS[event](facts_of(row, today))


def step(
    row: PlanningText,
    event: str,
    by: Person,
    at: datetime,
    day: date,
    words: str = "",
    approval: Approval | None = None,
) -> PlanningText:
    """Let `event` happen.

    Args:
        day: the legal day of it.
        words: why; a text that is taken back to draft needs them, which the form asks for.
        approval: where `event` is ``approve`` or ``enact``.

    Raises:
        StepRefused: something is unmet, the state has no such event, or another version came into force at this moment.
    """
    try:
        with transaction.atomic():
            return _take(row, event, by, at, day, words, approval)
    except IntegrityError as error:
        # Another version came into force at the same moment: one is in force (planning_one_in_force).
        raise StepRefused(()) from error


def _take(
    row: PlanningText, event: str, by: Person, at: datetime, day: date, words: str, approval: Approval | None
) -> PlanningText:
    row = locked(row.pk)
    if event not in possible(row):
        raise StepRefused(())
    if unmet := unmet_before(row, event, day, approval):
        raise StepRefused(unmet)
    if event in ("approve", "enact"):
        _supersede_former(row, by, at, day)
    before = transit(row, event)
    if event == "redraft":
        redrafted(row)
    row.revision += 1
    row.changed_by, row.changed_at = by, at
    row.save()
    tell(row, event, before, day, words, by, at)
    changes: dict[str, tuple[Any, Any]] = {"state": (before, row.state), "day": (None, plain(day))}
    if approval is not None:
        entered = {"approval_number": row.approval_number, "approved_on": row.approved_on}
        entered["in_force_from"] = row.in_force_from
        changes |= {name: (None, plain(value)) for name, value in entered.items() if value}
    if words:
        changes["words"] = (None, words)
    enter(row, by, at, changes)
    return row


def _fill(row: PlanningText, approval: Approval) -> None:
    if row.is_norm:
        row.in_force_from = approval.in_force_from
    else:
        row.approval_number, row.approved_on = approval.number, approval.approved_on
        row.in_force_from = approval.approved_on


def _supersede_former(row: PlanningText, by: Person, at: datetime, day: date) -> None:
    former = PlanningText.objects.select_for_update().filter(
        kind=row.kind, division=row.division, state=PlanningState.IN_FORCE
    )
    for one in former:
        transit(one, "supersede")
        one.revision += 1
        one.changed_by, one.changed_at = by, at
        one.save()
        tell(one, "supersede", PlanningState.IN_FORCE, day, str(row), by, at)
        enter(one, by, at, {"state": (PlanningState.IN_FORCE, one.state), "superseded_by": (None, str(row.pk))})
