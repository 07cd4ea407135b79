"""A month of keeping and deleting, camera by camera: how far back, what fell short and why, what is held, what was deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from custodes.access.holds.reach import visible_holds
from custodes.access.looks.hidden import references_kept_back
from custodes.access.models import Hold
from custodes.law.calendar.days import ZONE
from custodes.oversight.models import EntryRow
from custodes.people.models import Person
from custodes.places.models import Camera
from custodes.upkeep.models import KeptDay

CHUNK = 500
INDICES = 3
"""Purges of a month that a line names from each end; all are counted."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the local calendar.

    Attributes:
        first, after: its first day, and the first day after it.
    """

    first: date
    after: date

    @classmethod
    def of(cls, text: str, today: date) -> Month:
        """``2026-11``; the running one for what is none, or lies ahead."""
        try:
            first = date.fromisoformat(f"{text}-01") if len(text) == 7 else today.replace(day=1)
        except ValueError:
            first = today.replace(day=1)
        if not date(2020, 1, 1) <= first <= today:
            first = today.replace(day=1)
        return cls(first, (first + timedelta(days=32)).replace(day=1))

    @property
    def text(self) -> str:
        """As an address says it."""
        return f"{self.first:%Y-%m}"

    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), ZONE).astimezone(UTC)

    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.after, time(), ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One camera in a month.

    Attributes:
        last: the newest account of the month; None where none came.
        worst: that with the most days short, where one was short; the later of equal ones.
        days_short: of the month's accounts, how many were short.
        holds: those that the reader may see, open at some time in the month.
        purges: how many deletions, and the first and last of their places in the log.
    """

    camera: Camera
    last: KeptDay | None
    worst: KeptDay | None
    days_short: int
    holds: tuple[Hold, ...]
    purges: int
    indices: tuple[int, ...]

    @property
    def short(self) -> bool:
        """Whether less was kept than had to be, on some day."""
        return self.worst is not None

    @property
    def oldest_day(self) -> date | None:
        """The oldest local day inside the term that can be played, by the newest account."""
        return None if self.last is None or self.last.begins is None else timezone.localdate(self.last.begins, ZONE)

    @property
    def asked_day(self) -> date | None:
        """The oldest local day that has to be there, by the newest account."""
        return None if self.last is None else timezone.localdate(self.last.asked, ZONE)

    @property
    def causes(self) -> tuple[tuple[str, int], ...]:
        """Why it was short at worst: reason and microseconds, the longest first."""
        if self.worst is None:
            return ()
        return tuple(sorted(self.worst.missing.items(), key=lambda one: -one[1]))


def lines_of(cameras: Iterable[Camera], month: Month, person: Person, at: datetime) -> list[Line]:
    """A line for each camera, in their order; a few queries for every `CHUNK` of them."""
    rows, found = list(cameras), []
    for start in range(0, len(rows), CHUNK):
        found += _lines(rows[start : start + CHUNK], month, person, at)
    return found


def _lines(cameras: Sequence[Camera], month: Month, person: Person, at: datetime) -> list[Line]:
    keys = [camera.pk for camera in cameras]
    kept: dict[UUID, list[KeptDay]] = defaultdict(list)
    for row in KeptDay.objects.filter(camera__in=keys, day__gte=month.first, day__lt=month.after).order_by("day"):
        kept[row.camera_id].append(row)
    held = _holds(keys, month, person, at)
    purged = _purges(keys, month)
    return [
        Line(
            camera=camera,
            last=kept[camera.pk][-1] if kept[camera.pk] else None,
            worst=max(
                (row for row in kept[camera.pk] if row.short), key=lambda row: (row.short_days, row.day), default=None
            ),
            days_short=sum(row.short for row in kept[camera.pk]),
            holds=tuple(held[camera.pk]),
            purges=len(purged[camera.pk]),
            indices=_ends(purged[camera.pk]),
        )
        for camera in cameras
    ]


def _holds(cameras: list[UUID], month: Month, person: Person, at: datetime) -> dict[UUID, list[Hold]]:
    open_then = Q(released_at__isnull=True) | Q(released_at__gte=month.begins())
    seen = visible_holds(person, at).filter(open_then, placed_at__lt=month.ends())
    # An inspector's report goes to the unit: what is kept from the unit stands in no report, whoever reads it (decision 0287).
    rows = seen.exclude(request__in=references_kept_back(at)).in_bulk()
    found: dict[UUID, list[Hold]] = defaultdict(list)
    pairs = Hold.cameras.through.objects.filter(camera__in=cameras, hold__in=rows).order_by("hold__placed_at", "hold")
    for hold, camera in pairs.values_list("hold", "camera"):
        found[camera].append(rows[hold])
    return found


def _purges(cameras: list[UUID], month: Month) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = defaultdict(list)
    rows = EntryRow.objects.filter(type="purge", camera__in=cameras, at__gte=month.begins(), at__lt=month.ends())
    for index, camera in rows.order_by("index").values_list("index", "camera"):
        if camera is not None:
            found[camera].append(index)
    return found


def _ends(indices: list[int]) -> tuple[int, ...]:
    if len(indices) <= 2 * INDICES:
        return tuple(indices)
    return (*indices[:INDICES], *indices[-INDICES:])
