"""Do the web's control leases and what nodes say was done under them tell the same story? What is done without leave is an incident (S35(2)).

A lease rests on a look, and what was done rests on the lease: each stands in the log before what rests on it. Pure, so that it can
be run on any source of records.

*Steering* (S34(7)): the lease is a ``control.begun``, held against the node's commands; that of an upper platform (S22) is its
``grant``, whose id the node's accounts name as the steering. *Speaking* (S34(1)): the lease is a ``speech.begun``; a node says
``speech.ended`` of each that it heard of. A lease without an end is one that the node never heard of, or whose node has not been back
since: true and harmless.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

Entry = tuple[int, Mapping[str, Any]]
"""A record and its place in the log."""


@dataclass(frozen=True)
class LeaseFault:
    """One record that is not as it should be: of what a node says was done, or of a lease that its look does not bear.

    `leave` is the place in the log of what it rests on: of a deed its lease, of a lease its look; None where there is none before it.
    """

    index: int
    person: str
    camera: str
    worker: str
    at: str
    leave: int | None = None


@dataclass
class LeaseAccount:
    """What the comparison found.

    Attributes:
        without_leave: what no lease before it lets begin.
        beyond_leave: what was done through another camera, by another person or under another entry than the lease's; and leases
            for a camera or a person that the look they rest on does not name.
        leaves: how many leases were compared.
    """

    without_leave: list[LeaseFault] = field(default_factory=list)
    beyond_leave: list[LeaseFault] = field(default_factory=list)
    leaves: int = 0

    @property
    def clean(self) -> bool:
        """All that was done was given leave for, and is there."""
        return not self.wrong

    @property
    def wrong(self) -> list[LeaseFault]:
        """All that is not so, in the log's order."""
        found = chain(self.without_leave, self.beyond_leave, self._own())
        return sorted(found, key=lambda one: one.index)

    def _own(self) -> list[LeaseFault]:
        """What is wrong of this kind alone."""
        return []


@dataclass
class Leases:
    """Looks, and the leases that rest on them, as far as the log was read.

    Attributes:
        account: where what is found goes.
        name: of the field by which records name the lease.
        since: what is older is there to be compared with, and is not judged itself: what it rests on may be left out. None for nothing.
    """

    account: LeaseAccount
    name: str
    since: datetime | None
    _looks: dict[str, Entry] = field(default_factory=dict)
    _leases: dict[str, Entry] = field(default_factory=dict)

    def judges(self, record: Mapping[str, Any]) -> bool:
        """Whether it is young enough to be judged."""
        return self.since is None or datetime.fromisoformat(str(record["at"])) >= self.since

    def look(self, index: int, record: Mapping[str, Any]) -> None:
        """A ``grant``: leases may rest on it."""
        self._looks[str(record["grant"])] = (index, record)

    def give(self, lease: str, index: int, record: Mapping[str, Any]) -> None:
        """A lease that rests on nothing else."""
        self._leases[lease] = (index, record)
        self.account.leaves += 1

    def give_by_look(self, index: int, record: Mapping[str, Any]) -> LeaseFault:
        """A lease that rests on a look, which has to bear it."""
        look = self._looks.get(str(record["grant"]))
        self.give(self.key(record), index, record)
        told = told_of(index, record, look)
        if self.judges(record) and not _bears(look[1] if look else None, record):
            self.account.beyond_leave.append(told)
        return told

    def key(self, record: Mapping[str, Any]) -> str:
        """Of which lease a record is."""
        return str(record[self.name])

    def of(self, record: Mapping[str, Any]) -> Entry | None:
        """The lease before a record, if there is one."""
        return self._leases.get(self.key(record))

    def hold(self, index: int, record: Mapping[str, Any]) -> Entry | None:
        """Hold what was done against its lease; the lease where it is within it."""
        known = self.of(record)
        if known is None:
            self.account.without_leave.append(told_of(index, record))
            return None
        at, lease = known
        same = all(str(record[name]) == str(lease[name]) for name in ("person", "camera"))
        if not same or record["index"] != at:
            self.account.beyond_leave.append(told_of(index, record, known))
            return None
        return known


def told_of(index: int, record: Mapping[str, Any], rests_on: Entry | None = None) -> LeaseFault:
    """A record, as it is told of."""
    return LeaseFault(
        index=index,
        person=str(record["person"]),
        camera=str(record["camera"]),
        worker=str(record.get("worker", "")),
        at=str(record["at"]),
        leave=None if rests_on is None else rests_on[0],
    )


