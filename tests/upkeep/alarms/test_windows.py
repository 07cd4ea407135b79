"""Maintenance windows: what lies inside is kept back and shown, everything else rings, and what outlasts it rings at once."""

from __future__ import annotations

import datetime

import pytest

from custodes.places.models import Camera, Plan
from custodes.upkeep.alarms.conditions import cameras, devices, gaps, nodes, volumes
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.alarms.windows import SILENCEABLE, Windows
from custodes.upkeep.models import Alarm, AlarmState, EventKind, HeldAlarm, HourRollup
from tests.places.plans import approve, approved, end, make
from tests.upkeep.alarms.saying import OK_VOLUME, Clocked, standing

pytestmark = pytest.mark.postgresql

MINUTE = datetime.timedelta(minutes=1)
GAPS = gaps.SOURCE.every
"""How often gaps are looked for; what lies between two of those looks changes nothing for them."""
SOURCES = (nodes.SOURCE, cameras.SOURCE, volumes.SOURCE, devices.DEVICES, gaps.SOURCE)


@pytest.fixture
def clocked(stage):
    made = Clocked.over(stage.node, SOURCES)
    made.run(minutes=1)
    return made


def window(stage, clocked, *about, minutes=30, **more):
    """One that has just begun."""
    nothing = datetime.timedelta(0)
    more = {"kind": "window", "cause": "maintenance", **more}
    return approved(stage, *about, at=clocked.now, after=nothing, length=minutes * MINUTE, **more)


def held():
    return [(row.kind, row.name, row.ripe_at is not None) for row in HeldAlarm.objects.all()]


@pytest.mark.parametrize(("state", "kind"), [("network", "camera.down"), ("silent", "camera.silent")])
def test_a_camera_inside_its_window_is_kept_back_and_raised_at_once_when_the_window_is_over(
    stage, clocked, state, kind
):
    window(stage, clocked, stage.gate)
    clocked.falls(stage.gate, state=state)
    assert clocked.run(minutes=3).raised == []
    assert clocked.run(minutes=25, step=MINUTE).raised == []
    assert clocked.run(minutes=1, seconds=45).raised == []
    assert held() == [(kind, "校门", True)]
    [alarm] = clocked.run(seconds=15).raised
    assert (alarm.kind, alarm.since < clocked.now - 28 * MINUTE) == (kind, True)
    assert HeldAlarm.objects.get().raised_at == clocked.now


def test_one_that_comes_back_inside_the_window_never_rings_and_is_in_the_list_of_what_was_held(stage, clocked):
    window(stage, clocked, stage.gate)
    clocked.falls(stage.gate)
    clocked.run(minutes=10)
    clocked.returns(stage.gate)
    clocked.run(minutes=3)
    clocked.run(minutes=15, step=MINUTE)
    clocked.run(minutes=4)  # over the window's end
    clocked.run(minutes=38, step=MINUTE)
    assert not Alarm.objects.exists()
    row = HeldAlarm.objects.get()
    assert (row.gone_at is not None, row.raised_at) == (True, None)


def test_a_hiccup_inside_a_window_is_nobodys_business(stage, clocked):
    window(stage, clocked, stage.gate)
    clocked.falls(stage.gate)
    clocked.run(seconds=30)
    clocked.returns(stage.gate)
    clocked.run(minutes=5)
    assert held() == []


def test_the_neighbour_rings(stage, clocked):
    window(stage, clocked, stage.gate)
    clocked.falls(stage.gate, stage.yard)
    clocked.run(minutes=3)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert [row.camera_id for row in alarm.cameras.all()] == [stage.yard.pk]


def test_what_began_before_the_window_rings(stage, clocked):
    clocked.falls(stage.gate)
    clocked.run(seconds=30)
    window(stage, clocked, stage.gate)
    clocked.run(minutes=2)
    assert standing() == ["camera.down"]


def test_a_kind_that_was_not_asked_for_rings(stage, clocked):
    window(stage, clocked, stage.gate, silences=["camera.degraded"])
    clocked.falls(stage.gate)
    clocked.run(minutes=2)
    assert standing() == ["camera.down"]


def test_an_early_end_raises_what_is_still_so(stage, clocked):
    plan = window(stage, clocked, stage.gate, minutes=300)
    clocked.falls(stage.gate)
    clocked.run(minutes=5)
    end(plan, stage.cast.caretaker.person, clocked.now)
    assert [alarm.kind for alarm in clocked.run(seconds=15).raised] == ["camera.down"]


