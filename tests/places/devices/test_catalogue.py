"""Catalogues: parts put together, only a whole one taken over, differences told to a person, the register never changed."""

from __future__ import annotations

import datetime
import itertools
import uuid

import pytest
from django.utils import timezone

from custodes.places.devices import catalogue
from custodes.places.models import Camera, CatalogueTaking, DeviceFinding, GbChannel, GbDevice, TakenPart
from tests.places.devices.rows import CHANNELS, RECORDER, item, part, recorder, us

PATH = "/internal/gateway/catalogue"


def names() -> list[str]:
    return list(GbChannel.objects.values_list("name", flat=True))


def open_ones() -> set[tuple[str, str]]:
    return set(DeviceFinding.objects.filter(settled_at=None).values_list("sort", "channel_id"))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_parts_are_put_together_in_whatever_order_they_come(stage, gate, order):
    recorder(stage)
    taking = str(uuid.uuid4())
    parts = [part([item(number)], taking=taking, part=number, parts=3, said=3) for number in range(3)]
    for place, number in enumerate(order):
        assert names() == []
        assert gate.send("POST", PATH, parts[number]).status_code == 204
        if place == 0:
            assert gate.send("POST", PATH, parts[number]).status_code == 204  # said again
    assert names() == ["通道 0", "通道 1", "通道 2"]
    assert not TakenPart.objects.exists()
    assert gate.send("POST", PATH, parts[0]).status_code == 204
    assert CatalogueTaking.objects.get().state == "whole"


def test_one_that_is_not_whole_changes_nothing_and_is_shown(stage, gate, client_of):
    device, _password = recorder(stage)
    gate.list_channels([item(0), item(1)])
    assert gate.list_channels([item(0, name="另一个名称")], complete=False, said=2).status_code == 204
    assert names() == ["通道 0", "通道 1"]
    assert open_ones() == set()
    page = client_of("caretaker").get(device.get_absolute_url()).content.decode()
    assert "不完整，未采用，收到 1 项，设备报告共 2 项" in page


def test_a_taking_that_breaks_off_gives_way_to_the_next(stage, gate):
    recorder(stage)
    gate.list_channels([item(0)], parts=2, said=2)
    gate.list_channels([item(1)])
    assert names() == ["通道 1"]
    assert {row.state for row in CatalogueTaking.objects.all()} == {"whole", "short"}
    assert not TakenPart.objects.exists()


def test_a_new_catalogue_tells_what_came_went_and_is_called_otherwise(stage, gate):
    recorder(stage)
    for number in (0, 1):
        camera = (stage.gate, stage.yard)[number]
        Camera.objects.filter(pk=camera.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[number]}")
    gate.list_channels([item(0), item(1), item(2)])
    assert open_ones() == set()  # the first tells nothing but what is
    gate.list_channels([item(0, name="大门"), item(3)])
    assert open_ones() == {
        ("renamed", CHANNELS[0]), ("gone", CHANNELS[1]), ("gone", CHANNELS[2]), ("came", CHANNELS[3]),
    }  # fmt: skip
    stage.gate.refresh_from_db()
    stage.yard.refresh_from_db()
    assert (stage.gate.name, stage.yard.state) == ("校门", "connected")  # the register is as it was


def test_what_is_as_it_was_settles_by_itself(stage, gate):
    recorder(stage)
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
    gate.list_channels([item(0), item(1)])
    gate.list_channels([item(0, name="大门"), item(2)])
    gate.list_channels([item(0), item(1)])
    assert open_ones() == set()
    assert DeviceFinding.objects.filter(settled_by=None).count() == 3


def test_a_camera_that_the_first_catalogue_does_not_have_is_missed(stage, gate):
    recorder(stage)
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[2]}")
    gate.list_channels([item(0)])
    assert open_ones() == {("gone", CHANNELS[2])}


def test_folders_and_regions_are_no_channels(stage, gate):
    recorder(stage)
    gate.list_channels([item(0)])
    gate.list_channels([item(0), {"id": "540102", "name": "城关区"}, {"id": "54010200002160000001", "name": "分组"}])
    assert open_ones() == set()
    assert GbChannel.objects.count() == 3


