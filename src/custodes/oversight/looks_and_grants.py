"""Looks that no grant explains, commands and speeches that no leave explains, as a source of alarms (S35(2), S34(7), S34(1))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.oversight.mirror import catch_up
from custodes.oversight.models import EntryRow
from custodes.oversight.reconciling import last_days
from custodes.upkeep.alarms.condition import CannotTell, Condition, Source
from custodes.upkeep.alarms.kinds.trust import MISMATCH, SPEAKING_MISMATCH, STEERING_MISMATCH


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


SOURCE = Source("looks and grants", (MISMATCH, STEERING_MISMATCH, SPEAKING_MISMATCH), look, timedelta(hours=1))
