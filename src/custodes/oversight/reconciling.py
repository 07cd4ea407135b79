"""Runs `access.reconciliation` over the last days of the log."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from custodes.access.reconciliation import Account, reconcile
from custodes.oversight.mirror import fetch
from custodes.oversight.models import EntryRow

DAYS = 7
MOST = 20_000
LOOK_BACK = timedelta(days=2)
"""Grants this much older than the first viewing are read too; a grant ends with its duty session."""


def last_days(rows: QuerySet[EntryRow], at: datetime) -> tuple[Account, bool]:
    """The comparison over the last `DAYS` days, and whether there was more than could be read at once.

    Args:
        rows: entries that the reader may read; a grant and its viewings are about the same person, so that a reader of
            one division sees whole stories.

    Raises:
        NotaryUnavailable, NotaryRefused.
    """
    since = at - timedelta(days=DAYS)
    views = rows.filter(type="view.begun", at__gte=since)
    grants = rows.filter(type="grant", at__gte=since - LOOK_BACK)
    indices = list((views | grants).order_by("-index").values_list("index", flat=True)[: MOST + 1])
    entries = fetch(indices[:MOST])
    pairs = [(index, entry.record) for index, entry in sorted(entries.items()) if entry.record is not None]
    account = reconcile(pairs, at)
    return account, len(indices) > MOST
