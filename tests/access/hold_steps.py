"""Steps of a hold as tests take them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from custodes.access.holds.case import HOLD
from custodes.access.models import Hold
from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.people.lawful import terms
from custodes.people.models import Paper, Person


@dataclass(frozen=True)
class Said:
    """Who takes a step, when, why, by which document."""

    by: Person
    at: datetime
    reason: str
    number: str = ""
    papers: tuple[Paper, ...] = ()


def review(hold: Hold, review_on: date, said: Said) -> Hold:
    return _step(hold, "review", said, review_on=review_on)


def ask_release(hold: Hold, said: Said) -> Hold:
    return _step(hold, "ask_release", said)


def decline_release(hold: Hold, said: Said) -> Hold:
    return _step(hold, "decline_release", said)


def confirm_release(hold: Hold, said: Said) -> Hold:
    return _step(hold, "confirm_release", said)


def shorten(hold: Hold, said: Said) -> Hold:
    """The smaller hold that it made."""
    _step(hold, "shorten", said)
    return Hold.objects.filter(request=hold.request).exclude(pk=hold.pk).latest("placed_at")


def _step(hold: Hold, name: str, said: Said, **data: Any) -> Hold:
    data |= {"number": said.number} if said.number else {}
    given = StepInput(said.by, said.at, timezone.localdate(said.at), said.reason, said.papers, data=data)
    done: Hold = take(HOLD, hold, name, given, terms())
    return done
