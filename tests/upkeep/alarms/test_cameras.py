"""Cameras that stop: what fell together is one alarm, what is gone is over, what flaps is held down."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.places.models import Camera, CameraState, Site, System, SystemState
from custodes.upkeep.alarms.conditions import cameras, devices, nodes
from custodes.upkeep.alarms.words import title
from custodes.upkeep.models import Alarm, AlarmEvent, AlarmState, AlarmStep, CameraStatus
from custodes.video.source.state import BY_ARRIVAL, OTHER_PORT
from tests.upkeep.alarms.saying import Clocked, standing

MINUTE = datetime.timedelta(minutes=1)
SOURCES = (nodes.SOURCE, cameras.SOURCE)


@pytest.fixture
def clocked(stage):
    made = Clocked.over(stage.node, SOURCES)
    made.run(minutes=1)
    return made


def many(stage, count, sites):
    """Cameras of this node, spread over so many sites of unit A."""
    unit = stage.cast.units["a"]
    systems = []
    for number in range(sites):
        site = Site.objects.create(name=f"场所 {number}", category=9, address="x", division=unit.division, unit=unit)
        systems.append(System.objects.create(site=site, name=f"系统 {number}", unit=unit, state=SystemState.LEGACY))
    rows = [
        Camera(
            system=systems[number % sites], number=f"M{number}", name=f"点位 {number}", place="x",
            node=stage.node, state=CameraState.CONNECTED,
        )
        for number in range(count)
    ]  # fmt: skip
    return Camera.objects.bulk_create(rows)


def test_a_camera_that_stops_is_raised_after_a_minute_and_cleared_a_minute_after_it_is_back(stage, clocked):
    clocked.falls(stage.gate)
    assert clocked.run(seconds=60).raised == []
    [alarm] = clocked.run(seconds=15).raised
    assert (alarm.kind, title(alarm)) == ("camera.down", "校门 没有录像")
    clocked.returns(stage.gate)
    assert clocked.run(seconds=60).cleared == []
    assert [each.pk for each in clocked.run(seconds=30).cleared] == [alarm.pk]
    assert standing() == []


def test_a_hiccup_is_nobodys_business(stage, clocked):
    clocked.falls(stage.gate)
    clocked.run(seconds=30)
    clocked.returns(stage.gate)
    assert clocked.run(minutes=10).raised == []
    assert not Alarm.objects.exists()


def test_a_camera_that_sends_nothing_is_called_silent_and_stays_so_while_it_reconnects(stage, clocked):
    clocked.falls(stage.gate, state="silent")
    clocked.run(minutes=2)
    clocked.falls(stage.gate, state="connecting")
    clocked.run(minutes=2)
    assert standing() == ["camera.silent"]


def test_cameras_of_one_site_that_fall_together_are_one_alarm_with_a_list(stage, clocked):
    clocked.falls(stage.gate)
    clocked.falls(stage.yard, after=40)
    clocked.run(minutes=3)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert {row.camera_id for row in alarm.cameras.all()} == {stage.gate.pk, stage.yard.pk}
    assert title(alarm) == "城关区第一小学：2 个点位同时没有录像"


def test_cameras_of_two_sites_are_two_alarms(stage, clocked):
    clocked.falls(stage.gate, stage.lobby)
    clocked.run(minutes=3)
    assert standing() == ["camera.down", "camera.down"]


def test_cameras_of_one_site_that_fall_an_hour_apart_are_two_things_to_do(stage, clocked):
    clocked.falls(stage.gate)
    clocked.run(hours=1, step=MINUTE)
    clocked.falls(stage.yard)
    clocked.run(minutes=3)
    assert standing() == ["camera.down", "camera.down"]


def test_a_group_is_over_when_its_last_camera_is_back_and_keeps_its_identity_until_then(stage, clocked):
    clocked.falls(stage.gate, stage.yard)
    clocked.run(minutes=3)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    clocked.returns(stage.gate)
    clocked.run(minutes=5)
    alarm.refresh_from_db()
    assert alarm.state == AlarmState.OPEN
    assert title(alarm) == "操场 没有录像"
    clocked.returns(stage.yard)
    clocked.run(minutes=3)
    alarm.refresh_from_db()
    assert alarm.state == AlarmState.CLEARED
    assert Alarm.objects.count() == 1


def test_a_node_that_dies_is_one_alarm_about_the_node(stage, clocked):
    many(stage, 60, 6)
    clocked.run(minutes=1)
    clocked.node.quiet = True
    clocked.run(minutes=5)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert (alarm.kind, alarm.name, alarm.facts["count"]) == ("node.silent", "node-1", 63)
    clocked.node.quiet = False
    clocked.run(minutes=2)
    assert standing() == []
    assert Alarm.objects.count() == 1


def test_a_worker_that_dies_is_one_alarm_with_the_number_of_its_cameras(stage, clocked):
    rows = many(stage, 30, 3)
    clocked.run(minutes=1)
    clocked.node.quiet_workers = {1}
    clocked.run(minutes=5)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    own = [camera for camera in [*rows, stage.gate, stage.yard, stage.lobby] if camera.worker == 1]
    assert (alarm.kind, alarm.facts["count"]) == ("worker.silent", len(own))


def test_a_switch_that_dies_is_one_alarm_with_the_number_and_not_many(stage, clocked):
    rows = many(stage, 120, 12)
    clocked.run(minutes=1)
    clocked.falls(*rows[:70])
    clocked.run(minutes=3)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert (alarm.kind, alarm.facts["count"]) == ("cameras.lost", 70)
    clocked.returns(*rows[:69])
    clocked.run(minutes=3)
    assert standing() == ["camera.down"], "the network is back; the one that is left has a reason of its own"


def test_when_everything_starts_at_once_only_what_stays_away_is_an_alarm(stage):
    rows = many(stage, 40, 8)
    clocked = Clocked.over(stage.node, SOURCES)
    clocked.falls(*rows, state="connecting")
    clocked.run(seconds=15)
    clocked.returns(*rows[2:])
    clocked.run(minutes=3)
    assert standing() == ["camera.down", "camera.down"]
    for alarm in Alarm.objects.filter(state=AlarmState.OPEN):
        assert alarm.cameras.count() == 1


def test_a_camera_that_joins_ends_the_acknowledgement_of_those_before_it(stage, clocked):
    from custodes.upkeep.alarms.steps import acknowledge

    clocked.falls(stage.gate)
    clocked.run(seconds=75)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    acknowledge(alarm, by=stage.cast.operator.person, words="已知悉", at=clocked.now)
    clocked.falls(stage.yard, after=-60)
    clocked.run(minutes=1)
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is None
    steps = list(AlarmEvent.objects.filter(alarm=alarm).values_list("step", flat=True))
    assert steps == [AlarmStep.RAISED, AlarmStep.ACKNOWLEDGED, AlarmStep.GREW]


def test_neighbours_that_are_away_for_a_moment_undo_no_acknowledgement(stage, clocked):
    """As when everything starts anew: the broken camera and those beside it are missing since the same moment."""
    from custodes.upkeep.alarms.steps import acknowledge

    clocked.falls(stage.gate)
    clocked.run(minutes=2)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    acknowledge(alarm, by=stage.cast.operator.person, words="已知悉", at=clocked.now)
    clocked.falls(stage.gate, stage.yard, state="connecting")
    clocked.run(seconds=30)
    clocked.returns(stage.yard)
    clocked.run(minutes=3)
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is not None
    assert alarm.cameras.count() == 1
    assert standing() == ["camera.down"]


def test_what_flaps_becomes_one_unsteady_alarm_that_ends_only_after_half_an_hour_of_peace(stage, clocked):
    for _turn in range(8):
        clocked.falls(stage.gate)
        clocked.run(minutes=2)
        clocked.returns(stage.gate)
        clocked.run(seconds=30)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert alarm.unsteady
    assert alarm.raises == 8
    steps = list(AlarmEvent.objects.filter(alarm=alarm).values_list("step", flat=True))
    assert steps == [AlarmStep.RAISED, AlarmStep.AGAIN, AlarmStep.AGAIN, AlarmStep.UNSTEADY]
    clocked.run(minutes=29, step=MINUTE)
    assert standing() == ["camera.down"]
    clocked.run(minutes=2)
    assert standing() == []


def test_slow_flapping_is_held_down_too(stage, clocked):
    """Each coming is long enough apart to be cleared: from the third on the alarm stays."""
    for _turn in range(12):
        clocked.falls(stage.gate)
        clocked.run(minutes=2, step=MINUTE / 2)
        clocked.returns(stage.gate)
        clocked.run(minutes=3, step=MINUTE)
    assert Alarm.objects.count() == 3
    assert Alarm.objects.filter(unsteady=True).count() == 1


def test_after_a_pause_of_the_watch_itself_nothing_is_raised_on_old_news(stage, clocked):
    clocked.falls(stage.gate)
    clocked.run(seconds=30)
    clocked.now += datetime.timedelta(minutes=20)
    assert clocked.run(seconds=45).raised == []
    assert len(clocked.run(seconds=45).raised) == 1


def test_a_camera_that_is_not_to_be_recorded_is_no_alarm(stage, clocked):
    clocked.falls(stage.gate, state="off")
    Camera.objects.filter(pk=stage.yard.pk).update(record=False)
    clocked.falls(stage.yard)
    clocked.run(minutes=5)
    assert standing() == []


def test_a_camera_recorded_by_the_times_of_arrival_is_told_and_over_when_its_clock_runs(stage):
    clocked = Clocked.over(stage.node, (devices.TIMES,))
    clocked.node.reasons[stage.gate.pk] = BY_ARRIVAL
    assert clocked.run(seconds=60).raised == []
    [alarm] = clocked.run(seconds=15).raised
    assert (alarm.kind, title(alarm)) == ("camera.times", "校门 的时间戳停滞，录像按到达时间记录")
    clocked.node.reasons[stage.gate.pk] = OTHER_PORT  # taken as it comes, and no alarm
    assert [each.pk for each in clocked.run(minutes=11).cleared] == [alarm.pk]


@pytest.mark.parametrize(("reason", "said"), [(BY_ARRIVAL, "请在转发端加上时间戳"), (OTHER_PORT, "设备未声明的端口")])
def test_what_is_odd_about_pictures_that_come_stands_on_the_page_of_the_camera(stage, client_of, reason, said):
    now = timezone.now()
    CameraStatus.objects.create(camera=stage.gate, state="recording", since=now, reason=reason, at=now)
    page, browser = reverse("places:camera", args=[stage.gate.pk]), client_of("caretaker")
    assert said in browser.get(page).content.decode()
    CameraStatus.objects.update(reason="")
    assert said not in browser.get(page).content.decode()
    assert client_of("outsider").get(page).status_code == 404
