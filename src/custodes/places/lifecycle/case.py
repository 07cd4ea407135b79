"""The life of a system as a kind of case: from the first idea to its removal (S8.3, S10, S12 to S16, S18).

`steps_ahead` tells what may come next and what each step waits for: the same list for its page and for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases import records
from custodes.cases.kind import ITSELF, NOBODY, Actor, CaseKind, Event, Print, StepDay
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import begin_inside
from custodes.law.clauses.norms import LHASA
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import StepRefused, terms
from custodes.people.permissions import Permission
from custodes.places.assignment import bump
from custodes.places.documents import acceptance_report, dossier_index
from custodes.places.forms.life import LifeForm, ReasonForm
from custodes.places.lifecycle.facts import SystemFacts
from custodes.places.lifecycle.gathering import facts_of
from custodes.places.lifecycle.guards import GUARDS
from custodes.places.models import USED, Node, System, SystemState
from custodes.places.models.site import BEFORE_TRIAL
from custodes.places.register import keep_edit, save_recorded
from custodes.places.scope import built_systems, papered_systems, visible_systems

_S = SystemState
#: Built before this day, a system is in use from its entry; what it lacks are tasks, never a stop of recording (R3).
IN_FORCE = LHASA.in_force
#: The states on the way to use, in order: what the stepper of a system's page shows.
WAY = (_S.PROPOSED, _S.PLANNED, _S.DESIGNED, _S.BUILDING, _S.COMPLETED, _S.TRIAL, _S.ACCEPTED, _S.IN_USE)
RECORDING = frozenset({"begin_trial", "fail", "remove"})
"""Steps after which a node takes in more or fewer cameras."""
BADGES: dict[str, str] = {
    **dict.fromkeys(WAY, "neutral"),
    _S.TRIAL: "attention",
    _S.ACCEPTED: "info",
    _S.IN_USE: "fine",
    _S.LEGACY: "fine",
    _S.REMOVED: "off",
    _S.ABANDONED: "off",
}


@dataclass(frozen=True)
class LifecycleFacts:
    """What the guards ask about, and the terms under which they ask."""

    facts: SystemFacts
    terms: LegalTerms


def gather(system: System, today: date, terms: LegalTerms) -> LifecycleFacts:
    """Of a system whose screening comes next with the overlaps of its fields, which take long to work out."""
    return LifecycleFacts(facts_of(system, today, overlaps=system.state == _S.PROPOSED), terms)


def _guard(name: str) -> Callable[[LifecycleFacts, date, date], tuple[Unmet, ...]]:
    return lambda gathered, on, today: GUARDS[name](gathered.facts, on, today, gathered.terms)


def enter_system(system: System, fields: Iterable[str], step: StepInput) -> System:
    """Save a new system in the state that follows from the day on which it was built, with its first step, in whoever's place who may enter
    one there (`scope.editable_sites`).

    Args:
        system: not saved yet.
        fields: of it that are recorded.
    """
    with transaction.atomic():
        row: System = begin_inside(
            LIFE, "enter", None, replace(step, data={"system": system, "fields": fields}), terms()
        )
    return row


def ask_day(system: System, step: StepInput, terms: LegalTerms) -> None:
    """The legal day of a step is not before that of the step that led here."""
    last = CaseStep.objects.filter(case_id=system.pk).order_by("seq").last()
    if last is not None and step.on < last.on:
        state = dict(_S.choices).get(_S(last.after), last.after) if last.after in _S.values else last.after
        raise StepRefused(
            gettext("日期不能早于上一步“%(state)s”的日期（%(day)s）。") % {"state": state, "day": last.on}
        )


def ask_today(system: System, step: StepInput, terms: LegalTerms) -> None:
    """From here on it is recorded: a trial has no day before its recordings."""
    ask_day(system, step, terms)
    if step.on != timezone.localdate(step.at):
        raise StepRefused(gettext("试运行自办理之日起算，日期应当是今天。"))


def revise(system: System, step: StepInput, terms: LegalTerms) -> None:
    """Whoever read it in its former state rests on what is no more (R8)."""
    system.revision += 1


def keep(system: System, step: StepInput, kept: CaseStep) -> None:
    """What changed under the new revision; nodes are told where recording changes."""
    keep_edit(system, {"state": [kept.before, kept.after]}, step.person, step.at)
    if kept.event in RECORDING:
        bump(*Node.objects.filter(cameras__system=system).distinct())


def entered(_site: Any, step: StepInput, terms: LegalTerms) -> System:
    """A system as it is entered: new, or built before the regulation (S16.2b) and in use from its entry.

    Its fields are in ``step.data["system"]``, those that are recorded in ``step.data["fields"]``.
    """
    wish: System = step.data["system"]
    legacy = wish.built_on is not None and wish.built_on < IN_FORCE
    fields = {one.attname: getattr(wish, one.attname) for one in System._meta.concrete_fields if one.name != "state"}
    row = System(**fields, state=_S.LEGACY if legacy else _S.PROPOSED)
    save_recorded(row, step.data["fields"], step.person, step.at)
    return row


def entered_by(system: System | None) -> tuple[str, ...]:
    """Of what was built before the clause by which it is taken in."""
    return ("S16.2b",) if system is not None and system.state == _S.LEGACY else ("S8.3",)


BUILDERS = Actor((Permission.MANAGE_PLACES,), built_systems)
_WHY = _("请写明理由。")


def _event(
    name: str,
    verb: Any,
    clauses: tuple[str, ...],
    sources: tuple[str, ...],
    target: str,
    *,
    ask: Callable[[System, StepInput, LegalTerms], None] = ask_day,
    reason: Any = "",
    actor: Actor = BUILDERS,
) -> Event:
    return Event(
        name=name,
        verb=verb,
        story=verb,
        said=verb,
        sources=sources,
        target=target,
        actor=actor,
        clauses=clauses,
        form=ReasonForm if reason else LifeForm,
        day=StepDay.PAST,
        needs_words=reason,
        ask=ask,
        guard=_guard(name),
        fill=revise,
        after=keep,
    )


EVENTS = (
    Event(
        name="enter",
        verb=pgettext_lazy("经过", "登记系统"),
        story=pgettext_lazy("经过", "登记系统"),
        said="",
        begins_in=(_S.PROPOSED, _S.LEGACY),
        actor=NOBODY,
        clauses=entered_by,
        day=StepDay.PAST,
        make=entered,
        apart=True,
    ),
    _event(
        "screen",
        pgettext_lazy("系统的办理", "核对立项"),
        ("S8.3", "S10", "N7.3"),
        (_S.PROPOSED,),
        _S.PLANNED,
    ),
    _event("design_ok", pgettext_lazy("系统的办理", "确认设计"), ("S12.1",), (_S.PLANNED,), _S.DESIGNED),
    _event("start", pgettext_lazy("系统的办理", "开始施工"), ("S13.1",), (_S.DESIGNED,), _S.BUILDING),
    _event("complete", pgettext_lazy("系统的办理", "登记竣工"), ("S14", "S16.1"), (_S.BUILDING,), _S.COMPLETED),
    _event(
        "begin_trial",
        pgettext_lazy("系统的办理", "开始试运行"),
        ("GB55029",),
        (_S.COMPLETED,),
        _S.TRIAL,
        ask=ask_today,
    ),
    _event("accept", pgettext_lazy("系统的办理", "登记验收合格"), ("S16.1",), (_S.TRIAL,), _S.ACCEPTED),
    _event("fail", pgettext_lazy("系统的办理", "登记验收不合格"), ("S16.1",), (_S.TRIAL,), _S.BUILDING, reason=_WHY),
    _event(
        "put_in_use",
        pgettext_lazy("系统的办理", "投入使用"),
        ("S15", "S16.1"),
        (_S.ACCEPTED,),
        _S.IN_USE,
    ),
    _event("abandon", pgettext_lazy("系统的办理", "不再建设"), ("S8.3",), BEFORE_TRIAL, _S.ABANDONED, reason=_WHY),
    # It comes through a case of its own (`places.removal`).
    Event(
        name="remove",
        verb=pgettext_lazy("系统的办理", "登记拆除"),
        story=pgettext_lazy("系统的办理", "登记拆除"),
        said="",
        sources=(_S.ACCEPTED, *USED),
        target=_S.REMOVED,
        actor=NOBODY,
        clauses=("S18a", "S18b"),
        day=StepDay.PAST,
        fill=revise,
        after=keep,
    ),
)

BY_NAME = {event.name: event for event in EVENTS}

LIFE = CaseKind(
    model=System,
    name=_("系统"),
    url="places:life",
    states=_S,
    badges=BADGES,
    events=EVENTS,
    facts=gather,
    recorder=records.register,
    view=Permission.VIEW_PLACES,
    shown_to=visible_systems,
    about=ITSELF,
    related=("site__division", "unit"),
    prints=(
        Print(label=_("打印立卷目录"), key="dossier", fill=dossier_index, rows=papered_systems),
        Print(label=_("打印验收报告封面与清单"), key="acceptance", fill=acceptance_report, rows=papered_systems),
    ),
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step that may come next.

    Attributes:
        day: that it would have: of the acceptance for who enters its outcome, otherwise today.
        unmet: what it waits for on that day.
    """

    event: Event
    day: date
    unmet: tuple[Unmet, ...]


def steps_ahead(system: System, today: date, terms: LegalTerms) -> list[NextStep]:
    """Each event that its state has."""
    gathered = gather(system, today, terms)
    found = []
    for event in LIFE.open_events(system.state):
        if event.guard is not None:  # a removal comes through its own case
            day = _day(event, gathered.facts, today)
            found.append(NextStep(event, day, event.guard(gathered, day, today)))
    return found


def _day(event: Event, facts: SystemFacts, today: date) -> date:
    held = facts.acceptance
    if event.name not in ("accept", "fail") or held is None:
        return today
    of_a_trial_before = facts.trial_began is not None and held.on < facts.trial_began
    return today if of_a_trial_before else held.on
