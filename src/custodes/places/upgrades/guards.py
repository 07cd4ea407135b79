"""The guard of each event of an upgrade order: what is unmet, each with its clause and a remedy. Empty means: may be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import identity

CLAUSE = "S16.2c"


@dataclass(frozen=True, slots=True)
class UpgradeFacts:
    """What the guards need to know of one order.

    Attributes:
        delivered: the day on which the notice was handed over.
        due: the last day of the term.
        papers: sorts of papers that are there and still count.
    """

    delivered: date
    due: date
    papers: frozenset[str] = frozenset()


def plan(facts: UpgradeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """With a plan on paper."""
    return (*_day(facts, on, today), *_paper(facts, "plan", "改造方案", "the plan"))


def report(facts: UpgradeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """With papers that show that it was done; late is taken."""
    return (
        *_day(facts, on, today),
        *_paper(facts, "done", "完成材料", "papers that show that it was done"),
    )


def recheck(facts: UpgradeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """On the spot, with its record (S36(3))."""
    return (*_day(facts, on, today), *_paper(facts, "recheck", "复查记录", "the record of the recheck"))


def two_checkers(facts: UpgradeFacts, answers: Mapping[str, Any]) -> tuple[Unmet, ...]:
    """By two people (PL42)."""
    if len({identity(name) for name in answers["checkers"]} - {""}) >= 2:
        return ()
    return (
        Unmet(
            "PL42",
            "复查人员不足二人",
            "fewer than two people looked at it again",
            "请写明到场复查的两名以上人员",
            "name the two or more who were there",
            otherwise="S36(3)",
        ),
    )


def refer(facts: UpgradeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """Not before the term is over: its last day is the unit's."""
    if on > facts.due:
        return tuple(_day(facts, on, today))
    return (
        Unmet(
            CLAUSE,
            f"期限（{facts.due:%Y-%m-%d}）还没有届满",
            f"the term ({facts.due:%Y-%m-%d}) is not over",
            "期限届满的次日起可以转监督检查",
            "from the day after it may become a matter of inspection",
        ),
    )


def revoke(facts: UpgradeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """At any time, with words."""
    return tuple(_day(facts, on, today))


def _day(facts: UpgradeFacts, on: date, today: date) -> Iterator[Unmet]:
    if not facts.delivered <= on <= today:
        yield Unmet(
            CLAUSE,
            f"日期应当在送达之日（{facts.delivered:%Y-%m-%d}）和今天之间",
            f"the day lies between delivery ({facts.delivered:%Y-%m-%d}) and today",
            "请核对日期",
            "check the day",
        )


def _paper(facts: UpgradeFacts, sort: str, zh: str, en: str) -> Iterator[Unmet]:
    if sort not in facts.papers:
        yield Unmet(CLAUSE, f"缺少{zh}", f"{en}: missing", "请在“加入材料”处上传", "add it under Add a paper")
