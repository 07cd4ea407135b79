"""What moves stands on the map where it was last, for who reads positions; where it is declared too once that is old (R9, S33.1)."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.places.map import answer
from custodes.places.models import Camera, CameraState, GbDevice, GbMobile, System
from tests.places.devices.rows import CHANNELS, RECORDER, moving, place, recorder, us, with_channels
from tests.places.test_map import BLIND, FOREIGN, SEEN, _fresh, ask, put  # noqa: F401 - the fixture holds here too

FAR = [91.30, 29.80, 91.32, 29.82]
THERE = {"longitude": 91.31, "latitude": 29.81}
OLD = datetime.timedelta(hours=3)


@pytest.fixture
def car(stage, gate) -> GbDevice:
    """A recorder whose first channel is the camera at the school's gate, and moves."""
    device = recorder(stage)[0]
    with_channels(device)
    put(stage.gate, azimuth="45", angle="90", reach=60, main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
    put(stage.yard, 0.001)
    moving(device)
    return device


def names(rows):
    return [row["name"] for row in rows]


def test_it_stands_where_it_was_last_and_not_where_it_is_declared(stage, gate, car, client_of):
    browser = client_of("caretaker")
    before = ask(browser)
    assert (sorted(names(before["cameras"])), before["moving"]) == (["操场", "校门"], [])
    gate.place(place(**THERE))
    here, there = ask(browser), ask(browser, FAR)
    assert (names(here["cameras"]), here["moving"], here["total"]) == (["操场"], [], 1)
    (row,) = there["moving"]
    assert (row["name"], row["at"], row["field"], row["unit"]) == ("校门", [91.31, 29.81], None, stage.school.unit.name)
    assert row["moves"] == {"late": False, "age": "一分钟内的位置", "kind": "车载视频记录设备"}
    assert (there["total"], there["cameras"]) == (1, [])


def test_an_old_place_stands_beside_the_declared_one(gate, car, client_of):
    browser = client_of("caretaker")
    gate.place(place(longitude=91.118, latitude=29.658))
    GbMobile.objects.update(heard_at=timezone.now() - OLD, said_at=None)
    found = ask(browser)
    assert sorted(names(found["cameras"])) == ["操场", "校门"]
    (row,) = found["moving"]
    assert row["moves"]["late"]
    assert "3 小时前" in row["moves"]["age"]
    assert found["total"] == 2, "one that stands twice is one"


def test_a_place_that_came_late_is_old(gate, car, client_of):
    gate.place(place(**THERE, said_us=us(timezone.now() - OLD)))
    (row,) = ask(client_of("caretaker"), FAR)["moving"]
    assert row["moves"]["late"]


def test_who_reads_no_position_gets_none(gate, car, client_of):
    gate.place(place(**THERE))
    for who in SEEN:
        assert names(ask(client_of(who), FAR)["moving"]) == ["校门"], who
    for who in (*BLIND, FOREIGN, "outside_caretaker"):
        assert ask(client_of(who), FAR)["moving"] == [], who


def test_of_a_classified_system_nothing_is_drawn(gate, car, client_of):
    gate.place(place(**THERE))
    System.objects.filter(pk=car.system_id).update(classified=True)
    assert ask(client_of("system_admin"), FAR)["moving"] == []


@pytest.mark.parametrize("state", [CameraState.DRAFT, CameraState.RETIRED, CameraState.FORBIDDEN])
def test_what_is_not_in_use_is_drawn_nowhere_else(stage, gate, car, client_of, state):
    gate.place(place(**THERE))
    Camera.objects.filter(pk=stage.gate.pk).update(state=state)
    assert ask(client_of("caretaker"), FAR)["moving"] == []
    assert ask(client_of("caretaker"), FAR, state=state)["moving"] == []


def test_conditions_hold_for_what_moves_too(gate, car, client_of):
    gate.place(place(**THERE))
    browser = client_of("caretaker")
    assert ask(browser, FAR, show="gaps")["moving"] == []
    assert ask(browser, FAR, life="removed")["moving"] == []
    assert names(ask(browser, FAR, show="cameras")["moving"]) == ["校门"]


def test_a_device_that_moves_moves_all_of_its_cameras(stage, gate, car, client_of):
    GbMobile.objects.all().delete()
    put(stage.yard, 0.001, main_url=f"gb28181://{RECORDER}/{CHANNELS[1]}")
    moving(car, RECORDER)
    gate.place(place(RECORDER, **THERE))
    assert sorted(names(ask(client_of("caretaker"), FAR)["moving"])) == ["操场", "校门"]


def test_of_very_many_those_are_drawn_that_were_heard_of_last(gate, car, client_of, monkeypatch):
    monkeypatch.setattr(answer, "MOST", 0)
    gate.place(place(**THERE))
    assert ask(client_of("caretaker"), FAR)["moving"] == []
