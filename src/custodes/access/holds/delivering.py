"""The push of a hold to its workers, its answer, and trying again until each has answered (wire.md §3).

The assignment says the same, so that a worker which the centre can't reach hears of it all the same; in force it is called only
when the worker has said so itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from custodes.access.holds import telling
from custodes.access.models import Hold, HoldDelivery, HoldStep
from custodes.people.records import record
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.video.wire.holds import HoldAnswer

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
    order = telling.order_for(delivery)
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
            telling.address(hold)
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
    rows = list(HoldDelivery.objects.filter(hold=hold).select_related("node"))
    if hold.effective_version >= hold.version or any(row.version < hold.version for row in rows):
        return
    hold.effective_version, hold.effective_at = hold.version, at
    hold.save(update_fields=["effective_version", "effective_at"])
    found = [camera for row in rows for camera in row.report]
    sums: dict[str, Any] = {
        name: sum(int(camera[name]) for camera in found) for name in ("there_us", "deleted_us", "never_us", "ahead_us")
    }
    kept = record(
        "hold.effective",
        at=at,
        hold=hold.pk,
        version=hold.version,
        released=not hold.open,
        workers=[str(row) for row in rows],
        **sums,
    )
    HoldStep.objects.create(
        hold=hold,
        event="took_effect",
        before=hold.state,
        after=hold.state,
        on=timezone.localdate(at),
        reason="",
        at=at,
        record=kept,
    )


def sweep(at: datetime) -> int:
    """Address what has moved to another node or worker, and push what is unanswered; how many were answered.

    A worker that does not answer is not asked a second time in one sweep.
    """
    for hold in telling.unaddressed():
        with transaction.atomic():
            telling.address(Hold.objects.select_for_update().get(pk=hold))
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
