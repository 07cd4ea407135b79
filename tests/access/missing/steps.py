"""Steps of a missing person's case, as the desk takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from custodes.access.missing.case import MISSING
from custodes.access.models import MissingCase, SupervisedSession
from custodes.cases.step import StepInput
from custodes.cases.taking import begin
from custodes.cases.taking import take as take_step
from custodes.people.lawful import terms
from custodes.people.models import Paper, Person, Unit


@dataclass(frozen=True)
class Chosen:
    cameras: tuple[Any, ...]
    begin: datetime
    end: datetime


def said(by: Person, at: datetime, words: str = "", session: UUID | None = None) -> StepInput:
    return StepInput(by, at, timezone.localdate(at), words, session=session)


def take(row: MissingCase, event: str, step: Any, papers: tuple[Paper, ...] = (), **data: Any) -> MissingCase:
    today = timezone.localdate(step.at)
    given = StepInput(step.by, step.at, today, step.words, papers, data=data, session=step.session)
    done: MissingCase = take_step(MISSING, row, event, given, terms())
    return done


def open_case(stated: dict[str, Any], unit: Unit, step: Any) -> MissingCase:
    given = StepInput(step.by, step.at, timezone.localdate(step.at), data=stated)
    row: MissingCase = begin(MISSING, "open", unit, given, terms())
    return row


def complete(row: MissingCase, stated: dict[str, Any], seen: int, step: Any) -> MissingCase:
    return take(row, "complete", step, **stated, revision=seen)


def narrow(row: MissingCase, chosen: Chosen, step: Any) -> MissingCase:
    return take(row, "narrow", step, cameras=chosen.cameras, span_from=chosen.begin, span_to=chosen.end)


def previewed(session: SupervisedSession, step: Any) -> MissingCase:
    assert session.missing is not None
    return take(session.missing, "preview", step)


def find(session: SupervisedSession, camera: Any, moment: datetime | None, step: Any) -> MissingCase:
    assert session.missing is not None
    return take(session.missing, "find", step, camera=camera, moment=moment)


def not_found(row: MissingCase, step: Any) -> MissingCase:
    return take(row, "not_found", step)


def close_found(row: MissingCase, told: str, told_at: datetime, step: Any) -> MissingCase:
    return take(row, "found", step, told=told, told_at=told_at)


def stop(row: MissingCase, step: Any) -> MissingCase:
    return take(row, "stop", step)


def review(row: MissingCase, step: Any) -> MissingCase:
    return take(row, "review", step)


def add_paper(row: MissingCase, kind: str, paper: Paper, step: Any) -> MissingCase:
    return take(row, "paper", step, (paper,), kind=kind)
