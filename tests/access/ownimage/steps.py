"""Steps of a request for one's own image, as the managing unit's staff take them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from custodes.access.models import OwnImageRequest, OwnOutcome
from custodes.access.ownimage import case, copies, facts
from custodes.access.ownimage.case import OWN_IMAGE
from custodes.access.ownimage.checked import Looked
from custodes.cases.step import StepInput
from custodes.cases.taking import begin
from custodes.cases.taking import take as take_step
from custodes.people.lawful import terms
from custodes.people.models import Person, Unit


def said(by: Person, at: datetime, words: str = "", **data: Any) -> StepInput:
    return StepInput(by, at, timezone.localdate(at), words, data=data)


def ask(told: dict[str, Any], unit: Unit, step: Any) -> OwnImageRequest:
    row: OwnImageRequest = begin(OWN_IMAGE, "ask", unit, said(step.by, step.at, **told), terms())
    return row


def take(row: OwnImageRequest, event: str, step: Any, words: str | None = None, **data: Any) -> OwnImageRequest:
    given = said(step.by, step.at, step.words if words is None else words, **data)
    done: OwnImageRequest = take_step(OWN_IMAGE, row, event, given, terms())
    return done


def look_up(row: OwnImageRequest, looked: Looked, step: Any) -> OwnImageRequest:
    return take(row, "look_up", step, looked=looked)


def answer(row: OwnImageRequest, outcome: OwnOutcome, looked: Looked, reason: str, step: Any) -> OwnImageRequest:
    at_node = copies.there(facts.ready(row), step.by) if outcome == OwnOutcome.COPY else frozenset()
    return take(row, "answer", step, reason, looked=looked, outcome=outcome, at_node=at_node)


def reopen(row: OwnImageRequest, step: Any) -> OwnImageRequest:
    return take(row, "reopen", step, at_node=copies.there(facts.given(row), step.by))


def close(row: OwnImageRequest, handed: str, step: Any) -> OwnImageRequest:
    return take(row, "close", step, handed=handed)


def withdraw(row: OwnImageRequest, step: Any) -> OwnImageRequest:
    return take(row, "withdraw", step)


def due_of(asked: date) -> date:
    return case.due_of(asked, terms())
