"""Runs `access.reconciliation`, `access.steering_reconciliation` and `access.speaking_reconciliation` over the last days of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from custodes.access.reconciliation import Account, reconcile
from custodes.access.speaking_reconciliation import SpeakingAccount, reconcile_speaking
from custodes.access.steering_reconciliation import SteeringAccount, reconcile_steering
from custodes.ledger.client import LoggedEntry
from custodes.oversight.mirror import fetch
from custodes.oversight.models import EntryRow

DAYS = 7
MOST = 20_000
LOOK_BACK = timedelta(days=2)
"""Grants and leaves this much older than the first viewing are read too; both end with a duty session."""

LOOKED_FOR = ("view.begun", "view.heard")
LOOKED_BACK_FOR = ("grant", "control.begun", "control.commands", "control.ended", "speech.begun", "speech.ended")


@dataclass(frozen=True)
class Comparison:
    """What web and nodes say, held together.

    Attributes:
        looks, steering, speaking: what was found.
        since: what is older was not judged: what it rests on may lie before what was read.
        more: there was more than could be read at once.
    """

    looks: Account
    steering: SteeringAccount
    speaking: SpeakingAccount
    since: datetime
    more: bool

    @property
    def clean(self) -> bool:
        """They tell the same story."""
        return self.looks.clean and self.steering.clean and self.speaking.clean


def _stated_leaves(entries: dict[int, LoggedEntry], since: datetime) -> dict[int, LoggedEntry]:
    """Leaves of uppers' stated calls on which what is compared rests: whoever reads the nodes' accounts of a camera compares them with these,
    though they do not read them (`readers`)."""
    told = [entry.record for entry in entries.values() if entry.record is not None]
    of_links = [one for one in told if str(one.get("person", "")).startswith("link:")]
    links = {UUID(str(one["person"]).removeprefix("link:")) for one in of_links}
    wanted = {str(one.get("grant") or one.get("steering")) for one in of_links if one["type"] != "grant"}
    if not wanted:
        return {}
    rows = EntryRow.objects.filter(type="grant", person__in=links, camera__isnull=True, at__gte=since)
    found = fetch(list(rows.order_by("-index").values_list("index", flat=True)[:MOST]))
    return {
        index: entry
        for index, entry in found.items()
        if entry.record is not None and str(entry.record.get("grant")) in wanted
    }


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
    entries |= _stated_leaves(entries, since - LOOK_BACK)
    pairs = [(index, entry.record) for index, entry in sorted(entries.items()) if entry.record is not None]
    more = len(indices) > MOST
    if more and pairs:
        since = max(since, datetime.fromisoformat(str(pairs[0][1]["at"])) + LOOK_BACK)
    compared = reconcile(pairs, at, since), reconcile_steering(pairs, since), reconcile_speaking(pairs, since)
    return Comparison(*compared, since, more)
