"""Steps of a finding as tests take them."""

from __future__ import annotations

from custodes.access.looks.review.case import FINDING
from custodes.access.looks.review.showing import openable, reviewed_by
from custodes.access.models import LookFinding
from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.people.lawful import terms
from tests.access.taken import Taken

__all__ = ["ask", "explain", "in_order", "incident", "openable", "reviewed_by", "settle"]


def ask(row: LookFinding, taken: Taken) -> LookFinding:
    return _step(row, "ask", taken)


def explain(row: LookFinding, taken: Taken) -> LookFinding:
    return _step(row, "explain", taken)


def in_order(row: LookFinding, taken: Taken) -> LookFinding:
    return _step(row, "in_order", taken)


def incident(row: LookFinding, taken: Taken, clause: str) -> LookFinding:
    return _step(row, "incident", taken, clause=clause)


def settle(row: LookFinding, taken: Taken) -> LookFinding:
    return _step(row, "settle", taken)


def _step(row: LookFinding, name: str, taken: Taken, **data: str) -> LookFinding:
    given = StepInput(taken.by, taken.at, taken.on, taken.words, data=data)
    done: LookFinding = take(FINDING, row, name, given, terms())
    return done
