"""Taking a step: guards asked under a lock, state changed, the step kept with its record, nodes told; all or nothing (R5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from custodes.law.duties.terms import Terms
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Paper, Person
from custodes.people.records import record
from custodes.places.assignment import bump
from custodes.places.lifecycle.events import BY_NAME, Event
from custodes.places.lifecycle.gathering import facts_of
from custodes.places.lifecycle.guards import GUARDS
from custodes.places.models import Cleared, Node, Step, System
from custodes.places.register import keep_edit

WORDS = 500
"""Characters that a step's words may have."""


class StepRefused(Exception):
    """The step can't be taken. `unmet` says what is missing, each with its clause and remedy; empty for a plain reason in the text.

    Attributes:
        remedy: of a plain reason, what to do; empty where the text says it.
        clause: of a plain reason, on what it rests; empty for the clauses of what was asked for.
    """

    def __init__(self, text: str, unmet: Sequence[Unmet] = (), *, remedy: str = "", clause: str = "") -> None:
        super().__init__(text)
        self.unmet = tuple(unmet)
        self.remedy, self.clause = remedy, clause


@dataclass(frozen=True, slots=True)
class Taken:
    """Who takes a step, when, on which legal day, why, with which papers.

    Attributes:
        at: aware UTC, when it is entered.
        on: the day that counts in law; not after the local day of `at`.
        words: what the person says; what a program adds of itself is no part of it, and no guard takes it for a reason.
        via: by which program it is taken in the person's name, in words.
    """

    by: Person
    at: datetime
    on: date
    words: str = ""
    papers: tuple[Paper, ...] = ()
    via: str = ""

    @property
    def told(self) -> str:
        """What stands with the step: the person's words, and by which program."""
        if not self.via:
            return self.words
        tail = f"（{self.via}）" if self.words else self.via
        return self.words[: WORDS - len(tail)] + tail


def unmet_of(system: System, event: Event, on: date, at: datetime, terms: Terms) -> tuple[Unmet, ...]:
    """What this event waits for, for the page; `take` asks again."""
    facts = facts_of(system, timezone.localdate(at), overlaps=event.name == "screen")
    return GUARDS[event.name](facts, on, timezone.localdate(at), terms)


def take(system: System, name: str, taken: Taken, terms: Terms) -> System:
    """Take one step of a system's life.

    Args:
        name: of the event, one of `events.BY_NAME`.

    Returns:
        The system as it is now.

    Raises:
        StepRefused: it is not the time for this step, something is unmet, or the day is wrong.
    """
    event = BY_NAME[name]
    with transaction.atomic():
        row = System.objects.select_for_update().get(pk=system.pk)
        facts = facts_of(row, timezone.localdate(taken.at), overlaps=name == "screen")
        check_day(row, taken)
        if name == "begin_trial" and taken.on != timezone.localdate(taken.at):
            # From here on it is recorded: a trial has no day before its recordings.
            raise StepRefused(_("试运行自办理之日起算，日期应当是今天。"))
        if event.words and not taken.words:
            raise StepRefused(_("请写明理由。"))
        if row.state not in event.from_states:
            raise StepRefused(
                _("系统现为“%(state)s”，不能%(verb)s。") % {"state": row.get_state_display(), "verb": event.verb}
            )
        unmet = GUARDS[name](facts, taken.on, timezone.localdate(taken.at), terms)
        if unmet:
            raise StepRefused(_("还有 %(count)d 项条件没有满足。") % {"count": len(unmet)}, unmet)
        move(row, name, taken, row, clauses=event.clauses)
        if event.recording:
            bump(*Node.objects.filter(cameras__system=row).distinct())
    return row


def enter(row: models.Model, system: System, name: str, taken: Taken, clauses: Iterable[str]) -> Step:
    """Keep the step by which something with a state was entered; it has no state before."""
    return _keep(row, system, name, "", taken, clauses)


def note(
    row: models.Model, system: System, name: str, taken: Taken, clauses: Iterable[str], *, before: str | None = None
) -> Step:
    """Keep a step of something that a caller has changed itself; `before` is its former state, where that was another."""
    state = str(row.state)  # type: ignore[attr-defined]
    return _keep(row, system, name, state if before is None else before, taken, clauses)


def move(row: models.Model, name: str, taken: Taken, system: System, *, clauses: Iterable[str]) -> Step:
    """Change the state of a row by one of its transitions, whose guards the caller has asked, and keep the step.

    Raises:
        StepRefused: it is not the time for this step.
        RuntimeError: outside a transaction.
    """
    before = transit(row, name)
    if isinstance(row, System):
        # Whoever read it in its former state rests on what is no more (R8).
        row.revision += 1
        keep_edit(row, {"state": [before, str(row.state)]}, taken.by, taken.at)
    row.save()
    return _keep(row, system, name, before, taken, clauses)


def transit(row: models.Model, name: str) -> str:
    """Change the state of a row by one of its transitions, whose guards the caller has asked; the caller saves it. The state before.

    Raises:
        StepRefused: it is not the time for this step.
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken in one transaction with its guards")
    before = str(row.state)  # type: ignore[attr-defined]
    try:
        getattr(row, name)(Cleared(name, row.pk))
    except TransitionNotAllowed as error:
        state = row.get_state_display()  # type: ignore[attr-defined]
        raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": state}) from error
    return before


def check_day(system: System, taken: Taken) -> None:
    """The legal day of a step is not in the future, and not before the step that led here.

    Raises:
        StepRefused: it is.
    """
    if taken.on > timezone.localdate(taken.at):
        raise StepRefused(_("日期不能晚于今天。"))
    last = Step.objects.filter(system=system, object_id=system.pk).order_by("at").last()
    if last is not None and taken.on < last.on:
        raise StepRefused(
            _("日期不能早于上一步“%(state)s”的日期（%(day)s）。")
            % {"state": dict(System._meta.get_field("state").choices or ()).get(last.after, last.after), "day": last.on}
        )


def _keep(row: models.Model, system: System, name: str, before: str, taken: Taken, clauses: Iterable[str]) -> Step:
    label, after = row._meta.label_lower, str(row.state)  # type: ignore[attr-defined]
    step = Step(
        system=system,
        object=label,
        object_id=row.pk,
        event=name,
        before=before,
        after=after,
        on=taken.on,
        words=taken.told,
        clauses=list(clauses),
        by=taken.by,
        at=taken.at,
    )
    step.record = record(
        "register.step",
        at=taken.at,
        step=step.pk,
        by=taken.by.uuid,
        object=label,
        object_id=row.pk,
        system=system.pk,
        event=name,
        before=before,
        after=after,
        on=taken.on,
        clauses=list(clauses),
        words=taken.told,
        papers=[paper.sha256 for paper in taken.papers],
    )
    step.save()
    step.papers.set(taken.papers)
    return step
