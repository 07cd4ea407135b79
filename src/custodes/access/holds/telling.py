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
    """Find the workers that have footage of a hold, and have their nodes' assignments say it; in the caller's transaction.

    A camera that was on other nodes before has left footage there: those are told too.
    """
    cameras = list(hold.cameras.select_related("node"))
    nodes = {node.pk: node for node in Node.objects.all()}
    shares: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    before = _nodes_before([camera.pk for camera in cameras])
    for camera in cameras:
        for key in {camera.node_id, *before.get(camera.pk, ())} & set(nodes):
            shares[key, worker_of(camera.pk, max(1, nodes[key].workers))].append(camera.pk)
    for (node, worker), share in sorted(shares.items()):
        HoldDelivery.objects.update_or_create(
            hold=hold, node=nodes[node], worker=worker, defaults={"cameras": sorted(map(str, share))}
        )
    bump(*(nodes[node] for node, _worker in shares))


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
    return tuple(_order(hold, cameras) for hold, cameras in shares.items())


def _order(hold: Hold, cameras: Iterable[str]) -> HoldOrder:
    return HoldOrder(
        id=hold.pk,
        version=hold.version,
        from_us=us(hold.span_from),
        to_us=us(hold.span_to),
        cameras=tuple(UUID(str(camera)) for camera in cameras),
        released=not hold.open,
    )
