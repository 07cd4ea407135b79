"""Records of the steps of building plans and technical norms."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Paper, Person, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.places.cityplans import case
from custodes.places.cityplans.case import PLANNING
from custodes.places.cityplans.facts import findings_of
from custodes.places.models import PlanningKind, PlanningPartner, PlanningText
from tests.cast import Cast
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.places import DAY
from tests.golden.tour import Clock
from tests.people.papers.samples import pdf, upload
from tests.places.cityplans import PLAIN, another_county

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

TEXT = "一、建设原则：统筹规划，避免重复建设。\n二、摄像机的推荐品牌见附件。"


def _step(event: str, **said: Any) -> Act:
    def form(_row: PlanningText) -> dict[str, Any]:
        return {"words": "", "day": timezone.localdate().isoformat(), **said}

    return Act("system_admin", to("places:city_plan_step", event), form)


def _opinion(row: PlanningText) -> str:
    """Of the first who has not answered in this round."""
    partners = PlanningPartner.objects.filter(text=row, round=row.round, answered_on=None, waived=False)
    return reverse("places:city_plan_opinion", args=[row.pk, getattr(partners.order_by("pk").first(), "pk", 0)])


def _finding(row: PlanningText) -> str:
    found = findings_of(row)
    return reverse("places:city_plan_answer", args=[row.pk, found[0][0].key if found else "0"])


def _text(row: PlanningText) -> dict[str, Any]:
    return {
        "title": "全市规划",
        "version": "2026-1",
        "number": "",
        "text": PLAIN,
        "revision": getattr(row, "revision", 0),
    }


KIND = {
    "begin": Act("system_admin", lambda _unit: reverse("places:city_plan_add", args=[PlanningKind.CITY_PLAN]), _text)
}
ACTS = {
    "consult": _step("consult"),
    "submit": _step("submit", words="报市人民政府"),
    "approve": _step("approve", number="拉政函〔2026〕1号"),
    "enact": _step("enact"),
    "redraft": _step("redraft", words="按意见修改经费一章"),
    "edit": Act("system_admin", to("places:city_plan_edit"), _text),
    "answer a finding": Act("system_admin", _finding, lambda _row: {"words": "附件为检测合格产品目录，不限品牌"}),
    "ask another partner": Act(
        "system_admin", to("places:city_plan_partner_add"), lambda _row: {"name": "拉萨市文物局"}
    ),
    "enter an opinion": Act(
        "system_admin", _opinion, lambda _row: {"answered_on": timezone.localdate().isoformat(), "words": "同意。"}
    ),
    "begin a version": Act("system_admin", to("places:city_plan_version"), lambda _row: {"version": "2028-1"}),
}


class Desk:
    """One police unit that draws up its texts."""

    def __init__(self, unit: Unit, by: Person, clock: Clock) -> None:
        self.unit, self.by, self.clock = unit, by, clock

    def begin(self, kind: PlanningKind, title: str, **fields: object) -> PlanningText:
        row = PlanningText(kind=kind, title=title, version="2026-1", **fields)
        return case.begin(row, self.unit, self.by, self.clock.later(), timezone.localdate())

    def take(self, row: PlanningText, event: str, words: str = "", **said: object) -> PlanningText:
        given = StepInput(self.by, self.clock.later(), timezone.localdate(), words, data=said)
        done: PlanningText = take(PLANNING, row, event, given, LegalTerms())
        return done

    def settle(self, row: PlanningText, **first: object) -> None:
        """Every partner of this round agrees; the first says something else."""
        for number, one in enumerate(PlanningPartner.objects.filter(text=row, round=row.round)):
            agreed: dict[str, object] = {"answered_on": timezone.localdate(), "words": "同意。"}
            for name, value in (first if first and not number else agreed).items():
                setattr(one, name, value)
            case.settle(one, self.by, self.clock.later())

    def letter(self) -> Paper:
        self.clock.later()
        return keep_paper(upload(pdf()), by=self.by, at=self.clock.at)


def test_each_step_of_a_plan_and_of_a_norm(cast: Cast, golden: Golden) -> None:
    with golden("planning") as clock:
        walk(cast, clock)


def test_what_is_offered_and_refused(cast: Cast, asked: AskedOf) -> None:
    with asked("planning", cast, ACTS, more={"another_county": another_county()}) as one:
        tomorrow, city = (timezone.localdate() + DAY).isoformat(), cast.units["city"]

        def seen(row: PlanningText, name: str = "") -> None:
            one.at(row, name)
            if name == "draft, answered":
                one.guard(row, "edit", "another revision was read", revision=row.revision + 1)
                one.guard(row, "ask another partner", "no name", name="")
            elif name == "consulting, all have answered":
                one.guard(row, "redraft", "no words", words="")
                one.guard(row, "ask another partner", "it is asked already", name="拉萨市文物局")
            elif row.state == "consulting" and not name:
                one.guard(row, "enter an opinion", "no words", words="")
            elif row.state == "submitted":
                one.guard(row, "approve", "no number", number="")
                one.guard(row, "approve", "a day to come", day=tomorrow)
            elif row.state == "in_force":
                one.guard(row, "begin a version", "a version that there is", version="2026-1")

        one.at(city, "none", acts=KIND, page=KIND["begin"].address)
        one.guard(city, "begin", "no title", acts=KIND, title="")
        walk(cast, one.clock, seen)


def walk(cast: Cast, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of a plan of the city, of a county's and of a norm; `seen` at each state."""
    city = Desk(cast.units["city"], cast.system_admin.person, clock)
    county = Desk(cast.units["county"], cast.inspector.person, clock)

    row = city.begin(PlanningKind.CITY_PLAN, "全市视频图像信息系统建设规划", text=TEXT, number="拉公规〔2026〕1号")
    seen(row)
    [(found, _words)] = findings_of(row)
    case.answer(row, found.key, "附件为检测合格产品目录，不限品牌", city.by, clock.later())
    row = PlanningText.objects.get(pk=row.pk)
    row.title, row.text = "拉萨市视频图像信息系统建设规划", f"{TEXT}\n三、分年实施。"
    case.save_draft(row, row.revision, city.by, clock.later())
    case.add_partner(row, "拉萨市文物局", city.by, clock.later())
    seen(row, "draft, answered")
    row = city.take(row, "consult")
    seen(row)
    city.settle(row, answered_on=timezone.localdate(), words="经费一章请修改", paper=city.letter())
    row = city.take(row, "redraft", "按意见修改经费一章")
    row = city.take(row, "consult")
    city.settle(row, waived=True, words="不涉及人员编制")
    row = city.take(row, "submit", "报市人民政府")
    row = city.take(row, "redraft", "市人民政府退回")
    row = city.take(row, "consult")
    city.settle(row)
    seen(row, "consulting, all have answered")
    row = city.take(row, "submit")
    seen(row)
    first = city.take(row, "approve", number="拉政函〔2026〕1号", day=timezone.localdate())
    seen(first)

    plan = county.begin(PlanningKind.COUNTY_PLAN, "城关区视频图像信息系统建设规划", text="分年实施。", city_plan=first)
    seen(plan, "draft of a county")
    case.add_partner(plan, "城关区财政局", county.by, clock.later())
    plan = county.take(plan, "consult")
    county.settle(plan)
    plan = county.take(plan, "submit")
    county.take(plan, "approve", "原则同意", number="城政函〔2026〕1号", day=timezone.localdate())

    later = case.begin_version(first, "2027-1", city.by, clock.later(), timezone.localdate())
    [(found, _words)] = findings_of(later)
    case.answer(later, found.key, "同上一版本", city.by, clock.later())
    later = city.take(later, "consult")
    city.settle(later)
    later = city.take(later, "submit")
    city.take(later, "approve", number="拉政函〔2027〕1号", day=timezone.localdate())
    seen(first, "archived")

    norm = city.begin(PlanningKind.NORM, "视频图像信息系统接入技术规范", text="接口应当符合国家标准。")
    norm = city.take(norm, "consult")
    city.settle(norm)
    seen(norm, "consulting about a norm, all have answered")
    city.take(norm, "enact", day=timezone.localdate())
