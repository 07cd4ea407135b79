"""Runs `access.reconciliation` and `access.control.reconciliation` over the last days of the log: for a
reader, and as a source of alarms: looks that no grant explains, commands and speeches that no leave explains (S35(2), S34(7), S34(1)).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from custodes.access.control.reconciliation import (
    SpeakingAccount,
    SteeringAccount,
    reconcile_speaking,
    reconcile_steering,
)
from custodes.access.reconciliation import LookAccount, reconcile
from custodes.ledger.client import LoggedEntry, NotaryRefused, NotaryUnavailable
from custodes.oversight.mirror import catch_up, fetch
from custodes.oversight.models import EntryRow
from custodes.upkeep.alarms.condition import CannotTell, Condition, ConditionSource
from custodes.upkeep.alarms.kinds.trust import MISMATCH, SPEAKING_MISMATCH, STEERING_MISMATCH

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

    looks: LookAccount
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


def look(now: datetime) -> Iterator[Condition]:
    """What is so, over the whole installation. One alarm for a set of looks or commands: another one is another alarm."""
    try:
        if not catch_up():
            raise CannotTell  # the finding aid is still behind the log; the next look goes on
        compared = last_days(EntryRow.objects.all(), now)
    except (NotaryUnavailable, NotaryRefused) as error:
        raise CannotTell from error
    if compared.since >= now:
        raise CannotTell  # so much in so short a time that nothing read has all it rests on beside it
    looks = compared.looks
    wrong = sorted([*looks.without_grant, *looks.beyond_grant], key=lambda view: view.index)
    if wrong:
        yield Condition(
            MISMATCH,
            f"views:{wrong[-1].index}",
            f"#{wrong[-1].index}",
            datetime.fromisoformat(wrong[0].at),
            {"count": len(wrong)},
        )
    steered = compared.steering.wrong
    if steered:
        yield Condition(
            STEERING_MISMATCH,
            f"steering:{steered[-1].index}",
            f"#{steered[-1].index}",
            datetime.fromisoformat(steered[0].at),
            {"count": len(steered)},
        )
    spoken = compared.speaking.wrong
    if spoken:
        yield Condition(
            SPEAKING_MISMATCH,
            f"speaking:{spoken[-1].index}",
            f"#{spoken[-1].index}",
            datetime.fromisoformat(spoken[0].at),
            {"count": len(spoken)},
        )


SOURCE = ConditionSource("looks and grants", (MISMATCH, STEERING_MISMATCH, SPEAKING_MISMATCH), look, timedelta(hours=1))
