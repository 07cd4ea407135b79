"""Steps of changes as tests take them: by whom, when, with what is said."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from custodes.cases import taking
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Paper, Person
from custodes.places.changes.case import CHANGE, Wanted
from custodes.places.models import Camera, ChangeCase, ChangePicture, Moment, System


def request(
    system: System, wanted: Wanted, by: Person, at: datetime.datetime, via: str = "", *, inside: bool = False
) -> ChangeCase:
    """Asked for; `inside` another's step by somebody who has no post for it."""
    step = StepInput(by, at, timezone.localdate(at), via=via, data=wanted.said())
    with transaction.atomic():
        begin = taking.begin_inside if inside else taking.begin
        case: ChangeCase = begin(CHANGE, "request", system, step, LegalTerms())
    return case


def find(system: System, wanted: Wanted, given: StepInput) -> ChangeCase:
    """Found changed."""
    case: ChangeCase = taking.begin(CHANGE, "find", system, replace(given, data=wanted.said()), LegalTerms())
    return case


def amend(
    case: ChangeCase, wanted: Wanted, revision: int, by: Person, at: datetime.datetime, via: str = ""
) -> ChangeCase:
    """Said otherwise."""
    data = wanted.said() | {"revision": revision}
    return _take(case, "amend", StepInput(by, at, timezone.localdate(at), via=via, data=data))


def add_picture(
    case: ChangeCase,
    moment: Moment,
    paper: Paper,
    camera: Camera | None,
    by: Person,
    at: datetime.datetime,
    via: str = "",
) -> ChangePicture:
    """Shown."""
    data = {"moment": moment, "camera": camera}
    _take(case, "picture", StepInput(by, at, timezone.localdate(at), papers=(paper,), via=via, data=data))
    return ChangePicture.objects.get(case=case, paper=paper, moment=moment, camera=camera)


def decide(case: ChangeCase, event: str, revision: int, given: StepInput) -> ChangeCase:
    """Approved or refused, of this revision."""
    return _take(case, event, replace(given, data={"revision": revision}))


def withdraw(case: ChangeCase, given: StepInput) -> ChangeCase:
    """Not wanted any more."""
    return _take(case, "withdraw", given)


def carry_out(case: ChangeCase, given: StepInput) -> ChangeCase:
    """Made."""
    return _take(case, "carry_out", given)


def keep(case: ChangeCase, given: StepInput) -> ChangeCase:
    """It stays."""
    return _take(case, "keep", given)


def restore(case: ChangeCase, given: StepInput) -> ChangeCase:
    """As it was."""
    return _take(case, "restore", given)


def _take(case: ChangeCase, event: str, given: StepInput) -> Any:
    return taking.take(CHANGE, case, event, given, LegalTerms())
