"""Placing a hold: the one way in, for the page and for the other rooms of this house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access.holds import delivering, telling
from custodes.access.models import Hold, HoldBasis, HoldState, HoldStep
from custodes.people.models import Paper, Person, Unit
from custodes.people.records import record
from custodes.places.models import Camera
from custodes.video.wire.holds import MOST_CAMERAS

CLAUSES = ("S33.2a",)
REVIEW_DAYS = 180
"""When nothing else is said somebody looks after so many days whether it is still needed."""
LONGEST_REVIEW_DAYS = 365
LONGEST_SPAN = timedelta(days=366)


class HoldRefused(Exception):
    """It can't be placed, reviewed or released; the text says why, for the person."""


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a hold rests.

    Attributes:
        kind: by case, by span, or by a request.
        case_name: name of the case, the event or the request.
        reason: why.
        number: of the document that asks for it.
        asked_by: the unit whose document it is.
        request: a reference to a request in this house: ``agency.request:UUID``.
        review_on: the day of the first review; None for `REVIEW_DAYS` from now.
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
    basis: Basis,
    by: Person,
    at: datetime,
    *,
    unit: Unit | None = None,
) -> Hold:
    """Hold footage from now on: kept and recorded in one transaction, pushed to the workers when that is committed.

    Whether the person may is the caller's to ask (`reach.holdable_cameras`, or the ground of a request).

    Args:
        span: aware, the end not part of it; it may lie ahead.
        unit: whose hold it is; the person's own when left out.

    Raises:
        HoldRefused: no camera or too many, a span that is none or longer than a year, a case without name or reason, or a
            review that is not ahead or too far.
    """
    today = timezone.localdate(at)
    review_on = basis.review_on or today + timedelta(days=REVIEW_DAYS)
    _check(cameras, span, basis, review_on, today)
    clauses = tuple(dict.fromkeys((*CLAUSES, *basis.clauses)))
    with transaction.atomic():
        row = Hold.objects.create(
            basis=basis.kind,
            case_name=basis.case_name,
            number=basis.number,
            asked_by=basis.asked_by,
            request=basis.request,
            reason=basis.reason,
            clauses=list(clauses),
            span_from=span[0],
            span_to=span[1],
            review_on=review_on,
            placed_by=by,
            placed_unit=unit or by.unit,
            placed_at=at,
        )
        row.cameras.set(cameras)
        kept = record(
            "hold.placed",
            at=at,
            hold=row.pk,
            by=by.uuid,
            cameras=[camera.pk for camera in cameras],
            span=[telling.us(span[0]), telling.us(span[1])],
            basis=basis.kind.value,
            case_name=basis.case_name,
            number=basis.number,
            asked_by=basis.asked_by,
            request=basis.request,
            reason=basis.reason,
            review_on=review_on,
            clauses=clauses,
            papers=[paper.sha256 for paper in basis.papers],
        )
        step = HoldStep.objects.create(
            hold=row,
            event="place",
            after=HoldState.HELD,
            on=today,
            reason=basis.reason,
            number=basis.number,
            clauses=list(clauses),
            by=by,
            at=at,
            record=kept,
        )
        step.papers.set(basis.papers)
        telling.address(row)
        delivering.soon(row)
    return row


def _check(
    cameras: Sequence[Camera], span: tuple[datetime, datetime], basis: Basis, review_on: date, today: date
) -> None:
    if not cameras:
        raise HoldRefused(_("请选择点位。"))
    if len(cameras) > MOST_CAMERAS:
        raise HoldRefused(_("一次保全不超过 %(most)d 个点位，请分开办理。") % {"most": MOST_CAMERAS})
    if span[1] <= span[0]:
        raise HoldRefused(_("结束时间应当晚于开始时间。"))
    if span[1] - span[0] > LONGEST_SPAN:
        raise HoldRefused(_("一次保全的时段不超过一年，请分开办理。"))
    if not basis.case_name.strip() or not basis.reason.strip():
        raise HoldRefused(_("请写明案件、事件名称和保全理由。"))
    if not today < review_on <= today + timedelta(days=LONGEST_REVIEW_DAYS):
        raise HoldRefused(_("复核日期应当在明天以后、一年以内。"))
