"""What is wrong with a declaration, found when the program starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db.models import UUIDField

from custodes.cases.kind import NOBODY, CaseKind
from custodes.cases.models import CasePaper, CaseStep
from custodes.cases.registry import registry
from custodes.law.clauses.registry import UnknownClause, find


def check_kinds(app_configs: Any = None, **_more: Any) -> list[CheckMessage]:
    """A system check over all kinds."""
    return [Error(f"{kind.key}: {told}", id="cases.E001") for kind in registry for told in faults_of(kind)]


def faults_of(kind: CaseKind) -> Iterator[str]:
    """What a declaration says that can't be."""
    states, most = set(kind.states.values), CaseStep._meta.get_field("event").max_length or 0
    if not isinstance(kind.model._meta.pk, UUIDField):
        yield "its key is no UUID"
    if missing := states - set(kind.badges):
        yield f"states without a badge: {sorted(missing)}"
    if not kind.beginnings:
        yield "no step begins it"
    if kind.revised and not any(field.name == "revision" for field in kind.model._meta.concrete_fields):
        yield "its rows have no revision that rises with each step"
    reached = {
        target
        for event in kind.events
        for target in (event.target, *event.begins_in, *event.outcomes.values())
        if target
    }
    if missing := states - reached:
        yield f"states that no step leads to: {sorted(missing)}"
    names = [name for event in kind.events for name in ((event.name,) if event.recorded else event.names)]
    if kind.papers is not None:
        names.append(kind.papers.event)
    if len(names) != len(set(names)):
        yield f"two steps have one name: {sorted(names)}"
    yield from (f"the name {name} is longer than {most} characters" for name in names if len(name) > most)
    most = CaseStep._meta.get_field("after").max_length or 0
    yield from (f"the state {name} is longer than {most} characters" for name in states if len(name) > most)
    if len(kind.key) > (CaseStep._meta.get_field("kind").max_length or 0):
        yield "its key is too long for the table of steps"
    if kind.papers is not None:
        most = CasePaper._meta.get_field("sort").max_length or 0
        yield from (
            f"the sort {name} is longer than {most} characters" for name in kind.papers.sorts.values if len(name) > most
        )
    if kind.clock is not None and (kind.about == "system") == (kind.clock.place is not None):
        yield "it has a term: either it is about a system, or the term says whose it is (`place`), or nobody would be told of its last day"
    keys = [one.key for one in kind.prints]
    if len(keys) != len(set(keys)):
        yield f"two documents have one address: {sorted(keys)}"
    for event in kind.events:
        yield from _faults_of_event(kind, event, states)


def _faults_of_event(kind: CaseKind, event: Any, states: set[str]) -> Iterable[str]:
    if unknown := {*event.sources, *event.outcomes.values(), event.target or kind.states.values[0]} - states:
        yield f"{event.name} names states that there are not: {sorted(unknown)}"
    if event.begins and any(
        (event.guard, event.check, event.ask, event.fill, event.outcomes, not (event.target or event.begins_in))
    ):
        yield f"{event.name} begins a case: `make` asks and fills, and it leads to one state"
    if not event.begins and event.target is None and not event.outcomes and not event.noted and not event.stays:
        yield f"{event.name} leads nowhere, and is not noted and does not stay"
    if event.ripe is not None and (event.begins or event.actor is not NOBODY):
        yield f"{event.name} comes with time and either begins a case or is somebody's to take"
    if event.begins == bool(event.sources):
        yield f"{event.name} either begins a case or has states from which it is taken"
    if not event.begins and (event.noted or event.stays) and (event.target is not None or event.outcomes):
        yield f"{event.name} leaves the state and leads to one"
    if bool(event.outcomes) != (event.choose is not None):
        yield f"{event.name} has outcomes and does not say which, or the other way round"
    if event.outcomes and not set(event.outcomes) == set(event.story) == set(event.said):
        yield f"{event.name} is not told in words for each outcome"
    for clause in () if callable(event.clauses) else event.clauses:
        try:
            find(clause)
        except UnknownClause:
            yield f"{event.name} rests on {clause}, which there is not"
