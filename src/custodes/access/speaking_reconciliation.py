"""Do the web's leaves to speak and the nodes' ends tell the same story? A speech without leave is an incident (S34(1), S35(2)).

Leave is a ``speech.begun``; a node says ``speech.ended`` of each that it heard of. Leave without an end is one that the node never heard of,
or whose node has not been back since: true and harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from custodes.access.standing.reconciliation import Entry, LeaveAccount, Leaves, Told, told_of

FAST = 1.1
AT_ONCE_US = 2_000_000
"""What a worker lets through beyond the time that passes (`node.speaking.floor`)."""


@dataclass
class SpeakingAccount(LeaveAccount):
    """What the comparison found; `beyond_leave` has a second speech by one leave too.

    Attributes:
        too_long: more was spoken than there was time.
        without_end: leaves of which no node has said anything.
        speeches: how many were compared; spoken_us: how much was spoken.
    """

    too_long: list[Told] = field(default_factory=list)
    without_end: list[Told] = field(default_factory=list)
    speeches: int = 0
    spoken_us: int = 0

    @property
    def minutes(self) -> int:
        """How long was spoken, for people."""
        return -(-self.spoken_us // 60_000_000)

    def _own(self) -> list[Told]:
        return self.too_long


def reconcile_speaking(entries: Iterable[Entry], since: datetime | None = None) -> SpeakingAccount:
    """Compare leaves with ends.

    Args:
        entries: ``(index, record)`` in the log's order: grants, leaves and ends; other types are passed over.
        since: what is older is there to be compared with, and is not judged itself.
    """
    account = SpeakingAccount()
    leaves = Leaves(account, "speech", since)
    open_leaves: dict[str, Told] = {}
    ended: set[str] = set()
    for index, record in entries:
        match record.get("type"):
            case "grant":
                leaves.look(index, record)
            case "speech.begun":
                told = leaves.give_by_look(index, record)
                if leaves.judges(record):
                    open_leaves[leaves.key(record)] = told
            case "speech.ended":
                account.speeches += 1
                account.spoken_us += record["spoken_us"]
                if leaves.judges(record):
                    _judge(account, leaves, index, record, again=leaves.key(record) in ended)
                ended.add(leaves.key(record))
    account.without_end = [one for speech, one in open_leaves.items() if speech not in ended]
    return account


def _judge(account: SpeakingAccount, leaves: Leaves, index: int, record: Mapping[str, Any], *, again: bool) -> None:
    leave = leaves.of(record)
    if again and leave is not None:
        account.beyond_leave.append(told_of(index, record, leave))
    elif leaves.hold(index, record) is not None and record["spoken_us"] > _time(record):
        account.too_long.append(told_of(index, record, leave))


def _time(ended: Mapping[str, Any]) -> float:
    """How much can have been spoken, µs."""
    begun_us = ended["begun_us"]
    return 0 if begun_us is None else max(0, ended["ended_us"] - begun_us) * FAST + AT_ONCE_US