def _bears(grant: Mapping[str, Any] | None, lease: Mapping[str, Any]) -> bool:
    """Whether the look on which a lease rests is the same person's, of that camera, and live."""
    if grant is None:
        return False
    shown = str(lease["camera"]) in map(str, grant["cameras"])
    return shown and bool(grant["live"]) and str(lease["person"]) == str(grant["person"])


@dataclass
class SteeringAccount(LeaseAccount):
    """What the comparison found.

    Attributes:
        unaccounted: ends that count more or fewer commands than the log holds of that steering.
        commands: how many were compared.
    """

    unaccounted: list[LeaseFault] = field(default_factory=list)
    commands: int = 0

    def _own(self) -> list[LeaseFault]:
        return self.unaccounted


def reconcile_steering(entries: Iterable[Entry], since: datetime | None = None) -> SteeringAccount:
    """Compare leases with commands.

    Args:
        entries: ``(index, record)`` in the log's order: grants, leases, commands and ends; other types are passed over.
        since: what is older is there to be compared with, and is not judged itself: what it rests on may be left out.
    """
    account = SteeringAccount()
    leases = Leases(account, "steering", since)
    counted: Counter[str] = Counter()
    for index, record in entries:
        match record.get("type"):
            case "grant":
                leases.look(index, record)
                if _of_upper(record):
                    lease = {"person": record["person"], "camera": record["cameras"][0]}
                    leases.give(str(record["grant"]), index, lease)
            case "control.begun":
                leases.give_by_look(index, record)
            case "control.commands":
                counted[leases.key(record)] += len(record["commands"])
                account.commands += len(record["commands"])
                if leases.judges(record):
                    leases.hold(index, record)
            case "control.ended" if leases.judges(record):
                lease_before = leases.of(record)
                if lease_before is None:
                    account.without_leave.append(told_of(index, record))
                elif record["commands"] != counted[leases.key(record)]:
                    account.unaccounted.append(told_of(index, record, lease_before))
    return account


def _of_upper(grant: Mapping[str, Any]) -> bool:
    """Whether a grant lets an upper platform steer: its link holds it, and it is of nothing else."""
    link = grant.get("link")
    return bool(link) and grant.get("verb") == "steer" and str(grant["person"]) == f"link:{link}"


FAST = 1.1
AT_ONCE_US = 2_000_000
"""What a worker lets through beyond the time that passes (`node.speaking`)."""


@dataclass
class SpeakingAccount(LeaseAccount):
    """What the comparison found; `beyond_leave` has a second speech by one lease too.

    Attributes:
        too_long: more was spoken than there was time.
        without_end: leases of which no node has said anything.
        speeches: how many were compared; spoken_us: how much was spoken.
    """

    too_long: list[LeaseFault] = field(default_factory=list)
    without_end: list[LeaseFault] = field(default_factory=list)
    speeches: int = 0
    spoken_us: int = 0

    @property
    def minutes(self) -> int:
        """How long was spoken, for people."""
        return -(-self.spoken_us // 60_000_000)

    def _own(self) -> list[LeaseFault]:
        return self.too_long


def reconcile_speaking(entries: Iterable[Entry], since: datetime | None = None) -> SpeakingAccount:
    """Compare leases with ends.

    Args:
        entries: ``(index, record)`` in the log's order: grants, leases and ends; other types are passed over.
        since: what is older is there to be compared with, and is not judged itself.
    """
    account = SpeakingAccount()
    leases = Leases(account, "speech", since)
    open_leases: dict[str, LeaseFault] = {}
    ended: set[str] = set()
    for index, record in entries:
        match record.get("type"):
            case "grant":
                leases.look(index, record)
            case "speech.begun":
                told = leases.give_by_look(index, record)
                if leases.judges(record):
                    open_leases[leases.key(record)] = told
            case "speech.ended":
                account.speeches += 1
                account.spoken_us += record["spoken_us"]
                if leases.judges(record):
                    _judge(account, leases, index, record, again=leases.key(record) in ended)
                ended.add(leases.key(record))
    account.without_end = [one for speech, one in open_leases.items() if speech not in ended]
    return account


def _judge(account: SpeakingAccount, leases: Leases, index: int, record: Mapping[str, Any], *, again: bool) -> None:
    lease = leases.of(record)
    if again and lease is not None:
        account.beyond_leave.append(told_of(index, record, lease))
    elif leases.hold(index, record) is not None and record["spoken_us"] > _time(record):
        account.too_long.append(told_of(index, record, lease))


def _time(ended: Mapping[str, Any]) -> float:
    """How much can have been spoken, µs."""
    begun_us = ended["begun_us"]
    return 0 if begun_us is None else max(0, ended["ended_us"] - begun_us) * FAST + AT_ONCE_US
