"""Runs `access.reconciliation` and `access.steering_reconciliation` over the last days of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from custodes.access.reconciliation import Account, reconcile
from custodes.access.steering_reconciliation import SteeringAccount, reconcile_steering
from custodes.oversight.mirror import fetch
from custodes.oversight.models import EntryRow

DAYS = 7
MOST = 20_000
LOOK_BACK = timedelta(days=2)
"""Grants and leaves this much older than the first viewing are read too; both end with a duty session."""

LOOKED_FOR = ("view.begun", "view.heard")
LOOKED_BACK_FOR = ("grant", "control.begun", "control.commands", "control.ended")


@dataclass(frozen=True)
class Comparison:
    """What web and nodes say, held together.

    Attributes:
        looks, steering: what was found.
        since: what is older was not judged: what it rests on may lie before what was read.
        more: there was more than could be read at once.
    """

    looks: Account
    steering: SteeringAccount
    since: datetime
    more: bool

    @property
    def clean(self) -> bool:
        """Both tell the same story."""
        return self.looks.clean and self.steering.clean


def last_days(rows: QuerySet[EntryRow], at: datetime) -> Comparison:
    """The comparison over the last `DAYS` days.

    Args:
        rows: entries that the reader may read; a grant and its viewings are about the same person, so that a reader of
            one division sees whole stories.

    Raises:
        NotaryUnavailable, NotaryRefused.
    """
    since = at - timedelta(days=DAYS)
    views = rows.filter(type__in=LOOKED_FOR, at__gte=since)
    leaves = rows.filter(type__in=LOOKED_BACK_FOR, at__gte=since - LOOK_BACK)
    indices = list((views | leaves).order_by("-index").values_list("index", flat=True)[: MOST + 1])
    entries = fetch(indices[:MOST])
    pairs = [(index, entry.record) for index, entry in sorted(entries.items()) if entry.record is not None]
    more = len(indices) > MOST
    if more and pairs:
        since = max(since, datetime.fromisoformat(str(pairs[0][1]["at"])) + LOOK_BACK)
    return Comparison(reconcile(pairs, at, since), reconcile_steering(pairs, since), since, more)
