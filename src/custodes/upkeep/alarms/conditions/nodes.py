"""Nodes and workers that nobody hears of, and clocks that nobody sets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q

from custodes.places.models import Camera, Node
from custodes.upkeep.alarms.condition import Condition, ConditionSource
from custodes.upkeep.alarms.kinds.machines import CLOCK, NODE_SILENT, WORKER_SILENT
from custodes.upkeep.models import WorkerStatus
from custodes.upkeep.models.status import STALE
from custodes.video.wire.assignment import worker_of


def silent_nodes(now: datetime) -> dict[int, Node]:
    """Nodes that should be heard and are not, by primary key: those with cameras to record, which said nothing lately."""
    expected = Count("cameras", filter=Q(cameras__in=Camera.objects.taken_in().filter(record=True)))
    rows = Node.objects.annotate(recorded=expected).filter(recorded__gt=0)
    return {row.pk: row for row in rows.filter(Q(last_seen__isnull=True) | Q(last_seen__lt=now - STALE))}


def silent_workers(now: datetime) -> dict[tuple[int, int], WorkerStatus]:
    """Workers that were heard once and are not any more, though their node is, by node and number.

    A worker beyond the number that the node has now is none that is missed.
    """
    silent = silent_nodes(now)
    rows = WorkerStatus.objects.filter(at__lt=now - STALE).select_related("node")
    return {
        (row.node_id, row.worker): row
        for row in rows
        if row.node_id not in silent and row.worker < max(1, row.node.workers)
    }


def look(now: datetime) -> Iterator[Condition]:
    """What is so."""
    for node in silent_nodes(now).values():
        count = Camera.objects.taken_in().filter(node=node, record=True).count()
        since = node.last_seen or now
        yield Condition(
            NODE_SILENT,
            f"node:{node.name}",
            node.name,
            since,
            {"count": count, "known": bool(node.last_seen)},
            (),
            node.pk,
        )
    for (node_id, worker), row in silent_workers(now).items():
        yield Condition(
            WORKER_SILENT,
            f"worker:{row.node.name}/{worker}",
            f"{row.node.name}/{worker}",
            row.at,
            {"count": _cameras_of(node_id, worker, row.node.workers)},
            (),
            node_id,
        )
    yield from _clocks(now)


def _cameras_of(node: int, worker: int, workers: int) -> int:
    cameras = Camera.objects.taken_in().filter(node=node, record=True).values_list("pk", flat=True)
    return sum(worker_of(camera, max(1, workers)) == worker for camera in cameras)


def _clocks(now: datetime) -> Iterator[Condition]:
    """One condition a node: its workers share one clock."""
    rows = WorkerStatus.objects.filter(clock_synchronised=False, at__gte=now - STALE).select_related("node")
    seen = set()
    for row in rows:
        if row.node_id in seen:
            continue
        seen.add(row.node_id)
        yield Condition(CLOCK, f"clock:{row.node.name}", row.node.name, row.at, {"offset_us": row.clock_offset_us})


SOURCE = ConditionSource("nodes", (NODE_SILENT, WORKER_SILENT, CLOCK), look)
