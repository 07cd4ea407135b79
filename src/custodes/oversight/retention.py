"""A month of keeping and deleting, camera by camera: how far back, what fell short and why, what is held, what was deleted; and what the next
retention pass of each worker would delete, as the workers say it now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from custodes.access.holds.reach import visible_holds
from custodes.access.looks.reach import references_kept_back, references_kept_from
from custodes.access.models import Hold
from custodes.law.calendar.days import ZONE
from custodes.oversight.models import EntryRow
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.models import Camera, Node
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.places.scope import visible_cameras
from custodes.upkeep.models import KeptDay
from custodes.video.wire.archive import PlannedDay, RetentionLook

CHUNK = 500
INDICES = 3
"""Purges of a month that a line names from each end; all are counted."""


@dataclass(frozen=True, slots=True)
class LocalMonth:
    """A month of the local calendar.

    Attributes:
        first, after: its first day, and the first day after it.
    """

    first: date
    after: date

    @classmethod
    def of(cls, text: str, today: date) -> LocalMonth:
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
class RetentionLine:
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


def lines_of(cameras: Iterable[Camera], month: LocalMonth, person: Person, at: datetime) -> list[RetentionLine]:
    """A line for each camera, in their order; a few queries for every `CHUNK` of them."""
    rows, found = list(cameras), []
    for start in range(0, len(rows), CHUNK):
        found += _lines(rows[start : start + CHUNK], month, person, at)
    return found


def _lines(cameras: Sequence[Camera], month: LocalMonth, person: Person, at: datetime) -> list[RetentionLine]:
    keys = [camera.pk for camera in cameras]
    kept: dict[UUID, list[KeptDay]] = defaultdict(list)
    for row in KeptDay.objects.filter(camera__in=keys, day__gte=month.first, day__lt=month.after).order_by("day"):
        kept[row.camera_id].append(row)
    held = _holds(keys, month, person, at)
    purged = _purges(keys, month)
    return [
        RetentionLine(
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


def _holds(cameras: list[UUID], month: LocalMonth, person: Person, at: datetime) -> dict[UUID, list[Hold]]:
    open_then = Q(released_at__isnull=True) | Q(released_at__gte=month.begins())
    seen = visible_holds(person, at).filter(open_then, placed_at__lt=month.ends())
    # An inspector's report goes to the unit: what is kept from the unit stands in no report, whoever reads it (decision 0287).
    rows = seen.exclude(request__in=references_kept_back(at)).in_bulk()
    found: dict[UUID, list[Hold]] = defaultdict(list)
    pairs = Hold.cameras.through.objects.filter(camera__in=cameras, hold__in=rows).order_by("hold__placed_at", "hold")
    for hold, camera in pairs.values_list("hold", "camera"):
        found[camera].append(rows[hold])
    return found


def _purges(cameras: list[UUID], month: LocalMonth) -> dict[UUID, list[int]]:
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


SHOWN = 200
"""Lines of one worker that a page shows; the rest is counted."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One camera's local day.

    Attributes:
        holds: those that the reader may see; `others` counts the rest.
    """

    camera: Camera
    day: PlannedDay
    holds: tuple[Hold, ...]
    others: int


@dataclass(frozen=True, slots=True)
class WorkerPass:
    """One worker.

    Attributes:
        look: None where it did not answer.
        days: those of cameras that the reader may see; `unseen` counts the other lines.
    """

    name: str
    look: RetentionLook | None
    days: tuple[DayLine, ...] = ()
    unseen: int = 0

    @property
    def segments(self) -> int:
        """How many would go, over all volumes, also those that the brake would stop."""
        return 0 if self.look is None else sum(volume.segments for volume in self.look.volumes)

    @property
    def braked(self) -> bool:
        """Whether the brake would stop the pass somewhere."""
        return self.look is not None and any(volume.braked for volume in self.look.volumes)


def next_passes(person: Person, at: datetime) -> list[WorkerPass]:
    """Each worker of each node, all asked at once."""
    workers = [(node, number) for node in Node.objects.order_by("name") for number in range(max(1, node.workers))]
    with ThreadPoolExecutor(max_workers=8) as pool:
        looks = list(pool.map(lambda one: _ask(*one), workers))
    return [
        _told(f"{node.name}/{number}", look, person, at) for (node, number), look in zip(workers, looks, strict=True)
    ]


def _ask(node: Node, worker: int) -> RetentionLook | None:
    try:
        return worker_client(node, worker).retention()
    except (NodeUnreachable, NodeBusy):
        return None


def _told(name: str, look: RetentionLook | None, person: Person, at: datetime) -> WorkerPass:
    if look is None:
        return WorkerPass(name, None)
    mine = visible_cameras(person, at, Permission.VIEW_STORE).select_related("system__unit")
    cameras = mine.in_bulk({day.camera for day in look.days})
    wanted = {hold for day in look.days for hold in day.holds if len(hold) == 36}
    holds = {str(row.pk): row for row in visible_holds(person, at).filter(pk__in=wanted)}
    kept = Hold.objects.filter(pk__in=wanted, request__in=references_kept_from(person, at))
    hidden = {str(pk) for pk in kept.values_list("pk", flat=True)}
    days = [told for day in look.days if (told := _without(day, hidden)) is not None]
    lines = [
        DayLine(
            cameras[day.camera],
            day,
            tuple(holds[hold] for hold in day.holds if hold in holds),
            sum(hold not in holds for hold in day.holds),
        )
        for day in days
        if day.camera in cameras
    ]
    return WorkerPass(name, look, tuple(lines[:SHOWN]), len(days) + look.more_days - len(lines[:SHOWN]))


def _without(day: PlannedDay, hidden: set[str]) -> PlannedDay | None:
    """The day without holds that would tell of a look which is kept from the reader; None where nothing else is to be said of it."""
    left = [hold for hold in day.holds if hold not in hidden]
    if len(left) == len(day.holds):
        return day
    if not left and not day.segments:
        return None
    held = {} if left else {"held_segments": 0, "held_bytes": 0}
    return day.model_copy(update={"holds": left, **held})
