"""Removals as tests want them: each step by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.places.models import Camera, Removal, RemovalGround, Remover, System
from custodes.places.removal.case import REMOVAL
from custodes.places.removal.rules import earliest, finding_of, first_day, latest_report

__all__ = ["earliest", "finding_of", "first_day", "latest_report"]


@dataclass(frozen=True)
class Wanted:
    """What a unit wants to remove; without cameras the whole system."""

    cameras: Sequence[Camera]
    ground: RemovalGround
    why: str
    planned: date


@dataclass(frozen=True)
class Found:
    """What was found removed; without cameras the whole system."""

    cameras: Sequence[Camera]
    what: str
    on: date
    by: str
    gone_on: date | None = None
    remover: Remover = Remover.UNKNOWN
    removed_by: str = ""
    grave: bool = False


def plan(system: System, wanted: Wanted, by: Person, at: datetime, via: str = "") -> Removal:
    said = {"cameras": wanted.cameras, "ground": wanted.ground, "planned": wanted.planned}
    step = StepInput(by, at, timezone.localdate(at), wanted.why, via=via, data=said)
    row: Removal = begin(REMOVAL, "plan", system, step, LegalTerms())
    return row


def find(system: System, found: Found, taken: StepInput) -> Removal:
    said = {
        "cameras": found.cameras, "why": found.what, "found_on": found.on, "found_by": found.by, "gone_on": found.gone_on,
        "remover": found.remover, "removed_by": found.removed_by, "grave": found.grave,
    }  # fmt: skip
    row: Removal = begin(REMOVAL, "find", system, replace(taken, on=found.on, data=said), LegalTerms())
    return row


def put_off(removal: Removal, planned: date, by: Person, at: datetime, via: str = "") -> Removal:
    step = StepInput(by, at, timezone.localdate(at), via=via, data={"planned": planned})
    return _take("put_off", removal, step)


def report(removal: Removal, taken: StepInput) -> Removal:
    return _take("report", removal, taken)


def acknowledge(removal: Removal, taken: StepInput) -> Removal:
    return _take("acknowledge", removal, taken)


def cancel(removal: Removal, taken: StepInput) -> Removal:
    return _take("cancel", removal, taken)


def carry_out(removal: Removal, taken: StepInput, terms: LegalTerms) -> Removal:
    return _take("carry_out", removal, taken, terms)


def restore(removal: Removal, taken: StepInput) -> Removal:
    return _take("restore", removal, taken)


def confirm(removal: Removal, taken: StepInput) -> Removal:
    return _take("confirm", removal, taken)


def _take(event: str, removal: Removal, step: StepInput, terms: Any = None) -> Removal:
    row: Removal = take(REMOVAL, removal, event, step, terms or LegalTerms())
    return row
