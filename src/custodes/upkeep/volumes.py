"""The volumes of each node as the volumes page shows them: what stands where, what a person may do, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.places.models import Node, VolumeActionKind, VolumeOrder
from custodes.places.volumes import may_order_volumes, repeatable
from custodes.settings import get_settings
from custodes.upkeep.growth import CameraGrowth, cameras_that_grew
from custodes.upkeep.health import VolumeForecast, forecasts
from custodes.upkeep.models import VolumeStands, WorkerStatus
from custodes.upkeep.models.status import STALE
from custodes.video.wire.archive import VolumeOrderOutcome

_K = VolumeActionKind
_S = VolumeStands
POSSIBLE: dict[str, tuple[VolumeActionKind, ...]] = {
    _S.RECORDING: (_K.DRAIN,),
    _S.FULL: (_K.DRAIN,),
    _S.DRAINING: (_K.RESUME, _K.RETIRE),
    _S.MISSING: (_K.REPLACE, _K.DRAIN),
    _S.WRONG: (_K.REPLACE, _K.DRAIN),
    _S.RETIRED: (),
    _S.REPLACED: (),
    _S.UNUSED: (),
}
"""What a person may do about a volume that stands so."""
_BADGES = {
    _S.RECORDING: "fine",
    _S.DRAINING: "attention",
    _S.FULL: "danger",
    _S.MISSING: "danger",
    _S.WRONG: "danger",
}


@dataclass(frozen=True)
class VolumeRow:
    """One volume.

    Attributes:
        volume: its figures.
        stale: nothing new was reported of it.
        under_floor: it can't hold the retention period.
        actions: what this person may do now.
        order: the order about it that waits, None for none.
    """

    volume: VolumeForecast
    stale: bool
    under_floor: bool
    actions: tuple[VolumeActionKind, ...]
    order: VolumeOrder | None

    @property
    def stands(self) -> str:
        """How it stands, in words; cameras are recorded, a volume is written to."""
        if self.volume.stands == VolumeStands.RECORDING:
            return _("正在写入")
        return str(VolumeStands(self.volume.stands).label) if self.volume.stands else ""

    @property
    def badge(self) -> str:
        """The badge's kind."""
        return _BADGES.get(VolumeStands(self.volume.stands), "neutral") if self.volume.stands else "neutral"

    @property
    def size(self) -> int:
        """Bytes of footage that it can hold in all."""
        return self.volume.used + self.volume.free

    @property
    def writes(self) -> bool:
        """Whether how long it lasts means anything."""
        return self.volume.stands in (_S.RECORDING, _S.FULL, "")


@dataclass(frozen=True)
class NodeRoomAhead:
    """How the room of a node goes on.

    Attributes:
        points: bytes that are free, now and at even steps.
        hours: how far they reach.
        full_hours: when nothing is left, None when that is not so soon.
    """

    points: tuple[int, ...]
    hours: float
    full_hours: float | None

    @property
    def line(self) -> str:
        """The points of the curve in a box of 280 by 72, the most room at its top."""
        most = max(*self.points, 1)
        step = 280 / (len(self.points) - 1)
        return " ".join(f"{at * step:.1f},{4 + 64 * (1 - room / most):.1f}" for at, room in enumerate(self.points))

    @property
    def area(self) -> str:
        """The same with the ground below it, as a shape."""
        return f"0,68 {self.line} 280,68"

    @property
    def days(self) -> float:
        """How far it reaches, in days."""
        return self.hours / 24


@dataclass(frozen=True)
class OrderLine:
    """A decision and what became of it.

    Attributes:
        said: what each worker answered, by its number; None for one that has not yet.
        repeatable: a worker refused it, and it can be given anew.
    """

    order: VolumeOrder
    said: tuple[tuple[int, VolumeOrderOutcome | None], ...]
    repeatable: bool

    @classmethod
    def of(cls, order: VolumeOrder, workers: int) -> OrderLine:
        """The order as the page shows it."""
        numbers = sorted({*range(workers), *map(int, order.answers)})
        answers = {int(worker): VolumeOrderOutcome(outcome) for worker, outcome in order.answers.items()}
        return cls(order, tuple((number, answers.get(number)) for number in numbers), repeatable(order))


