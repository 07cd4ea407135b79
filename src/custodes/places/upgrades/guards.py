"""The guard of each event of an upgrade order: what is unmet, each with its clause and a remedy. Empty means: may be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import identity
from custodes.places.models.upgrade import UpgradePaperKind
from custodes.places.upgrades.facts import UpgradeFacts

Guard = Callable[[UpgradeFacts, date, date], tuple[Unmet, ...]]
CLAUSE = "S16.2c"


def plan(facts: UpgradeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """With a plan on paper."""
    return (*_day(facts, on, today), *_paper(facts, UpgradePaperKind.PLAN, "改造方案", "the plan"))


def report(facts: UpgradeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """With papers that show that it was done; late is taken."""
    return (
        *_day(facts, on, today),
        *_paper(facts, UpgradePaperKind.DONE, "完成材料", "papers that show that it was done"),
    )


def recheck(facts: UpgradeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """By two, on the spot, with their record (S36(3), PL42)."""
    found = [*_day(facts, on, today), *_paper(facts, UpgradePaperKind.RECHECK, "复查记录", "the record of the recheck")]
    if len({identity(name) for name in facts.checkers} - {""}) < 2:
        found.append(
            Unmet(
                "PL42",
                "复查人员不足二人",
                "fewer than two people looked at it again",
                "请写明到场复查的两名以上人员",
                "name the two or more who were there",
                otherwise="S36(3)",
            )
        )
    return tuple(found)


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


GUARDS: dict[str, Guard] = {
    "plan": plan,
    "report": report,
    "pass_recheck": recheck,
    "fail_recheck": recheck,
    "refer": refer,
    "revoke": revoke,
}


def _day(facts: UpgradeFacts, on: date, today: date) -> Iterator[Unmet]:
    if not facts.delivered <= on <= today:
        yield Unmet(
            CLAUSE,
            f"日期应当在送达之日（{facts.delivered:%Y-%m-%d}）和今天之间",
            f"the day lies between delivery ({facts.delivered:%Y-%m-%d}) and today",
            "请核对日期",
            "check the day",
        )


def _paper(facts: UpgradeFacts, kind: UpgradePaperKind, zh: str, en: str) -> Iterator[Unmet]:
    if kind.value not in facts.papers:
        yield Unmet(CLAUSE, f"缺少{zh}", f"{en}: missing", "请在“加入材料”处上传", "add it under Add a paper")
