"""What the workers of a node are told of holds, one document for the assignment and for the push; the push, its answer, and trying again
until each has answered (wire.md §3).

The assignment says the same, so that a worker which the centre can't reach hears of it all the same; in force it is called only
when the worker has said so itself.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from custodes.access.models import OPEN, Hold, HoldDelivery
from custodes.cases.registry import registry
from custodes.cases.step import StepInput
from custodes.cases.taking import inside
from custodes.people.lawful import terms
from custodes.places.assignment import bump
from custodes.places.models import Camera, Node, RowEdit
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.video.wire.archive import HoldAnswer, HoldOrder
from custodes.video.wire.assignment import worker_of


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


log = structlog.get_logger(__name__)
_pushes = ThreadPoolExecutor(max_workers=8, thread_name_prefix="hold")
_rest = threading.local()

AGAIN = timedelta(seconds=10)
"""A worker that did not answer is asked again after this."""
MOST = 200
"""Pushes of one sweep."""


def soon(hold: Hold) -> None:
    """Push it to all its workers as soon as the caller's transaction is committed, all at once; nobody waits."""
    transaction.on_commit(lambda: _start(hold.pk))


@contextmanager
def resting() -> Iterator[None]:
    """Nothing is pushed at once in this block, because no node is up: the next sweep does it."""
    was, _rest.pushes = getattr(_rest, "pushes", False), True
    try:
        yield
    finally:
        _rest.pushes = was


def _start(key: UUID) -> list[Future[bool]]:
    if getattr(_rest, "pushes", False):
        return []
    rows = HoldDelivery.objects.filter(hold=key, version__lt=F("hold__version")).values_list("pk", flat=True)
    return [_pushes.submit(_apart, row) for row in rows]


def wait_a_moment(hold: Hold, seconds: float) -> None:
    """Push what is unanswered and wait for that a little, so that the next page can say how it went."""
    wait(_start(hold.pk), timeout=seconds)


def _apart(key: int) -> bool:
    """In a thread of the pool, with a connection of its own."""
    try:
        return push(HoldDelivery.objects.select_related("hold", "node").get(pk=key), timezone.now())
    except Exception:
        # The next sweep tries again.
        log.exception("hold.push_failed", delivery=key)
        return False
    finally:
        connection.close()


def push(delivery: HoldDelivery, at: datetime) -> bool:
    """Tell one worker and keep its answer; whether it answered."""
    order = order_for(delivery)
    try:
        answer = worker_client(delivery.node, delivery.worker).hold(order)
    except (NodeUnreachable, NodeBusy) as error:
        # Said once and not with each sweep; the page shows since when.
        tell = log.debug if delivery.trouble else log.warning
        tell("hold.not_pushed", hold=str(order.id), worker=str(delivery), error=str(error))
        HoldDelivery.objects.filter(pk=delivery.pk).update(tried_at=at, trouble=str(error)[:200])
        return False
    take_answer(delivery, order.version, answer, timezone.now())
    return True


def take_answer(delivery: HoldDelivery, sent: int, answer: HoldAnswer, at: datetime) -> None:
    """Keep what a worker said of version `sent`; when it was the last of them, the hold, or its release, is in effect.

    A worker that knows a higher version than was sent has heard of a step that this house has lost: a restored back-up. What this
    house says now is said again with a version above it.
    """
    with transaction.atomic():
        hold = Hold.objects.select_for_update().get(pk=delivery.hold_id)
        row = HoldDelivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        if answer.version > hold.version:
            hold.version = answer.version + 1
            hold.save(update_fields=["version"])
            address(hold)
            soon(hold)
            return
        if answer.version < sent or sent < row.version:
            return
        if not set(row.cameras) <= {str(one.camera) for one in answer.cameras}:
            return  # it was given a camera more while it answered
        row.version, row.answered_at, row.tried_at, row.trouble = sent, at, at, ""
        row.report = [one.model_dump(mode="json") for one in answer.cameras]
        row.save()
        settle(hold, at)


def settle(hold: Hold, at: datetime) -> None:
    """Note that every worker has the present version, once; in the caller's transaction, with the hold locked."""
    unanswered = HoldDelivery.objects.filter(hold=hold, version__lt=hold.version)
    if hold.effective_version >= hold.version or unanswered.exists():
        return
    inside(registry.of(hold), hold, "took_effect", StepInput(None, at, timezone.localdate(at)), terms())


def sweep(at: datetime) -> int:
    """Address what has moved to another node or worker, and push what is unanswered; how many were answered.

    A worker that does not answer is not asked a second time in one sweep.
    """
    for hold in unaddressed():
        with transaction.atomic():
            address(Hold.objects.select_for_update().get(pk=hold))
    waiting = (
        HoldDelivery.objects.filter(version__lt=F("hold__version"))
        .exclude(tried_at__gt=at - AGAIN)
        .select_related("hold", "node")
        .order_by("hold__placed_at", "pk")[:MOST]
    )
    answered, silent = 0, set[tuple[int, int]]()
    for row in waiting:
        if (row.node_id, row.worker) in silent:
            continue
        if push(row, at):
            answered += 1
        else:
            silent.add((row.node_id, row.worker))
    return answered
