"""Addresses of other schemes than rtsp: what may be chosen, what must be confirmed, and what stays on record."""

from __future__ import annotations

import pytest
from django.urls import reverse

from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, TrialAddress
from custodes.settings import get_settings
from tests.places.test_adding_a_camera import SECRET, add, added, go

FINGERPRINT = "ab" * 32
OTHER = "cd" * 32


def unknown(stage, fingerprint=FINGERPRINT):
    """The node is shown a certificate that nobody has confirmed."""
    stage.worker.probe = {"ok": False, "failure": "certificate", "detail": "self-signed", "certificate": fingerprint}


def known(stage):
    stage.worker.probe = {
        "ok": True, "codec": "H264", "width": 1920, "height": 1080, "frame_rate": 25.0, "bitrate": 4000
    }  # fmt: skip


def confirm(browser, camera, fingerprint=FINGERPRINT):
    return browser.post(reverse("places:confirm", args=[camera.pk]), {"certificate": fingerprint})


def page(browser, camera):
    return browser.get(reverse("places:check", args=[camera.pk])).content.decode()


def changes():
    return [record for record in RecordOutbox.objects.values_list("record", flat=True) if "certificate" in str(record)]


def test_a_certificate_is_shown_confirmed_tried_and_becomes_the_cameras_own(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser, main_url="rtsps://10.1.2.9:322/main")
    unknown(stage)
    go(browser, "places:probe", camera)
    shown = page(browser, camera)
    assert "ABAB ABAB" in shown
    assert "设备证书未经确认" in shown

    confirm(browser, camera)
    known(stage)
    go(browser, "places:probe", camera)
    assert stage.worker.asked("/internal/probe")[-1]["certificate"] == FINGERPRINT
    go(browser, "places:adopt", camera)
    camera.refresh_from_db()
    assert camera.certificate == FINGERPRINT
    assigned = next(one for one in build_assignment(stage.node).cameras if one.id == camera.pk)
    assert assigned.main.certificate == FINGERPRINT
    assert len(changes()) >= 2, "the confirmation and the adoption"


def test_nothing_is_adopted_and_nothing_else_is_confirmed_without_the_probe_that_showed_it(stage, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser, main_url="rtsps://10.1.2.9:322/main")
    confirm(browser, camera)
    assert TrialAddress.objects.get(camera=camera).certificate == ""
    unknown(stage)
    go(browser, "places:probe", camera)
    go(browser, "places:adopt", camera)
    assert Camera.objects.get(pk=camera.pk).state == "draft"
    confirm(browser, camera, OTHER)
    assert TrialAddress.objects.get(camera=camera).certificate == ""


def test_a_changed_certificate_is_said_to_be_another(stage, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser, main_url="rtsps://10.1.2.9:322/main")
    unknown(stage)
    go(browser, "places:probe", camera)
    confirm(browser, camera)
    unknown(stage, OTHER)
    go(browser, "places:probe", camera)
    assert "与先前确认的证书不同" in page(browser, camera)


def test_an_address_on_another_host_begins_without_a_confirmed_certificate(stage, client_of):
    browser = client_of("caretaker")
    Camera.objects.filter(pk=stage.gate.pk).update(
        main_url="rtsps://10.1.2.3/gate", sub_url="", certificate=FINGERPRINT
    )
    url = reverse("places:address", args=[stage.gate.pk])
    same = {"main_url": "rtsps://10.1.2.3/other", "sub_url": "", "username": "viewer", "password": SECRET}
    browser.post(url, same)
    assert TrialAddress.objects.get(camera=stage.gate).certificate == FINGERPRINT
    browser.post(url, same | {"main_url": "rtsps://10.1.2.4/gate"})
    assert TrialAddress.objects.get(camera=stage.gate).certificate == ""


def test_what_was_chosen_reaches_the_node(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser, transport="auto")
    known(stage)
    go(browser, "places:probe", camera)
    assert stage.worker.asked("/internal/probe")[-1]["transport"] == "auto"
    go(browser, "places:adopt", camera)
    assigned = next(one for one in build_assignment(stage.node).cameras if one.id == camera.pk)
    assert assigned.main.transport == "auto"
    other = {"number": "0104", "main_url": "http://10.1.2.9/mjpg", "reencode": "on"}
    assert add(stage, browser, **other).status_code == 302
    tried = Camera.objects.get(number="0104")
    go(browser, "places:probe", tried)
    assert stage.worker.asked("/internal/probe")[-1]["reencode"] is True
    go(browser, "places:adopt", tried)
    assert "不是设备原始画面" in browser.get(tried.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"main_url": "rtsps://10.1.2.9/a", "transport": "udp"}, "transport"),
        ({"main_url": "http://10.1.2.9/a", "transport": "auto"}, "transport"),
        ({"main_url": "rtsp://10.1.2.9/a", "reencode": "on"}, "reencode"),
        ({"main_url": "rtsp://10.1.2.9/a", "transport": "multicast"}, "transport"),
        ({"main_url": "rtsps://10.1.2.9/a", "sub_url": "rtsp://10.1.2.9/b"}, "sub_url"),
        ({"main_url": "https://10.1.2.9/a"}, "main_url"),
        ({"main_url": "concat:a|b"}, "main_url"),
        ({"main_url": "file://host/a.mp4"}, "main_url"),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_field(stage, client_of, filled, field):
    answer = add(stage, client_of("caretaker"), **filled)
    assert answer.status_code == 400
    assert answer.context["address"].errors[field]


@pytest.mark.parametrize("main_url", ["rtsp://10.1.2.3/gate", "http://10.1.2.3/gate"])
def test_a_kept_password_does_not_leave_tls(stage, client_of, main_url):
    Camera.objects.filter(pk=stage.gate.pk).update(
        main_url="rtsps://10.1.2.3/gate", sub_url="", username="viewer", sealed_password="sealed"
    )
    url = reverse("places:address", args=[stage.gate.pk])
    answer = client_of("caretaker").post(url, {"main_url": main_url, "username": "viewer", "password": ""})
    assert answer.status_code == 400
    assert answer.context["form"].errors["password"]


@pytest.mark.parametrize(("training", "status"), [("true", 302), ("false", 400)])
def test_files_are_played_in_a_training_installation_alone(stage, client_of, monkeypatch, training, status):
    monkeypatch.setenv("CUSTODES_TRAINING", training)
    get_settings.cache_clear()
    try:
        filled = {"main_url": "file:///street.mp4", "username": "", "password": ""}
        assert add(stage, client_of("caretaker"), **filled).status_code == status
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
