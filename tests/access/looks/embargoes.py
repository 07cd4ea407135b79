"""Steps of an embargo as tests take them."""

from __future__ import annotations

from datetime import date
from typing import Any

from custodes.access.looks.embargo import EMBARGO, awaited, mark_of, running
from custodes.access.models import AgencyRequest, Embargo
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.people.lawful import StepRefused, terms
from tests.access.taken import Taken

__all__ = ["approve", "ask", "awaited", "decline", "lift", "mark_of", "running", "withdraw"]


def ask(row: AgencyRequest, reason: str, until: date, taken: Taken) -> Embargo:
    given = StepInput(taken.by, taken.at, taken.on, reason, data={"until": until})
    made: Embargo = begin(EMBARGO, "ask", row, given, terms())
    return made


def approve(row: Embargo, taken: Taken) -> Embargo:
    return _step(row, "approve", taken)


def decline(row: Embargo, taken: Taken) -> Embargo:
    return _step(row, "decline", taken)


def withdraw(row: Embargo, taken: Taken) -> Embargo:
    return _step(row, "withdraw", taken)


def lift(row: AgencyRequest, taken: Taken) -> None:
    """What is in force, as the page of the request finds it."""
    one = running(row, taken.at)
    if one is None:
        raise StepRefused("没有正在暂缓的事项")
    _step(one, "lift", taken)


def _step(row: Embargo, name: str, taken: Taken) -> Embargo:
    done: Any = take(EMBARGO, row, name, StepInput(taken.by, taken.at, taken.on, taken.words), terms())
    assert isinstance(done, Embargo)
    return done
