"""Requests to cooperate as tests want them: each step by its name."""

from __future__ import annotations

from datetime import date
from typing import Any

from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Unit
from custodes.places.models import System
from custodes.sharing.cooperation.case import COOPERATION, due_from
from custodes.sharing.models import Cooperation

__all__ = ["due_from"]


def ask(
    office: Unit, unit: Unit, need: str, wanted: str, due: date, taken: StepInput, system: System | None = None
) -> Cooperation:
    said = {"unit": unit, "system": system, "need": need, "wanted": wanted, "due": due}
    row: Cooperation = begin(COOPERATION, "ask", office, _given(taken, taken.words, said), LegalTerms())
    return row


def remind(row: Cooperation, taken: StepInput) -> Cooperation:
    return _step(row, "remind", taken, taken.words)


def agree(row: Cooperation, answer: str, promised_on: date | None, taken: StepInput) -> Cooperation:
    return _step(row, "agree", taken, answer, promised_on=promised_on)


def decline(row: Cooperation, answer: str, taken: StepInput) -> Cooperation:
    return _step(row, "decline", taken, answer)


def ask_again(row: Cooperation, due: date, taken: StepInput) -> Cooperation:
    return _step(row, "ask_again", taken, taken.words, due=due)


def close(row: Cooperation, taken: StepInput) -> Cooperation:
    return _step(row, "close", taken, taken.words)


def withdraw(row: Cooperation, taken: StepInput) -> Cooperation:
    return _step(row, "withdraw", taken, taken.words)


def _step(row: Cooperation, event: str, taken: StepInput, words: str, **said: Any) -> Cooperation:
    done: Cooperation = take(COOPERATION, row, event, _given(taken, words, said), LegalTerms())
    return done


def _given(taken: StepInput, words: str, said: dict[str, Any]) -> StepInput:
    return StepInput(taken.by, taken.at, taken.on, words, taken.papers, data=said, seen=taken.seen)
