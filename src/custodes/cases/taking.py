"""Taking a step: the one way in which a case begins, goes on and keeps what was done (one transaction, all or nothing).

In this order: what stands above the case is locked, then the case; who may; what happened since the page was read; the state; a
reason; facts, gathered once; what the case lacks and what the form lacks; which outcome; then fields, state, step, record, papers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.forms import BaseForm
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.cases.kind import ITSELF, Actor, CaseKind, Event, StepDay
from custodes.cases.models import WORDS, CasePaper, CaseStep
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.independence import BOUND, party
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Person
from custodes.people.records import record_language
from custodes.people.scope import scope_for
from custodes.people.statefield import set_state


def begin(kind: CaseKind, name: str, parent: Any, step: StepInput, terms: LegalTerms) -> Any:
    """Begin a case.

    Args:
        name: of the event.
        parent: what it is begun of.

    Returns:
        The case.

    Raises:
        StepRefused: who takes it may not, or something is wrong or missing; nothing was kept.
    """
    event = kind.event(name)
    with _alone(event), transaction.atomic():
        parent = type(parent)._default_manager.select_for_update().get(pk=parent.pk)
        _may(kind, event.actor, parent, step, begins=True)
        return _begin(kind, event, parent, step, terms)


def begin_inside(kind: CaseKind, name: str, parent: Any, step: StepInput, terms: LegalTerms) -> Any:
    """Begin a case that goes with another's step: in its transaction, by whoever takes that one, who was asked there. What it is begun of
    is locked by the caller where that matters.

    Returns:
        The case.

    Raises:
        StepRefused: something is wrong or missing: the other step is refused with it.
        RuntimeError: outside a transaction.
    """
    _inside_another()
    return _begin(kind, kind.event(name), parent, step, terms)


def _begin(kind: CaseKind, event: Event, parent: Any, step: StepInput, terms: LegalTerms) -> Any:
    """What is the same whoever begins it."""
    assert event.make is not None
    if event.day is StepDay.TODAY:
        step = replace(step, on=timezone.localdate(step.at))
    _has_words(event, None, step)
    row = event.make(parent, step, terms)
    if step.on > timezone.localdate(step.at):
        raise StepRefused(_("日期不能晚于今天。"))
    if event.target is not None:
        set_state(row, event.target)
    _count(kind, row, terms)
    words, papers = _kept_with(event, row, step, terms)
    _raise(kind, row)
    row.save()
    _keep(kind, row, event, event.names[0], str(row.state) if event.stays else "", step, words, papers)
    return row


def take(kind: CaseKind, row: Any, name: str, step: StepInput, terms: LegalTerms) -> Any:
    """Take a step of a case.

    Args:
        name: of the event.

    Returns:
        The case as it is then.

    Raises:
        StepRefused: who takes it may not, somebody was first, it is not the time for it, or something is missing; nothing was kept.
        KeyError: the kind has no such step.
    """
    event = kind.event(name)
    if step.outside is None:
        step = prepare(kind, row, name, step)
    with _alone(event), transaction.atomic():
        row = locked(kind, row)
        _may(kind, event.actor, row, step)
        _still(kind, row, step)
        _take(kind, row, event, step, terms)
    return row


def prepare(kind: CaseKind, row: Any, name: str, step: StepInput) -> StepInput:
    """Have done what a step wants from outside the database (`Event.prepares`): before the transaction in which the caller takes it.

    Returns:
        The step with what came of it; as it was, where the event wants nothing.

    Raises:
        StepRefused: as `ask_first`.
        What the event's `prepares` raises.
    """
    event = kind.event(name)
    if event.prepares is None:
        return step
    row = kind.model._default_manager.get(pk=row.pk)
    ask_first(kind, row, name, step)
    return event.prepares(row, step)


def ask_first(kind: CaseKind, row: Any, name: str, step: StepInput) -> None:
    """Ask what `take` asks before it looks at any fact, and asks again under the lock: for what is done before the step.

    Raises:
        StepRefused: who takes it may not, somebody was first, or it is not the time for it.
    """
    event = kind.event(name)
    _may(kind, event.actor, row, step)
    _still(kind, row, step)
    _in_time(event, row)


def inside(
    kind: CaseKind, row: Any, name: str, step: StepInput, terms: LegalTerms, *, clauses: tuple[str, ...] | None = None
) -> Any:
    """Take a step that goes with another's: in its transaction, by whoever takes that one, who was asked there. What stands above the
    case in `locks` is locked by the caller already.

    Args:
        clauses: on which it rests, where the other step says it.

    Returns:
        The case as it is then.

    Raises:
        StepRefused: it is not the time for it, or something is missing: the other step is refused with it.
        RuntimeError: outside a transaction.
    """
    _inside_another()
    row = locked(kind, row)
    event = kind.event(name)
    _take(kind, row, event if clauses is None else replace(event, clauses=clauses), step, terms)
    return row


def _inside_another() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step inside another's stands in its transaction")


def _take(kind: CaseKind, row: Any, event: Event, step: StepInput, terms: LegalTerms) -> None:
    """What is the same whoever takes it, under the case's lock."""
    today = timezone.localdate(step.at)
    if event.day is StepDay.TODAY:
        step = replace(step, on=today)
    _in_time(event, row)
    outcome = event.choose(row, step) if event.choose is not None else event.names[0]
    _has_words(event, row, step, outcome)
    if step.on > today:
        raise StepRefused(_("日期不能晚于今天。"))
    if event.ask is not None:
        event.ask(row, step, terms)
    facts = kind.facts(row, today, terms) if event.guard is not None or event.check is not None else None
    unmet: tuple[Unmet, ...] = ()
    if event.binds is not None:
        unmet += event.binds(row, step.person, step.at)
    if event.guard is not None:
        unmet += event.guard(facts, step.on, today)
    if event.check is not None:
        unmet += event.check(facts, {**step.data, "on": step.on})
    refuse_with(unmet)
    words, papers = _kept_with(event, row, step, terms)
    if event.fill is not None:
        event.fill(row, step, terms)
    target = event.outcomes[outcome] if event.outcomes else event.target
    before = set_state(row, target) if target is not None else "" if event.noted else str(row.state)
    _count(kind, row, terms)
    _raise(kind, row)
    row.save()
    _keep(kind, row, event, outcome, before, step, words, papers)


