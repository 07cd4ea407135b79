"""Steps of a system's life as tests take them, and what one waits for."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from custodes.cases import taking
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.places.lifecycle.case import BY_NAME, LIFE, gather
from custodes.places.models import System


def take(system: System, name: str, step: StepInput, terms: LegalTerms) -> System:
    """The system after a step; a removal, which comes inside its own case, too."""
    done: System = taking.take(LIFE, system, name, step, terms)
    return done


def unmet_of(system: System, name: str, on: date, at: datetime, terms: LegalTerms) -> tuple[Unmet, ...]:
    """What a step waits for on that day."""
    guard, today = BY_NAME[name].guard, timezone.localdate(at)
    assert guard is not None
    return guard(gather(system, today, terms), on, today)
