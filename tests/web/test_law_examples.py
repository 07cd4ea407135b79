"""The law's story: worked examples that compute live, and what 工作台 says of the law today."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from custodes.law.calendar.days import WorkCalendar
from custodes.oversight.models import EntryRow
from custodes.settings import get_settings
from custodes.web.lawbook import hints
from custodes.web.lawbook.asking import today
from custodes.web.lawbook.cases import EXAMPLES
from custodes.web.lawbook.examples import shown
from custodes.web.lawbook.strip import next_run, open_notice
from tests.cast import Cast
from tests.places.stage import Stage

DAYS = (date(2026, 1, 1), date(2026, 6, 3), date(2026, 11, 25), date(2028, 2, 29), date(2031, 12, 31))


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    client.force_login(cast.outsider.account)
    return client


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_on_every_day_the_examples_tell_of_what_is_late_due_waiting_refused_and_open(now: date) -> None:
    verdicts = {str(one.name): shown(one, now) for one in EXAMPLES}
    assert verdicts["学校超期未备案"].state == "danger"
    assert verdicts["因修路拆除灯杆，报告已迟"].state == "danger"
    assert verdicts["藏历新年期间到期"].verdict == "按期办理"
    assert verdicts["放假安排未公布"].state == "attention" or now == DAYS[0]
    assert "等待期满" in verdicts["未备案，期限未满"].verdict
    assert verdicts["同一行为已经罚款"].verdict == "不得罚款"
    assert "规范冲突" in verdicts["商场试衣间外摄像机"].verdict
    assert "10,000 至 20,000" in verdicts["商场试衣间内安装摄像机"].verdict
    assert "不得删除" in verdicts["已到期但在保全中"].verdict


def test_an_example_leads_to_its_calculator_filled_in_and_answered(reader: Client) -> None:
    page = reader.get("/law/examples/").content.decode()
    assert "不是真实案件" in page
    for one in EXAMPLES:
        found = shown(one, today())
        assert found.address.replace("&", "&amp;") in page
        answer = reader.get(found.address.partition("#")[0]).content.decode()
        assert 'id="memo"' in answer, one.name
        assert "field--error" not in answer


def test_the_next_days_off_are_told_with_the_day_on_which_work_begins_again() -> None:
    run = next_run(date(2026, 1, 20), 60, WorkCalendar())
    assert run is not None
    assert run.name == "春节"
    assert run.first == date(2026, 2, 15)
    assert (run.last, run.back) == (date(2026, 2, 26), date(2026, 2, 27))
    assert next_run(date(2026, 10, 20), 60, WorkCalendar()) is None


def test_the_first_day_that_a_notice_may_change_is_told_with_the_notice() -> None:
    found = open_notice(date(2098, 12, 20), 60, WorkCalendar())
    assert found is not None
    assert "尚未公布" in found[1][0]
    assert open_notice(date(2026, 5, 1), 60, WorkCalendar()) is None


def test_the_workbench_names_lately_refused_looks_to_whom_they_concern(cast: Cast, client: Client) -> None:
    EntryRow.objects.create(index=1, at=timezone.now(), type="refusal", person=cast.officer.person.uuid)
    client.force_login(cast.officer.account)
    own = client.get("/").content.decode()
    assert "七日内 1 次查看未获准" in own
    assert "/ledger/mine/?type=refusal" in own
    client.force_login(cast.outsider.account)
    assert "次查看未获准" not in client.get("/").content.decode()


def test_the_workbench_compares_the_terms_of_storage_with_the_floor(stage: Stage, client: Client) -> None:
    client.force_login(stage.cast.caretaker.account)
    page = client.get("/").content.decode()
    assert "的存储期限：30 日" in page
    assert "达到下限" in page
    assert 'href="/law/S32/"' in page


def test_examples_are_named_on_the_workbench_of_a_training_installation_alone(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "法规示例" not in reader.get("/").content.decode()
    training = get_settings().model_copy(update={"training": True})
    monkeypatch.setattr(hints, "get_settings", lambda: training)
    assert "法规示例" in reader.get("/").content.decode()
