"""Cameras out of channels: picked by a person, filled in and confirmed as a batch; nothing by itself."""

from __future__ import annotations

import pytest
from django.urls import reverse

from custodes.people.models import RecordOutbox
from custodes.places.devices import entering
from custodes.places.devices.assignment import build_gateway_assignment
from custodes.places.models import Batch, BatchRow, Camera, CameraState, Probe, RowState, TrialAddress
from tests.places.devices.rows import CHANNELS, RECORDER, item, recorder, with_channels

pytestmark = pytest.mark.postgresql


@pytest.fixture
def device(stage, gate):
    found, _password = recorder(stage, media="tcp-active")
    with_channels(found)
    return found


def pick(stage, browser, device, *numbers):
    keys = [device.channels.get(channel_id=CHANNELS[number]).pk for number in numbers]
    return browser.post(reverse("places:device_cameras", args=[device.pk]), {"channel": keys, "node": stage.node.pk})


def test_a_catalogue_makes_no_camera(stage, gate, device):
    before = Camera.objects.count()
    gate.list_channels([item(number) for number in range(4)])
    assert Camera.objects.count() == before
    assert not BatchRow.objects.exists()


def test_picked_channels_become_rows_that_a_person_confirms(stage, gate, device, client_of):
    browser, before = client_of("caretaker"), Camera.objects.count()
    device.channels.filter(channel_id=CHANNELS[1]).update(address="", longitude=91.11, latitude=29.65)
    answer = pick(stage, browser, device, 0, 1)
    batch = Batch.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == batch.get_absolute_url()
    assert Camera.objects.count() == before
    whole, bare = batch.rows.order_by("line")
    assert (whole.name, whole.place, whole.main_url) == ("通道 0", "北楼 0 层", f"gb28181://{RECORDER}/{CHANNELS[0]}")
    assert (bare.place, bare.longitude, bare.state) == ("", "91.110000", RowState.FAULTY)  # where, a person says
    events = [row.record for row in RecordOutbox.objects.filter(type="register.step")]
    assert [one["event"] for one in events if one["object"] == "places.gbdevice"] == ["enter", "make_cameras"]
    browser.post(reverse("places:batch_register", args=[batch.pk]))
    camera = Camera.objects.get(name="通道 0")
    assert (camera.state, camera.main_url) == (CameraState.DRAFT, "")
    trial = TrialAddress.objects.get(camera=camera)
    assert (trial.main_url, trial.transport) == (f"gb28181://{RECORDER}/{CHANNELS[0]}", "tcp-active")
    assert [(one.camera, one.channel) for one in build_gateway_assignment(gate.row).channels] == [
        (camera.pk, CHANNELS[0])
    ]


def test_a_probed_channel_is_connected_like_any_camera(stage, gate, device, client_of):
    browser = client_of("caretaker")
    pick(stage, browser, device, 0)
    browser.post(reverse("places:batch_register", args=[Batch.objects.get().pk]))
    camera = Camera.objects.get(name="通道 0")
    browser.post(reverse("places:probe", args=[camera.pk]))
    assert Probe.objects.get().ok
    asked = stage.worker.asked("/internal/probe")[0]
    assert (asked["url"], asked["transport"]) == (f"gb28181://{RECORDER}/{CHANNELS[0]}", "tcp-active")
    browser.post(reverse("places:adopt", args=[camera.pk]))
    camera.refresh_from_db()
    assert (camera.state, camera.transport) == (CameraState.CONNECTED, "tcp-active")
    text = browser.get(device.get_absolute_url()).content.decode()
    assert camera.get_absolute_url() in text


def test_a_channel_is_picked_once(stage, device, client_of):
    browser = client_of("caretaker")
    pick(stage, browser, device, 0)
    assert pick(stage, browser, device, 0).status_code == 400
    assert Batch.objects.count() == 1
    batch = Batch.objects.get()
    browser.post(reverse("places:batch_register", args=[batch.pk]))
    assert pick(stage, browser, device, 0).status_code == 400
    pick(stage, browser, device, 1)
    assert Batch.objects.count() == 2


def test_no_more_than_so_many_are_picked_at_once_and_none_of_another_device(stage, device, client_of, monkeypatch):
    browser = client_of("caretaker")
    monkeypatch.setattr("custodes.places.views.device_channels.MOST", 1)
    assert pick(stage, browser, device, 0, 1).status_code == 400
    other, _password = recorder(stage, gb_id="54010200021188000002", system=stage.hotel)
    with_channels(other)
    key = other.channels.first().pk
    url = reverse("places:device_cameras", args=[device.pk])
    assert browser.post(url, {"channel": [key], "node": stage.node.pk}).status_code == 400
    assert browser.post(url, {"channel": ["x", "9" * 30], "node": stage.node.pk}).status_code == 400
    assert not Batch.objects.exists()


def test_a_row_whose_address_is_mended_to_another_systems_device_is_not_registered(stage, device, client_of):
    browser = client_of("caretaker")
    foreign, _password = recorder(stage, gb_id="54010200021188000002", system=stage.hotel)
    pick(stage, browser, device, 0)
    row = BatchRow.objects.get()
    typed = {f"r{row.pk}-{name}": getattr(row, name) for name in ("number", "name", "place", "view", "zone")}
    typed[f"r{row.pk}-main_url"] = f"gb28181://{foreign.gb_id}/{CHANNELS[0]}"
    browser.post(row.batch.get_absolute_url(), {"row": row.pk} | typed)
    row.refresh_from_db()
    assert row.state == RowState.FAULTY
    browser.post(reverse("places:batch_register", args=[row.batch_id]))
    assert not Camera.objects.filter(name=row.name).exists()


def test_of_a_retired_device_nothing_is_made(stage, device, client_of):
    device.retired_at = device.entered_at
    device.save()
    assert pick(stage, client_of("caretaker"), device, 0).status_code == 302
    assert not Batch.objects.exists()


def test_a_folder_is_not_offered(stage, gate, device, client_of):
    gate.list_channels([{"id": "54010200002160000001", "name": "虚拟组织"}, item(0)])
    assert entering.MOST == 200
    text = client_of("caretaker").get(reverse("places:device_cameras", args=[device.pk])).content.decode()
    assert text.count('name="channel"') == 1