def refuse_with(unmet: tuple[Unmet, ...]) -> None:
    """
    Raises:
        StepRefused: something is unmet; with all that is.
    """
    if unmet:
        raise StepRefused(_("还有 %(count)d 项条件没有满足。") % {"count": len(unmet)}, unmet)


def add_paper(kind: CaseKind, row: Any, sort: str, paper: Paper, step: StepInput) -> CasePaper:
    """Keep a paper of a case, on record with its SHA-256. It leaves the state.

    Raises:
        StepRefused: the case is over, or this paper is not for this person to add.
    """
    rule = kind.papers
    assert rule is not None
    with transaction.atomic():
        row = locked(kind, row)
        if row.state not in rule.states:
            raise StepRefused(_("已经办结，不能再加入材料。"))
        if sort not in sorts_for(kind, row, step.person, step.at):
            raise StepRefused(_("这类材料由其他岗位加入。"))
        held = CasePaper.objects.create(
            kind=kind.key, case_id=row.pk, sort=sort, paper=paper, by=step.person, at=step.at
        )
        with record_language():
            told = StepInput(step.person, step.at, step.on, str(rule.sorts(sort).label), via=step.via)
        if kind.revised:
            _raise(kind, row)
            row.save(update_fields=["revision"])
        keep(kind, row, rule.event, "", told, rule.clauses, told.told, (paper,))  # as such records always were
    return held


