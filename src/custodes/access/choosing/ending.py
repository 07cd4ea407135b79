"""What reaches the end of its term before a request can be decided (S32), and is not held (S33.2a): to be said while there is time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from custodes.access.looks.reach import references_kept_from
from custodes.access.models import OPEN, Hold
from custodes.people.models import Person
from custodes.places.keeping import keeping_of
from custodes.places.models import Camera

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Ending:
    """Footage of one camera that may be deleted soon.

    Attributes:
        goes: from when what the span begins with may be deleted, and has to be.
        gone: that moment is past.
    """

    camera: Camera
    goes: datetime
    gone: bool


def endings(cameras: Iterable[Camera], span: Span, by: datetime, at: datetime, person: Person) -> list[Ending]:
    """Of which cameras something of the span goes before `by` and is not held; the earliest first.

    Args:
        cameras: with `system__site`.
        span: aware, the end not part of it.
        by: when the request is decided at the latest.
        person: who is told; what is held for a look that is kept from them counts as not held.
    """
    held = holds_of(cameras, span, person, at)
    found = []
    for camera in cameras:
        kept = keeping_of(camera, span[0])
        goes = kept.delete_not_before
        if goes is None or goes > by:
            continue
        cut = min(span[1], _captured_before(by, kept.days))
        if uncovered((span[0], cut), held.get(camera.pk, ())):
            found.append(Ending(camera, goes, goes <= at))
    return sorted(found, key=lambda one: (one.goes, one.camera.number))


def holds_of(cameras: Iterable[Camera], span: Span, person: Person, at: datetime) -> dict[object, list[Span]]:
    """Spans of each camera that are held, where they meet the span, as far as the person may know of the hold (decision 0287)."""
    told = Hold.objects.exclude(request__in=references_kept_from(person, at))
    rows = Hold.cameras.through.objects.filter(
        hold__in=told,
        camera__in=[camera.pk for camera in cameras],
        hold__state__in=[one.value for one in OPEN],
        hold__span_from__lt=span[1],
        hold__span_to__gt=span[0],
    ).values_list("camera", "hold__span_from", "hold__span_to")
    found: dict[object, list[Span]] = {}
    for camera, begin, end in rows:
        found.setdefault(camera, []).append((begin, end))
    return found


def uncovered(span: Span, by: Sequence[Span]) -> bool:
    """Whether something of the span lies in none of the others."""
    reached = span[0]
    for begin, end in sorted(by):
        if begin > reached:
            break
        reached = max(reached, end)
    return reached < span[1]


def _captured_before(by: datetime, days: int) -> datetime:
    """What was captured before this moment may be deleted at `by`: a local day is kept whole."""
    local = timezone.localtime(by)
    return (local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)).astimezone(UTC)
