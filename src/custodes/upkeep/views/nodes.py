"""媒体节点运行状态: each node's workers, how long they run, how often they had to be started again, how late they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Node
from custodes.upkeep.models import CameraStatus, SourceState, WorkerStatus
from custodes.upkeep.models.status import STALE

#: From here on somebody should look: pictures come late, the disk does not keep up, the process is young and was not always.
LATE_MS = 500
SLOW_DISK_MS = 2000
BACKLOG_BYTES = 16 << 20
YOUNG = timedelta(hours=1)


@dataclass(frozen=True)
class WorkerRow:
    """One worker as the page shows it."""

    status: WorkerStatus
    stale: bool
    uptime: timedelta | None
    restarted: bool

    @classmethod
    def of(cls, status: WorkerStatus, at: datetime) -> WorkerRow:
        """At one moment."""
        uptime = at - status.started_at if status.started_at is not None else None
        restarted = status.restarts > 0 and uptime is not None and uptime < YOUNG
        return cls(status, at - status.at > STALE, uptime, restarted)

    @property
    def late(self) -> bool:
        """Whether its event loop was held up."""
        return self.status.lateness_ms >= LATE_MS

    @property
    def slow(self) -> bool:
        """Whether its disks don't keep up."""
        return self.status.disk_ms >= SLOW_DISK_MS or self.status.backlog_bytes >= BACKLOG_BYTES


@require_safe
@needs(Permission.VIEW_STORE)
def nodes(request: HttpRequest) -> HttpResponse:
    """All nodes. They carry the cameras of many units, so that the figures are the installation's."""
    viewer = Viewer.of(request)
    states: dict[int, Counter[str]] = {}
    counted = CameraStatus.objects.values_list("camera__node", "state").annotate(Count("camera")).order_by()
    for node, state, count in counted:
        states.setdefault(node, Counter())[state] += count
    rows: dict[int, list[WorkerRow]] = {}
    for status in WorkerStatus.objects.all():
        rows.setdefault(status.node_id, []).append(WorkerRow.of(status, viewer.at))
    found = [
        {
            "node": node,
            "workers": rows.get(node.pk, []),
            "missing": node.workers - len(rows.get(node.pk, [])),
            "recording": states.get(node.pk, Counter())[SourceState.RECORDING],
            "cameras": sum(states.get(node.pk, Counter()).values()),
            "silent": node.last_seen is None or viewer.at - node.last_seen > STALE,
        }
        for node in Node.objects.order_by("name")
    ]
    return render(request, "upkeep/nodes.html", {"nodes": found, "at": viewer.at})
