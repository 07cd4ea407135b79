"""Records of an upgrade order's steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.cases.taking import add_paper
from custodes.places.models import UpgradeOrder, UpgradePaperSort
from custodes.places.upgrades.case import UPGRADE
from tests.golden.asked import Act, Seen, to, today, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.places import DAY, by_program
from tests.golden.tour import Clock
from tests.places.changes.cases import upload
from tests.places.life.papers import paper
from tests.places.stage import Stage
from tests.places.upgrades.orders import issue, notice, rechecked, step

pytestmark = pytest.mark.django_db


def notice_form(**more: Any) -> dict[str, Any]:
    """A notice as the form sends it."""
    day = (timezone.localdate() - 2 * DAY).isoformat()
    told = {"checked": day, "delivered": day, "days": 60, "guide": "城关区公安局", "guide_phone": "0891-0000000"}
    return told | {"standard_1": "GB/T 28181", "found_1": "不能检索", "wanted_1": "更换录像设备"} | more


def _paper(kind: str) -> Any:
    return lambda _row: {"sort": kind, "file": upload()}


ISSUE = {"issue": Act("inspector", to("places:upgrade_issue"), lambda _system: notice_form())}
ACTS = {
    "plan": Act("caretaker", to("places:upgrade_plan"), today()),
    "report": Act("caretaker", to("places:upgrade_report"), today()),
    "pass_recheck": Act("inspector", to("places:upgrade_recheck"), today(passed="1", checkers="边巴，扎西顿珠")),
    "fail_recheck": Act(
        "inspector",
        to("places:upgrade_recheck"),
        today(passed="0", checkers="边巴，扎西顿珠", words="仍不能检索"),
    ),
    "refer": Act("inspector", to("places:upgrade_refer"), today()),
    "revoke": Act("inspector", to("places:upgrade_revoke"), today(words="通知有误")),
    "paper of the unit": Act("caretaker", to("places:upgrade_paper_add"), _paper("plan")),
    "paper of the police": Act("inspector", to("places:upgrade_paper_add"), _paper("recheck")),
}


def test_each_step_of_an_upgrade_order(stage: Stage, golden: Golden) -> None:
    with golden("upgrade") as clock:
        walk(stage, clock)


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf) -> None:
    with asked("upgrade", stage.cast, ACTS) as one:
        tomorrow, school = (timezone.localdate() + DAY).isoformat(), stage.school

        def seen(row: UpgradeOrder, name: str = "") -> None:
            one.at(row, name)
            if name == "ordered, with papers":
                one.guard(school, "issue", "another order is open", acts=ISSUE)
                one.guard(row, "plan", "a day to come", on=tomorrow)
                one.guard(row, "pass_recheck", "one person alone", checkers="边巴")
                one.guard(row, "pass_recheck", "the same person twice", checkers="边巴、边巴")
                one.guard(row, "fail_recheck", "no words", words="")
                one.guard(row, "refer", "the term is not over")
                one.guard(row, "revoke", "no words", words="——")
                one.guard(row, "paper of the unit", "a paper of the police", sort="recheck")

        one.at(school, "none", acts=ISSUE, page=ISSUE["issue"].address)
        one.guard(school, "issue", "nothing falls short", acts=ISSUE, standard_1="", found_1="", wanted_1="")
        one.guard(school, "issue", "a shortfall without its standard", acts=ISSUE, standard_1="")
        one.guard(school, "issue", "delivered on a day to come", acts=ISSUE, delivered=tomorrow)
        one.guard(school, "issue", "looked at after the delivery", acts=ISSUE, checked=timezone.localdate().isoformat())
        one.guard(school, "issue", "no term", acts=ISSUE, days=0)
        walk(stage, one.clock, seen)


def walk(stage: Stage, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    police, school = stage.cast.inspector.person, stage.cast.caretaker.person

    def by_police(words: str = "") -> StepInput:
        return StepInput(police, clock.later(), timezone.localdate(), words)

    def by_school(words: str = "") -> StepInput:
        return StepInput(school, clock.later(), timezone.localdate(), words)

    def issued(days: int = 60) -> UpgradeOrder:
        day = timezone.localdate() - 2 * DAY
        return issue(stage, replace(notice(police, day, days), at=clock.later()))

    def add(order: UpgradeOrder, sort: UpgradePaperSort, via: str = "") -> None:
        by = police if sort in (UpgradePaperSort.CHECK, UpgradePaperSort.RECHECK) else school
        given = StepInput(by, clock.later(), timezone.localdate(), via=via)
        add_paper(UPGRADE, order, sort, paper(f"材料 {sort}", by, given.at), given)

    order = issued()
    seen(order)
    for sort in UpgradePaperSort:
        add(order, sort)
    seen(order, "ordered, with papers")
    seen(step(order, "plan", by_school("先换录像设备")))
    seen(step(order, "report", by_school()))
    seen(step(order, "recheck", rechecked(by_police("仍不能检索"), passed=False)))
    for sort in (UpgradePaperSort.DONE, UpgradePaperSort.RECHECK):
        add(order, sort, by_program())
    step(order, "report", replace(by_school("已更换"), via=by_program()))
    seen(step(order, "recheck", rechecked(by_police(), passed=True)))
    seen(step(issued(), "revoke", by_police("通知有误")))
    late = issued(days=5)
    clock.later(days=14)
    seen(late, "ordered, the term is over")
    seen(step(late, "refer", by_police("逾期未改造")))