def keep(
    kind: CaseKind,
    row: Any,
    name: str,
    before: str,
    step: StepInput,
    clauses: Iterable[str],
    words: str,
    papers: tuple[Paper, ...],
    extra: Mapping[str, Any] = MappingProxyType({}),
) -> CaseStep:
    """Keep a step and its record, in the caller's transaction and under the case's lock."""
    kept = CaseStep(
        kind=kind.key,
        case_id=row.pk,
        about=_about(kind, row),
        seq=row.revision if kind.revised else last_seq(kind, row.pk) + 1,
        event=name,
        before=before,
        after=str(row.state),
        on=step.on,
        words=words[:WORDS],
        clauses=list(clauses),
        extra=dict(extra),
        by=step.by,
        at=step.at,
    )
    kept.record = kind.recorder(kind, row, kept, step, papers)
    kept.save()
    kept.papers.set(papers)
    return kept


@dataclass(frozen=True)
class Action:
    """A step that a person may take now.

    Attributes:
        unmet: what the case lacks for it; the form is offered when that is nothing.
    """

    event: Event
    unmet: tuple[Unmet, ...]
    form: BaseForm


def actions_for(kind: CaseKind, row: Any, seen: int, person: Person, at: datetime, terms: LegalTerms) -> list[Action]:
    """What this person may do with a case now, in the order of its declaration. `take` asks again.

    Args:
        seen: `last_seq` as it was before the row was read: what came after it, the page does not show.
    """
    today = timezone.localdate(at)
    events = [
        one
        for one in kind.open_events(row.state)
        if not one.apart and (one.offered is None or one.offered(row, person, today, terms))
    ]
    events = [one for one in events if reaches(one.actor, row, person, at)]
    if not events:
        return []
    facts = kind.facts(row, today, terms) if any(one.guard is not None for one in events) else None
    return [
        Action(
            one,
            _lacking(kind, row, one, facts, person, at, today),
            form_for(one, row, person, at, initial={**one.initial(row, terms), "seen": seen}),
        )
        for one in events
    ]


def form_of(event: Event, data: Any = None, files: Any = None, *, initial: Mapping[str, Any] | None = None) -> BaseForm:
    """The form of a step; with `data` and `files` as they were sent."""
    return event.form(data, files, auto_id=f"id_{event.name}_%s", initial=dict(initial or {}))


def form_for(event: Event, row: Any, person: Person, at: datetime, *sent: Any, **more: Any) -> BaseForm:
    """`form_of`, with what this person may choose from."""
    form = form_of(event, *sent, **more)
    if event.choices is not None:
        event.choices(form, row, person, at)
    return form


def reaches(actor: Actor, row: Any, person: Person, at: datetime) -> bool:
    """Whether a person has one of this actor's permissions, and may use it on a row."""
    if not actor.rows_alone and not any(scope_for(person, one, at) for one in actor.permissions):
        return False
    return actor.rows(person, at).filter(pk=row.pk).exists()


def sorts_for(kind: CaseKind, row: Any, person: Person, at: datetime) -> list[str]:
    """Sorts of papers that a person may add to a case now."""
    rule = kind.papers
    if rule is None or row.state not in rule.states:
        return []
    return [sort for actor, sorts in rule.adds if reaches(actor, row, person, at) for sort in sorts]


def locked(kind: CaseKind, row: Any) -> Any:
    """The case, read under its lock, after what stands above it."""
    for name in kind.locks:
        above = getattr(row, name)
        type(above)._default_manager.select_for_update().get(pk=above.pk)
    rows = kind.model._default_manager.select_for_update(of=("self",))
    if kind.locks:  # without a name it would read whatever there is
        rows = rows.select_related(*kind.locks)
    return rows.get(pk=row.pk)


def last_seq(kind: CaseKind, case: UUID) -> int:
    """Order of the last step of a case; 0 before there is one."""
    return int(CaseStep.objects.filter(kind=kind.key, case_id=case).aggregate(last=Max("seq"))["last"] or 0)


def _about(kind: CaseKind, row: Any) -> UUID | None:
    if kind.about == ITSELF:
        return UUID(str(row.pk))
    return getattr(row, kind.about).pk if kind.about else None


