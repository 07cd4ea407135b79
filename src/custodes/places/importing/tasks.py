"""An import from its file on: its lines are kept, its work goes on in the background (decision 0206), and is resumed after a crash.

Lines are kept only once all of the file was read, because a table with a classified row leaves nothing behind (R2). A task
says nothing of what stands in a row: its words are kept.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any

import structlog
from django.db import Error, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from custodes.people.models import Person
from custodes.people.papers.keeping import kept_name
from custodes.places.importing import running
from custodes.places.importing.kinds import LIMITS, Kind
from custodes.places.models import RUNNING, ImportChunk, ImportState, TableImport
from custodes.places.network import refuse_classified, says_classified
from custodes.places.tables.columns import Limits
from custodes.places.tables.reading import lines_of_file

log = structlog.get_logger("custodes.places.importing")


@task()
def check_table(table: str) -> None:
    """Check the rows of a table."""
    _run(table, ImportState.CHECKING, running.check)


@task()
def enter_table(table: str) -> None:
    """Enter the rows of a table that was confirmed."""
    _run(table, ImportState.ENTERING, running.enter)


def _run(key: str, state: ImportState, work: Callable[[TableImport, datetime], None]) -> None:
    row = TableImport.objects.select_related("by").filter(pk=key, state=state).first()
    if row is None:
        return  # discarded, or done already
    running.note_progress(row.pk, 0)
    try:
        failed = _failure(work, row)
        if failed:
            log.error("import.failed", table=key, kind=row.kind, error=failed)
            _fail(key)
    finally:
        running.forget_progress(row.pk)


def _failure(work: Callable[[TableImport, datetime], None], row: TableImport) -> str:
    """Do the work; the kind of error that ended it, and that alone: a database's words quote the row that it refused."""
    try:
        work(row, timezone.now())
    except Exception as error:
        return type(error).__name__
    return ""


def _fail(key: str) -> None:
    """Say that the work broke off, whichever part of it: entering turns to checking where the register changed meanwhile."""
    try:
        TableImport.objects.filter(pk=key, state__in=RUNNING).update(state=ImportState.FAILED)
    except Error as error:
        # The database itself is away. The table stays as it runs, and is begun again once nothing else is to do.
        log.error("import.unsaid", table=key, error=type(error).__name__)


CHUNK = 500
"""Lines of a step: a transaction of its own, so that others get in between."""


def take_table(
    file: IO[bytes], name: str, kind: Kind, person: Person, at: datetime, limits: Limits = LIMITS
) -> TableImport:
    """Read a file and keep its lines; the check of them is work for the background.

    Raises:
        Unreadable: it can't be read as a whole.
        ClassifiedRefused: a row is classified or says so, or the file's name does, and this installation is on a network. Nothing was kept.
    """
    refuse_classified(says_classified(name))
    # Packed in memory until the last line was read: a database forgets nothing quickly, not even what was rolled back.
    packed = list(_packed(file, kind, limits))
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    size = file.tell()
    with transaction.atomic():
        table = TableImport.objects.create(
            kind=kind.key, name=kept_name(name), sha256=sha256, size=size, by=person, at=at
        )
        for number, pack in enumerate(packed):
            lines = json.loads(zlib.decompress(pack))
            table.rows += len(lines)
            ImportChunk.objects.create(table=table, number=number, lines=lines)
        table.save(update_fields=["rows"])
        check_table.enqueue(str(table.pk))
    return table


def _packed(file: IO[bytes], kind: Kind, limits: Limits) -> Iterator[bytes]:
    every = lines_of_file(file, kind.sheet, limits)
    while lines := list(islice(every, CHUNK)):
        kept: list[Any] = [[line.line, line.texts, line.faults] for line in lines]
        yield zlib.compress(json.dumps(kept, ensure_ascii=False).encode(), 1)


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

    Asked by the thread that does the tasks, when it has none (decision 0206).
    """
    # Tables first: one that begins meanwhile comes with its task.
    stuck = [row for row in TableImport.objects.filter(state__in=RUNNING) if not running.is_worked_on(row.pk)]
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
