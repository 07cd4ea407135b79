"""Steps of an individual's request, as the managing unit's staff take them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from custodes.access.individual import case
from custodes.access.individual.case import INDIVIDUAL
from custodes.access.models import IndividualRequest, MissingCase
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.people.lawful import terms
from custodes.people.models import Person, Unit


def step(by: Person, at: datetime, **said: Any) -> StepInput:
    return StepInput(by, at, timezone.localdate(at), data=said)


def ask(said: dict[str, Any], unit: Unit, by: Person, at: datetime) -> IndividualRequest:
    row: IndividualRequest = begin(INDIVIDUAL, "ask", unit, step(by, at, **said), terms())
    return row


def consent(
    row: IndividualRequest, cameras: tuple[Any, ...], span: tuple[datetime, datetime], by: Person, at: datetime
) -> IndividualRequest:
    said = {"answer": "consent", "cameras": cameras, "span_from": span[0], "span_to": span[1]}
    done: IndividualRequest = take(INDIVIDUAL, row, "decide", step(by, at, **said), terms())
    return done


def refuse(row: IndividualRequest, refusal: str, by: Person, at: datetime) -> IndividualRequest:
    done: IndividualRequest = take(INDIVIDUAL, row, "decide", step(by, at, answer="refuse", refusal=refusal), terms())
    return done


def close(row: IndividualRequest, by: Person, at: datetime) -> IndividualRequest:
    done: IndividualRequest = take(INDIVIDUAL, row, "close", step(by, at), terms())
    return done


def turn(lost: MissingCase, unit: Unit, by: Person, at: datetime) -> IndividualRequest:
    return case.turn(lost, unit, step(by, at))