def test_findings_are_bounded_and_cameras_come_first(stage, gate, monkeypatch):
    monkeypatch.setattr(catalogue, "MOST_OPEN", 2)
    recorder(stage)
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[3]}")
    gate.list_channels([item(number) for number in range(4)])
    gate.list_channels([])
    assert open_ones() == {("gone", CHANNELS[3]), ("gone", CHANNELS[0])}


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"device": "34020000001320000009"}, 404, "device"),
        ({"part": 1}, 400, "part"),
        ({"said": -1}, 400, "said"),
        ({"at_us": -1}, 400, "bad_request"),
        ({"gateway": "gateway-2"}, 403, "gateway"),
        ({"items": [item(0, name="长" * 301)]}, 400, "bad_request"),
        ({"items": [item(0)] * 1001}, 400, "bad_request"),
        ({"taking": "x"}, 400, "bad_request"),
    ],
)
def test_an_impossible_part_is_refused(stage, gate, more, status, code):
    recorder(stage)
    answer = gate.send("POST", PATH, part([item(0)]) | more)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert not CatalogueTaking.objects.exists()


@pytest.mark.parametrize("more", [{"parts": 201}, {"said": 200_001, "complete": False, "items": []}])
def test_one_that_is_too_long_is_refused_and_said_on_the_page(stage, gate, client_of, more):
    device, _password = recorder(stage)
    for _again in range(2):
        answer = gate.send("POST", PATH, part([item(0)]) | more)
        assert (answer.status_code, answer.json()["error"]) == (413, "too_long")
    assert {row.state for row in CatalogueTaking.objects.all()} == {"long"}
    assert not TakenPart.objects.exists()
    page = client_of("caretaker").get(device.get_absolute_url()).content.decode()
    assert "超出平台上限，未采用" in page
    assert "目录没有采用" in page
    assert "没有通道" not in page


def test_as_many_parts_as_the_gateway_sends_are_taken(stage, gate):
    recorder(stage)
    assert gate.list_channels([item(0)], parts=200, said=200_000).status_code == 204
    assert CatalogueTaking.objects.get().state == "coming"


def test_a_clock_that_was_set_back_makes_no_catalogue_stale(stage, gate):
    recorder(stage)
    hour = 3_600_000_000
    assert gate.list_channels([item(0)], at_us=us(timezone.now()) + hour).status_code == 204
    assert CatalogueTaking.objects.get().at <= timezone.now()
    CatalogueTaking.objects.update(at=timezone.now() + datetime.timedelta(hours=1))
    assert gate.list_channels([item(1)]).status_code == 204
    assert names() == ["通道 1"]


def test_a_stale_part_and_one_of_another_taking_are_refused(stage, gate):
    recorder(stage)
    gate.list_channels([item(0)])
    old = us(timezone.now()) - 60_000_000
    assert gate.list_channels([item(1)], at_us=old).json()["error"] == "stale"
    taking = str(CatalogueTaking.objects.get().pk)
    assert gate.list_channels([item(1)], taking=taking, parts=2).json()["error"] == "taking"
    assert names() == ["通道 0"]


def test_hostile_values_are_kept_as_what_they_are_or_not_at_all(stage, gate):
    recorder(stage)
    odd = item(0, name="<b>\x00\u202e门</b>", ptz=10**12, longitude=float("inf"), latitude=0)
    assert gate.send("POST", PATH, part([odd, odd])).status_code == 204
    row = GbChannel.objects.get()
    assert (row.name, row.ptz, row.longitude, row.latitude) == ("<b>门</b>", None, None, None)


def test_only_so_many_takings_are_kept(stage, gate, monkeypatch):
    monkeypatch.setattr(catalogue, "KEPT_TAKINGS", 3)
    recorder(stage)
    for _each in range(6):
        gate.list_channels([item(0)])
    assert CatalogueTaking.objects.count() == 3
    assert GbDevice.objects.get().channels.count() == 1
