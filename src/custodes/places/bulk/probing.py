"""All cameras of a batch are tried on the node: at a pace that leaves single probes their room, each under the same rules as
one that a person tries, and in the name of who ordered it for as long as that person may.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.db.models import F
from django.utils import timezone

from custodes.people.models import Person
from custodes.places.doubts import SpotRefused
from custodes.places.models import PREVIEW, Batch, BatchRow, CameraState, Probe, RowState, TrialAddress
from custodes.places.probing import probe_trial
from custodes.places.register import adopt_trial, record_change
from custodes.places.scope import editable_cameras

log = structlog.get_logger("custodes.places.bulk")

PER_MINUTE = 12
"""Probes of batches that one worker gets in a minute; the node takes `CUSTODES_PROBE_PER_MINUTE` (20) from everybody."""

AT_ONCE = 3
"""Of all batches together; a worker looks at four addresses at once."""

ABANDONED = timedelta(seconds=90)
"""A row that has been tried for this long belongs to a web process that is gone."""

SETTLING = timedelta(seconds=30)
"""So long after a channel of GB/T 28181 became a camera its gateway may not have heard of it yet: that is no failure of the camera."""

AGAIN = timedelta(seconds=5)
"""Before a row that came back is tried again: with each try at once, what a worker may be asked would be used up by rows that only wait."""

FORGOTTEN = timedelta(hours=24)
"""A preview that nobody confirmed is forgotten after this time, with its sealed passwords."""

_TRIED = (RowState.DRAFT, RowState.FAILED, RowState.FOUND)


def order_probes(batch: Batch, person: Person, connect: bool, only_failed: bool, at: datetime) -> int:
    """Queue the registered cameras of a batch to be tried; returns how many.

    Args:
        connect: connect each as soon as its probe succeeds; else it waits to be looked at and confirmed.
        only_failed: those whose last try failed.
    """
    states = (RowState.FAILED,) if only_failed else _TRIED
    batch.connect, batch.probed_by = connect, person
    batch.save(update_fields=["connect", "probed_by"])
    rows = batch.rows.filter(state__in=states, camera__trial__isnull=False)
    count = rows.update(state=RowState.QUEUED, failure="", detail="", tried_at=None)
    if count:
        record_change(person, "places.batch", str(batch.pk), {"probes": [None, count], "connect": [None, connect]}, at)
    return count


def claim(row: BatchRow, at: datetime) -> bool:
    """Take a queued row; False when another thread or process has it."""
    return BatchRow.objects.filter(pk=row.pk, state=RowState.QUEUED).update(state=RowState.PROBING, tried_at=at) == 1


def try_row(row: BatchRow, at: datetime) -> RowState:
    """Try one claimed row's camera and keep what came of it; a node that is busy, or a gateway that has not heard of it yet, gets it again later."""
    batch, camera = row.batch, row.camera
    person = batch.probed_by
    trial = TrialAddress.objects.filter(camera=camera).first() if camera is not None else None
    if camera is None or trial is None or person is None:
        # Adopted, given another address or taken away by hand meanwhile: the batch has nothing more to do with it.
        connected = camera is not None and camera.state == CameraState.CONNECTED
        return _keep(row, RowState.CONNECTED if connected else RowState.DRAFT)
    if not editable_cameras(person, at).filter(pk=camera.pk).exists():
        return _keep(row, RowState.FAILED, "right")
    probe = probe_trial(camera, trial, person, at, in_batch=True)
    unheard_of = probe.failure == "gb:not_assigned" and at < camera.created_at + SETTLING
    if probe.failure == "busy" or unheard_of:
        return _keep(row, RowState.QUEUED)
    if not probe.ok:
        return _keep(row, RowState.FAILED, probe.failure, probe.detail)
    if not batch.connect:
        return _keep(row, RowState.FOUND, detail=_found(probe))
    trial.refresh_from_db()
    if trial.digest != probe.address:
        return _keep(row, RowState.QUEUED)  # somebody changed the address while it was being tried
    try:
        adopt_trial(camera, trial, probe, person, at)
    except SpotRefused:
        return _keep(row, RowState.FAILED, "spot")
    return _keep(row, RowState.CONNECTED, detail=_found(probe))


def _found(probe: Probe) -> str:
    return f"{probe.codec} · {probe.width}×{probe.height} · {probe.frame_rate:g} fps"


def _keep(row: BatchRow, state: RowState, failure: str = "", detail: str = "") -> RowState:
    row.state, row.failure, row.detail = state, failure, detail
    row.save(update_fields=["state", "failure", "detail"])
    return state


def tidy(at: datetime) -> None:
    """Queue again what a process that is gone had claimed; forget previews that nobody confirmed."""
    BatchRow.objects.filter(state=RowState.PROBING, tried_at__lt=at - ABANDONED).update(state=RowState.QUEUED)
    BatchRow.objects.filter(state__in=PREVIEW, batch__at__lt=at - FORGOTTEN).delete()
    Batch.objects.filter(at__lt=at - FORGOTTEN, rows__isnull=True).delete()


def queued(at: datetime) -> list[BatchRow]:
    """Rows whose turn it is, at most 60; one that came back goes to the end, and rests first."""
    rows = BatchRow.objects.filter(state=RowState.QUEUED).exclude(tried_at__gt=at - AGAIN)
    rows = rows.select_related("camera__node")
    return list(rows.order_by(F("tried_at").asc(nulls_first=True), "batch__at", "line")[:60])


@dataclass
class Pace:
    """How often each worker may be asked."""

    per_minute: int = PER_MINUTE
    _asked: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, worker: str, at: datetime) -> bool:
        """Whether `worker` may be asked now; counts it when it may."""
        asked = self._asked[worker]
        while asked and asked[0] <= at - timedelta(minutes=1):
            asked.popleft()
        if len(asked) >= self.per_minute:
            return False
        asked.append(at)
        return True


class Runner:
    """Works the queue off in threads of the web process; `run` returns when `stopping` is set."""

    def __init__(self, stopping: threading.Event, pace: Pace | None = None) -> None:
        self._stopping = stopping
        self._pace = pace or Pace()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="batch-probe")
        self._room = threading.Semaphore(AT_ONCE)

    def run(self, guarded: Callable[[str, Callable[[], object]], object], seconds: float = 1.0) -> None:
        """Look each `seconds`.

        Args:
            guarded: runs one pass and outlives what it raises.
        """
        while not self._stopping.wait(seconds):
            guarded("batch-probing", self.look)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def look(self) -> int:
        """One pass: start what may be started now; returns how many."""
        at = timezone.now()
        tidy(at)
        started = 0
        for row in queued(at):
            if self._stopping.is_set() or not self._room.acquire(blocking=False):
                break
            if not self._pace.take(row.camera.worker_name if row.camera else "", at) or not claim(row, at):
                self._room.release()
                continue
            self._pool.submit(self._try, row.pk)
            started += 1
        return started

    def _try(self, pk: int) -> None:
        try:
            row = BatchRow.objects.select_related("batch__probed_by", "camera__node", "camera__system__unit").get(pk=pk)
            state = try_row(row, timezone.now())
            log.info("batch.tried", row=pk, state=str(state), failure=row.failure)
        except Exception:
            log.exception("batch.try_failed", row=pk)
            BatchRow.objects.filter(pk=pk, state=RowState.PROBING).update(state=RowState.FAILED, failure="node")
        finally:
            self._room.release()
            connection.close()
