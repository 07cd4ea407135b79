"""How short the disks of each node are, and what a person has ordered: what its workers report, put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.people.models import Person
from custodes.places.models import Grade, Node, ThinningOrder
from custodes.places.thinning import may_order
from custodes.upkeep.models import WorkerStatus
from custodes.upkeep.models.status import STALE

_STEPS = ("clear", "forecast", "thin", "stop")


@dataclass(frozen=True)
class NodeShortage:
    """One node.

    Attributes:
        step: the highest of its workers' (`clear`, `forecast`, `thin`, `stop`).
        hours_left: the least of its workers'; None when none is short.
        thinned, stopped: grades, in words.
        waiting: the lowest grade that would be thinned if a person ordered it, in words; empty for none.
        order: the order that stands.
        may_order: whether this person may give or end one.
    """

    node: Node
    step: str
    hours_left: float | None
    thinned: tuple[str, ...]
    stopped: tuple[str, ...]
    waiting: str
    order: ThinningOrder | None
    may_order: bool

    @property
    def short(self) -> bool:
        """Whether somebody has to know."""
        return self.step != "clear"


def shortages(person: Person, at: datetime) -> list[NodeShortage]:
    """Every node that has reported lately, the shortest first."""
    reports: dict[int, list[dict[str, object]]] = {}
    for worker in WorkerStatus.objects.filter(at__gte=at - STALE):
        reports.setdefault(worker.node_id, []).append(worker.shortage)
    found = [_of(node, reports[node.pk], person, at) for node in Node.objects.filter(pk__in=reports)]
    return sorted(found, key=lambda one: (-_STEPS.index(one.step), one.node.name))


def _of(node: Node, reports: list[dict[str, object]], person: Person, at: datetime) -> NodeShortage:
    order = ThinningOrder.objects.filter(node=node, ended_at__isnull=True).select_related("by__unit").first()
    hours = [float(hours) for one in reports if isinstance(hours := one.get("hours_left"), int | float)]
    waiting = [grade for one in reports if isinstance(grade := one.get("waiting"), int)]
    return NodeShortage(
        node=node,
        step=max((str(one.get("step", "clear")) for one in reports), key=_STEPS.index),
        hours_left=min(hours, default=None),
        thinned=_words(reports, "thinned"),
        stopped=_words(reports, "stopped"),
        waiting=str(Grade(min(waiting)).label) if waiting else "",
        order=order if order is not None and order.holds(at) else None,
        may_order=may_order(person, node, at),
    )


def _words(reports: list[dict[str, object]], name: str) -> tuple[str, ...]:
    grades = {grade for one in reports if isinstance(many := one.get(name), list) for grade in many}
    return tuple(str(Grade(grade).label) for grade in sorted(grades))
