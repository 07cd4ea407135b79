"""Disks that get short: each step of the ladder that a node's workers climb (docs/design/archive.md, *When a disk gets short*)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from custodes.upkeep.alarms.condition import Condition, ConditionSource, Fact
from custodes.upkeep.alarms.kinds.machines import STORE_SHORT, STORE_STOPPED, STORE_THINNED
from custodes.upkeep.models import WorkerStatus
from custodes.upkeep.models.status import STALE

_KINDS = {"forecast": STORE_SHORT, "thin": STORE_THINNED, "stop": STORE_STOPPED}


def look(now: datetime) -> Iterator[Condition]:
    """What is so: of each node the highest step of its workers. A worker that is silent is told by an alarm of its own."""
    reports: dict[str, list[dict[str, object]]] = {}
    for worker in WorkerStatus.objects.filter(at__gte=now - STALE).select_related("node"):
        if worker.shortage.get("step") in _KINDS:
            reports.setdefault(worker.node.name, []).append(worker.shortage)
    order = list(_KINDS)
    for node, said in reports.items():
        step = max((str(one["step"]) for one in said), key=order.index)
        hours = [float(left) for one in said if isinstance(left := one.get("hours_left"), int | float)]
        facts: dict[str, Fact] = {
            "hours_left": round(min(hours), 1) if hours else None,
            "waiting": any(one.get("waiting") for one in said),
        }
        since = [datetime.fromisoformat(str(one["since"])) for one in said if one.get("since")]
        yield Condition(_KINDS[step], f"store:{node}", node, min(since, default=now), facts)


SOURCE = ConditionSource("shortage", tuple(_KINDS.values()), look)
