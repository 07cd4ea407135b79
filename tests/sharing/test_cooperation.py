"""Cooperation requests (S24): each step from each state, need and answer, reminders, whom S24 reaches."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.people.lawful import StepRefused
from custodes.people.models import UnitKind
from custodes.places.models import System
from custodes.settings import get_settings
from custodes.sharing.models import Cooperation
from tests.day import morning
from tests.sharing import requests as steps
from tests.sharing.stage import NEED, department, taken

pytestmark = [pytest.mark.django_db, pytest.mark.clause("S24"), pytest.mark.postgresql]
DAY = datetime.timedelta(days=1)


def ask(cast, by, **more):
    told = {"need": NEED, "wanted": "接入校门口点位", "due": timezone.localdate() + 5 * DAY, "system": None} | more
    unit = told.pop("unit", cast.units["a"])
    return steps.ask(cast.units["county"], unit, told["need"], told["wanted"], told["due"], taken(by), told["system"])


EVENTS = {
    "remind": lambda row, by, unit: steps.remind(row, taken(by)),
    "agree": lambda row, by, unit: steps.agree(row, "同意", None, taken(unit)),
    "decline": lambda row, by, unit: steps.decline(row, "设备已报废", taken(unit)),
    "ask_again": lambda row, by, unit: steps.ask_again(row, timezone.localdate() + 9 * DAY, taken(by, "未按承诺接入")),
    "close": lambda row, by, unit: steps.close(row, taken(by, "已接入")),
    "withdraw": lambda row, by, unit: steps.withdraw(row, taken(by, "不再需要")),
}
MACHINE = {
    "asked": {"remind": "asked", "agree": "agreed", "decline": "declined", "withdraw": "withdrawn"},
    "agreed": {"ask_again": "asked", "close": "closed"},
    "declined": {"ask_again": "asked", "close": "closed"},
    "closed": {},
    "withdrawn": {},
}


@pytest.mark.parametrize("state", MACHINE)
def test_each_event_in_each_state(cast, stage, by, state):
    unit = cast.caretaker.person
    before = {"asked": (), "agreed": ("agree",), "declined": ("decline",), "closed": ("agree", "close")}
    for event in EVENTS:
        row = ask(cast, by)
        for each in before.get(state, ("withdraw",)):
            row = EVENTS[each](row, by, unit)
        if event in MACHINE[state]:
            assert EVENTS[event](row, by, unit).state == MACHINE[state][event]
        else:
            with pytest.raises(StepRefused):
                EVENTS[event](row, by, unit)
            assert Cooperation.objects.get(pk=row.pk).state == state


@pytest.mark.parametrize(
    ("more", "word"),
    [({"need": "。"}, "公共安全需要"), ({"wanted": ""}, "请求配合"), ({"due": morning().date()}, "晚于今天")],
)
def test_need_and_day_are_stated(cast, stage, by, more, word):
    with pytest.raises(StepRefused, match=word):
        ask(cast, by, **more)


def test_whom_s24_does_not_reach(cast, stage, by):
    with pytest.raises(StepRefused, match="第二十三条"):
        ask(cast, by, unit=department(UnitKind.EDUCATION, "城关区教育局"))
    with pytest.raises(StepRefused, match="第二十四条"):
        ask(cast, by, unit=cast.units["court"])
    with pytest.raises(StepRefused, match="不在本辖区"):
        ask(cast, by, unit=cast.units["b"])
    with pytest.raises(StepRefused, match="不是该单位的系统"):
        ask(cast, by, system=stage.hotel)
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    with pytest.raises(StepRefused, match="不得接入"):
        ask(cast, by, system=System.objects.get(pk=stage.school.pk))


def test_how_late_an_answer_is(cast, stage, by):
    row = ask(cast, by)
    assert row.late(row.due) == 0
    assert row.late(row.due + 3 * DAY) == 3
    row = steps.decline(row, "设备已报废", taken(cast.caretaker.person, at=timezone.now() + 7 * DAY))
    assert row.late(row.due + 30 * DAY) == 2, "it came, two days late"


def test_one_reminder_a_day_and_a_promise_that_lies_ahead(cast, stage, by):
    row = ask(cast, by)
    assert steps.remind(row, taken(by)).reminders == 1
    with pytest.raises(StepRefused, match="今天已经催办"):
        steps.remind(row, taken(by))
    with pytest.raises(StepRefused, match="早于今天"):
        steps.agree(row, "同意", timezone.localdate() - DAY, taken(cast.caretaker.person))
    with pytest.raises(StepRefused, match="答复"):
        steps.decline(row, " ", taken(cast.caretaker.person))
    steps.agree(row, "同意", timezone.localdate() + DAY, taken(cast.caretaker.person))
    again = steps.ask_again(row, timezone.localdate() + 9 * DAY, taken(by, "没有接入"))
    assert (again.answer, again.answered_by, again.promised_on) == ("", None, None)
    assert [one.event for one in again.steps.all()] == ["ask", "remind", "agree", "ask_again"]


def test_numbers_and_days(cast, stage, by):
    first, then = ask(cast, by), ask(cast, by)
    assert first.number != then.number
    assert steps.due_from(timezone.localdate()) - timezone.localdate() == get_settings().cooperation_days * DAY
