"""Placing a hold in the right of another room of this house, whose request needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from custodes.access.holds.case import HOLD
from custodes.access.models import Hold, HoldBasis
from custodes.cases.step import StepInput
from custodes.cases.taking import begin_inside
from custodes.people.lawful import terms
from custodes.people.models import Paper, Person, Unit
from custodes.places.models import Camera


@dataclass(frozen=True, slots=True)
class PlacingBasis:
    """On what a hold rests.

    Attributes:
        kind: by case, by span, or by a request.
        case_name: name of the case, the event or the request.
        reason: why.
        number: of the document that asks for it.
        asked_by: the unit whose document it is.
        request: a reference to a request in this house: ``agency.request:UUID``.
        review_on: the day of the first review; None for `models.hold.REVIEW_DAYS` from now.
        clauses: on which it rests besides S33.2a.
        papers: what was handed in.
    """

    kind: HoldBasis
    case_name: str
    reason: str
    number: str = ""
    asked_by: str = ""
    request: str = ""
    review_on: date | None = None
    clauses: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()


def hold(
    cameras: Sequence[Camera],
    span: tuple[datetime, datetime],
    basis: PlacingBasis,
    by: Person,
    at: datetime,
    *,
    unit: Unit | None = None,
) -> Hold:
    """Hold footage from now on: kept and recorded in one transaction, pushed to the workers when that is committed.

    Whether the person may is the caller's to ask (the ground of a request).

    Args:
        span: aware, the end not part of it; it may lie ahead.
        unit: whose hold it is; the person's own when left out.

    Raises:
        StepRefused: as `case.place`.
    """
    data = {
        "cameras": cameras, "begins": span[0], "ends": span[1], "basis": basis.kind, "case_name": basis.case_name,
        "number": basis.number, "asked_by": basis.asked_by, "request": basis.request, "review_on": basis.review_on,
        "clauses": basis.clauses,
    }  # fmt: skip
    step = StepInput(by, at, timezone.localdate(at), basis.reason, basis.papers, data=data)
    with transaction.atomic():
        row: Hold = begin_inside(HOLD, "place", unit or by.unit, step, terms())
    return row
