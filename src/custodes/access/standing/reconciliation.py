"""Standing leaves and what nodes say was done under them, held together: what such a comparison asks whatever the verb (S35(2)).

A leave rests on a look, and what was done rests on the leave: each stands in the log before what rests on it. Pure, so that it can
be run on any source of records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

Entry = tuple[int, Mapping[str, Any]]
"""A record and its place in the log."""


@dataclass(frozen=True)
class Told:
    """One record that is not as it should be: of what a node says was done, or of a leave that its look does not bear.

    `leave` is the place in the log of what it rests on: of a deed its leave, of a leave its look; None where there is none before it.
    """

    index: int
    person: str
    camera: str
    worker: str
    at: str
    leave: int | None = None


@dataclass
class LeaveAccount:
    """What the comparison found.

    Attributes:
        without_leave: what no leave before it lets begin.
        beyond_leave: what was done through another camera, by another person or under another entry than the leave's; and leaves
            for a camera or a person that the look they rest on does not name.
        leaves: how many were compared.
    """

    without_leave: list[Told] = field(default_factory=list)
    beyond_leave: list[Told] = field(default_factory=list)
    leaves: int = 0

    @property
    def clean(self) -> bool:
        """All that was done was given leave for, and is there."""
        return not self.wrong

    @property
    def wrong(self) -> list[Told]:
        """All that is not so, in the log's order."""
        found = chain(self.without_leave, self.beyond_leave, self._own())
        return sorted(found, key=lambda one: one.index)

    def _own(self) -> list[Told]:
        """What is wrong of this verb alone."""
        return []


@dataclass
class Leaves:
    """Looks, and the leaves that rest on them, as far as the log was read.

    Attributes:
        account: where what is found goes.
        name: of the field by which records name the leave.
        since: what is older is there to be compared with, and is not judged itself: what it rests on may be left out. None for nothing.
    """

    account: LeaveAccount
    name: str
    since: datetime | None
    _looks: dict[str, Entry] = field(default_factory=dict)
    _leaves: dict[str, Entry] = field(default_factory=dict)

    def judges(self, record: Mapping[str, Any]) -> bool:
        """Whether it is young enough to be judged."""
        return self.since is None or datetime.fromisoformat(str(record["at"])) >= self.since

    def look(self, index: int, record: Mapping[str, Any]) -> None:
        """A ``grant``: leaves may rest on it."""
        self._looks[str(record["grant"])] = (index, record)

    def give(self, leave: str, index: int, record: Mapping[str, Any]) -> None:
        """Leave that rests on nothing else."""
        self._leaves[leave] = (index, record)
        self.account.leaves += 1

    def give_by_look(self, index: int, record: Mapping[str, Any]) -> Told:
        """Leave that rests on a look, which has to bear it."""
        look = self._looks.get(str(record["grant"]))
        self.give(self.key(record), index, record)
        told = told_of(index, record, look)
        if self.judges(record) and not _bears(look[1] if look else None, record):
            self.account.beyond_leave.append(told)
        return told

    def key(self, record: Mapping[str, Any]) -> str:
        """Of which leave a record is."""
        return str(record[self.name])

    def of(self, record: Mapping[str, Any]) -> Entry | None:
        """The leave before a record, if there is one."""
        return self._leaves.get(self.key(record))

    def hold(self, index: int, record: Mapping[str, Any]) -> Entry | None:
        """Hold what was done against its leave; the leave where it is within it."""
        known = self.of(record)
        if known is None:
            self.account.without_leave.append(told_of(index, record))
            return None
        at, leave = known
        same = all(str(record[name]) == str(leave[name]) for name in ("person", "camera"))
        if not same or record["index"] != at:
            self.account.beyond_leave.append(told_of(index, record, known))
            return None
        return known


def told_of(index: int, record: Mapping[str, Any], rests_on: Entry | None = None) -> Told:
    """A record, as it is told of."""
    return Told(
        index=index,
        person=str(record["person"]),
        camera=str(record["camera"]),
        worker=str(record.get("worker", "")),
        at=str(record["at"]),
        leave=None if rests_on is None else rests_on[0],
    )


def _bears(grant: Mapping[str, Any] | None, leave: Mapping[str, Any]) -> bool:
    """Whether the look on which a leave rests is the same person's, of that camera, and live."""
    if grant is None:
        return False
    shown = str(leave["camera"]) in map(str, grant["cameras"])
    return shown and bool(grant["live"]) and str(leave["person"]) == str(grant["person"])
