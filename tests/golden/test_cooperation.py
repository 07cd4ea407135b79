"""Records of the steps of a request to cooperate."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.people.models import Paper, Person, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import System
from custodes.sharing.models import Cooperation
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import Clock
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage
from tests.sharing import joining
from tests.sharing import requests as steps
from tests.sharing.stage import second

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DAY = datetime.timedelta(days=1)


def _do(by: str, event: str, **said: Any) -> Act:
    """A step by its form on the page; days are counted from today."""

    def form(row: Cooperation) -> dict[str, Any]:
        days = {
            name: (timezone.localdate() + value * DAY).isoformat() for name, value in said.items() if name != "words"
        }
        return {"seen": row.revision, "words": said.get("words", "")} | days

    return Act(by, to(f"sharing:cooperation_{event}"), form)


def _asked(stage: Stage) -> Callable[[Unit], dict[str, Any]]:
    day = timezone.localdate() + 10 * DAY
    said = {"system": stage.school.pk, "need": "大型活动安全保卫", "wanted": "接入校门口点位", "due": day.isoformat()}
    return lambda _office: said | {"unit": stage.school.unit.pk}


ACTS = {
    "remind": _do("inspector", "remind"),
    "agree": _do("caretaker", "agree", words="同意，暑期接入", promised_on=30),
    "decline": _do("caretaker", "decline", words="设备已报废"),
    "ask_again": _do("inspector", "ask_again", words="未按计划接入", due=10),
    "close": _do("inspector", "close", words="已接入"),
    "withdraw": _do("inspector", "withdraw", words="不再需要"),
}


def test_each_step_of_a_request_to_cooperate(stage: Stage, golden: Golden) -> None:
    with golden("cooperation") as clock:
        walk(stage, clock)


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf) -> None:
    office = stage.cast.units["county"]
    with asked("cooperation", stage.cast, ACTS, more={"second": second(stage.cast)}) as one:
        day = timezone.localdate()
        new = lambda _office: reverse("sharing:cooperation_new")  # noqa: E731
        asks = {"ask": Act("inspector", new, _asked(stage))}

        def seen(row: Cooperation, name: str = "") -> None:
            one.at(row, name)
            if row.state == "asked" and not name:
                for event in ("agree", "decline", "withdraw"):
                    one.guard(row, event, "no words", words="")
                one.guard(row, "agree", "joined on a day that has passed", promised_on=(day - DAY).isoformat())
                one.guard(row, "decline", "another revision was read", seen=row.revision - 1)
            elif row.state == "declined":
                one.guard(row, "ask_again", "until a day that has passed", due=(day - DAY).isoformat())
                one.guard(row, "close", "no words", words="")

        one.at(office, "none", acts=asks, page=new)
        one.guard(office, "ask", "until a day that has passed", acts=asks, due=(day - DAY).isoformat())
        one.guard(office, "ask", "no need", acts=asks, need="")
        one.guard(office, "ask", "a department's system", acts=asks, unit=office.pk)
        walk(stage, one.clock, seen)


def walk(stage: Stage, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    office, unit = stage.cast.units["county"], stage.cast.units["a"]
    police, school = stage.cast.inspector.person, stage.cast.caretaker.person

    def letter(by: Person) -> Paper:
        clock.later()
        return keep_paper(upload(pdf()), by=by, at=clock.at)

    def by_police(words: str = "", *papers: Paper) -> StepInput:
        return joining.given(police, clock.later(), words, papers)

    def by_school(*papers: Paper) -> StepInput:
        return joining.given(school, clock.later(), "", papers)

    def due(days: int = 10) -> datetime.date:
        return timezone.localdate() + days * DAY

    def asked(system: System | None = None, *papers: Paper) -> Cooperation:
        need, wanted = "大型活动安全保卫", "接入校门口点位"
        return steps.ask(office, unit, need, wanted, due(), by_police("请按期答复", *papers), system)

    row = asked(stage.school, letter(police))
    seen(row)
    row = steps.remind(row, by_police("尚未答复"))
    clock.later(days=14)
    row = steps.remind(row, by_police())
    seen(row, "asked, late and reminded")
    row = steps.agree(row, "同意，暑期接入", due(30), by_school(letter(school)))
    seen(row)
    row = steps.ask_again(row, due(), by_police("未按计划接入"))
    row = steps.decline(row, "设备已报废", by_school())
    seen(row)
    row = steps.ask_again(row, due(), by_police("设备已更新", letter(police)))
    row = steps.agree(row, "同意", None, by_school())
    seen(steps.close(row, by_police("已接入", letter(police))))
    steps.close(steps.decline(asked(), "系统已拆除", by_school()), by_police("情况属实"))
    seen(steps.withdraw(asked(), by_police("不再需要")))
