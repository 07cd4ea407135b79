"""Tasks that wait in the database, done in this process: the worker of `django-tasks-db`, without a process of its own (decision 0205)."""

from __future__ import annotations

import os
import socket
from typing import Any

from django.db import transaction
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult


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
