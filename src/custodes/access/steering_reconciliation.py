"""Do the web's leaves to steer and the node's commands tell the same story? A command without leave is an incident (S34(7)).

Leave is a ``control.begun``; that of an upper platform (S22) is its ``grant``, whose id the node's accounts name as the steering.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from custodes.access.standing.reconciliation import Entry, LeaveAccount, Leaves, Told, told_of


@dataclass
class SteeringAccount(LeaveAccount):
    """What the comparison found.

    Attributes:
        unaccounted: ends that count more or fewer commands than the log holds of that steering.
        commands: how many were compared.
    """

    unaccounted: list[Told] = field(default_factory=list)
    commands: int = 0

    def _own(self) -> list[Told]:
        return self.unaccounted


def reconcile_steering(entries: Iterable[Entry], since: datetime | None = None) -> SteeringAccount:
    """Compare leaves with commands.

    Args:
        entries: ``(index, record)`` in the log's order: grants, leaves, commands and ends; other types are passed over.
        since: what is older is there to be compared with, and is not judged itself: what it rests on may be left out.
    """
    account = SteeringAccount()
    leaves = Leaves(account, "steering", since)
    counted: Counter[str] = Counter()
    for index, record in entries:
        match record.get("type"):
            case "grant":
                leaves.look(index, record)
                if _of_upper(record):
                    leave = {"person": record["person"], "camera": record["cameras"][0]}
                    leaves.give(str(record["grant"]), index, leave)
            case "control.begun":
                leaves.give_by_look(index, record)
            case "control.commands":
                counted[leaves.key(record)] += len(record["commands"])
                account.commands += len(record["commands"])
                if leaves.judges(record):
                    leaves.hold(index, record)
            case "control.ended" if leaves.judges(record):
                leave_before = leaves.of(record)
                if leave_before is None:
                    account.without_leave.append(told_of(index, record))
                elif record["commands"] != counted[leaves.key(record)]:
                    account.unaccounted.append(told_of(index, record, leave_before))
    return account


def _of_upper(grant: Mapping[str, Any]) -> bool:
    """Whether a grant lets an upper platform steer: its link holds it, and it is of nothing else."""
    link = grant.get("link")
    return bool(link) and grant.get("verb") == "steer" and str(grant["person"]) == f"link:{link}"
