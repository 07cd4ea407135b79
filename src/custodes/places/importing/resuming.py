"""What a process that died left behind: imports go on, and what nobody needs any more is let go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from custodes.places.importing import progress, running
from custodes.places.importing.tasks import check_table, enter_table
from custodes.places.models import RUNNING, ImportState, TableImport

KEPT = timedelta(days=30)
"""How long a table with its refused rows can be looked at."""
TASKS_KEPT = timedelta(days=7)


def resume() -> int:
    """Let unfinished imports go on; called once, before this process takes tasks. Returns how many.

    A task that is still waiting does no harm: whichever comes second finds that there is nothing left to do.
    """
    with transaction.atomic():
        DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(
            status=TaskResultStatus.FAILED, finished_at=timezone.now()
        )
        rows = list(TableImport.objects.filter(state__in=RUNNING))
        for row in rows:
            begin(row)
    return len(rows)


def begin_stuck() -> int:
    """Begin again what should be running, and neither is nor waits: its work ended while the database was away. Returns how many.

    Asked by the thread that does the tasks, when it has none (decision 0205).
    """
    # Tables first: one that begins meanwhile comes with its task.
    stuck = [row for row in TableImport.objects.filter(state__in=RUNNING) if not progress.works(row.pk)]
    if not stuck:
        return 0
    paths = (check_table.module_path, enter_table.module_path)
    waiting = DBTaskResult.objects.ready().filter(task_path__in=paths).values_list("args_kwargs", flat=True)
    asked = {str(key) for said in waiting for key in said["args"]}
    stuck = [row for row in stuck if str(row.pk) not in asked]
    for row in stuck:
        begin(row)
    return len(stuck)


def begin(table: TableImport) -> None:
    """Hand the work of a table over to the background, in the caller's transaction."""
    work = check_table if table.state == ImportState.CHECKING else enter_table
    work.enqueue(str(table.pk))


def sweep(at: datetime) -> int:
    """Let go of tables that nobody came back to; what was entered stays. Returns how many."""
    DBTaskResult.objects.finished().filter(finished_at__lt=at - TASKS_KEPT).delete()
    keys = TableImport.objects.filter(at__lt=at - KEPT).exclude(state__in=RUNNING).values_list("pk", flat=True)
    return sum(running.discard(key, at) for key in list(keys))
