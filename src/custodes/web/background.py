"""The threads of the web process: one takes records to the notary, one writes down what has run out and looks for what
needs a person, one tells people and programs of it, one has batches of cameras probed,
one does the tasks that pages hand over, one takes checkpoints to witnesses, one stops looks whose officers have left or whose proof has run out.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from typing import Any

import structlog
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from custodes.access.agency import presence
from custodes.access.holds import delivering
from custodes.access.missing import clock
from custodes.access.supervised import sessions
from custodes.cases import clocks
from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.ledger.witnessed import LogsError
from custodes.oversight import looks_passed
from custodes.oversight.cosigning import Cosigning, cosigning_of
from custodes.people import delivery, periodic
from custodes.places import planning
from custodes.places.bulk.probing import Runner
from custodes.places.drafts import keeping as drafts
from custodes.places.importing import tasks
from custodes.settings import get_settings
from custodes.upkeep.alarms import escalation
from custodes.upkeep.alarms.delivery import queue, sending
from custodes.upkeep.alarms.evaluating import WATCH
from custodes.upkeep.dates import mailing
from custodes.upkeep.dates.round import round_of_the_day


def work_off() -> bool:
    """Do what waits, one after the other, until nothing waits. Returns whether there was anything."""
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{socket.gethostname()}:{os.getpid()}"[:60],
        excluded_queue_names=[],
    )
    done = False
    while task := _claim(worker.worker_id):
        worker.run_task(task)
        done = True
    return done


def _claim(worker: str) -> DBTaskResult[Any, Any] | None:
    """The next task, taken; None where nothing waits. Asked without a lock first: on SQLite it would hold up every writer."""
    if not DBTaskResult.objects.ready().exists():
        return None
    with transaction.atomic():
        task = DBTaskResult.objects.ready().get_locked()
        if task is not None:
            task.claim(worker)
    return task


log = structlog.get_logger("custodes.web.background")

#: A record that was committed by another process waits this long at most.
DELIVERY_SECONDS = 5.0
SWEEP_SECONDS = 15.0
TELL_SECONDS = 5.0
TASK_SECONDS = 1.0
PRESENCE_SECONDS = 1.0
COSIGN_SECONDS = 5.0


class Background:
    """Starts the threads with the process and stops them with it."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._away = False
        self._unwitnessed = ""
        self._threads = [
            threading.Thread(target=self._deliver, name="record-delivery", daemon=True),
            threading.Thread(target=self._sweep, name="sweep", daemon=True),
            threading.Thread(target=self._tell, name="alarm-delivery", daemon=True),
            threading.Thread(target=self._probe, name="batch-probing", daemon=True),
            threading.Thread(target=self._work, name="tasks", daemon=True),
            threading.Thread(target=self._present, name="presence", daemon=True),
            threading.Thread(target=self._cosign, name="cosigning", daemon=True),
        ]

    def start(self) -> None:
        """Start them."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 3.0) -> None:
        """Ask them to end and wait for them; a record that is not delivered then is delivered after the next start."""
        self._stopping.set()
        delivery.wake_delivery()
        for thread in self._threads:
            thread.join(seconds)

    def _deliver(self) -> None:
        with NotaryClient(get_settings().notary_socket_path) as notary:
            while not self._stopping.is_set():
                self._guarded("delivery", lambda: self._deliver_once(notary))
                delivery.wait_for_records(DELIVERY_SECONDS)

    def _deliver_once(self, notary: NotaryClient) -> None:
        try:
            delivered = delivery.deliver(notary, timezone.now())
        except NotaryUnavailable as error:
            # Said once, not every five seconds: records wait, nothing is lost.
            if not self._away:
                log.warning("notary.unavailable", reason=str(error), waiting=delivery.waiting())
            self._away = True
        else:
            if self._away:
                log.info("notary.reached", delivered=delivered)
            self._away = False

    def _sweep(self) -> None:
        self._guarded("calendar", planning.tell_calendar)
        while not self._stopping.wait(SWEEP_SECONDS):
            self._guarded("sweep", lambda: periodic.sweep(timezone.now()))
            self._guarded("drafts", lambda: drafts.sweep(timezone.now()))
            self._guarded("holds", lambda: delivering.sweep(timezone.now()))
            self._guarded("sittings", lambda: presence.sweep(timezone.now()))
            self._guarded("cases", lambda: clocks.sweep(timezone.now()))
            self._guarded("looks", lambda: looks_passed.sweep(timezone.now()))
            self._guarded("supervised", lambda: sessions.sweep(timezone.now()))
            self._guarded("imports", lambda: tasks.sweep(timezone.now()))
            self._guarded("alarms", lambda: WATCH.round(timezone.now()))
            self._guarded("reminders", lambda: round_of_the_day(timezone.now()))

    def _tell(self) -> None:
        # Its own thread: a mail server that hangs must hold up no look.
        while not self._stopping.wait(TELL_SECONDS):
            self._guarded("alarm-delivery", self._tell_once)

    @staticmethod
    def _tell_once() -> None:
        queue.write_down(timezone.now())
        escalation.tell_again(timezone.now())
        sending.send_due(timezone.now())
        queue.prune(timezone.now())
        mailing.send_due(timezone.now())
        mailing.prune(timezone.now())

    def _probe(self) -> None:
        Runner(self._stopping).run(self._guarded)

    def _present(self) -> None:
        # Its own thread: an officer who leaves, and a proof that runs out, stop the picture within a second, whatever else is due
        # (S28.1(1), S29).
        while not self._stopping.wait(PRESENCE_SECONDS):
            self._guarded("presence", lambda: presence.tick(timezone.now()))
            self._guarded("provisional", lambda: clock.tick(timezone.now()))

    def _cosign(self) -> None:
        # Its own thread and line: a witness that is away holds up neither records nor looks.
        with NotaryClient(get_settings().notary_socket_path) as notary:
            cosigning = cosigning_of(get_settings(), notary)
            while not self._stopping.wait(COSIGN_SECONDS):
                self._guarded("cosigning", lambda: self._cosign_once(cosigning))

    def _cosign_once(self, cosigning: Cosigning) -> None:
        try:
            cosigning.tick(timezone.now())
        except (NotaryUnavailable, NotaryRefused, LogsError) as error:
            if self._unwitnessed != str(error):
                log.warning("cosigning.waits", reason=str(error))
            self._unwitnessed = str(error)
        else:
            self._unwitnessed = ""

    def _work(self) -> None:
        # Before the first task: it says of every task that runs that its process died. Tried until the database is there.
        while not self._guarded("resume", tasks.resume):
            if self._stopping.wait(TASK_SECONDS):
                return
        while not self._stopping.wait(TASK_SECONDS):
            self._guarded("tasks", self._work_once)

    @staticmethod
    def _work_once() -> None:
        if not work_off():
            tasks.begin_stuck()

    @staticmethod
    def _guarded(name: str, work: Callable[[], object]) -> bool:
        """Do it; whether it came to its end."""
        close_old_connections()
        try:
            work()
        except Exception:
            # The thread must outlive a database that is away for a while; what failed is tried again.
            log.exception("background.failed", what=name)
            return False
        finally:
            connection.close()
        return True
