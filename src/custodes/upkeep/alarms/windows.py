"""Which plans hold now, and which alarms they keep back: those whose cause began inside one, about its own cameras alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from custodes.places.models import Camera, Node, Plan
from custodes.places.planning import in_force
from custodes.upkeep.alarms.condition import Condition
from custodes.upkeep.alarms.kinds import AlarmKind
from custodes.upkeep.alarms.kinds.cameras import DEGRADED, DEVICE_STORAGE, DOWN, LOST, ODD_TIMES, SILENT, UNEXPLAINED
from custodes.upkeep.alarms.kinds.machines import NODE_SILENT, WORKER_SILENT
from custodes.video.wire.assignment import worker_of

SILENCEABLE: tuple[AlarmKind, ...] = (DOWN, SILENT, DEGRADED, UNEXPLAINED, DEVICE_STORAGE, ODD_TIMES)
"""What a window can be asked to keep back. Tampering, disks, clocks, notary, log and cosignatures are never among them."""

NO_RECORDING = frozenset({DOWN.key, SILENT.key, LOST.key})
"""Three ways of telling that a camera is not recorded."""

_NODES = frozenset({NODE_SILENT.key, WORKER_SILENT.key})


@dataclass(frozen=True)
class Windows:
    """The plans that hold at one moment, by camera, each with the moment from which it holds."""

    by_camera: Mapping[UUID, tuple[tuple[Plan, datetime], ...]] = field(default_factory=dict)

    @classmethod
    def at(cls, now: datetime) -> Windows:
        """Those that hold now; nearly always none, and then this is one question to the database."""
        found: dict[UUID, list[tuple[Plan, datetime]]] = defaultdict(list)
        for plan in in_force(now):
            span = plan.effective
            if span is not None:
                for camera in plan.cameras.values_list("pk", flat=True):
                    found[camera].append((plan, span[0]))
        return cls({camera: tuple(plans) for camera, plans in found.items()})

    def over(self, camera: UUID, kind: AlarmKind, since: datetime) -> Plan | None:
        """The plan that keeps back an alarm of this kind about this camera, whose cause began at `since`."""
        if not kind.planned:
            return None
        key = DOWN.key if kind is LOST else kind.key
        held = (plan for plan, begun in self.by_camera.get(camera, ()) if since >= begun and key in plan.silences)
        return next(held, None)

    def holding(self, condition: Condition) -> Plan | None:
        """The plan that keeps this condition back: it has to cover everything that the condition is about."""
        if not self.by_camera or not condition.kind.planned:
            return None
        if condition.kind.key in _NODES:
            return self._over_node(condition)
        plans = [self.over(one.camera, condition.kind, one.since) for one in condition.cameras]
        return plans[0] if plans and all(plans) else None

    def _over_node(self, condition: Condition) -> Plan | None:
        """A node or worker that is away is planned only when every camera that it records is."""
        node = Node.objects.filter(pk=condition.node).first() if condition.node is not None else None
        if node is None:
            return None
        recorded = Camera.objects.taken_in().filter(node=node, record=True)
        cameras = list(recorded.values_list("pk", flat=True))
        if condition.kind is WORKER_SILENT:
            worker = int(condition.subject.rpartition("/")[2])
            cameras = [camera for camera in cameras if worker_of(camera, max(1, node.workers)) == worker]
        plans = [self.over(camera, DOWN, condition.since) for camera in cameras]
        return plans[0] if plans and all(plans) else None
