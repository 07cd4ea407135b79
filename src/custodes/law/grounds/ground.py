"""What every ground of access says: the conditions that are not met, each with its clause; empty: may proceed. Two of them: a trial run, a vote.

And its entry in the registry: names, clauses, facts, what it can never yield, the ways that are open instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from custodes.law.clauses.registry import binds, holds

Facts = TypeVar("Facts", contravariant=True)


@dataclass(frozen=True, slots=True)
class Unmet:
    """One condition that is not met.

    Attributes:
        clause: which rule asks for it: ``S34(1)`` is article 34 item (一) of the Lhasa regulation, ``N16.2(3)`` article 16
            paragraph 2 item (三) of State Council Order 799.
        reason_zh, reason_en: what is missing, in plain words.
        remedy_zh, remedy_en: what the person can do about it.
        otherwise: the clause that carries the condition where `clause` does not bind, which is before it was in force, and at systems
            of N9's places where N9 takes it off; empty when nothing asks for it then.
    """

    clause: str
    reason_zh: str
    reason_en: str
    remedy_zh: str
    remedy_en: str
    otherwise: str = ""


class Yield(StrEnum):
    """What a ground may yield, or never."""

    LIVE = "live"
    PLAYBACK = "playback"
    COPY = "copy"
    EXPORT = "export"
    """A file that leaves the system."""
    BASE_DATA = "base_data"
    PASSING_ON = "passing_on"
    PERSON_SEARCH = "person_search"
    """Looking for somebody across cameras by face, plate or trail. No ground yields it (PIPL28)."""


@dataclass(frozen=True, slots=True)
class Never:
    """What a ground can never yield, whatever its facts.

    Attributes:
        what: of what it could yield.
        clause: by which it can't.
        zh, en: in words.
        otherwise: the clause that excludes it where `clause` does not bind.
    """

    what: Yield
    clause: str
    zh: str
    en: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A way that is open instead, told with a refusal."""

    clause: str
    zh: str
    en: str


NO_SEARCH = Never(
    Yield.PERSON_SEARCH,
    "PIPL28",
    "不提供人脸、号牌检索和跨点位轨迹",
    "no search by face or plate, no trail across cameras",
)


class Ground(Protocol[Facts]):
    """A ground of access is a function: deny by default, no clock and no database inside."""

    def __call__(self, facts: Facts, at: datetime) -> tuple[Unmet, ...]:
        """The unmet conditions at the moment `at` (UTC, aware); an empty tuple means that the look may proceed."""
        ...


@dataclass(frozen=True, slots=True)
class GroundEntry:
    """One ground.

    Attributes:
        name: as in grants, records and commands.
        zh, en: its name for people.
        clauses: on which it rests.
        facts: the type of its input.
        unmet: the ground itself.
        awaiting: what the holder still owes besides; nothing is shown before.
        filled: fields of the facts (with a dot inside of one) that are assumed where nobody gives them, by the assumption's name;
            facts may narrow such a value and never widen it.
        rests_on: names of the assumptions on which the answer about given facts rests.
        granted: what a grant under it is called in lists, Chinese and English; None where no room grants looks under it.
        never: what it can't yield.
        ways: what is open instead.
    """

    name: str
    zh: str
    en: str
    clauses: tuple[str, ...]
    facts: type[Any]
    unmet: Callable[[Any, datetime], tuple[Unmet, ...]]
    never: tuple[Never, ...]
    ways: tuple[OtherWay, ...] = ()
    awaiting: Callable[[Any], tuple[Unmet, ...]] = lambda _: ()
    filled: tuple[tuple[str, str], ...] = ()
    rests_on: Callable[[Any], tuple[str, ...]] = lambda _: ()
    granted: tuple[str, str] | None = None

    def clauses_on(self, day: date, n9: bool = False) -> tuple[str, ...]:
        """Those of its clauses that bind on `day`, and N9 where it takes one off.

        Args:
            n9: all that is asked for is of systems of N9's places.
        """
        in_force = tuple(clause for clause in self.clauses if holds(clause, day))
        bound = tuple(clause for clause in in_force if binds(clause, day, n9))
        return bound if bound == in_force else (*bound, "N9")

    def ways_on(self, day: date) -> tuple[OtherWay, ...]:
        """The ways that were open on `day`."""
        return tuple(way for way in self.ways if holds(way.clause, day))

    def never_on(self, day: date) -> tuple[Never, ...]:
        """What it could never yield on `day`, each under a clause that was in force; without one it is still excluded."""
        return tuple(_never(one, day) for one in self.never)


def _never(one: Never, day: date) -> Never:
    for clause in (one.clause, one.otherwise):
        if clause and holds(clause, day):
            return replace(one, clause=clause)
    return replace(one, clause="")


ON_TRIAL = Unmet(
    "S16.1",
    "所选点位的系统正在试运行，或者所查录像是试运行期间的，尚未验收合格",
    "a camera's system runs on trial, or the footage is of its trial: it had not passed acceptance",
    "试运行的画面由建设和验收的人员查看；验收合格后再值守",
    "who builds and who accepts it look at the trial; watch it after acceptance",
)


VOTE = Unmet(
    "S10(3)",
    "所选点位正在投票、选举，期间停止采集，任何人不得查看",
    "a vote is held before a camera: nothing is taken in, and nobody looks",
    "请去掉该点位；投票结束后自动恢复，结束时间见“计划”",
    "leave the camera out; it comes back by itself when the vote is over: see Plans",
)
