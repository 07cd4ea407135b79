"""Days of who may look: the answer to a request for somebody's own image (PIPL 45), the review of looks (S7), the end of an embargo
(N20), the review of a hold (S33.2a).

The work list has them among what waits (`waits/`); here each is a date, for the calendar, the feed and reminders.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.access.agency.reach import approved_by, own_requests, taken_by
from custodes.access.holds.reach import releasable_holds
from custodes.access.looks.review.showing import not_hidden, within_scope
from custodes.access.models import (
    FINDING_OPEN,
    OPEN,
    Embargo,
    FindingState,
    Hold,
    Intake,
    LookFinding,
    OwnImageRequest,
    OwnImageState,
)
from custodes.access.ownimage.facts import handled_own_images
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person, Unit
from custodes.upkeep.dates.dated import Dated, lead_days
from custodes.upkeep.dates.sorts import What

Span = tuple[date, date]


def of_person(person: Person, at: datetime, terms: LegalTerms, span: Span | None = None) -> Iterator[Dated]:
    """Those in which the person has a part: for who has none they are not there."""
    yield from own_images(_on(handled_own_images(person, at), "due", span), terms)
    mine = Q(person=person, state=FindingState.ASKED)
    judged = not_hidden(_on(within_scope(person, at).filter(state__in=FINDING_OPEN), "due", span), person, at)
    rows = LookFinding.objects.filter(mine | Q(pk__in=judged.values("pk")))
    yield from findings(_on(rows, "due", span), terms)
    yield from embargoes(_on(_embargoes_of(person, at), "until", span), at, terms)
    yield from holds(_on(releasable_holds(person, at), "review_on", span), terms)


def everything(at: datetime, terms: LegalTerms) -> Iterator[Dated]:
    """All of them, whosever they are."""
    yield from own_images(OwnImageRequest.objects.all(), terms)
    yield from findings(LookFinding.objects.all(), terms)
    yield from embargoes(Embargo.objects.all(), at, terms)
    yield from holds(Hold.objects.all(), terms)


def own_images(rows: QuerySet[OwnImageRequest], terms: LegalTerms) -> Iterator[Dated]:
    """By when a request for somebody's own image is answered."""
    asked = rows.filter(state=OwnImageState.ASKED).select_related("unit__division").order_by("due", "pk")
    for row in asked:
        yield Dated(
            What.OWN_IMAGE, str(row.pk), row.due, row.due, row.number, row.place, row.get_absolute_url(), "PIPL45",
            row.unit.path, row.unit.division.path, reminders=_before(row.due, terms),
        )  # fmt: skip


def findings(rows: QuerySet[LookFinding], terms: LegalTerms) -> Iterator[Dated]:
    """By when a finding about looks is judged, and before that explained by whoever looked."""
    waiting = rows.filter(state__in=FINDING_OPEN).select_related("unit__division").order_by("due", "pk")
    for row in waiting:
        asked = row.state == FindingState.ASKED
        yield Dated(
            What.LOOK_REVIEW, str(row.pk), row.due, row.due, str(row.get_kind_display()), str(row.get_state_display()),
            row.get_absolute_url(), row.clause or "S7", *_of(row.unit), row.person_id if asked else None,
            reminders=_before(row.due, terms), spared=row.person_id,
        )  # fmt: skip


def embargoes(rows: QuerySet[Embargo], at: datetime, terms: LegalTerms) -> Iterator[Dated]:
    """The last day on which looks are kept back; of a request that has several in force the last one's."""
    running: dict[Any, Embargo] = {}
    found = rows & Embargo.objects.running(at)
    for row in found.select_related("request__holder__division").order_by("ends_at", "pk"):
        running[row.request_id] = row
    for row in running.values():
        name = _("暂缓告知：%(number)s") % {"number": row.request.number or row.request.unit_name}
        yield Dated(
            What.EMBARGO, str(row.pk), row.until, row.until, name, "", reverse("access:embargo", args=[row.request_id]),
            "N20", *_of(row.request.holder), row.asked_by_id, reminders=_before(row.until, terms),
        )  # fmt: skip


def holds(rows: QuerySet[Hold], terms: LegalTerms) -> Iterator[Dated]:
    """On which day somebody looks whether a hold is still needed. It goes on holding behind it."""
    held = rows.filter(state__in=[one.value for one in OPEN]).select_related("placed_unit__division")
    for row in held.order_by("review_on", "pk"):
        yield Dated(
            What.HOLD_REVIEW, str(row.pk), row.review_on, row.review_on, row.case_name, row.number,
            row.get_absolute_url(), "S33.2a", *_of(row.placed_unit), reminders=_before(row.review_on, terms),
        )  # fmt: skip


def _embargoes_of(person: Person, at: datetime) -> QuerySet[Embargo]:
    """Of the requests on whose side the person is: who asks, the desk that asks in their name, the approvers."""
    counter = taken_by(person, at).filter(intake=Intake.COUNTER)
    sides = (own_requests(person, at), counter, approved_by(person, at))
    mine = Q(pk__in=[])
    for rows in sides:
        mine |= Q(request__in=rows.values("pk"))
    return Embargo.objects.filter(mine)


def _of(unit: Unit | None) -> tuple[str, str]:
    return (unit.path, unit.division.path) if unit is not None else ("", "")


def _before(last: date, terms: LegalTerms) -> tuple[date, ...]:
    return lead_days(last, terms.assumed.short_reminder_days)


def _on(rows: QuerySet[Any], day: str, span: Span | None) -> QuerySet[Any]:
    return rows if span is None else rows.filter(**{f"{day}__gte": span[0], f"{day}__lte": span[1]})
