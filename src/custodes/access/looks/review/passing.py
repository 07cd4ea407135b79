"""The pass over looks: a local day at a time, from where the last one came to; findings once, whatever is gone through twice. Passed with
them: requests for somebody's own image whose picture was checked and of which nothing came (PIPL 45, S7).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from custodes.access.looks.matters import LookMatter, matters_of
from custodes.access.looks.review import passing as ownimages
from custodes.access.looks.review.case import FINDING
from custodes.access.looks.review.rules import LookToExplain, ReviewedDay, ReviewedLook, ReviewThresholds, found_in
from custodes.access.models import (
    Grant,
    LookFinding,
    LookPass,
    OwnFound,
    OwnImageState,
    OwnOutcome,
    SessionKind,
    SupervisedSession,
)
from custodes.cases.step import StepInput
from custodes.cases.taking import begin_inside
from custodes.law.grounds.stating import says_something
from custodes.people.lawful import terms
from custodes.people.models import DutySession, Person, Unit
from custodes.settings import get_settings

BETWEEN = timedelta(hours=1)
"""A pass an hour: what is found is explained within days, not within seconds."""
LOOK_BACK = 2
"""A first pass begins so many days ago; a later one goes through the day before the last one once more, for looks that ran over midnight."""
WEEKS = timedelta(days=28)
LEAVES = 50
"""Places in the log that a finding names; it counts them all."""


def due(at: datetime) -> bool:
    """Whether an hour has passed since the last pass."""
    last = LookPass.objects.first()
    return last is None or at - last.passed_at >= BETWEEN


def first_day(at: datetime) -> date:
    """The local day from which the next pass goes through looks."""
    last, today = LookPass.objects.first(), timezone.localdate(at)
    if last is None:
        return today - timedelta(days=LOOK_BACK)
    return min(last.done_until - timedelta(days=1), today)


def go_through(at: datetime, refused: Mapping[date, Mapping[UUID, int]]) -> int:
    """One pass up to now; how many findings are new. Each day is one transaction with the note of how far it came.

    Args:
        at: aware.
        refused: of each local day how many wishes to look were refused, by the person's uuid; from the log.
    """
    today, limits, new = timezone.localdate(at), thresholds(), 0
    day = first_day(at)
    while day <= today:
        with transaction.atomic():
            new += _one_day(day, at, limits, refused.get(day, {}))
            _note(day, at)
        day += timedelta(days=1)
    return new


def _note(day: date, at: datetime) -> None:
    """Keep how far it came in the one row, whatever its number is."""
    noted = LookPass.objects.first() or LookPass()
    noted.done_until, noted.passed_at = day, at
    noted.save()


def thresholds() -> ReviewThresholds:
    """From the settings."""
    settings = get_settings()
    return ReviewThresholds(
        odd_from=settings.looks_odd_from,
        odd_to=settings.looks_odd_to,
        looks=settings.looks_an_hour,
        cameras=settings.looks_cameras_an_hour,
        watched=timedelta(hours=settings.looks_hours_a_day),
        same_camera=settings.looks_same_camera,
        refused=settings.looks_refused,
        own_images=settings.looks_own_images,
        matter_margin=timedelta(minutes=settings.looks_matter_minutes),
    )


def note(
    kind: str,
    key: str,
    *,
    at: datetime,
    day: date,
    facts: dict[str, Any],
    person: Person | None = None,
    unit: Unit | None = None,
    grant: Grant | None = None,
    clause: str = "",
) -> bool:
    """Keep a finding with its record, unless it is there already; whether it is new. In the caller's transaction.

    Args:
        clause: that was not kept, of an incident.
    """
    if LookFinding.objects.filter(key=key).exists():
        return False
    told = {
        "key": key, "kind": kind, "person": person, "unit": unit or (person.unit if person else None), "grant": grant,
        "day": day, "facts": facts, "clause": clause,
        "due": timezone.localdate(at) + timedelta(days=get_settings().looks_review_days),
    }  # fmt: skip
    begin_inside(FINDING, "found", None, StepInput(None, at, timezone.localdate(at), data=told), terms())
    return True


def _one_day(day: date, at: datetime, limits: ReviewThresholds, refused: Mapping[UUID, int]) -> int:
    begins = timezone.make_aware(datetime.combine(day, time()))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    rows = Grant.objects.recorded().filter(asked_at__gte=begins, asked_at__lt=ends, asked_at__lte=at, handover=False)
    rows = rows.select_related("person__unit", "unit", "request").prefetch_related("cameras", "request__cameras")
    grants: dict[int, list[Grant]] = defaultdict(list)
    for row in rows.order_by("asked_at", "index"):
        grants[row.person_id].append(row)
    fruitless = ownimages.fruitless(begins, min(ends, at + timedelta(microseconds=1)))
    people = Person.objects.select_related("unit").in_bulk(
        [*grants, *fruitless, *Person.objects.filter(uuid__in=list(refused)).values_list("pk", flat=True)]
    )
    named = matters_of({row.matter for theirs in grants.values() for row in theirs if row.matter})
    new = 0
    for person in people.values():
        theirs = grants.get(person.pk, [])
        looks = tuple(look_of(row, at, named.get(row.matter)) for row in theirs)
        usual = tuple(_duty_hours(person, begins)) if looks else ()
        by_id = {row.pk: row for row in theirs}
        numbers = fruitless.get(person.pk, ())
        seen = ReviewedDay(looks, refused.get(person.uuid, 0), usual, numbers, bool(numbers))
        for one in found_in(seen, limits):
            new += _keep(one, person, day, at, by_id)
    return new


def look_of(row: Grant, at: datetime, matter: LookMatter | None = None) -> ReviewedLook:
    """A row as the rules see it, with the matter that it names as that stands now."""
    last = row.renewed_at or row.asked_at
    ended = row.ended_at or row.revoked_at or min(at, last + timedelta(seconds=get_settings().grant_seconds))
    request = row.request
    return ReviewedLook(
        grant=row.pk,
        index=row.index or 0,
        begun=timezone.localtime(row.asked_at),
        ended=timezone.localtime(max(ended, row.asked_at)),
        cameras=frozenset(camera.pk for camera in row.cameras.all()),
        live=row.live,
        span=row.span,
        on_duty=row.duty_session_id is not None,
        stated=says_something(row.purpose) or row.session_id is not None,
        asked_cameras=None if request is None else frozenset(camera.pk for camera in request.cameras.all()),
        asked_span=None if request is None else request.span,
        matter=matter.number if matter else "",
        matter_cameras=matter.cameras if matter else frozenset(),
        matter_spans=matter.spans if matter else (),
    )


def _duty_hours(person: Person, before: datetime) -> Iterator[frozenset[int]]:
    rows = DutySession.objects.filter(person=person, begun_at__gte=before - WEEKS, begun_at__lt=before)
    for row in rows:
        moment, end = timezone.localtime(row.begun_at), timezone.localtime(row.ended_at or row.ends_at)
        hours = {moment.hour}
        while moment + timedelta(hours=1) <= end and len(hours) < 24:
            moment += timedelta(hours=1)
            hours.add(moment.hour)
        yield frozenset(hours)


def _keep(one: LookToExplain, person: Person, day: date, at: datetime, by_id: Mapping[UUID, Grant]) -> int:
    first = by_id[one.looks[0].grant] if one.looks else None
    facts = {
        "figure": one.figure,
        "limit": one.limit,
        "looks": len(one.looks),
        "leaves": [look.index for look in one.looks[:LEAVES]],
        **one.more,
    }
    key = f"{one.kind.value}:{person.uuid}:{day.isoformat()}"
    unit = first.unit if first is not None else None
    return note(one.kind, key, at=at, day=day, facts=facts, person=person, unit=unit, grant=first)


BACK = timedelta(days=30)


def fruitless(begins: datetime, ends: datetime) -> dict[int, tuple[str, ...]]:
    """For each person to whom it happened between these two (the end not in it): all of their numbers of the 30 days up to then."""
    withdrawn = Q(own_image__state=OwnImageState.CLOSED, own_image__outcome="", own_image__closed_at__lt=ends)
    not_found = Q(own_image__outcome=OwnOutcome.REFUSED, own_image__found=OwnFound.NO, own_image__answered_at__lt=ends)
    late = Q(own_image__closed_at__gte=begins - BACK, own_image__outcome="") | Q(
        own_image__answered_at__gte=begins - BACK
    )
    rows = SupervisedSession.objects.filter(withdrawn | not_found, late, kind=SessionKind.PREVIEW)
    numbers: dict[int, dict[str, None]] = defaultdict(dict)
    today: set[int] = set()
    for session in rows.select_related("own_image").order_by("begun_at", "pk"):
        assert session.own_image is not None
        row = session.own_image
        numbers[session.officer_id][row.number] = None
        over = row.answered_at or row.closed_at
        if over is not None and over >= begins:
            today.add(session.officer_id)
    return {person: tuple(numbers[person]) for person in today}
