"""The law's calculators: asked step by step, answered above the question, and taken along as a memo or a calendar's entry."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import icalendar
import pytest
from django import forms
from django.test import Client
from django.utils import translation

from custodes.law.bad_input import BadInput
from custodes.law.calendar.days import WorkCalendar
from custodes.law.deadlines.counting import due, removal_report
from custodes.law.deadlines.table import BACKWARD, EVERY
from custodes.law.fines.table import BY_CLAUSE, ROWS
from custodes.settings import get_settings
from custodes.web.lawbook import asking
from custodes.web.lawbook.breach import FactsForm, questions
from custodes.web.lawbook.deadline import months_of
from custodes.web.lawbook.strip import DayCell, Strip
from tests.cast import Cast

UNIT = {"respondent": "unit"}
ONCE = {"conduct_from": "2025-06-01", "conduct_to": "2025-06-01", "decided": "2025-07-01"}


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    client.force_login(cast.outsider.account)
    return client


@pytest.fixture
def english(reader: Client) -> Client:
    reader.post("/language/", {"language": "en"})
    return reader


def words(client: Client, url: str, **asked: str) -> str:
    answer = client.get(url, asked)
    assert answer.status_code == 200
    return answer.content.decode()


# Fines


def test_a_fine_first_asks_for_clause_and_respondent_alone(reader: Client) -> None:
    page = words(reader, "/law/fine/")
    assert 'name="clause"' in page
    assert 'name="respondent"' in page
    assert "conduct_from" not in page


def test_a_clause_that_a_link_names_is_chosen_already(reader: Client) -> None:
    page = words(reader, "/law/fine/", clause="N29")
    assert re.search(r'value="N29"[^>]*checked', page)
    assert "field--error" not in page


def test_a_first_step_without_an_answer_is_said_beside_its_field(reader: Client) -> None:
    page = words(reader, "/law/fine/", clause="moon", respondent="")
    assert page.count("field--error") == 2
    assert "请选择一项" in page


@pytest.mark.parametrize(
    ("clause", "asked", "unasked"),
    [
        ("S38", {"item", "place_public", "ordered"}, {"n7_system", "grave"}),
        ("S40", {"n7_system", "building_or_using_unit", "grave", "ordered"}, {"item", "place_public"}),
        ("N27", {"conduct_from", "decided", "item", "place_public"}, {"ordered", "term_ends", "complied"}),
        ("N29", {"ordered", "term_ends", "complied"}, {"grave", "n7_system"}),
    ],
)
def test_the_second_step_asks_what_the_clause_needs(
    reader: Client, clause: str, asked: set[str], unasked: set[str]
) -> None:
    page = words(reader, "/law/fine/", clause=clause, **UNIT)
    names = set(re.findall(r'name="(\w+)"', page))
    assert asked <= names
    assert not unasked & names


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.clause)
def test_a_clause_with_a_first_step_asks_for_its_order(row) -> None:
    assert ("ordered" in questions(row)) == bool(row.first or row.clause == "S40")
    assert set(FactsForm(row).fields) == questions(row)


def test_the_memo_holds_facts_norm_steps_range_and_hearing(reader: Client) -> None:
    asked = {"ordered": "2025-07-01", "term_ends": "2025-07-20", "complied": "no", "decided": "2025-09-01"}
    page = words(reader, "/law/fine/", clause="S38", item="2", **UNIT, **{**ONCE, **asked})
    for heading in ("一、事实", "二、适用的规范", "三、步骤", "四、幅度和程序"):
        assert heading in page
    assert "2,000 元以上 10,000 元以下" in page
    assert "听证" in page
    assert page.index('id="memo"') < page.index('id="ask"')
    assert "data-copies" in page
    assert "data-prints" in page


LOCAL = {"ordered": "2025-07-01", "term_ends": "2025-07-20", "complied": "no", "decided": "2025-09-01"}


def test_what_is_unconfirmed_is_said_where_it_is_relied_on(reader: Client) -> None:
    page = words(reader, "/law/fine/", clause="S38", item="2", **UNIT, **{**ONCE, **LOCAL})
    answer = page.partition('id="ask"')[0]
    assert "未核实：自治区人大常委会规定的规章罚款限额（未填写）" in answer
    assert answer.count("规章罚款限额（未填写）") == 1
    assert "据以办理前请查对原文" in answer
    national = words(reader, "/law/fine/", clause="N27", item="1", place_public="yes", **UNIT, **ONCE)
    assert "据以办理前请查对原文" not in national


def given(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    settings = get_settings().model_copy(update=values)
    monkeypatch.setattr(asking, "get_settings", lambda: settings)


def test_a_value_that_was_looked_up_is_not_marked(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"clause": "S38", "item": "2", **UNIT, **ONCE, **LOCAL}
    given(monkeypatch, law_local_rule_cap=30_000, law_local_hearing_unit=50_000)
    assert "规章罚款限额（30,000元）" in words(reader, "/law/fine/", **asked)
    named = ("local_rule_cap", "local_hearing_unit")
    given(monkeypatch, law_local_rule_cap=30_000, law_local_hearing_unit=50_000, law_confirmed=named)
    page = words(reader, "/law/fine/", **asked)
    assert "据以办理前请查对原文" not in page
    assert "作出决定前应当告知听证权利" not in page


def test_a_cap_that_is_lower_than_the_range_makes_a_conflict(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"clause": "S38", "item": "2", **UNIT, **ONCE, **LOCAL}
    assert "规范冲突，由" not in words(reader, "/law/fine/", **asked)
    given(monkeypatch, law_local_rule_cap=5_000)
    assert "规范冲突，由" in words(reader, "/law/fine/", **asked)


def test_the_term_of_an_order_is_the_installations_suggestion_and_no_law(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = words(reader, "/law/fine/", clause="N29", **UNIT, **ONCE)
    assert "本单位的建议，不是法律规定" in page
    assert "建议定为 30 日" in page
    steps = page.partition("三、步骤")[2].partition("四、幅度和程序")[0]
    assert "建议" not in steps
    given(monkeypatch, law_order_correct_days=45)
    assert "建议定为 45 日" in words(reader, "/law/fine/", clause="N29", **UNIT, **ONCE)


def test_the_hour_of_the_counter_and_clear_days_are_the_installations(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = {"kind": "filing", "start": "2026-01-25"}
    removal = {"kind": "removal", "start": "2099-03-14"}
    page = words(reader, "/law/deadline/", **filing)
    assert "纸质材料截止18:00" in page
    assert page.count("未核实：纸质材料的受理截止时间（18:00）") == 1
    assert "2099-02-27" in words(reader, "/law/deadline/", **removal)
    given(
        monkeypatch, law_office_close=time(17, 30), law_removal_clear_days=True, law_reminder_days=(5,),
        law_confirmed=("office_close", "removal_clear_days"),
    )  # fmt: skip
    page = words(reader, "/law/deadline/", **filing)
    assert "纸质材料截止17:30" in page
    assert "据以办理前请查对原文" not in page
    page = words(reader, "/law/deadline/", **removal)
    assert "2099-02-26" in page
    assert "据以办理前请查对原文" not in page
    assert len(taken(reader, **filing).walk("VALARM")) == 1


# Several clauses of one act

ACT = {"clause": "N27", "item": "1", "place_public": "yes", **UNIT, **ONCE}
ALSO = {"also1-clause": "N29", "also1-asked": "N29"}


def names(page: str) -> set[str]:
    return set(re.findall(r'name="([\w-]+)"', page))


def test_another_clause_is_added_step_by_step_and_what_was_given_stays(reader: Client) -> None:
    answer = reader.get("/law/fine/", {**ACT, "more": "1"})
    assert answer.status_code == 302
    page = reader.get(answer.headers["Location"].partition("#")[0]).content.decode()
    assert "also1-clause" in names(page)
    assert 'value="2025-06-01"' in page
    assert 'id="memo"' not in page
    assert "field--error" not in page
    assert 'value="N27"' not in page.partition('name="also1-clause"')[2]
    page = words(reader, "/law/fine/", **ACT, **{"also1-clause": "N29", "also1-asked": ""})
    own = {name for name in names(page) if name.startswith("also1-")}
    assert own == {
        "also1-clause", "also1-asked", "also1-conduct_from", "also1-conduct_to", "also1-ordered", "also1-term_ends",
        "also1-complied",
    }  # fmt: skip
    assert "field--error" not in page


def test_an_addition_without_a_clause_is_said_at_its_field(reader: Client) -> None:
    page = words(reader, "/law/fine/", **ACT, **{"also1-clause": "", "also1-asked": ""})
    assert page.count("field--error") == 1
    assert 'href="#id_also1-clause"' in page


def test_at_most_three_clauses_are_added_and_each_can_be_taken_out(reader: Client) -> None:
    three = {
        f"also{n}-{key}": clause for n, clause in ((1, "N29"), (2, "N26"), (3, "N30")) for key in ("clause", "asked")
    }
    page = words(reader, "/law/fine/", **ACT, **three)
    assert 'name="more"' not in page
    location = reader.get("/law/fine/", {**ACT, **three, "drop": "2"}).headers["Location"]
    assert "also2" not in location
    assert {"also1-clause=N29", "also3-clause=N30"} <= set(location.partition("#")[0].partition("?")[2].split("&"))
    assert 'name="more"' in reader.get(location.partition("#")[0]).content.decode()


def test_the_memo_of_an_act_says_what_each_clause_comes_to_which_governs_and_what_waits(reader: Client) -> None:
    page = words(reader, "/law/fine/", **ACT, **ALSO)
    memo = page.partition('id="ask"')[0]
    assert "10,000 元以上 20,000 元以下" in memo
    assert memo.count("依此处罚") == 1
    assert memo.count("待责令期满") == 1
    assert "同一行为只罚一次" in memo
    ordered = {"also1-ordered": "2025-06-05", "also1-term_ends": "2025-06-20", "also1-complied": "no"}
    page = words(reader, "/law/fine/", **ACT, **ALSO, **ordered)
    assert "待责令期满" not in page
    assert "按罚款数额高的规定处罚" in page


def test_one_conflict_makes_the_act_a_conflict(reader: Client) -> None:
    page = words(reader, "/law/fine/", **ACT, **{"also1-clause": "S40", "also1-asked": "S40"})
    memo = page.partition('id="ask"')[0]
    assert "规范冲突，由法制审核决定" in memo.partition("一、事实")[0]
    assert "元以上" not in memo.partition("四、幅度和程序")[2].partition("五、")[0]
    assert "依此处罚" not in memo


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"also2-term_ends": "2025-06-30"}, "also2-term_ends", "请同时填写责令送达之日"),
        ({"also2-ordered": "2024-01-01"}, "also2-ordered", "责令须在行为开始之后"),
        ({"also2-complied": "no"}, "also2-complied", "复查在责令之后"),
        ({"also2-conduct_from": "2025-06-20", "also2-conduct_to": "2025-06-21"}, "also2-conduct_to", "不是同一行为"),
        ({"also1-conduct_to": "2025-08-20"}, "also1-conduct_to", "决定之日不能早于行为终了之日"),
        ({"also1-ordered": "moon"}, "also1-ordered", "请按年、月、日填写"),
    ],
)
def test_what_cannot_be_right_is_said_at_the_field_of_its_own_clause(
    reader: Client, wrong: dict[str, str], field: str, said: str
) -> None:
    second = {"also2-clause": "N26", "also2-asked": "N26"}
    page = words(reader, "/law/fine/", **ACT, **ALSO, **second, **wrong)
    assert page.count("field--error") == 1
    assert f'href="#id_{field}"' in page
    assert said in page
    assert 'id="memo"' not in page


def test_a_term_that_runs_is_no_fine(reader: Client) -> None:
    asked = {"ordered": "2025-06-20", "term_ends": "2025-07-20"}
    page = words(reader, "/law/fine/", clause="N29", **UNIT, **{**ONCE, **asked})
    assert "不得罚款" in page
    assert "尚未届满" in page


def test_an_old_breach_is_barred_by_the_day_it_was_found_out(reader: Client) -> None:
    old = {"conduct_from": "2025-04-01", "conduct_to": "2025-04-02", "decided": "2028-01-10"}
    assert "不再处罚" in words(reader, "/law/fine/", clause="N27", **UNIT, **old)
    assert "不再处罚" not in words(reader, "/law/fine/", clause="N27", **UNIT, **old, discovered="2025-05-01")
    assert "不再处罚" not in words(reader, "/law/fine/", clause="N27", **UNIT, **{**old, "harmed": "on"})


def test_who_neither_built_nor_uses_is_not_fined_for_removal(reader: Client) -> None:
    early = {"conduct_from": "2024-06-01", "conduct_to": "2024-06-01", "decided": "2024-07-01"}
    page = words(reader, "/law/fine/", clause="S40", **UNIT, **early, building_or_using_unit="no")
    assert "该条只适用于建设单位、使用单位" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"term_ends": "2025-06-30"}, "请同时填写责令送达之日"),
        ({"ordered": "2024-01-01"}, "责令须在行为开始之后"),
        ({"discovered": "2030-01-01"}, "发现之日须在行为开始之后"),
        ({"decided": "2025-01-01"}, "决定之日不能早于行为终了之日"),
        ({"decided": ""}, "请填写日期"),
        ({"conduct_to": "2025-13-40"}, "请按年、月、日填写"),
        ({"conduct_to": "2025-01-01"}, "终了之日不能早于开始之日"),
    ],
)
def test_a_fact_that_cannot_be_right_is_said_beside_its_field(reader: Client, given: dict[str, str], said: str) -> None:
    page = words(reader, "/law/fine/", clause="N29", **UNIT, **{**ONCE, **given})
    assert said in page
    assert page.count("field--error") == 1
    assert 'id="memo"' not in page


def test_no_complaint_of_the_library_stands_in_english_on_a_chinese_page() -> None:
    class Asked(forms.Form):
        day = forms.CharField(required=False)

    def wrong(_: object) -> None:
        raise BadInput("something-new", "a recheck comes after an order", "give the day of the order")

    for language, said in (("zh-hans", "填写的内容不符合要求"), ("en", "a recheck comes after an order")):
        form = Asked({})
        with translation.override(language):
            assert asking.ask(form, wrong, asking.Complaints({}, {})) is None
            assert said in str(form.non_field_errors())


@pytest.mark.parametrize(
    ("url", "asked", "said"),
    [
        ("/law/retention/", {"captured": "2019-01-01"}, "该日的录像没有可以适用的留存规定"),
        (
            "/law/fine/",
            {
                "clause": "S37", "respondent": "unit", "conduct_from": "2025-01-01", "conduct_to": "2025-01-02",
                "decided": "2025-02-01", "complied": "no",
            },
            "复查在责令之后",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_told_in_chinese(reader: Client, url: str, asked: dict[str, str], said: str) -> None:
    page = words(reader, url, **asked)
    assert said in page
    assert "comes after" not in page


def test_errors_are_in_the_language_of_the_page(english: Client) -> None:
    page = words(english, "/law/fine/", clause="N29", **UNIT, **{**ONCE, "term_ends": "2025-06-30"})
    assert "field--error" in page
    assert "请同时填写" not in page


# Deadlines


def cells(strip: Strip) -> dict[date, DayCell]:
    months = (*strip.head, *strip.tail)
    return {cell.day: cell for month in months for week in month.weeks for cell in week if cell}


def test_the_months_show_the_first_day_the_days_off_and_where_the_last_day_went() -> None:
    found = cells(months_of(due("filing", date(2026, 1, 25), WorkCalendar()), date(2026, 11, 1)))
    keys = {day: [mark.key for mark in cell.marks] for day, cell in found.items() if cell.marks}
    assert keys[date(2026, 1, 25)] == ["start"]
    assert keys[date(2026, 2, 24)] == ["unrolled"]
    assert keys[date(2026, 2, 27)] == ["due"]
    assert keys[date(2026, 2, 9)] == ["reminder"]
    assert found[date(2026, 2, 25)].kind == "holiday"
    assert str(found[date(2026, 2, 25)].word) == "藏历新年"
    assert found[date(2026, 2, 14)].kind == "makeup"
    assert found[date(2026, 1, 31)].kind == "off"
    assert not found[date(2026, 1, 24)].counted
    assert not found[date(2026, 2, 28)].counted


def test_a_removal_is_shown_backward() -> None:
    found = cells(months_of(removal_report(date(2026, 3, 14), WorkCalendar()), date(2026, 1, 1)))
    keys = {day: [mark.key for mark in cell.marks] for day, cell in found.items() if cell.marks}
    assert keys[date(2026, 3, 14)] == ["start"]
    assert keys[date(2026, 2, 27)] == ["due"]
    assert keys[date(2026, 2, 22)] == ["reminder"]


def test_of_a_long_count_the_first_and_the_last_months_are_drawn() -> None:
    strip = months_of(due("suit", date(2026, 1, 5), WorkCalendar()), date(2026, 1, 5))
    assert [month.first.month for month in strip.head] == [1]
    assert [month.first.month for month in strip.tail] == [6, 7]
    assert strip.left_out == 4


def test_days_that_a_notice_may_still_change_are_said_to_be_open() -> None:
    found = months_of(due("filing", date(2099, 1, 5), WorkCalendar()), date(2098, 1, 1))
    assert cells(found)[date(2099, 2, 4)].open
    assert any("尚未公布" in str(word) for line in found.lines for word in line.words)


def test_the_days_are_a_table_that_needs_no_colours(reader: Client) -> None:
    page = words(reader, "/law/deadline/", kind="filing", start="2026-01-25")
    assert "<caption>2026-02</caption>" in page
    assert '<th scope="col">一</th>' in page
    assert re.search(r'strip__number">27</span><span class="strip__mark">到期', page)
    assert re.search(r'strip__number">25</span><span class="strip__word">藏历新年', page)


@pytest.mark.parametrize(("done", "said"), [("2026-02-27", "按期办理"), ("2026-03-01", "逾期 2 天办理")])
def test_what_was_done_is_in_time_or_late(reader: Client, done: str, said: str) -> None:
    assert said in words(reader, "/law/deadline/", kind="filing", start="2026-01-25", done=done)


def test_the_other_clock_of_filing_is_named(reader: Client) -> None:
    assert "两个起算点" in words(reader, "/law/deadline/", kind="filing", start="2026-01-25")
    assert "另有起算点" not in words(reader, "/law/deadline/", kind="payment", start="2026-01-05")


def test_every_kind_can_be_chosen_and_is_answered_on_the_page(reader: Client, english: Client) -> None:
    page = words(reader, "/law/deadline/")
    for one in EVERY:
        assert f'value="{one.kind}"' in page
        day = "2099-03-12" if one in BACKWARD else "2026-03-02"
        days = {"days": "30"} if getattr(one, "term", 1) is None else {}
        start = {} if getattr(one, "starts", None) else {"start": day}
        answer = words(english, "/law/deadline/", kind=one.kind, **start, **days)
        assert "law__figure" in answer
        assert one.en in answer.replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("kind", "start", "said", "unsaid"),
    [
        ("hearing-request", "2026-03-02", "程序规定三日", "十日内举行"),
        ("hearing-notice", "2026-03-12", "十日内举行", "程序规定三日"),
        ("hearing-day", "2026-03-02", "规范不一致", "不能兼顾"),
        ("hearing-day", "2026-09-30", "两项期限不能兼顾", "规范不一致"),
        ("payment", "2026-03-02", "缴纳罚款", "规范不一致"),
    ],
)
def test_norms_that_differ_are_said_where_they_speak_of_this_term(
    reader: Client, kind: str, start: str, said: str, unsaid: str
) -> None:
    memo = words(reader, "/law/deadline/", kind=kind, start=start).partition('id="memo"')[2].partition("</section>")[0]
    assert said in memo
    assert unsaid not in memo.replace("两者不能兼顾时", "")


def test_a_hearing_is_told_before_it_and_its_notice_is_judged(reader: Client) -> None:
    page = words(reader, "/law/deadline/", kind="hearing-notice", start="2026-03-12", done="2026-03-04")
    for said in ("最迟通知之日", "2026-03-03", "2026-03-02", "逾期 1 天办理", "规范不一致", "未核实"):
        assert said in page
    assert "通知须在举行听证之前" in words(
        reader, "/law/deadline/", kind="hearing-notice", start="2026-03-12", done="2026-03-12"
    )


def test_a_term_of_hours_is_held_against_the_hour_at_which_it_was_kept(reader: Client) -> None:
    asked = {"kind": "spot-report", "start": "2026-03-06", "at": "09:30", "done": "2026-03-07"}
    assert "是否按期须填写时刻" in words(reader, "/law/deadline/", **asked)
    assert "按期办理" in words(reader, "/law/deadline/", **asked, done_at="09:30")
    assert "逾期 45 分钟办理" in words(reader, "/law/deadline/", **asked, done_at="10:15")
    assert "逾期 2 小时 5 分钟办理" in words(reader, "/law/deadline/", **asked, done_at="11:35")
    early = {**asked, "done": "2026-03-06", "done_at": "09:29"}
    assert "办理之日不能早于" in words(reader, "/law/deadline/", **early)
    assert "还须填写实际办理之日" in words(reader, "/law/deadline/", **{**asked, "done": ""}, done_at="09:30")
    assert "不填写时刻" in words(reader, "/law/deadline/", kind="payment", start="2026-03-06", done_at="09:30")


def test_a_term_of_hours_asks_for_the_hour_and_others_refuse_it(reader: Client) -> None:
    assert "2026-03-07 09:30" in words(reader, "/law/deadline/", kind="spot-report", start="2026-03-06", at="09:30")
    for kind in ("payment", "hearing-notice"):
        assert "不填写时刻" in words(reader, "/law/deadline/", kind=kind, start="2026-03-06", at="09:30")
    assert "不填写时刻" in words(reader, "/law/deadline/", kind="order", start="2026-03-06", days="9", at="09:30")


@pytest.mark.parametrize(
    ("done", "said"), [("2026-05-01", "期间尚未届满"), ("2026-05-02", "期满后办理"), ("", "已经期满")]
)
def test_a_public_notice_is_too_early_or_over_and_never_late(reader: Client, done: str, said: str) -> None:
    page = words(reader, "/law/deadline/", kind="public-notice", start="2026-03-02", done=done)
    assert said in page
    assert "逾期" not in page.partition('id="memo"')[2].partition("</section>")[0]


def test_a_kind_that_a_link_names_is_chosen_and_a_legacy_one_is_answered(reader: Client) -> None:
    page = words(reader, "/law/deadline/", kind="payment")
    assert re.search(r'value="payment" selected', page)
    assert "field--error" not in page
    assert "2024-07-01" in words(reader, "/law/deadline/", kind="legacy-filing")


def taken(client: Client, **asked: str) -> icalendar.Event:
    answer = client.get("/law/deadline/calendar.ics", asked)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert b"\r\n" in answer.content
    [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return event


def test_a_deadline_goes_into_a_calendar_program_with_its_reminders(reader: Client) -> None:
    event = taken(reader, kind="filing", start="2026-01-25")
    assert event.decoded("dtstart") == date(2026, 2, 27)
    assert event.decoded("dtend") == date(2026, 2, 28)
    assert str(event["summary"]) == "到期：备案（建设单位）"
    assert "S16.2a" in str(event["description"])
    assert str(event["status"]) == "CONFIRMED"
    triggers = [alarm.decoded("trigger") for alarm in event.walk("VALARM")]
    days = [date(2026, 2, 27) + (trigger - timedelta(hours=9)) for trigger in triggers]
    assert days == [date(2026, 2, day) for day in (9, 17, 21, 24)]


def test_the_same_deadline_is_the_same_event_and_a_provisional_one_says_so(reader: Client) -> None:
    first, again = (taken(reader, kind="filing", start="2026-01-25") for _ in range(2))
    other = taken(reader, kind="filing", start="2099-01-05")
    assert first["uid"] == again["uid"] != other["uid"]
    assert str(other["status"]) == "TENTATIVE"
    assert "暂定" in str(other["summary"])


def test_a_removal_goes_into_the_calendar_by_the_day_of_its_report(reader: Client) -> None:
    assert taken(reader, kind="removal", start="2099-12-20").decoded("dtstart") == date(2099, 12, 5)


def test_a_question_without_an_answer_gives_no_calendar_but_says_why(reader: Client) -> None:
    answer = reader.get("/law/deadline/calendar.ics", {"kind": "filing", "start": "2024-04-30"}, follow=True)
    assert answer.redirect_chain
    assert "尚未施行" in answer.content.decode()


# Retention and who builds


def test_footage_is_kept_for_the_longest_of_the_terms(reader: Client) -> None:
    page = words(reader, "/law/retention/", captured="2026-03-01")
    assert "2026-03-31" in page
    assert "2026-04-01 00:00" in page
    assert "2026-05-30" in words(reader, "/law/retention/", captured="2026-03-01", key_target="on")


def test_the_moment_of_capture_is_lhasas(reader: Client) -> None:
    page = words(reader, "/law/retention/", captured="2026-03-01", captured_time="23:59")
    assert "2026-03-31" in page


def test_a_longer_term_of_ones_own_needs_its_purpose(reader: Client) -> None:
    asked = {"captured": "2026-03-01", "days": "180", "source": "内部规定", "rank": "0"}
    assert "须由人认定" in words(reader, "/law/retention/", **asked)
    assert "须由人认定" not in words(reader, "/law/retention/", **asked, purpose="案件侦查")


def test_a_hold_keeps_until_it_is_released(reader: Client) -> None:
    page = words(reader, "/law/retention/", captured="2024-06-01", hold_reason="盗窃案")
    assert "保全期间不得删除" in page
    assert "2030-01-31" in words(
        reader, "/law/retention/", captured="2024-06-01", hold_reason="盗窃案", hold_until="2030-01-31"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"days": "90"}, "请写明是哪一规范"),
        ({"source": "规定"}, "请一并填写天数"),
        ({"purpose": "目的"}, "请一并填写天数"),
        ({"hold_until": "2026-05-01"}, "信息保全的，请写明理由"),
        ({"hold_reason": "侦查", "hold_until": "2026-01-01"}, "保全届满之日不能早于采集之日"),
        ({"captured": "9999-12-31"}, "超出可以计算的范围"),
        ({"days": "99999"}, "field--error"),
    ],
)
def test_half_a_term_or_half_a_hold_is_said_beside_its_field(reader: Client, given: dict[str, str], said: str) -> None:
    page = words(reader, "/law/retention/", **{"captured": "2026-03-01", **given})
    assert said in page
    assert page.count("field--error") == 1


def test_who_builds_is_answered_or_says_what_is_missing(reader: Client) -> None:
    assert "由某公司负责建设" in words(reader, "/law/builder/", category="8", owner="某公司")
    assert "市人民政府" in words(reader, "/law/builder/", category="1")
    assert "管理者的名称" in words(reader, "/law/builder/", category="2", state_owned="on")
    wrong = words(reader, "/law/builder/", category="8", owner="甲", user="乙", agreed="丙", agreement="合同")
    assert "丙不是登记的所有者或者使用者" in wrong


@pytest.mark.parametrize(
    ("url", "asked", "said"),
    [
        ("/law/deadline/", {"kind": "filing", "start": "2026-01-25"}, "Losar"),
        ("/law/fine/", {"clause": "N27", **UNIT, **ONCE}, "2. Norm that applies"),
        ("/law/retention/", {"captured": "2026-03-01"}, "Kept through"),
        ("/law/builder/", {"category": "8", "owner": "Mall"}, "Mall builds"),
        ("/law/examples/", {}, "A school that is late to file"),
    ],
)
def test_the_calculators_speak_english(english: Client, url: str, asked: dict[str, str], said: str) -> None:
    assert said in words(english, url, **asked)


def test_every_clause_that_fines_has_a_second_step(reader: Client) -> None:
    for clause in BY_CLAUSE:
        assert "第二步" in words(reader, "/law/fine/", clause=clause, **UNIT)
