"""The pass over looks: a local day at a time, from where the last one came to; findings once, whatever is gone through twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from custodes.access.looks.matters import Matter, matters_of
from custodes.access.looks.review import ownimages
from custodes.access.looks.review.rules import Day, Found, Look, Thresholds, found_in
from custodes.access.looks.stepping import Taken, keep_finding
from custodes.access.models import FindingState, Grant, LookFinding, LookPass
from custodes.law.grounds.stating import says_something
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


def thresholds() -> Thresholds:
    """From the settings."""
    settings = get_settings()
    return Thresholds(
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
    clauses: Iterable[str],
    person: Person | None = None,
    unit: Unit | None = None,
    grant: Grant | None = None,
    state: FindingState = FindingState.WAITING,
) -> bool:
    """Keep a finding with its record, unless it is there already; whether it is new. In the caller's transaction."""
    if LookFinding.objects.filter(key=key).exists():
        return False
    row = LookFinding(
        key=key, kind=kind, state=state, person=person, unit=unit or (person.unit if person else None), grant=grant,
        day=day, facts=facts, found_at=at,
        due=timezone.localdate(at) + timedelta(days=get_settings().looks_review_days),
    )  # fmt: skip
    found = tuple(clauses)
    if state == FindingState.INCIDENT:
        row.clause = found[0]
    taken = Taken(None, at, str(row.get_kind_display()))
    keep_finding(row, "found", "", taken, found, facts.get("leaves", []))
    return True


def _one_day(day: date, at: datetime, limits: Thresholds, refused: Mapping[UUID, int]) -> int:
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
        seen = Day(looks, refused.get(person.uuid, 0), usual, numbers, bool(numbers))
        for one in found_in(seen, limits):
            new += _keep(one, person, day, at, by_id)
    return new


def look_of(row: Grant, at: datetime, matter: Matter | None = None) -> Look:
    """A row as the rules see it, with the matter that it names as that stands now."""
    last = row.renewed_at or row.asked_at
    ended = row.ended_at or row.revoked_at or min(at, last + timedelta(seconds=get_settings().grant_seconds))
    request = row.request
    return Look(
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


def _keep(one: Found, person: Person, day: date, at: datetime, by_id: Mapping[UUID, Grant]) -> int:
    first = by_id[one.looks[0].grant] if one.looks else None
    facts = {
        "figure": one.figure,
        "limit": one.limit,
        "looks": len(one.looks),
        "leaves": [look.index for look in one.looks[:LEAVES]],
        **one.more,
    }
    key = f"{one.kind.value}:{person.uuid}:{day.isoformat()}"
    clauses = ("N16.2(3)", "S7") if one.kind in (one.kind.UNSTATED, one.kind.BEYOND, one.kind.OFF_MATTER) else ("S7",)
    unit = first.unit if first is not None else None
    return note(one.kind, key, at=at, day=day, facts=facts, clauses=clauses, person=person, unit=unit, grant=first)
