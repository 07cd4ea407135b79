"""Steps of whoever asks for footage, as tests take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from custodes.access.agency.asking import Named
from custodes.access.agency.case import AGENCY
from custodes.access.agency.case import state as go_on
from custodes.access.models import AgencyPaper, AgencyRequest
from custodes.cases import taking
from custodes.cases.step import StepInput
from custodes.people.lawful import terms
from custodes.people.models import Paper, Person, Unit
from custodes.places.models import Camera
from tests.access.taken import Taken

__all__ = ["Named", "add_paper", "begin", "confirm", "state", "step", "submit"]


def step(row: AgencyRequest, name: str, taken: Taken, **data: Any) -> AgencyRequest:
    assert taken.by is not None
    done: AgencyRequest = taking.take(AGENCY, row, name, given(taken, **data), terms())
    return done


def given(taken: Taken, **data: Any) -> StepInput:
    return StepInput(taken.by, taken.at, timezone.localdate(taken.at), taken.words, taken.papers, data=data)


def begin(
    holder: Unit,
    intake: str,
    by: Person,
    at: datetime,
    *,
    unit: Unit | None = None,
    earlier: AgencyRequest | None = None,
) -> AgencyRequest:
    """Also of a platform that has no camera of its own, to which nobody could address one on the page."""
    said = given(Taken(by, at), intake=intake, unit=unit, earlier=earlier)
    with transaction.atomic():
        row: AgencyRequest = taking.begin_inside(AGENCY, "begin", holder, said, terms())
    return row


def state(
    row: AgencyRequest,
    values: Mapping[str, Any],
    by: Person,
    at: datetime,
    *,
    revision: int,
    officers: Sequence[Named] | None = None,
    cameras: Iterable[Camera] | None = None,
) -> AgencyRequest:
    return go_on(row, by, at, revision=revision, values=values, officers=officers, cameras=cameras)


def confirm(row: AgencyRequest, card: str, by: Person, at: datetime) -> AgencyRequest:
    return step(row, "confirm", Taken(by, at), card=card)


def submit(row: AgencyRequest, by: Person, at: datetime) -> AgencyRequest:
    return step(row, "submit", Taken(by, at))


def add_paper(row: AgencyRequest, kind: str, paper: Paper, by: Person, at: datetime) -> AgencyPaper:
    step(row, "paper", Taken(by, at, papers=(paper,)), kind=kind)
    return AgencyPaper.objects.select_related("request").filter(request=row).latest("at")
