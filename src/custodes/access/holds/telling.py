"""What the workers of a node are told of holds: one document for the assignment and for the push."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from custodes.access.models import OPEN, Hold, HoldDelivery
from custodes.places.assignment import bump
from custodes.places.models import Camera, Node, RowEdit
from custodes.video.wire.assignment import worker_of
from custodes.video.wire.holds import HoldOrder


def us(at: datetime) -> int:
    """Microseconds UTC."""
    return round(at.timestamp() * 1_000_000)


def address(hold: Hold) -> None:
    """Find the workers that have footage of a hold, and have their nodes' assignments say it; in the caller's transaction, with
    the hold locked.

    A camera that was with other nodes or workers before has left footage there: those are told too, and stay told. A worker that
    gets a camera more has not heard of the hold of it: what it answered before counts no longer, and the hold is not in effect
    until it answers anew.
    """
    cameras = list(hold.cameras.select_related("node"))
    nodes = {node.pk: node for node in Node.objects.all()}
    shares: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    before = _nodes_before([camera.pk for camera in cameras])
    for camera in cameras:
        for key in {camera.node_id, *before.get(camera.pk, ())} & set(nodes):
            shares[key, worker_of(camera.pk, max(1, nodes[key].workers))].append(camera.pk)
    grown = [_told(hold, nodes[node], worker, share) for (node, worker), share in sorted(shares.items())]
    if any(grown) and hold.effective_version:
        hold.effective_version, hold.effective_at = 0, None
        hold.save(update_fields=["effective_version", "effective_at"])
    bump(*(nodes[node] for node, _worker in shares))


def _told(hold: Hold, node: Node, worker: int, share: Iterable[UUID]) -> bool:
    """Let this worker be told of these cameras besides those that it was told of; whether any of them is new to it."""
    row, made = HoldDelivery.objects.get_or_create(hold=hold, node=node, worker=worker)
    cameras = sorted({*row.cameras, *map(str, share)})
    if not made and len(cameras) == len(row.cameras):
        return False
    row.cameras, row.version, row.tried_at = cameras, 0, None
    row.save(update_fields=["cameras", "version", "tried_at"])
    return True


def unaddressed() -> set[UUID]:
    """Holds in force with a camera whose present worker is not told of just that camera: it moved, or its node has other workers."""
    in_force = {"hold__state__in": [state.value for state in OPEN]}
    told = {
        (hold, node, worker, camera)
        for hold, node, worker, cameras in HoldDelivery.objects.filter(**in_force).values_list(
            "hold", "node", "worker", "cameras"
        )
        for camera in cameras
    }
    rows = Hold.cameras.through.objects.filter(**in_force)
    return {
        hold
        for hold, camera, node, workers in rows.values_list("hold", "camera", "camera__node", "camera__node__workers")
        if (hold, node, worker_of(camera, max(1, workers)), str(camera)) not in told
    }


def _nodes_before(cameras: list[UUID]) -> dict[UUID, set[int]]:
    """On which nodes cameras were, by what the register kept of its changes."""
    found: dict[UUID, set[int]] = defaultdict(set)
    edits = RowEdit.objects.filter(object=Camera._meta.label_lower, object_id__in=cameras)
    for key, changes in edits.values_list("object_id", "changes"):
        for node in changes.get("node", ()):
            if str(node).isdigit():
                found[key].add(int(node))
    return found


def order_for(delivery: HoldDelivery) -> HoldOrder:
    """The push to one worker, as the hold stands now."""
    return _order(delivery.hold, delivery.cameras)


def orders_of(node: Node) -> tuple[HoldOrder, ...]:
    """For the node's assignment: what is in force, and releases that a worker of it has still to take."""
    rows = HoldDelivery.objects.filter(node=node).filter(
        Q(hold__state__in=[state.value for state in OPEN]) | Q(version__lt=F("hold__version"))
    )
    shares: dict[Hold, list[str]] = defaultdict(list)
    for row in rows.select_related("hold").order_by("hold__placed_at", "hold", "worker"):
        shares[row.hold] += row.cameras
    # A camera that went from one worker of the node to another stands in both their rows.
    return tuple(_order(hold, dict.fromkeys(cameras)) for hold, cameras in shares.items())


def _order(hold: Hold, cameras: Iterable[str]) -> HoldOrder:
    return HoldOrder(
        id=hold.pk,
        version=hold.version,
        from_us=us(hold.span_from),
        to_us=us(hold.span_to),
        cameras=tuple(UUID(str(camera)) for camera in cameras),
        released=not hold.open,
    )