@dataclass(frozen=True)
class NodeVolumes:
    """One node.

    Attributes:
        rows: its volumes; `past` are those that were retired.
        ahead: how its room goes on; None where its workers don't say.
        grown: cameras that grew.
        orders: those that wait, then the last that are over.
        may_order: whether this person may decide about its volumes.
        places, roots: where a volume may be added, and below which folders at all.
        silent: none of its workers has reported lately.
    """

    node: Node
    rows: list[VolumeRow]
    past: list[VolumeRow]
    ahead: NodeRoomAhead | None
    grown: list[CameraGrowth]
    orders: list[OrderLine]
    may_order: bool
    places: list[dict[str, Any]]
    roots: list[str]
    silent: bool

    @property
    def waits(self) -> bool:
        """Whether an order has still to be answered."""
        return any(line.order.waits for line in self.orders)


def floor_days() -> float:
    """How many days of footage a volume must hold (S32); a training installation may keep less."""
    settings = get_settings()
    return settings.training_retention_minutes / 1440 if settings.training else float(settings.retention_days)


def every_node(person: Person, may: bool, at: datetime) -> list[NodeVolumes]:
    """All nodes by name. Their disks hold the footage of many units, so that the figures are the installation's.

    Args:
        may: whether a post of the person lets them decide about volumes at all.
    """
    volumes = told_volumes()
    return [of_node(node, volumes, person, may, at) for node in Node.objects.order_by("name")]


def told_volumes() -> list[VolumeForecast]:
    """What was reported of every volume."""
    return forecasts(get_settings().volume_cap_bytes > 0)


def of_node(node: Node, volumes: list[VolumeForecast], person: Person, may: bool, at: datetime) -> NodeVolumes:
    """One node; arguments as of `every_node`."""
    workers = list(WorkerStatus.objects.filter(node=node, at__gte=at - STALE))
    may = may and may_order_volumes(person, node, at)
    orders = VolumeOrder.objects.filter(node=node).select_related("by__unit", "ended_by")
    waiting = list(orders.filter(ended_at__isnull=True))
    by_path = {order.path: order for order in waiting}
    rows = [_row(volume, by_path, may, at) for volume in volumes if volume.node.pk == node.pk]
    told = workers[0].volume_places if workers else {}
    return NodeVolumes(
        node=node,
        rows=[row for row in rows if row.volume.stands != VolumeStands.RETIRED],
        past=[row for row in rows if row.volume.stands == VolumeStands.RETIRED],
        ahead=_ahead([worker.shortage for worker in workers]),
        grown=cameras_that_grew(node, person, at),
        orders=[OrderLine.of(order, node.workers) for order in (*waiting, *orders.filter(ended_at__isnull=False)[:5])],
        may_order=may,
        places=[place for place in told.get("places", []) if place["path"] not in by_path],
        roots=told.get("roots", []),
        silent=not workers,
    )


def _row(volume: VolumeForecast, waiting: dict[str, VolumeOrder], may: bool, at: datetime) -> VolumeRow:
    order = waiting.get(volume.path) if volume.stands != VolumeStands.REPLACED else None
    stale = at - volume.at > STALE
    possible = POSSIBLE.get(volume.stands, ()) if may and order is None and volume.identity and not stale else ()
    # Retiring waits for the last footage; the node refuses it before, and the page does not offer it.
    actions = tuple(action for action in possible if action != VolumeActionKind.RETIRE or volume.used == 0)
    return VolumeRow(volume, stale, volume.under_floor(floor_days()), actions, order)


def _ahead(shortages: list[dict[str, Any]]) -> NodeRoomAhead | None:
    curves = [one["curve"] for one in shortages if one.get("curve")]
    if not curves or len({len(curve) for curve in curves}) != 1 or len(curves[0]) < 2:
        return None
    points = tuple(map(sum, zip(*curves, strict=True)))
    hours = max(float(one.get("curve_hours", 0)) for one in shortages)
    step = hours / (len(points) - 1)
    full = next((index for index, room in enumerate(points) if room <= 0), None)
    if full is None or full == 0:
        return NodeRoomAhead(points, hours, None if full is None else 0.0)
    return NodeRoomAhead(points, hours, full * step)
