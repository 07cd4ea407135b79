"""What the next retention pass of each worker would delete, as the workers say it now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from custodes.access.holds.reach import visible_holds
from custodes.access.looks.hidden import references_kept_from
from custodes.access.models import Hold
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.models import Camera, Node
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.places.scope import visible_cameras
from custodes.video.wire.retention import PlannedDay, RetentionLook

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