def test_a_plan_that_nobody_approved_keeps_nothing_back(stage, clocked):
    make(stage, stage.gate, at=clocked.now, after=datetime.timedelta(0), length=30 * MINUTE)
    clocked.falls(stage.gate)
    clocked.run(minutes=2)
    assert standing() == ["camera.down"]


def test_a_device_that_says_it_is_being_tampered_with_rings_inside_a_window_too(stage, clocked):
    window(stage, clocked, stage.gate, silences=[kind.key for kind in SILENCEABLE])
    since = clocked.now.isoformat()
    clocked.node.more = {
        "events": [
            {
                "camera": str(stage.gate.pk),
                "kind": EventKind.TAMPER.value,
                "since": since,
                "last": since,
                "count": 1,
                "text": "cover",
                "over": False,
            }
        ]
    }
    clocked.run(minutes=2)
    assert standing() == ["camera.tampered"]


def test_a_disk_rings_inside_a_window_over_every_camera(stage, clocked):
    every = list(Camera.objects.all())
    _of_all(stage, clocked, every)
    clocked.node.volume = OK_VOLUME | {"state": "/data has 0 bytes left for footage, 6553"}
    clocked.run(minutes=2)
    assert standing() == ["volume.failed"]


def _of_all(stage, clocked, every):
    """A window over all cameras of the node, which only the city's administrators reach."""
    plan = Plan.objects.create(
        kind="window",
        cause="maintenance",
        words="机房检修",
        begins=clocked.now,
        ends=clocked.now + 30 * MINUTE,
        silences=["camera.down", "camera.silent"],
        asked_by=stage.cast.caretaker.person,
        asked_at=clocked.now,
    )
    plan.cameras.set(every)
    return approve(plan, stage.cast.system_admin.person, clocked.now)


def test_a_node_whose_every_camera_is_in_the_window_is_kept_back_and_one_with_another_camera_is_not(stage, clocked):
    _of_all(stage, clocked, list(Camera.objects.all()))
    clocked.node.quiet = True
    stage.node.__class__.objects.update(last_seen=clocked.now)
    clocked.run(minutes=20)
    assert standing() == []
    assert [kind for kind, *_ in held()] == ["node.silent"]
    clocked.run(minutes=11)
    assert standing() == ["node.silent"]


def test_a_node_that_has_a_camera_outside_of_the_window_rings(stage, clocked):
    window(stage, clocked, stage.gate, stage.yard)
    stage.node.__class__.objects.update(last_seen=clocked.now)
    clocked.node.quiet = True
    clocked.run(minutes=3)
    assert standing() == ["node.silent"]


def test_an_hour_that_nobody_explains_waits_for_the_windows_end(stage, clocked):
    hour = clocked.now.replace(minute=0) + 60 * MINUTE
    clocked.run(minutes=50, step=GAPS)
    window(stage, clocked, stage.gate, minutes=240, silences=["gap.unexplained"])
    for camera in (stage.gate, stage.yard):
        HourRollup.objects.create(
            camera=camera, hour=hour, recorded_us=0, owed_us=1, degraded_us=0, reasons={"unexplained": 120_000_000},
            roots="", worker=0, received_at=clocked.now,
        )  # fmt: skip
    clocked.run(minutes=30, step=MINUTE)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert [row.camera_id for row in alarm.cameras.all()] == [stage.yard.pk]
    assert held() == [("gap.unexplained", "校门", True)]
    clocked.run(minutes=205, step=GAPS)
    assert standing() == ["gap.unexplained"]
    clocked.run(minutes=35, step=MINUTE)
    assert standing() == ["gap.unexplained", "gap.unexplained"]


def test_what_can_be_silenced_is_about_cameras_alone_and_nothing_critical():
    assert all(kind.planned and kind.severity < 3 for kind in SILENCEABLE)
    never = ("volume.", "store.", "notary.", "records.", "checkpoint.", "cosignature.", "reconciliation.", "clock.")
    assert not [key for key, kind in KINDS.items() if kind.planned and key.startswith(never)]
    assert not KINDS["camera.tampered"].planned


def test_without_a_plan_a_look_asks_one_question(stage, django_assert_num_queries, clocked):
    with django_assert_num_queries(1):
        assert Windows.at(clocked.now).by_camera == {}
