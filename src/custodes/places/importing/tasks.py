"""The work of imports as tasks for the background (decision 0205). A task says nothing of what stands in a row: its words are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from django.utils import timezone
from django_tasks import task

from custodes.places.importing import progress, running
from custodes.places.models import ImportState, TableImport

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
    try:
        work(row, timezone.now())
    except Exception as error:
        # The kind of error alone: a database's words quote the row that it refused.
        log.error("import.failed", table=key, kind=row.kind, error=type(error).__name__)
        TableImport.objects.filter(pk=key, state=state).update(state=ImportState.FAILED)
    finally:
        progress.over(row.pk)
