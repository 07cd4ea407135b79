"""依据核对: asked in plain words step by step, answered from the law's grounds, and nothing comes of it."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from django.test import Client

from custodes.law.assumptions import AS_SHIPPED
from custodes.law.grounds.registry import GROUNDS
from custodes.oversight.models import EntryRow
from custodes.settings import get_settings
from custodes.web.lawbook import asking
from custodes.web.lawbook.looking.page import SHEETS, GroundForm, last_step, look
from tests.cast import Cast
from tests.law.grounds.table import TABLE

NOW = datetime(2026, 6, 3, 8, tzinfo=UTC)
WHOLE: dict[str, dict[str, str | list[str]]] = TABLE["回答"]
"""Of each ground, answers with which nothing is missing."""


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    client.force_login(cast.outsider.account)
    return client


def page_of(client: Client, name: str, step: int | None = None, **answers: str | list[str]) -> str:
    asked = {**answers, "step": str(step if step is not None else last_step(SHEETS[name]))}
    answer = client.get(f"/law/looking/{name}/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_ground_can_be_asked_about(reader: Client) -> None:
    assert set(SHEETS) == set(GROUNDS) == set(WHOLE)
    page = reader.get("/law/looking/").content.decode()
    assert "不作决定，不打开任何画面" in page
    for name, entry in GROUNDS.items():
        assert f'href="/law/looking/{name}/"' in page
        assert entry.zh in page


@pytest.mark.parametrize("name", GROUNDS)
def test_every_fact_is_asked_or_assumed(name: str) -> None:
    sheet = SHEETS[name]
    asked = {one.name for step in sheet.steps for one in step.questions}
    told = set(sheet.own({}, NOW)) | {path.partition(".")[0] for path, _ in sheet.entry.filled}
    assert {one.name for one in fields(sheet.entry.facts)} <= asked | told


@pytest.mark.parametrize("name", GROUNDS)
def test_with_everything_there_it_may_go_on_and_says_that_it_decides_nothing(reader: Client, name: str) -> None:
    page = page_of(reader, name, **WHOLE[name])
    assert "可以继续" in page
    assert "还缺什么" not in page
    assert "按所填情况核对，不是决定" in page
    assert "不提供人脸、号牌检索" in page


@pytest.mark.parametrize("name", GROUNDS)
def test_with_nothing_said_it_is_closed(name: str) -> None:
    sheet = SHEETS[name]
    found = look(sheet, GroundForm(sheet, {}), NOW)
    assert found.unmet


@pytest.mark.parametrize("name", GROUNDS)
def test_each_condition_that_is_taken_away_is_named(name: str) -> None:
    """Of what was ticked, everything matters but what says more of the wish than of the conditions."""
    sheet = SHEETS[name]
    wishes = {"live"}
    for answer in [key for key, value in WHOLE[name].items() if value == "on" and key not in wishes]:
        left = {key: value for key, value in WHOLE[name].items() if key != answer}
        if name == "own_image" and answer == "purpose":
            continue  # PIPL45 asks for no purpose, and neither does the sheet
        if name == "missing_person" and answer in ("purpose", "content"):
            continue  # the police report stands for both
        form = GroundForm(sheet, {})
        form.data = form.data.copy()
        for key, value in left.items():
            form.data.setlist(key, value if isinstance(value, list) else [value])
        assert look(sheet, form, NOW).unmet, answer


def test_what_is_missing_stands_with_clause_reason_and_remedy_and_other_ways_with_it(reader: Client) -> None:
    page = page_of(reader, "agency", **{**WHOLE["agency"], "officers_asking": "1"})
    assert "工作人员少于二人" in page
    assert "请由两名以上工作人员共同办理" in page
    assert 'href="/law/S28.1(1)/"' in page
    assert "其他途径" in page
    assert "不提供实时画面" in page


def test_an_approval_that_is_missing_is_awaited_and_no_refusal(reader: Client) -> None:
    page = page_of(reader, "agency", **{**WHOLE["agency"], "approved": "1"})
    assert "待审批" in page
    assert "尚缺本单位审批人1名" in page
    assert "还缺什么" not in page


def test_lengths_ages_and_approvals_are_the_installations(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    three = {**WHOLE["agency"], "approved": "2", "end": "2026-06-02T12:30"}
    child = {**WHOLE["missing_person"], "age": "16"}
    assert "可以继续" in page_of(reader, "agency", **three)
    page = page_of(reader, "missing_person", **child)
    assert "可以继续" in page
    assert "未核实：儿童的年龄上限（18周岁）" in page
    values = {
        "law_holder_approvals": 3,
        "law_request_hours": 3,
        "law_child_below": 14,
        "law_confirmed": ("child_below",),
    }
    settings = get_settings().model_copy(update=values)
    monkeypatch.setattr(asking, "get_settings", lambda: settings)
    assert AS_SHIPPED.holder_approvals == 2
    page = page_of(reader, "agency", **three)
    assert "尚缺本单位审批人1名" in page
    assert "时段超过一次申请的上限（3小时）" in page
    page = page_of(reader, "missing_person", **child)
    assert "已满14周岁" in page
    assert "据以办理前请查对原文" not in page


def test_one_thing_is_asked_at_a_time_and_what_was_answered_is_carried_along(reader: Client) -> None:
    first = reader.get("/law/looking/agency/").content.decode()
    assert 'name="requester"' in first
    assert 'name="officers_asking"' not in first
    second = page_of(reader, "agency", 2, requester="organ", basis="judicial", law="on")
    assert re.search(r'<input type="hidden" name="requester" value="organ"', second)
    assert re.search(r'<input type="hidden" name="law" value="True"', second)
    assert re.search(r'type="number" name="officers_asking" value="2"', second)
    carried = page_of(reader, "agency", 3, requester="organ", law="True", law_reviewed="False")
    assert re.search(r'type="hidden" name="law_reviewed" value="False"', carried)
    assert 'name="step" value="2"' in carried


def test_answers_can_be_changed_and_lead_back_to_their_step(reader: Client) -> None:
    page = page_of(reader, "release", **WHOLE["release"])
    links = re.findall(r'href="(/law/looking/release/\?[^"#]+)#ask"', page)
    assert len(links) == len(SHEETS["release"].steps)
    second = reader.get(links[1].replace("&amp;", "&")).content.decode()
    assert re.search(r'name="masked" value="faces"[^>]*checked', second)
    assert re.search(r'type="hidden" name="basis" value="True"', second)


@pytest.mark.parametrize(
    ("answers", "field"),
    [({"officers_asking": "two"}, "officers_asking"), ({"begin": "yesterday"}, "begin"), ({"verb": "steal"}, "verb")],
)
def test_what_cannot_be_read_leads_back_to_its_step_and_is_said_at_its_field(
    reader: Client, answers: dict[str, str], field: str
) -> None:
    page = page_of(reader, "agency", **{**WHOLE["agency"], **answers})
    assert 'id="memo"' not in page
    assert page.count("field--error") == 1
    assert f'href="#id_{field}' in page


@pytest.mark.parametrize("step", ["0", "-1", "99", "x", "²", ""])
def test_a_step_that_is_none_is_no_fault(reader: Client, step: str) -> None:
    assert reader.get("/law/looking/duty/", {"step": step}).status_code == 200


def test_an_unknown_ground_is_not_found(reader: Client) -> None:
    assert reader.get("/law/looking/curiosity/").status_code == 404


def test_nobody_is_asked_for_a_name_or_a_number(reader: Client) -> None:
    for name, sheet in SHEETS.items():
        for step in range(1, last_step(sheet)):
            assert 'type="text"' not in page_of(reader, name, step), name


def test_checking_leaves_no_record_and_opens_nothing(reader: Client) -> None:
    before = EntryRow.objects.count()
    page_of(reader, "agency", **WHOLE["agency"])
    assert EntryRow.objects.count() == before
    assert reader.post("/law/looking/agency/", {}).status_code == 405


def test_it_speaks_english(reader: Client) -> None:
    reader.post("/language/", {"language": "en"})
    page = page_of(reader, "agency", **{**WHOLE["agency"], "officers_asking": "1"})
    assert "Fewer than two officers" in page
    assert "Two officers have to ask together" in page
    main = re.sub(r"(?s)<[^>]+lang=\"zh-Hans\".*?</", "", page.partition("<main")[2].partition("<footer")[0])
    assert "所填情况" not in main


def test_a_clause_that_a_ground_rests_on_leads_to_its_check(reader: Client) -> None:
    assert 'href="/law/looking/agency/"' in reader.get("/law/S28.1(1)/").content.decode()
