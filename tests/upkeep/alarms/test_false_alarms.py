"""误报: a person finds an alarm false. It ends, is counted, and its cause is not asked about again until it was gone, a day has passed or it is worse."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.oversight.log_phrases import LedgerNames, tell
from custodes.people.models import RecordOutbox
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.cameras import DEGRADED, DOWN
from custodes.upkeep.models import Alarm, AlarmEvent, AlarmState


class Picture:
    """A cause that is seen, or not, as time goes on."""

    def __init__(self, camera, kind=DEGRADED):
        self.now, self.kind = timezone.now() - datetime.timedelta(hours=1), kind
        subject = f"picture:{camera.pk}:frozen"
        facts = {"count": 1, "fault": "frozen"}
        self.condition = Condition(kind, subject, camera.name, self.now, facts, (CameraSince(camera.pk, self.now),))

    def goes_on(self, minutes: int, seen: bool = True) -> None:
        for _ in range(4 * minutes):
            self.now += datetime.timedelta(seconds=15)
            keep((self.kind,), [self.condition] if seen else [], self.now)

    def measures(self, measure: float, unit: str = "% of the structure") -> None:
        self.condition = replace(self.condition, facts=self.condition.facts | {"measure": measure, "unit": unit})

    def open(self) -> list[Alarm]:
        return list(Alarm.objects.filter(kind=self.kind.key, state=AlarmState.OPEN))


@pytest.fixture
def frozen(stage):
    picture = Picture(stage.gate)
    picture.goes_on(3)
    return picture


def say(browser, alarm, **data):
    return browser.post(reverse("upkeep:alarm_acknowledge", args=[alarm.pk]), data, follow=True)


def test_an_alarm_that_is_found_false_ends_and_is_counted(frozen, client_of):
    [alarm] = frozen.open()
    browser = client_of("operator")
    assert "误报" in browser.get(alarm.get_absolute_url()).content.decode()
    answer = say(browser, alarm, words="画面正常，有车经过", false_alarm="on")
    assert "已按误报结束" in answer.content.decode()
    alarm.refresh_from_db()
    assert (alarm.state, alarm.false_alarm, alarm.cleared_by.name) == (AlarmState.CLEARED, True, "扎西")
    assert [event.step for event in alarm.events.all()] == ["raised", "acknowledged", "false_alarm", "cleared"]
    [record] = RecordOutbox.objects.filter(type="alarm.cleared")
    assert (record.record["false_alarm"], record.record["words"]) == (True, "画面正常，有车经过")
    assert "误报" in tell(record.record, LedgerNames({}))
    history = browser.get(reverse("upkeep:alarm_history"), {"state": "false"})
    assert [line.alarm for line in history.context["lines"]] == [alarm]
    assert "其中误报 1 条" in history.content.decode()


def test_its_cause_is_an_alarm_again_once_it_was_gone(frozen, client_of):
    [alarm] = frozen.open()
    say(client_of("operator"), alarm, words="正常", false_alarm="on")
    frozen.goes_on(30)
    frozen.goes_on(2, seen=False)
    frozen.goes_on(5)
    assert frozen.open() == [], "the same cause is not asked about twice, nor after a moment's absence"
    frozen.goes_on(6, seen=False)
    frozen.goes_on(3)
    [again] = frozen.open()
    assert (again.pk != alarm.pk, again.false_alarm) == (True, False)


def test_what_stands_is_asked_about_again_the_next_day(frozen, client_of):
    """Otherwise one tick would silence a camera that is covered for good."""
    [alarm] = frozen.open()
    say(client_of("operator"), alarm, words="正常", false_alarm="on")
    alarm.refresh_from_db()
    frozen.now = alarm.cleared_at + datetime.timedelta(hours=23, minutes=50)
    frozen.goes_on(8)
    assert frozen.open() == []
    frozen.goes_on(6)
    [again] = frozen.open()
    say(client_of("operator"), again, words="还是正常", false_alarm="on")
    again.refresh_from_db()
    frozen.now = again.cleared_at
    frozen.goes_on(30)
    assert frozen.open() == [], "once a day, not once a look"


@pytest.mark.parametrize(
    ("unit", "found_false", "same", "worse"),
    [
        ("% of the structure", 14.0, 20.0, 22.0),
        ("% of the picture", 60.0, 75.0, 81.0),
        ("% of the picture", 93.0, 97.0, 98.5),
        ("× the reference", 1.4, 2.0, 2.2),
    ],
)
def test_what_becomes_worse_is_asked_about_again(stage, client_of, unit, found_false, same, worse):
    """A shadow was found false; then somebody covers the same camera."""
    picture = Picture(stage.gate)
    picture.measures(found_false, unit)
    picture.goes_on(3)
    [alarm] = picture.open()
    say(client_of("operator"), alarm, words="树影", false_alarm="on")
    picture.measures(same, unit)
    picture.goes_on(10)
    picture.measures(worse, unit)
    picture.goes_on(1)
    picture.measures(same, unit)
    picture.goes_on(5)
    assert picture.open() == [], "as bad as it was, or worse for a moment"
    picture.measures(worse, unit)
    picture.goes_on(3)
    [again] = picture.open()
    assert again.pk != alarm.pk
    alarm.refresh_from_db()
    assert (alarm.still_seen, alarm.false_alarm) == (False, True)


def test_an_alarm_that_ends_by_itself_is_no_false_one(frozen, client_of):
    [alarm] = frozen.open()
    say(client_of("operator"), alarm, words="在看")
    frozen.goes_on(6, seen=False)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.false_alarm) == (AlarmState.CLEARED, False)
    [record] = RecordOutbox.objects.filter(type="alarm.cleared")
    assert "false_alarm" not in record.record, "records of before keep every byte"
    assert "其中误报 0 条" in client_of("operator").get(reverse("upkeep:alarm_history")).content.decode()


def test_what_is_a_fact_can_not_be_called_false(stage, client_of):
    """That nothing is recorded is so, whatever anybody says of it."""
    down = Picture(stage.gate, DOWN)
    down.goes_on(3)
    [alarm] = down.open()
    browser = client_of("operator")
    assert 'name="false_alarm"' not in browser.get(alarm.get_absolute_url()).content.decode()
    assert "不能按误报结束" in say(browser, alarm, words="x", false_alarm="on").content.decode()
    assert down.open() == [alarm]
    assert not AlarmEvent.objects.filter(step="acknowledged").exists()


@pytest.mark.parametrize(("member", "status"), [("inspector", 403), ("outsider", 404), ("outside_caretaker", 404)])
def test_nobody_elses_alarm_is_found_false(frozen, client_of, member, status):
    [alarm] = frozen.open()
    assert say(client_of(member), alarm, words="正常", false_alarm="on").status_code == status
    assert frozen.open() == [alarm]


def test_without_words_nothing_is_found_false(frozen, client_of):
    [alarm] = frozen.open()
    assert say(client_of("operator"), alarm, false_alarm="on").status_code == 422
    assert frozen.open() == [alarm]
