"""What is entered beside a system's steps: the try of its interface (S12.1), the conclusion of its acceptance (S16.1, N11), the firms that do its steps (S13.1, S17).

The live try asks whether its node had pictures of each connected camera in the last minute. In a trial run cameras are taken in over the
very interface that was reserved for the platform; what arrives through it is the proof. Each worker is asked once for all of its cameras,
all within one deadline, and one try of a system goes on at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Acceptance, Camera, CameraState, InterfaceTest, System, SystemFirm, SystemState
from custodes.places.node_client import NodeBusy, NodeUnreachable, WorkerClient, worker_client
from custodes.places.register import record_change, save_recorded
from custodes.video.wire.arrivals import MOST, ArrivalsAsk

FIRM_FIELDS = ("system", "step", "unit", "since")
ACCEPTANCE_FIELDS = ("system", "on", "passed", "parts", "members", "words", "report")


def check_on_trial(system: System) -> None:
    """Only what runs on trial is accepted.

    Raises:
        StepRefused: it does not.
    """
    if system.state != SystemState.TRIAL:
        remedy = _("请先开始试运行。")
        raise StepRefused(_("系统不在试运行，不能登记验收。"), clause="S16.1", remedy=remedy)


def enter_acceptance(acceptance: Acceptance, by: Person, at: datetime) -> Acceptance:
    """Keep a conclusion that its form found whole, with its five parts, on record.

    Raises:
        StepRefused: its system is not on trial.
    """
    with transaction.atomic():
        check_on_trial(System.objects.select_for_update().get(pk=acceptance.system_id))
        acceptance.by, acceptance.at = by, at
        save_recorded(acceptance, ACCEPTANCE_FIELDS, by, at)
    return acceptance


def end_firm(firm: SystemFirm, by: Person, at: datetime) -> SystemFirm:
    """A firm does its step no more, from today on; the file keeps it (S17)."""
    firm.until = max(firm.since, timezone.localdate(at))
    save_recorded(firm, ("until",), by, at)
    return firm


def enter_firm(firm: SystemFirm, technicians: Sequence[Person], by: Person, at: datetime) -> SystemFirm:
    """Keep a firm with its technicians, on record."""
    firm.by, firm.at = by, at
    with transaction.atomic():
        save_recorded(firm, FIRM_FIELDS, by, at)
        firm.technicians.set(technicians)
        names = [str(person.uuid) for person in technicians]
        record_change(by, firm._meta.label_lower, str(firm.pk), {"technicians": [None, names]}, at)
    return firm


WINDOW_US = 120_000_000
"""How far back a worker looks, µs."""

FRESH_US = 60_000_000
"""A camera answers when its last picture is younger than this, µs."""

TOTAL_SECONDS = 15.0
"""For the whole try, however many workers there are; one that has not answered by then has not answered."""

ABANDONED = timedelta(minutes=2)
"""A try that has no end after this long broke off with its process: another may begin."""

AT_ONCE = 8


def try_interface(system: System, by: Person, at: datetime) -> InterfaceTest:
    """Ask for every connected camera of the system, and keep what came of it, on record.

    Raises:
        StepRefused: its cameras are not taken in now, there is none, or another try is under way.
    """
    cameras = list(system.cameras.filter(state=CameraState.CONNECTED).select_related("node"))
    if not system.recorded or not cameras:
        raise StepRefused(_("系统没有在试运行，或者没有已接入的点位，无法测试联网接口。"))
    test = _claim(system, len(cameras), by, at)
    failures = {camera.pk: "node" for camera in cameras}
    try:
        failures = _ask(cameras, TOTAL_SECONDS)
    finally:
        # Also when it broke off: a try without an end would keep others from trying.
        _keep(test, failures, by, at)
    return test


def _claim(system: System, asked: int, by: Person, at: datetime) -> InterfaceTest:
    """The row of this try, which keeps others from beginning one; in a transaction of its own, so that they see it."""
    with transaction.atomic():
        System.objects.select_for_update().get(pk=system.pk)
        running = InterfaceTest.objects.filter(system=system, ended_at__isnull=True).select_related("by__unit").first()
        if running is not None and at - running.at < ABANDONED:
            said = {"by": running.by, "at": timezone.localtime(running.at).strftime("%H:%M:%S")}
            raise StepRefused(_("%(by)s 于 %(at)s 开始的测试正在进行，请待其结束后查看结果。") % said)
        if running is not None:
            InterfaceTest.objects.filter(pk=running.pk).update(ended_at=at)
        return InterfaceTest.objects.create(system=system, asked=asked, by=by, at=at)


def _keep(test: InterfaceTest, failures: dict[UUID, str], by: Person, at: datetime) -> None:
    test.answered = test.asked - len(failures)
    test.failures = {str(camera): failure for camera, failure in failures.items()}
    test.ended_at = timezone.now()
    with transaction.atomic():
        test.save(update_fields=["answered", "failures", "ended_at"])
        changes = {"asked": [None, test.asked], "answered": [None, test.answered]}
        record_change(by, test._meta.label_lower, str(test.pk), changes, at)


def _ask(cameras: Iterable[Camera], seconds: float) -> dict[UUID, str]:
    """Camera → what failed."""
    of_worker: dict[str, list[Camera]] = defaultdict(list)
    for camera in cameras:
        of_worker[camera.worker_name].append(camera)
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="interface")
    try:
        asked: dict[Future[dict[UUID, str]], list[Camera]] = {
            pool.submit(
                _of_worker, worker_client(rows[0].node, rows[0].worker), [row.pk for row in rows], seconds
            ): rows
            for rows in of_worker.values()
        }
        done, _late = wait(asked, timeout=seconds)
        found: dict[UUID, str] = {}
        for future, rows in asked.items():
            found |= future.result() if future in done else {row.pk: "node" for row in rows}
        return found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _of_worker(client: WorkerClient, cameras: Sequence[UUID], seconds: float) -> dict[UUID, str]:
    """What failed of the cameras of one worker."""
    found: dict[UUID, str] = {}
    for first in range(0, len(cameras), MOST):
        some = cameras[first : first + MOST]
        try:
            answer = client.arrivals(ArrivalsAsk(cameras=list(some), back_us=WINDOW_US), seconds)
        except (NodeUnreachable, NodeBusy):
            found |= dict.fromkeys(some, "node")
            continue
        found |= {camera: "silent" for camera in some if answer.last.get(camera, 0) <= answer.now_us - FRESH_US}
    return found
