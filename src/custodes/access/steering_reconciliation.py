"""Do the web's leaves to steer and the node's commands tell the same story? A command without leave is an incident (S34(7)).

Leave is a ``control.begun``; that of an upper platform (S22) is its ``grant``, whose id the node's accounts name as the steering.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Steering:
    """One record about steering: ``control.commands`` or ``control.ended``, or a leave that its look does not bear.

    `leave` is the place in the log of what it rests on: of commands their leave, of a leave its look; None where there is none before it.
    """

    index: int
    steering: str
    person: str
    camera: str
    worker: str
    at: str
    leave: int | None = None


@dataclass
class SteeringAccount:
    """What the comparison found.

    Attributes:
        without_leave: commands of a steering that no leave before them lets begin.
        beyond_leave: commands to another camera, of another person or under another entry than the leave's; and leaves
            for a camera or a person that the look they rest on does not name.
        unaccounted: ends that count more or fewer commands than the log holds of that steering.
        leaves, commands: how many were compared.
    """

    without_leave: list[Steering] = field(default_factory=list)
    beyond_leave: list[Steering] = field(default_factory=list)
    unaccounted: list[Steering] = field(default_factory=list)
    leaves: int = 0
    commands: int = 0

    @property
    def clean(self) -> bool:
        """Every command was given leave for, and every one is there."""
        return not self.wrong

    @property
    def wrong(self) -> list[Steering]:
        """All that is not so, in the log's order."""
        return sorted([*self.without_leave, *self.beyond_leave, *self.unaccounted], key=lambda one: one.index)


def reconcile_steering(
    entries: Iterable[tuple[int, Mapping[str, Any]]], since: datetime | None = None
) -> SteeringAccount:
    """Compare leaves with commands.

    Args:
        entries: ``(index, record)`` in the log's order: grants, leaves, commands and ends; other types are passed over.
        since: what is older is there to be compared with, and is not judged itself: what it rests on may be left out.
    """
    account = SteeringAccount()
    grants: dict[str, tuple[int, Mapping[str, Any]]] = {}
    leaves: dict[str, tuple[int, Mapping[str, Any]]] = {}
    counted: dict[str, int] = {}
    for index, record in entries:
        kind = record.get("type")
        judged = since is None or (kind is not None and datetime.fromisoformat(str(record["at"])) >= since)
        if kind == "grant":
            grants[str(record["grant"])] = (index, record)
            if _of_upper(record):
                leaves[str(record["grant"])] = (index, {"person": record["person"], "camera": record["cameras"][0]})
                account.leaves += 1
        elif kind == "control.begun":
            leaves[str(record["steering"])] = (index, record)
            account.leaves += 1
            look = grants.get(str(record["grant"]))
            if judged and not _looks(look[1] if look else None, record):
                account.beyond_leave.append(_steering(index, record, look))
        elif kind == "control.commands":
            counted[str(record["steering"])] = counted.get(str(record["steering"]), 0) + len(record["commands"])
            account.commands += len(record["commands"])
            if judged:
                _judge(account, leaves, index, record)
        elif kind == "control.ended":
            leave = leaves.get(str(record["steering"]))
            if judged and leave is None:
                account.without_leave.append(_steering(index, record))
            elif judged and record["commands"] != counted.get(str(record["steering"]), 0):
                account.unaccounted.append(_steering(index, record, leave))
    return account


def _of_upper(grant: Mapping[str, Any]) -> bool:
    """Whether a grant lets an upper platform steer: its link holds it, and it is of nothing else."""
    link = grant.get("link")
    return bool(link) and grant.get("verb") == "steer" and str(grant["person"]) == f"link:{link}"


def _judge(
    account: SteeringAccount,
    leaves: Mapping[str, tuple[int, Mapping[str, Any]]],
    index: int,
    record: Mapping[str, Any],
) -> None:
    known = leaves.get(str(record["steering"]))
    if known is None:
        account.without_leave.append(_steering(index, record))
        return
    at, leave = known
    same = all(str(record[name]) == str(leave[name]) for name in ("person", "camera"))
    if not same or record["index"] != at:
        account.beyond_leave.append(_steering(index, record, known))


def _looks(grant: Mapping[str, Any] | None, leave: Mapping[str, Any]) -> bool:
    """Whether the look on which a leave rests is the same person's, of that camera, and live."""
    if grant is None:
        return False
    shown = str(leave["camera"]) in map(str, grant["cameras"])
    return shown and bool(grant["live"]) and str(leave["person"]) == str(grant["person"])


def _steering(index: int, record: Mapping[str, Any], leave: tuple[int, Mapping[str, Any]] | None = None) -> Steering:
    return Steering(
        index=index,
        steering=str(record["steering"]),
        person=str(record["person"]),
        camera=str(record["camera"]),
        worker=str(record.get("worker", "")),
        at=str(record["at"]),
        leave=None if leave is None else leave[0],
    )
