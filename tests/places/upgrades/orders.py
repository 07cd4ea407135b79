"""Upgrade orders of unit A's school as tests want them."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.cases.taking import add_paper, begin, take
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.places.models import UpgradeOrder, UpgradePaperSort
from custodes.places.upgrades.case import UPGRADE
from tests.places.changes.cases import days, paper, taken
from tests.places.stage import Stage

SHORT = ({"standard": "GB/T 28181-2022 第 9 章", "found": "不能检索历史图像", "wanted": "更换录像设备"},)
TWO = ("边巴", "扎西顿珠")


def notice(by: Person, delivered: datetime.date, term: int = 60, **said: Any) -> StepInput:
    """What a notice says."""
    data = {
        "shortfalls": SHORT, "checked": delivered, "delivered": delivered, "days": term,
        "guide": "城关区公安局", "guide_phone": "0891-0000000", "why": "",
    } | said  # fmt: skip
    return replace(taken(by, delivered), data=data)


def issue(stage: Stage, given: StepInput) -> UpgradeOrder:
    """One begun by it."""
    order: UpgradeOrder = begin(UPGRADE, "issue", stage.school, given, LegalTerms())
    return order


def ordered(stage: Stage, days_ago: int = 0, term: int = 60) -> UpgradeOrder:
    """An order that was delivered so many days ago."""
    return issue(stage, notice(stage.cast.inspector.person, days(-days_ago), term))


def step(order: UpgradeOrder, event: str, given: StepInput) -> UpgradeOrder:
    """The order after a step."""
    done: UpgradeOrder = take(UPGRADE, order, event, given, LegalTerms())
    return done


def rechecked(given: StepInput, *, passed: bool) -> StepInput:
    """By two, with that outcome."""
    return replace(given, data={"passed": passed, "checkers": TWO})


def with_paper(order: UpgradeOrder, stage: Stage, sort: UpgradePaperSort) -> UpgradeOrder:
    """The same, with a paper of that sort."""
    police = sort in (UpgradePaperSort.CHECK, UpgradePaperSort.RECHECK)
    by = (stage.cast.inspector if police else stage.cast.caretaker).person
    add_paper(UPGRADE, order, sort, paper(by), StepInput(by, timezone.now(), timezone.localdate()))
    return order


def reported(stage: Stage, days_ago: int = 0, term: int = 60, on: datetime.date | None = None) -> UpgradeOrder:
    """One that the unit says is done."""
    order = with_paper(ordered(stage, days_ago, term), stage, UpgradePaperSort.DONE)
    return step(order, "report", taken(stage.cast.caretaker.person, on))
