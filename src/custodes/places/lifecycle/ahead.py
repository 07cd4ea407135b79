"""What may come next in a system's life, and what each step waits for: the same list for its page and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.duties.terms import Terms
from custodes.law.grounds.ground import Unmet
from custodes.places.lifecycle.events import Event, open_events
from custodes.places.lifecycle.facts import SystemFacts
from custodes.places.lifecycle.gathering import facts_of
from custodes.places.lifecycle.guards import GUARDS
from custodes.places.models import System, SystemState


@dataclass(frozen=True, slots=True)
class Next:
    """One step that may come next.

    Attributes:
        day: that it would have: of the acceptance for who enters its outcome, otherwise today.
        unmet: what it waits for on that day.
    """

    event: Event
    day: date
    unmet: tuple[Unmet, ...]


def steps_ahead(system: System, today: date, terms: Terms) -> list[Next]:
    """Each event that its state has."""
    facts = facts_of(system, today, overlaps=system.state == SystemState.PROPOSED)
    found = []
    for event in open_events(system.state):
        day = _day(event, facts, today)
        found.append(Next(event, day, GUARDS[event.name](facts, day, today, terms)))
    return found


def _day(event: Event, facts: SystemFacts, today: date) -> date:
    held = facts.acceptance
    if event.name not in ("accept", "fail") or held is None:
        return today
    of_a_trial_before = facts.trial_began is not None and held.on < facts.trial_began
    return today if of_a_trial_before else held.on
