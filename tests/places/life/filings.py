"""Steps of filings as tests take them: by whom, when, with what is said."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.utils import timezone

from custodes.cases import taking
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Paper, Person
from custodes.places.filing.case import FILING, draw_up
from custodes.places.filing.fields import FilingAnswers, kind_for, save
from custodes.places.models import Filing, System

__all__ = [
    "FilingAnswers",
    "Receipt",
    "begin",
    "keep_national_number",
    "kind_for",
    "receive",
    "revoke",
    "save",
    "send_back",
    "submit",
    "take_over",
    "withdraw",
]


@dataclass(frozen=True)
class Receipt:
    """A receipt as it lies there."""

    number: str
    authority: str
    on: datetime.date


def begin(system: System, by: Person, at: datetime.datetime, *, on_behalf: bool = False) -> Filing:
    """A draft."""
    return draw_up(system, StepInput(by, at, timezone.localdate(at), data={"on_behalf": on_behalf}), LegalTerms())


def take_over(system: System, receipt: Receipt, paper: Paper, given: StepInput) -> Filing:
    """A receipt from elsewhere."""
    data = {"number": receipt.number, "authority": receipt.authority, "on": receipt.on}
    step = replace(given, on=receipt.on, data=data, papers=(paper,))
    filing: Filing = taking.begin(FILING, "take_over", system, step, LegalTerms())
    return filing


def submit(filing: Filing, given: StepInput) -> Filing:
    """Handed in."""
    return _take(filing, "submit", given)


def send_back(filing: Filing, given: StepInput) -> Filing:
    """With what is missing."""
    return _take(filing, "send_back", given)


def receive(filing: Filing, given: StepInput) -> Filing:
    """With its receipt."""
    return _take(filing, "receive", given)


def withdraw(filing: Filing, given: StepInput) -> Filing:
    """Taken back."""
    return _take(filing, "withdraw", given)


def revoke(filing: Filing, given: StepInput) -> Filing:
    """A receipt that counts no more."""
    return _take(filing, "revoke", given)


def keep_national_number(filing: Filing, number: str, given: StepInput) -> Filing:
    """The national platform's number."""
    return _take(filing, "national", replace(given, data={"number": number}))


def _take(filing: Filing, event: str, given: StepInput) -> Filing:
    done: Filing = taking.take(FILING, filing, event, given, LegalTerms())
    return done
