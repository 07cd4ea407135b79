"""Recorded hours for whoever chooses a span: what they say, and to whom (decision 0292)."""

from __future__ import annotations

import datetime
import json
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from custodes.access.holds.placing import PlacingBasis, hold
from custodes.access.models import HoldBasis
from custodes.upkeep.lanes import lanes_of
from custodes.upkeep.models import CameraStatus, HourRollup, KeptDay, SourceState
from tests.access.agency.asked import Asked
from tests.upkeep.test_coverage_pages import HOUR_US, put

LHASA = ZoneInfo("Asia/Shanghai")
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2024, 6, 20, 12, 30, tzinfo=LHASA)


def at(day, hour, month=6):
    return datetime.datetime(2024, month, day, hour, tzinfo=LHASA)


def kinds(lane):
    return [(run.kind, run.reason, int((run.end - run.begin) / HOUR)) for run in lane.runs]


def test_hours_are_told_with_their_cause_and_joined_where_the_same_is_so(stage):
    put(stage.gate, at(3, 8))
    put(stage.gate, at(3, 9), HOUR_US - 1)
    put(stage.gate, at(3, 10), HOUR_US // 2, {"network": HOUR_US // 2})
    put(stage.gate, at(3, 11), 0, {"disk": 1, "silent": HOUR_US - 1})
    HourRollup.objects.create(
        camera=stage.gate, hour=at(3, 12), recorded_us=0, owed_us=0, reasons={"planned": HOUR_US}, roots="", worker=0,
        received_at=NOW,
    )  # fmt: skip
    (lane,) = lanes_of([stage.gate], (at(3, 8), at(3, 14)), NOW, stage.cast.caretaker.person)
    assert kinds(lane) == [
        ("whole", "", 2), ("part", "network", 1), ("gap", "silent", 1), ("quiet", "planned", 1), ("unknown", "", 1),
    ]  # fmt: skip
    assert lane.runs[0].recorded_us == 2 * HOUR_US - 1
    assert lane.runs[1].recorded_us == HOUR_US // 2
    assert lane.days == 30


def test_what_is_past_its_term_is_gone_unless_it_is_held_and_what_comes_is_ahead(stage, notary):
    for hour in (8, 9):
        put(stage.gate, at(10, hour, 5))
    why = PlacingBasis(HoldBasis.CASE, "案件", "取证", number="1", asked_by="分局")
    hold([stage.gate], (at(10, 9, 5), at(10, 10, 5)), why, stage.cast.lead.person, NOW, unit=stage.cast.units["a"])
    (lane,) = lanes_of([stage.gate], (at(10, 8, 5), at(10, 11, 5)), NOW, stage.cast.caretaker.person)
    assert [kind for kind, _reason, _hours in kinds(lane)] == ["gone", "whole", "gone"]
    assert lane.holds == ((at(10, 9, 5), at(10, 10, 5)),)


def spans(lane):
    return [(run.kind, run.begin.astimezone(LHASA).strftime("%H:%M"), run.end.astimezone(LHASA).strftime("%H:%M")) for run in lane.runs]  # fmt: skip


def test_the_hour_that_runs_says_whether_the_camera_records_and_is_no_missing_report(stage):
    put(stage.gate, at(20, 10))
    span, person = (at(20, 11), at(20, 14)), stage.cast.caretaker.person
    (lane,) = lanes_of([stage.gate], span, NOW, person)
    assert spans(lane) == [("unknown", "11:00", "12:00"), ("pending", "12:00", "12:30"), ("ahead", "12:30", "14:00")]
    state = CameraStatus.objects.create(
        camera=stage.gate, state=SourceState.RECORDING, since=at(20, 12) + HOUR / 3, at=NOW
    )
    (lane,) = lanes_of([stage.gate], span, NOW, person)
    assert spans(lane)[1:] == [
        ("pending", "12:00", "12:20"), ("running", "12:20", "12:30"), ("ahead", "12:30", "14:00"),
    ]  # fmt: skip
    state.at = NOW - HOUR
    state.save()
    (lane,) = lanes_of([stage.gate], span, NOW, person)
    assert "running" not in {run.kind for run in lane.runs}, "an old report says nothing of now"
    (lane,) = lanes_of([stage.gate], span, at(20, 12) + HOUR / 20, person)
    assert spans(lane)[0] == ("pending", "11:00", "12:03"), "the hour's last segments are not sealed yet"


def test_a_new_camera_had_nothing_that_could_be_past_its_term(stage):
    type(stage.gate).objects.filter(pk=stage.gate.pk).update(connected_at=at(20, 10) + HOUR / 2)
    put(stage.gate, at(20, 11), HOUR_US // 30, {})
    HourRollup.objects.update(owed_us=HOUR_US // 30)
    KeptDay.objects.create(
        camera=stage.gate, day=NOW.date(), days=30, asked=NOW - 30 * DAY, oldest=at(20, 11), begins=at(20, 11), at=NOW
    )
    (lane,) = lanes_of([stage.gate], (at(20, 8), at(20, 12)), NOW, stage.cast.caretaker.person)
    assert kinds(lane) == [("before", "", 2), ("unknown", "", 1), ("part", "", 1)]
    assert lane.runs[-1].recorded_us == HOUR_US // 30, "two minutes, not an hour"
    (lane,) = lanes_of([stage.gate], (at(1, 8, 4), at(1, 9, 4)), NOW, stage.cast.caretaker.person)
    assert kinds(lane) == [("before", "", 1)]


def test_what_the_worker_can_not_play_any_more_is_gone_whatever_was_reported(stage):
    put(stage.gate, at(18, 8))
    put(stage.gate, at(18, 9))
    KeptDay.objects.create(
        camera=stage.gate, day=NOW.date(), days=30, asked=NOW - 30 * DAY, oldest=at(18, 9), begins=at(18, 9), at=NOW
    )
    (lane,) = lanes_of([stage.gate], (at(18, 8), at(18, 10)), NOW, stage.cast.caretaker.person)
    assert [kind for kind, _reason, _hours in kinds(lane)] == ["gone", "whole"]
    assert lane.oldest == at(18, 9)


def ask(browser, subject, cameras, begin=None, end=None):
    begin = begin or datetime.datetime.now(datetime.UTC) - 5 * HOUR
    said = {
        "subject": subject,
        "cameras": [str(getattr(one, "pk", one)) for one in cameras],
        "from": begin.isoformat(),
        "to": (end or begin + 4 * HOUR).isoformat(),
    }
    return browser.post(reverse("upkeep:lanes"), json.dumps(said), "application/json")


def test_the_desk_is_told_times_causes_and_by_when_it_is_decided(stage, client_of):
    asked = Asked.on(stage)
    row = asked.checking()
    begin = datetime.datetime.now(datetime.UTC).replace(minute=0, second=0, microsecond=0) - 3 * HOUR
    put(stage.gate, begin, 0, {"network": HOUR_US})
    found = ask(client_of("caretaker"), f"agency:{row.pk}", [stage.gate, stage.yard], begin).json()
    gate, yard = found["lanes"]
    assert (gate["name"], yard["name"]) == (stage.gate.name, stage.yard.name)
    assert gate["runs"][0][2:] == ["gap", "network", 0]
    assert found["reasons"] == {"network": "网络中断"}
    assert found["decided"] == round(row.approve_due.timestamp() * 1_000_000)
    assert "91." not in json.dumps(gate)


def test_somebody_elses_camera_is_refused_with_the_clause_and_not_named(stage, client_of):
    row = Asked.on(stage).checking()
    answer = ask(client_of("caretaker"), f"agency:{row.pk}", [stage.gate, stage.lobby])
    assert answer.status_code == 403
    assert "S33.1" in answer.json()["reason"]
    assert stage.lobby.name not in answer.content.decode()


@pytest.mark.parametrize("member", ["officer", "outsider", "outside_caretaker", "auditor", "bystander"])
def test_who_asks_from_outside_and_everybody_else_is_told_nothing(member, stage, notary, client_of):
    asked = Asked.on(stage)
    for row in (asked.checking("online"), asked.granted("online", letter_number="21 号")):
        assert ask(client_of(member), f"agency:{row.pk}", [stage.gate]).status_code in (403, 404)


def test_a_registered_request_tells_of_its_own_cameras_alone(stage, client_of):
    row = Asked.on(stage).registered()
    assert ask(client_of("caretaker"), f"agency:{row.pk}", [stage.gate]).status_code == 200
    assert ask(client_of("caretaker"), f"agency:{row.pk}", [stage.gate, stage.yard]).status_code == 403


def test_a_hold_tells_of_what_one_may_hold(stage, client_of):
    assert ask(client_of("lead"), "hold", [stage.gate]).status_code == 200
    assert ask(client_of("lead"), "hold", [stage.lobby]).status_code == 403
    assert ask(client_of("operator"), "hold", [stage.gate]).status_code == 404


def test_too_long_too_many_and_unreadable_are_said(stage, client_of):
    lead = client_of("lead")
    begin = NOW - 40 * DAY
    assert "最多显示 31 天" in ask(lead, "hold", [stage.gate], begin, NOW).json()["reason"]
    assert (
        "最多显示 60 个点位"
        in ask(lead, "hold", [f"00000000-0000-4000-8000-{n:012d}" for n in range(61)]).json()["reason"]
    )
    for body in ("[", "{}", '{"subject": 1}', '{"subject":"hold","cameras":["x"],"from":"a","to":"b"}'):
        assert lead.post(reverse("upkeep:lanes"), body, "application/json").status_code == 400
