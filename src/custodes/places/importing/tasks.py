"""The work of imports as tasks for the background (decision 0205). A task says nothing of what stands in a row: its words are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import Error
from django.utils import timezone
from django_tasks import task

from custodes.places.importing import progress, running
from custodes.places.models import RUNNING, ImportState, TableImport

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
    progress.note(row.pk, 0)
    try:
        failed = _failure(work, row)
        if failed:
            log.error("import.failed", table=key, kind=row.kind, error=failed)
            _fail(key)
    finally:
        progress.over(row.pk)


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
