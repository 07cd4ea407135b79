"""Looks gone through once an hour: what the rules find is put to a person, and each place where web and node differ is an incident (S7, N25).

It reads refusals and both accounts from the log, so it waits where the notary is down: what was not gone through then is next time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from custodes.access.looks.review import passing
from custodes.access.models import FindingKind, Grant
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.oversight.mirror import catch_up
from custodes.oversight.models import EntryRow
from custodes.oversight.reconciling import Comparison, last_days
from custodes.people.models import Person


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where two accounts differ.

    Attributes:
        leaf: place in the log of what the node said.
        other: place of the web's leave for it, where there is one.
    """

    kind: FindingKind
    leaf: int
    other: int | None
    person: str
    camera: str
    worker: str
    at: str


_CLAUSES: dict[FindingKind, str] = {
    **dict.fromkeys((FindingKind.NO_LEAVE, FindingKind.BEYOND_LEAVE, FindingKind.UNACCOUNTED), "S34(7)"),
    **dict.fromkeys((FindingKind.NO_SPEECH, FindingKind.BEYOND_SPEECH, FindingKind.LONG_SPEECH), "S34(1)"),
}
"""On which an incident rests that is of no look."""


def sweep(at: datetime) -> int:
    """One pass, an hour after the last at the earliest; how many findings are new."""
    if not passing.due(at):
        return 0
    try:
        if not catch_up():
            return 0  # the finding aid is still behind the log; the next sweep goes on
        compared = last_days(EntryRow.objects.all(), at)
    except (NotaryUnavailable, NotaryRefused):
        return 0
    return keep_mismatches(compared, at) + passing.go_through(at, refusals(passing.first_day(at)))


def refusals(since: date) -> dict[date, dict[UUID, int]]:
    """Of each local day from `since` on how many wishes to look were refused, by person."""
    begins = timezone.make_aware(datetime.combine(since, time()))
    rows = EntryRow.objects.filter(type="refusal", at__gte=begins, person__in=Person.objects.values("uuid"))
    found: dict[date, Counter[UUID]] = defaultdict(Counter)
    for at, person in rows.values_list("at", "person"):
        assert person is not None
        found[timezone.localdate(at)][person] += 1
    return {day: dict(counted) for day, counted in found.items()}


def mismatches_of(compared: Comparison) -> Iterator[Mismatch]:
    """All places where they differ."""
    looks, steering = compared.looks, compared.steering
    for kind, views in (
        (FindingKind.NO_GRANT, looks.without_grant),
        (FindingKind.BEYOND_GRANT, looks.beyond_grant),
    ):
        for one in views:
            yield Mismatch(kind, one.index, one.leave, one.person, one.camera, one.worker, one.at)
    for kind, steered in (
        (FindingKind.NO_LEAVE, steering.without_leave),
        (FindingKind.BEYOND_LEAVE, steering.beyond_leave),
        (FindingKind.UNACCOUNTED, steering.unaccounted),
    ):
        for each in steered:
            yield Mismatch(kind, each.index, each.leave, each.person, each.camera, each.worker, each.at)
    for kind, spoken in (
        (FindingKind.NO_SPEECH, compared.speaking.without_leave),
        (FindingKind.BEYOND_SPEECH, compared.speaking.beyond_leave),
        (FindingKind.LONG_SPEECH, compared.speaking.too_long),
    ):
        for speech in spoken:
            yield Mismatch(kind, speech.index, speech.leave, speech.person, speech.camera, speech.worker, speech.at)


def keep_mismatches(compared: Comparison, at: datetime) -> int:
    """Keep each as an incident, once; how many are new."""
    found = list(mismatches_of(compared))
    people = {str(one.uuid): one for one in _people(found)}
    new = 0
    for one in found:
        with transaction.atomic():
            new += _keep(one, people.get(one.person), at)
    return new


def _keep(one: Mismatch, person: Person | None, at: datetime) -> bool:
    when = datetime.fromisoformat(one.at)
    leaves = [one.leaf] if one.other is None else [one.leaf, one.other]
    grant = None if one.other is None else Grant.objects.filter(index=one.other).first()
    return passing.note(
        one.kind,
        f"{one.kind.value}:{one.leaf}",
        at=at,
        day=timezone.localdate(when),
        facts={"leaves": leaves, "leaf": one.leaf, "other": one.other, "camera": one.camera, "worker": one.worker},
        clause=_CLAUSES.get(one.kind, "S35(2)"),
        person=person,
        grant=grant,
    )


def _people(found: Iterable[Mismatch]) -> Iterator[Person]:
    wanted = set()
    for one in found:
        try:
            wanted.add(UUID(one.person))
        except ValueError:
            continue
    yield from Person.objects.filter(uuid__in=wanted).select_related("unit")
