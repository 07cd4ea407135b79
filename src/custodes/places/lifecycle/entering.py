"""A system that is entered into the register: new, or built before the regulation (S16.2b) and in use from its entry."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from custodes.law.clauses.norms import LHASA
from custodes.places.lifecycle.stepping import Taken, enter
from custodes.places.models import System, SystemState
from custodes.places.register import save_recorded

#: Built before this day, a system is in use from its entry; what it lacks are tasks, never a stop of recording (R3).
IN_FORCE = LHASA.in_force


def enter_system(system: System, fields: Iterable[str], taken: Taken) -> System:
    """Save a new system in the state that follows from the day on which it was built, with its first step.

    Args:
        system: not saved yet.
        fields: of it that are recorded.
    """
    legacy = system.built_on is not None and system.built_on < IN_FORCE
    row = System(
        **{
            field.attname: getattr(system, field.attname)
            for field in System._meta.concrete_fields
            if field.name != "state"
        },
        state=SystemState.LEGACY if legacy else SystemState.PROPOSED,
    )
    with transaction.atomic():
        save_recorded(row, fields, taken.by, taken.at)
        enter(row, row, "enter", taken, ("S16.2b",) if legacy else ("S8.3",))
    return row
