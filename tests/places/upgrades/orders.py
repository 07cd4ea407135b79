"""Upgrade orders of unit A's school as tests want them."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.law.duties.terms import Terms
from custodes.places.models import UpgradeOrder, UpgradePaperKind
from custodes.places.upgrades import workflow
from custodes.places.upgrades.workflow import Wanted
from tests.places.changes.cases import days, paper, taken
from tests.places.stage import Stage

SHORT = (("GB/T 28181-2022 第 9 章", "不能检索历史图像", "更换录像设备"),)


def wanted(delivered: datetime.date, term: int = 60) -> Wanted:
    """What a notice says."""
    return Wanted(SHORT, delivered, delivered, term, "城关区公安局", "0891-0000000")


def ordered(stage: Stage, days_ago: int = 0, term: int = 60) -> UpgradeOrder:
    """An order that was delivered so many days ago."""
    return workflow.issue(stage.school, wanted(days(-days_ago), term), taken(stage.cast.inspector.person), Terms())


def with_paper(order: UpgradeOrder, stage: Stage, kind: UpgradePaperKind) -> UpgradeOrder:
    """The same, with a paper of that kind."""
    police = kind in (UpgradePaperKind.CHECK, UpgradePaperKind.RECHECK)
    by = (stage.cast.inspector if police else stage.cast.caretaker).person
    workflow.add_paper(order, kind, paper(by), by, timezone.now())
    return order


def reported(stage: Stage, days_ago: int = 0, term: int = 60, on: datetime.date | None = None) -> UpgradeOrder:
    """One that the unit says is done."""
    order = with_paper(ordered(stage, days_ago, term), stage, UpgradePaperKind.DONE)
    return workflow.answer(order, "report", taken(stage.cast.caretaker.person, on), Terms())
