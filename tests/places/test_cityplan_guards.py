"""What stands in the way of a plan or a norm, before each event: a table of facts."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from custodes.law.building.departments import PLANNING
from custodes.law.grounds.ground import Unmet
from custodes.places.cityplans.case import PLANNING as KIND
from custodes.places.cityplans.facts import found_in
from custodes.places.cityplans.guards import Partner, TextFacts

TODAY = datetime.date(2026, 6, 1)
NINE = tuple(Partner(one.key, one.name_zh, True) for one in PLANNING)
CITY = TextFacts(
    clause="S8.1",
    version="2026-1",
    written=True,
    partners=NINE,
    city_plan="",
    city_plan_in_force=False,
    unanswered=(),
)
COUNTY = replace(
    CITY,
    clause="S8.2",
    partners=(Partner("", "城关区财政局", True),),
    city_plan="2026-1",
    city_plan_in_force=True,
)
NORM = replace(CITY, clause="S12.2", partners=NINE[:2])
TOMORROW = TODAY + datetime.timedelta(days=1)
EVENTS = {
    "S8.1": ("consult", "submit", "approve"),
    "S8.2": ("consult", "submit", "approve"),
    "S12.2": ("consult", "enact"),
}


def _unsettled(facts: TextFacts, at: int) -> TextFacts:
    partners = [replace(one, settled=one.settled and n != at) for n, one in enumerate(facts.partners)]
    return replace(facts, partners=tuple(partners))


def _asked(facts: TextFacts, event: str, **said: object) -> tuple[Unmet, ...]:
    """What is unmet before this step of today, with what its form says."""
    step, answers = KIND.event(event), {"number": "拉政函〔2026〕1 号", "day": TODAY, "on": TODAY, **said}
    assert step.guard is not None
    return step.guard(facts, TODAY, TODAY) + (step.check(facts, answers) if step.check is not None else ())


def _unmet(facts: TextFacts, event: str, **said: object) -> set[tuple[str, str]]:
    return {(one.clause, one.reason_zh) for one in _asked(facts, event, **said)}


@pytest.mark.parametrize("facts", [CITY, COUNTY, NORM], ids=["city", "county", "norm"])
def test_where_nothing_is_missing_every_event_may_happen(facts: TextFacts) -> None:
    assert [(event, _asked(facts, event)) for event in EVENTS[facts.clause] if _asked(facts, event)] == []


TABLE = [
    ("no text", replace(CITY, written=False), "consult", ("S8.1", "没有正文")),
    ("nobody asked", replace(COUNTY, partners=()), "consult", ("S8.2", "没有列出会同的部门")),
    ("county, no city plan", replace(COUNTY, city_plan=""), "consult", ("S8.2", "没有写明所依据的全市规划")),
    (
        "county, city plan archived",
        replace(COUNTY, city_plan_in_force=False),
        "approve",
        ("S8.2", "所依据的全市规划（2026-1）不在施行"),
    ),
    ("one of nine open", _unsettled(CITY, 4), "submit", ("S8.1", "经济和信息化部门尚未答复")),
    ("state security open", _unsettled(CITY, 1), "submit", ("S8.1", "国家安全机关尚未答复")),
    ("county's own open", _unsettled(COUNTY, 0), "submit", ("S8.2", "城关区财政局尚未答复")),
    ("norm without big data", _unsettled(NORM, 0), "enact", ("S12.2", "大数据管理部门尚未答复")),
    ("norm without version", replace(NORM, version=""), "enact", ("S12.2", "没有版本")),
]
ENTERED = [
    ("no number", CITY, "approve", {"number": "。"}, ("S8.1", "没有人民政府批准文号")),
    ("no day", CITY, "approve", {"day": None}, ("S8.1", "没有批准日期")),
    ("tomorrow's day", CITY, "approve", {"day": TOMORROW}, ("S8.1", "批准日期尚未到来")),
    ("norm without day", NORM, "enact", {"day": None}, ("S12.2", "没有施行日期")),
    ("norm of tomorrow", NORM, "enact", {"day": TOMORROW}, ("S12.2", "施行日期尚未到来")),
]


@pytest.mark.parametrize(("facts", "event", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_is_missing_is_said_with_its_clause(facts: TextFacts, event: str, expected: tuple[str, str]) -> None:
    assert expected in _unmet(facts, event)


@pytest.mark.parametrize(
    ("facts", "event", "said", "expected"), [row[1:] for row in ENTERED], ids=[row[0] for row in ENTERED]
)
def test_what_the_form_lacks_is_said_with_its_clause(
    facts: TextFacts, event: str, said: dict[str, object], expected: tuple[str, str]
) -> None:
    assert _unmet(facts, event, **said) == {expected}


@pytest.mark.parametrize("at", range(9))
def test_each_of_the_nine_is_waited_for(at: int) -> None:
    [open_one] = _asked(_unsettled(CITY, at), "submit")
    assert open_one.reason_zh == f"{PLANNING[at].name_zh}尚未答复"


def test_one_of_the_nine_that_is_not_even_listed_is_missed() -> None:
    assert ("S8.1", "财政部门尚未答复") in _unmet(
        replace(CITY, partners=tuple(one for one in NINE if one.key != "finance_dept")), "submit"
    )


def test_somebody_else_who_was_asked_is_waited_for_too() -> None:
    asked = replace(CITY, partners=(*NINE, Partner("", "市气象局", False)))
    assert _unmet(asked, "submit") == {("S8.1", "市气象局尚未答复")}


@pytest.mark.clause("S13.2")
@pytest.mark.parametrize("event", ["consult", "submit", "approve"])
def test_a_sentence_that_may_prescribe_stops_every_event(event: str) -> None:
    facts = replace(CITY, unanswered=("摄像机指定品牌为甲。",))
    assert ("S13.2", "“摄像机指定品牌为甲。”可能指定") in _unmet(facts, event)


def test_sentences_are_found_with_their_line_and_those_that_forbid_are_left_out() -> None:
    text = "一、总则。不得指定品牌。\n二、摄像机应当选用甲牌；存储用乙公司的。\n三、Hikvision 接口。\n四、摄像机应当选用甲牌；"
    found = found_in(text, {"Hikvision", "乙公司"})
    assert [(one.line, one.sentence) for one in found] == [
        (2, "二、摄像机应当选用甲牌；"),
        (2, "存储用乙公司的。"),
        (3, "三、Hikvision 接口。"),
        (4, "四、摄像机应当选用甲牌；"),
    ]
    assert found[1].words == ("乙公司",)


def test_the_same_sentence_twice_is_one_question() -> None:
    found = found_in("推荐品牌见附件。\n推荐品牌见附件。", ())
    assert [one.line for one in found] == [1]
