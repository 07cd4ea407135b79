"""One camera step by step: each way to an address, and what must never happen on the way."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, CameraState, OnvifLook, Probe, TrialAddress
from custodes.places.probing import PROBES_PER_MINUTE
from custodes.video.wire.assignment import OnvifAssignment
from custodes.video.wire.seal import unseal

SECRET = "s3cret-camera-pass"
LOGIN = {"username": "viewer", "password": SECRET}
DEVICE = {
    "ok": True,
    "manufacturer": "Example",
    "model": "E-1",
    "clock_offset_s": 3.0,
    "ptz": True,
    "channels": [
        {
            "source": f"VS_{number}",
            "streams": [
                {"profile": f"m{number}", "url": f"rtsp://10.1.2.9/ch{number}/main", "codec": "H264", "width": 1920, "height": 1080},
                {"profile": f"s{number}", "url": f"rtsp://10.1.2.9/ch{number}/sub", "codec": "H264", "width": 640, "height": 360},
            ],
        }
        for number in (1, 2)
    ],
}  # fmt: skip


def url(name, camera):
    return reverse(f"places:{name}", args=[camera.pk])


def placed(stage, browser, **more):
    form = {"place": "东墙灯杆", "view": "东门内外", "clear": "on", "screening_note": "", "node": stage.node.pk} | more
    return browser.post(reverse("places:wizard", args=[stage.school.pk]), form)


def begun(stage, browser):
    answer = placed(stage, browser)
    camera = Camera.objects.get(place="东墙灯杆")
    assert answer["Location"] == url("source", camera)
    return camera


def test_the_whole_way_by_a_template(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    assert (camera.state, camera.number) == (CameraState.DRAFT, "0103")
    form = {"maker": "hikvision", "host": "10.1.2.9", "channel": 1, "port": 554} | LOGIN
    assert browser.post(url("source_template", camera), form)["Location"] == url("check", camera)
    [asked] = stage.worker.asked("/internal/probe")
    assert asked["url"] == "rtsp://10.1.2.9/Streaming/Channels/101"
    assert unseal(stage.seal_key, asked["sealed_password"]) == SECRET
    assert url("naming", camera) in browser.get(url("check", camera)).content.decode()
    still = browser.post(reverse("access:still", args=[camera.pk])).content.decode()
    assert url("naming", camera) in still
    assert browser.post(url("naming", camera), {"name": "东门", "number": "0120"})["Location"] == url("added", camera)
    camera.refresh_from_db()
    assert (camera.name, camera.number, camera.state) == ("东门", "0120", CameraState.CONNECTED)
    assert camera.sub_url == "rtsp://10.1.2.9/Streaming/Channels/102"
    assert reverse("places:wizard", args=[stage.school.pk]) in browser.get(url("added", camera)).content.decode()


def test_an_address_by_hand_is_mended_where_it_was_typed(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    form = {"main_url": "rtsp://10.1.2.9/main", "sub_url": "", **LOGIN}
    browser.post(url("source_hand", camera), form)
    sealed = TrialAddress.objects.get(camera=camera).sealed_password
    assert url("source_hand", camera) in browser.get(url("check", camera)).content.decode()
    page = browser.get(url("source_hand", camera))
    assert page.context["form"]["main_url"].value() == form["main_url"]
    assert SECRET not in page.content.decode()
    kept = {"main_url": "rtsp://10.1.2.9/ch1/main", "sub_url": "", "username": LOGIN["username"], "password": ""}
    assert browser.post(url("source_hand", camera), kept)["Location"] == url("check", camera)
    trial = TrialAddress.objects.get(camera=camera)
    assert (trial.main_url, trial.sealed_password, trial.naming) == (kept["main_url"], sealed, True)
    answer = browser.post(url("source_hand", camera), kept | {"main_url": "rtsp://10.6.6.6/main"})
    assert answer.context["form"].errors["password"], "it never travels to another host"


def test_the_way_by_onvif_offers_the_devices_channels_and_the_password_does_not_come_back(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.onvif = DEVICE
    answer = browser.post(url("source_onvif", camera), {"host": "10.1.2.9", "port": 80} | LOGIN)
    assert answer["Location"] == url("source_channel", camera)
    [asked] = stage.worker.asked("/internal/onvif/probe")
    assert (asked["host"], asked["port"]) == ("10.1.2.9", 80)
    assert unseal(stage.seal_key, asked["sealed_password"]) == SECRET
    page = browser.get(url("source_channel", camera)).content.decode()
    assert "Example E-1" in page
    assert "Media 2" not in page, "a node that does not say by which service it read is taken in too"
    for text in (SECRET, OnvifLook.objects.get().sealed_password):
        assert text not in page
    assert browser.post(url("source_channel", camera), {"source": "VS_2"})["Location"] == url("check", camera)
    trial = TrialAddress.objects.get(camera=camera)
    assert (trial.main_url, trial.sub_url) == ("rtsp://10.1.2.9/ch2/main", "rtsp://10.1.2.9/ch2/sub")
    assert unseal(stage.seal_key, trial.sealed_password) == SECRET
    assert not OnvifLook.objects.exists()
    [record] = [row.record for row in RecordOutbox.objects.all() if row.record.get("object") == "places.onvif"]
    assert record["changes"] == {"result": [None, "ok"]}


def test_a_device_that_refuses_the_media_service_it_announces_says_so_on_the_page(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    for said, shown, words in (
        ({"media": 2, "codecs": ["H264", "H265"]}, "<dd>H264、H265</dd>", False),
        ({"media": 1, "media2_failure": "protocol"}, "<dd>Media 1</dd>", True),
    ):
        stage.worker.onvif = DEVICE | said
        browser.post(url("source_onvif", camera), {"host": "10.1.2.9", "port": 80} | LOGIN)
        page = browser.get(url("source_channel", camera)).content.decode()
        assert (shown in page, "已改用 Media 1 读取" in page) == (True, words)


def test_a_search_lists_devices_that_lead_on_to_onvif(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.found = {
        "devices": [{"address": "10.1.2.9", "port": 8080, "name": "<b>门", "hardware": "E-1"}],
        "searched": ["10.1.0.1"],
    }
    page = browser.post(url("source", camera)).content.decode()
    assert f"{url('source_onvif', camera)}?host=10.1.2.9&amp;port=8080" in page
    assert "<b>" not in page
    form = browser.get(url("source_onvif", camera), {"host": "10.1.2.9", "port": "8080"}).content.decode()
    assert 'value="10.1.2.9"' in form
    stage.worker.found = {"devices": [], "searched": []}
    assert "CUSTODES_CAMERA_NETWORKS" in browser.post(url("source", camera)).content.decode()


def test_the_way_by_hand_probes_at_once(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    browser.post(url("source_hand", camera), {"main_url": "rtsp://10.1.2.9/x", "sub_url": ""} | LOGIN)
    assert Probe.objects.get().ok


@pytest.mark.parametrize("failure", ["path", "password", "timeout", "not_allowed", "loopback", "refused"])
def test_a_device_that_can_not_be_read_is_told_with_what_to_do(stage, client_of, failure):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.onvif = {"ok": False, "failure": failure, "detail": ""}
    answer = browser.post(url("source_onvif", camera), {"host": "10.1.2.9", "port": 80} | LOGIN)
    assert answer.status_code == 200
    assert answer.context["failure"].remedy
    assert SECRET not in answer.content.decode()


def test_a_node_that_is_away_or_busy_is_a_failure_and_not_an_error_page(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.down = True
    assert "没有应答" in browser.post(url("source", camera)).content.decode()
    stage.worker.down, stage.worker.status = False, 429
    assert "正在检测其他地址" in browser.post(url("source", camera)).content.decode()


def test_searches_looks_and_probes_count_together(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.found = {"devices": [], "searched": []}
    for _ in range(PROBES_PER_MINUTE + 2):
        browser.post(url("source", camera))
    browser.post(url("source_onvif", camera), {"host": "10.1.2.9", "port": 80} | LOGIN)
    assert len(stage.worker.asked("/internal/onvif/search")) == PROBES_PER_MINUTE
    assert not stage.worker.asked("/internal/onvif/probe")


def test_a_choice_that_waited_too_long_is_looked_at_again(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.onvif = DEVICE
    browser.post(url("source_onvif", camera), {"host": "10.1.2.9", "port": 80} | LOGIN)
    OnvifLook.objects.update(at=timezone.now() - datetime.timedelta(minutes=16))
    assert browser.post(url("source_channel", camera), {"source": "VS_1"})["Location"] == url("source_onvif", camera)
    assert not TrialAddress.objects.exists()


def test_a_channel_that_the_device_does_not_have_is_not_taken(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.onvif = DEVICE
    browser.post(url("source_onvif", camera), {"host": "10.1.2.9", "port": 80} | LOGIN)
    assert browser.post(url("source_channel", camera), {"source": "VS_9"}).status_code == 200
    assert not TrialAddress.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("clear", ""), ("place", ""), ("view", "")])
def test_a_place_that_nobody_checked_goes_no_further(stage, client_of, field, value):
    answer = placed(stage, client_of("caretaker"), **{field: value})
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert not Camera.objects.filter(state=CameraState.DRAFT).exists()


def test_a_place_in_doubt_needs_a_finding_which_is_kept(stage, client_of):
    browser = client_of("caretaker")
    answer = placed(stage, browser, place="卫生间外走廊")
    assert answer.status_code == 400
    assert "请核对后写明情况" in str(answer.context["form"].errors["screening_note"])
    placed(stage, browser, place="卫生间外走廊", screening_note="门内不可见")
    assert Camera.objects.get(place="卫生间外走廊").screening_note == "门内不可见"


def test_a_forbidden_place_is_refused_on_the_one_page_form_too(stage, client_of):
    form = {
        "number": "0103", "name": "东墙", "place": "二楼", "view": "", "node": stage.node.pk, "record": "on",
        "retention_days": 30, "grade": 2, "main_url": "rtsp://10.1.2.9/main", "zone": "changing_room",
    }  # fmt: skip
    answer = client_of("caretaker").post(reverse("places:camera_add", args=[stage.school.pk]), form)
    assert answer.status_code == 400
    assert "更衣室禁止安装" in str(answer.context["form"].errors["zone"])


def test_who_left_off_half_way_finds_the_way_on_from_the_cameras_page(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    assert url("source", camera) in browser.get(camera.get_absolute_url()).content.decode()
    browser.post(url("source_hand", camera), {"main_url": "rtsp://10.1.2.9/x", "sub_url": ""} | LOGIN)
    assert url("check", camera) in browser.get(camera.get_absolute_url()).content.decode()
    assert url("source", stage.gate) not in browser.get(stage.gate.get_absolute_url()).content.decode()


def test_a_recorded_camera_does_not_go_this_way(stage, client_of):
    browser = client_of("caretaker")
    for name in ("source", "source_template", "source_onvif", "source_channel", "source_hand", "naming"):
        assert browser.get(url(name, stage.gate)).status_code == 404, name


def test_naming_needs_a_fresh_successful_probe(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.probe = {"ok": False, "failure": "timeout", "detail": ""}
    browser.post(url("source_hand", camera), {"main_url": "rtsp://10.1.2.9/x", "sub_url": ""} | LOGIN)
    assert browser.post(url("naming", camera), {"name": "x", "number": "0199"})["Location"] == url("check", camera)
    camera.refresh_from_db()
    assert camera.state == CameraState.DRAFT


def test_the_address_is_shown_as_it_will_be(stage, client_of):
    browser = client_of("caretaker")
    ask = {"maker": "uniview-nvr", "host": "10.1.2.9", "port": "554", "channels": "1-16"}
    page = browser.get(reverse("places:address_preview"), ask).content.decode()
    assert "rtsp://10.1.2.9/unicast/c1/s0/live" in page
    assert "rtsp://10.1.2.9/unicast/c16/s1/live" in page
    assert "rtsp" not in browser.get(reverse("places:address_preview"), ask | {"host": ""}).content.decode()
    assert "rtsp" not in browser.get(reverse("places:address_preview"), ask | {"channels": "x"}).content.decode()


def test_a_camera_read_by_onvif_is_heard_there_and_motion_is_off_until_somebody_wants_it(stage, client_of):
    browser = client_of("caretaker")
    camera = begun(stage, browser)
    stage.worker.onvif = DEVICE
    browser.post(url("source_onvif", camera), {"host": "10.1.2.9", "port": 8000} | LOGIN)
    browser.post(url("source_channel", camera), {"source": "VS_1"})
    browser.post(url("naming", camera), {"name": "东门", "number": "0120"})
    assert heard(stage, camera) == OnvifAssignment(port=8000, motion=False)
    camera.refresh_from_db()
    form = {
        "number": "0120", "name": "东门", "place": camera.place, "view": camera.view, "node": stage.node.pk, "record": "on",
        "retention_days": 30, "grade": 2, "onvif_motion": "on",
    }  # fmt: skip
    assert browser.post(reverse("places:camera_edit", args=[camera.pk]), form).status_code == 302
    assert heard(stage, camera) == OnvifAssignment(port=8000, motion=True)


def test_events_are_not_asked_for_at_another_host_than_the_one_that_was_read(stage, client_of):
    browser = client_of("caretaker")
    Camera.objects.filter(pk=stage.gate.pk).update(onvif_port=8000)
    new = {"sub_url": "", "username": "viewer", "password": "again"}
    for address, port in (("rtsp://10.1.2.3:554/other", 8000), ("rtsp://10.6.6.6/gate", None)):
        browser.post(reverse("places:address", args=[stage.gate.pk]), new | {"main_url": address})
        assert TrialAddress.objects.get(camera=stage.gate).onvif_port == port


def heard(stage, camera):
    [one] = [row for row in build_assignment(stage.node).cameras if row.id == camera.pk]
    return one.onvif


def test_the_clock_of_a_camera_is_set_and_the_record_says_how_far_it_was_off(stage, client_of):
    Camera.objects.filter(pk=stage.gate.pk).update(onvif_port=8000)
    browser = client_of("caretaker")
    assert url("camera_clock", stage.gate) in browser.get(stage.gate.get_absolute_url()).content.decode()
    page = browser.post(url("camera_clock", stage.gate), follow=True).content.decode()
    assert "原先相差 +62.5 秒，现在相差 +0.4 秒" in page
    [asked] = stage.worker.asked("/internal/onvif/clock")
    assert (asked["host"], asked["port"], asked["sealed_password"]) == ("10.1.2.3", 8000, "c2VhbGVk")
    records = [row.record for row in RecordOutbox.objects.all() if row.record.get("object") == "places.camera"]
    assert records[-1]["changes"] == {"device_clock_ahead_s": ["62.5", "0.4"]}


def test_a_clock_that_can_not_be_set_says_why_and_is_no_change(stage, client_of):
    Camera.objects.filter(pk=stage.gate.pk).update(onvif_port=8000)
    stage.worker.clock = {"ok": False, "failure": "ntp"}
    page = client_of("caretaker").post(url("camera_clock", stage.gate), follow=True).content.decode()
    assert "NTP" in page
    assert not [row for row in RecordOutbox.objects.all() if row.record.get("object") == "places.camera"]


def test_a_camera_without_onvif_or_of_somebody_else_has_no_clock_to_set(stage, client_of):
    assert client_of("caretaker").post(url("camera_clock", stage.gate)).status_code == 404
    Camera.objects.filter(pk=stage.gate.pk).update(onvif_port=8000)
    assert client_of("outside_caretaker").post(url("camera_clock", stage.gate)).status_code == 404
    assert client_of("operator").post(url("camera_clock", stage.gate)).status_code == 403
    assert not stage.worker.calls
