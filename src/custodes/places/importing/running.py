"""The work of an import: check all rows, then enter them. Both go through the table chunk by chunk, and both can be begun again.

A crash while rows are checked: the check begins anew, nothing was entered. A crash while all or nothing is entered: the one
transaction never was. A crash while right rows are entered: the chunks that were entered stay, and it goes on with the next.
How far work has come is kept beside its own transaction, which keeps it from saying so in the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import connection, transaction

from custodes.people.records import record
from custodes.places.importing.kinds import KINDS
from custodes.places.importing.work import ImportedRow, ImportWork
from custodes.places.models import ImportChunk, ImportFault, ImportState, TableImport
from custodes.places.tables.reading import WrittenRow

_lock = Lock()
_done: dict[UUID, int] = {}


def note_progress(table: UUID, rows: int) -> None:
    """So many rows are behind it."""
    with _lock:
        _done[table] = rows


def progress_of(table: UUID) -> int:
    """Rows that the work of this process has behind it; 0 where it does none."""
    with _lock:
        return _done.get(table, 0)


def is_worked_on(table: UUID) -> bool:
    """Whether this process is at work on it."""
    with _lock:
        return table in _done


def forget_progress(table: UUID) -> None:
    """The work has ended, one way or the other."""
    with _lock:
        _done.pop(table, None)


#: Of PostgreSQL's locks of an application: imports enter one after the other, so that two never make one thing twice.
ENTERING = 0x1_0C_0DE
#: Rows of all or nothing on SQLite, where its one transaction keeps every other writer out until its end.
WHOLE_ROWS = 5_000


def too_many_for_whole(rows: int) -> bool:
    """Whether so many rows can't be entered all or nothing in this installation's database (decision 0206)."""
    return connection.vendor == "sqlite" and rows > WHOLE_ROWS


class NotWhole(Exception):
    """All or nothing was asked for, and a row is wrong by now."""


def check(table: TableImport, at: datetime) -> None:
    """Check all rows anew and keep what is wrong with them."""
    with transaction.atomic():
        table.faults.all().delete()
        _count(table, done=0, ready=0, faulty=0, doubtful=0, rounded=0)
    work = _work(table, at)
    for chunk in _chunks(table):
        rows = work.check(_lines(chunk))
        with transaction.atomic():
            _keep_faults(table, rows)
            _add(table, rows)
    _count(table, state=ImportState.CHECKED)


def enter(table: TableImport, at: datetime) -> None:
    """Enter the rows that are right; where all or nothing was asked for, all of them or none."""
    if table.whole:
        _enter_whole(table, at)
    else:
        _enter_right(table, at)


def _enter_whole(table: TableImport, at: datetime) -> None:
    try:
        with transaction.atomic():
            _one_at_a_time()
            work, done = _work(table, at), 0
            for chunk in _chunks(table):
                rows = work.check(_lines(chunk))
                if any(row.faults for row in rows):
                    raise NotWhole
                work.enter(rows)
                done += len(rows)
                note_progress(table.pk, done)
            table.entered = done
            _finish(table, at)
    except NotWhole:
        # The register changed since the check. Check again, so that the page says what stands in the way.
        _count(table, state=ImportState.CHECKING, whole=None)
        check(table, at)


def _enter_right(table: TableImport, at: datetime) -> None:
    if not ImportChunk.objects.filter(table=table, entered=True).exists():
        with transaction.atomic():
            table.faults.all().delete()
            _count(table, done=0, ready=0, faulty=0, doubtful=0, rounded=0)
    work = _work(table, at)
    for chunk in _chunks(table):
        with transaction.atomic():
            _one_at_a_time()
            if not ImportChunk.objects.select_for_update().filter(pk=chunk.pk, entered=False).exists():
                continue
            rows = work.check(_lines(chunk))
            right = [row for row in rows if not row.faults]
            work.enter(right)
            _keep_faults(table, rows)
            ImportChunk.objects.filter(pk=chunk.pk).update(entered=True, lines=[])
            _count(table, entered=table.entered + len(right))
            _add(table, rows)
    with transaction.atomic():
        _finish(table, at)


def discard(key: UUID, at: datetime) -> bool:
    """Forget a table. Of one that broke off the log says what it entered, as if it had come to its end. Returns whether it went.

    One that enters rows right now stays.
    """
    with transaction.atomic():
        table = TableImport.objects.select_for_update(of=("self",)).select_related("by").filter(pk=key).first()
        if table is None or table.state == ImportState.ENTERING:
            return False
        if table.entered and table.state != ImportState.DONE:
            _record(table, at)
        table.delete()
    return True


def _finish(table: TableImport, at: datetime) -> None:
    """Say in the log what came of it; the lines are not needed any more, those that were refused stay with their reasons."""
    _record(table, at)
    table.chunks.all().delete()
    _count(table, state=ImportState.DONE, done=table.rows, entered=table.entered, finished_at=at)


def _record(table: TableImport, at: datetime) -> None:
    record(
        "table.imported",
        at=at,
        table=table.pk,
        by=table.by.uuid,
        kind=table.kind,
        sha256=table.sha256,
        bytes=table.size,
        rows=table.rows,
        entered=table.entered,
        refused=table.rows - table.entered,
        doubtful=table.doubtful,
        whole=bool(table.whole),
    )


def _work(table: TableImport, at: datetime) -> ImportWork:
    return KINDS[table.kind].work(table.by, at)


def _chunks(table: TableImport) -> Iterator[ImportChunk]:
    """One after the other, one in memory at a time."""
    for number in table.chunks.filter(entered=False).order_by("number").values_list("pk", flat=True):
        yield ImportChunk.objects.get(pk=number)


def _lines(chunk: ImportChunk) -> list[WrittenRow]:
    return [WrittenRow(number, texts, faults) for number, texts, faults in chunk.lines]


def _keep_faults(table: TableImport, rows: Iterable[ImportedRow]) -> None:
    ImportFault.objects.bulk_create(
        [
            ImportFault(
                table=table,
                line=row.line.line,
                texts=row.line.texts,
                faults=[fault.kept() for fault in row.faults],
            )
            for row in rows
            if row.faults
        ],
        batch_size=500,
    )


def _add(table: TableImport, rows: list[ImportedRow]) -> None:
    right = [row for row in rows if not row.faults]
    _count(
        table,
        done=table.done + len(rows),
        ready=table.ready + len(right),
        faulty=table.faulty + len(rows) - len(right),
        doubtful=table.doubtful + sum(row.doubtful for row in right),
        rounded=table.rounded + sum(row.rounded for row in right),
    )
    note_progress(table.pk, table.done)


def _count(table: TableImport, **values: object) -> None:
    for name, value in values.items():
        setattr(table, name, value)
    table.save(update_fields=list(values))


def _one_at_a_time() -> None:
    """Wait until no other import enters rows. On SQLite a transaction that writes is alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ENTERING])