def _raise(kind: CaseKind, row: Any) -> None:
    if kind.revised:
        row.revision += 1


def _count(kind: CaseKind, row: Any, terms: LegalTerms) -> None:
    """Write the last day of its term."""
    if kind.clock is not None:
        setattr(row, kind.clock.column, kind.clock.due(row, terms))


def _lacking(
    kind: CaseKind, row: Any, event: Event, facts: Any, person: Person, at: datetime, today: date
) -> tuple[Unmet, ...]:
    unmet = event.binds(row, person, at) if event.binds is not None else ()
    unmet += event.guard(facts, today, today) if event.guard is not None else ()
    return (*unmet, *_same_person(kind, event.actor, row, person, at))


@contextmanager
def _alone(event: Event) -> Iterator[None]:
    """Say what happened to whoever did at the same moment as another what the database lets only one do."""
    try:
        yield
    except IntegrityError as error:
        if not event.clash:
            raise
        raise StepRefused(str(event.clash)) from error


def _may(kind: CaseKind, actor: Actor, row: Any, step: StepInput, *, begins: bool = False) -> None:
    if step.by is None or not reaches(actor, row, step.by, step.at):
        raise StepRefused(str(actor.otherwise) or _("这一步由其他岗位办理。"))
    if not begins and (bound := _same_person(kind, actor, row, step.by, step.at)):
        raise StepRefused(_("这一步由另一人办理。"), bound)


def _same_person(kind: CaseKind, actor: Actor, row: Any, person: Person, at: datetime) -> tuple[Unmet, ...]:
    if not actor.not_by:
        return ()
    taken = CaseStep.objects.filter(kind=kind.key, case_id=row.pk, event__in=actor.not_by)
    return (BOUND,) if taken.filter(by__in=party(person, at)).exists() else ()


def _in_time(event: Event, row: Any) -> None:
    if row.state not in event.sources:
        raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": row.get_state_display()})


def _still(kind: CaseKind, row: Any, step: StepInput) -> None:
    """Nobody has moved the case since the page was read."""
    if step.seen is None:
        return
    steps = CaseStep.objects.filter(kind=kind.key, case_id=row.pk, seq__gt=step.seen).select_related("by")
    steps = steps.exclude(event__in=kind.overlooked)
    if kind.papers is not None:
        steps = steps.exclude(event=kind.papers.event)  # a paper more changes nothing of what was read
    last = steps.order_by("seq").last()
    if last is None and step.seen > max(last_seq(kind, row.pk), row.revision if kind.revised else 0):
        raise StepRefused(_("页面与该件现在的办理情况不符。请刷新页面，核对后再办理。"))
    if last is not None:
        raise StepRefused(
            _("您打开页面以后，%(name)s于%(at)s办理了“%(step)s”，现为“%(state)s”。请核对后再办理。")
            % {
                "name": last.by.name if last.by is not None else _("系统"),
                "at": timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M"),
                "step": kind.story(last.event),
                "state": row.get_state_display(),
            }
        )


def _has_words(event: Event, row: Any, step: StepInput, outcome: str = "") -> None:
    needed = event.needs_words and (not event.words_for or outcome in event.words_for)
    if needed and not says_something(step.words):
        laws = () if row is None and callable(event.clauses) else event.laws(row)
        raise StepRefused(str(event.needs_words), clause=next(iter(laws), ""))


def _kept_with(event: Event, row: Any, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Words and papers of the step, of the case as it stands before it."""
    if event.keeps is None:
        return step.told, step.papers
    with record_language():
        said, papers = event.keeps(row, step, terms)
    return replace(step, words=said).told, papers


def _keep(
    kind: CaseKind,
    row: Any,
    event: Event,
    name: str,
    before: str,
    step: StepInput,
    words: str,
    papers: tuple[Paper, ...],
) -> CaseStep:
    alone = event.adds(row, step) if event.adds is not None else {}
    kept = keep(kind, row, name, before, step, event.laws(row), words, papers, alone)
    if event.after is not None:
        event.after(row, step, kept)
    return kept
