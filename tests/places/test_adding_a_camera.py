"""Adding a camera: fill in, probe, one still, adopt; and what must never leave or be shown."""

from __future__ import annotations

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import Grant
from custodes.people.models import RecordOutbox
from custodes.places.models import Camera, CameraState, Node, Probe, TrialAddress
from custodes.places.probing import FAILURES, PROBES_PER_MINUTE
from custodes.video.wire.seal import unseal

SECRET = "s3cret-camera-pass"


def filled(stage, **more):
    return {
        "number": "0103",
        "name": "东墙",
        "place": "东墙灯杆",
        "view": "",
        "node": stage.node.pk,
        "record": "on",
        "retention_days": 30,
        "grade": 2,
        "main_url": "rtsp://10.1.2.9:554/main",
        "sub_url": "",
        "username": "viewer",
        "password": SECRET,
    } | more


def add(stage, browser, **more):
    return browser.post(reverse("places:camera_add", args=[stage.school.pk]), filled(stage, **more))


def added(stage, browser, **more):
    assert add(stage, browser, **more).status_code == 302
    return Camera.objects.get(number="0103")


def go(browser, name, camera):
    return browser.post(reverse(name, args=[camera.pk]))


def test_the_whole_way_from_the_form_to_a_recorded_camera(stage, notary, client_of):
    browser = client_of("caretaker")
    before = Node.objects.get().generation
    camera = added(stage, browser)
    assert camera.state == CameraState.DRAFT
    assert not camera.main_url
    assert Node.objects.get().generation == before

    assert go(browser, "places:probe", camera).status_code == 302
    [asked] = stage.worker.asked("/internal/probe")
    assert asked["camera"] == str(camera.pk)
    assert unseal(stage.seal_key, asked["sealed_password"]) == SECRET
    page = browser.get(reverse("places:check", args=[camera.pk])).content.decode()
    assert "H264 · 1920×1080" in page
    assert "每秒 25 帧" in page

    still = go(browser, "access:still", camera)
    assert still.status_code == 200
    assert "data:image/jpeg;base64," in still.content.decode()
    assert "no-store" in still["Cache-Control"]
    [record] = notary.of("grant")
    assert (record.ground, record.still, record.live, record.cameras) == ("commissioning", True, False, (camera.pk,))
    assert Grant.objects.get().ended_at is not None

    assert go(browser, "places:adopt", camera).status_code == 302
    camera.refresh_from_db()
    assert camera.state == CameraState.CONNECTED
    assert (camera.codec, camera.width) == ("H264", 1920)
    assert Node.objects.get().generation == before + 1
    assert not TrialAddress.objects.exists()


def test_the_password_is_in_no_page_and_no_record(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    go(browser, "places:probe", camera)
    go(browser, "places:adopt", camera)
    pages = [
        browser.get(reverse(name, args=[camera.pk])).content.decode()
        for name in ("places:camera", "places:camera_edit", "places:address")
    ]
    sealed = Camera.objects.get(pk=camera.pk).sealed_password
    assert sealed
    for text in (*pages, str(list(RecordOutbox.objects.values_list("record", flat=True)))):
        assert SECRET not in text
        assert sealed not in text
    assert "已封存" in pages[0]
    records = str(list(RecordOutbox.objects.values_list("record", flat=True)))
    assert "(sealed)" in records
    assert "10.1.2.9" not in records


def test_a_form_that_fails_does_not_give_the_password_back(stage, client_of):
    answer = add(stage, client_of("caretaker"), number="0101")
    assert answer.status_code == 400
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://10.1.2.9/main",
        "rtsp://",
        "rtsp://user:pass@10.1.2.9/main",
        "rtsp://10.1.2.9:99999/main",
        "rtsp://10.1.2.9/main#x",
        "rtsp://10.1.2.9/ma in",
        "rtsp://[::1/main",
        "file:///etc/passwd",
        "rtsp://10.1.2.9/" + "x" * 500,
    ],
)
def test_an_address_that_is_not_plain_rtsp_is_told_so_at_the_field(stage, client_of, url):
    answer = add(stage, client_of("caretaker"), main_url=url)
    assert answer.status_code == 400
    assert answer.context["address"].errors["main_url"]
    assert not Camera.objects.filter(number="0103").exists()


def test_a_sealed_password_never_travels_to_another_host(stage, client_of):
    browser = client_of("caretaker")
    url = reverse("places:address", args=[stage.gate.pk])
    keep = {"main_url": stage.gate.main_url, "sub_url": "", "username": "viewer", "password": ""}
    for change in (
        {"main_url": "rtsp://10.6.6.6:554/gate"},
        {"main_url": "rtsp://10.1.2.3:8554/gate"},
        {"username": "other"},
    ):
        answer = browser.post(url, keep | change)
        assert answer.status_code == 400
        assert answer.context["form"].errors["password"]
    assert browser.post(url, keep | {"main_url": "rtsp://10.1.2.3:554/other"}).status_code == 302
    assert TrialAddress.objects.get().sealed_password == stage.gate.sealed_password


def test_an_address_on_trial_leaves_the_recorded_one_alone(stage, client_of):
    browser = client_of("caretaker")
    before = Node.objects.get().generation
    browser.post(
        reverse("places:address", args=[stage.gate.pk]),
        {"main_url": "rtsp://10.1.2.77/x", "sub_url": "", "username": "", "password": ""},
    )
    camera = Camera.objects.get(pk=stage.gate.pk)
    assert camera.main_url == "rtsp://10.1.2.3:554/gate"
    assert camera.state == CameraState.CONNECTED
    assert Node.objects.get().generation == before


@pytest.mark.parametrize("failure", sorted(set(FAILURES) - {"rate", "node"}))
def test_every_failure_is_said_in_plain_words_with_what_to_do(stage, client_of, failure):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    stage.worker.probe = {"ok": False, "failure": failure, "detail": "x"}
    go(browser, "places:probe", camera)
    page = browser.get(reverse("places:check", args=[camera.pk])).content.decode()
    reason, remedy = FAILURES[failure]
    assert str(reason) in page
    assert str(remedy) in page
    assert reverse("places:adopt", args=[camera.pk]) not in page


def test_a_node_that_is_down_or_busy_is_a_failure_and_not_an_error_page(stage, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    stage.worker.down = True
    go(browser, "places:probe", camera)
    stage.worker.down, stage.worker.status = False, 429
    go(browser, "places:probe", camera)
    stage.worker.status = 500
    go(browser, "places:probe", camera)
    assert list(Probe.objects.order_by("at").values_list("failure", flat=True)) == ["node", "busy", "node"]


def test_one_person_probes_only_so_often(stage, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    for _attempt in range(PROBES_PER_MINUTE + 2):
        go(browser, "places:probe", camera)
    assert len(stage.worker.asked("/internal/probe")) == PROBES_PER_MINUTE


def test_each_probe_is_recorded_with_its_outcome(stage, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    go(browser, "places:probe", camera)
    records = [row.record for row in RecordOutbox.objects.filter(type="config.changed")]
    [probe] = [record for record in records if record["object"] == "places.probe"]
    assert probe["changes"] == {"result": [None, "ok"]}
    assert probe["by"] == str(stage.cast.caretaker.person.uuid)


def test_after_a_failed_probe_what_was_typed_is_there_to_be_mended(stage, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    trial = TrialAddress.objects.get(camera=camera)
    stage.worker.probe = {"ok": False, "failure": "timeout", "detail": "no answer from 10.1.2.9"}
    go(browser, "places:probe", camera)
    page = browser.get(reverse("places:check", args=[camera.pk])).content.decode()
    told, _folded, machine = page.partition('<details class="more"')
    assert "设备没有应答" in told
    assert "no answer from" not in told, "the program's English is folded"
    assert "no answer from" in machine
    form = browser.get(reverse("places:address", args=[camera.pk])).context["form"]
    assert (form["main_url"].value(), form["username"].value()) == (trial.main_url, trial.username)
    mended = {"main_url": f"{trial.main_url}2", "sub_url": "", "username": trial.username, "password": ""}
    assert browser.post(reverse("places:address", args=[camera.pk]), mended).status_code == 302
    again = TrialAddress.objects.get(camera=camera)
    assert (again.main_url, again.sealed_password) == (f"{trial.main_url}2", trial.sealed_password)


def test_the_page_of_the_picture_shows_the_step_of_the_picture(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    go(browser, "places:probe", camera)
    steps = go(browser, "access:still", camera).context["steps"]
    assert [one.state for one in steps] == ["done", "done", "current", "todo"]


def test_adopting_needs_a_fresh_successful_probe_of_this_very_address(stage, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    go(browser, "places:adopt", camera)
    assert Camera.objects.get(pk=camera.pk).state == CameraState.DRAFT
    go(browser, "places:probe", camera)
    browser.post(
        reverse("places:address", args=[camera.pk]),
        {"main_url": "rtsp://10.1.2.10/other", "sub_url": "", "username": "viewer", "password": "another"},
    )
    go(browser, "places:adopt", camera)
    assert Camera.objects.get(pk=camera.pk).state == CameraState.DRAFT
    go(browser, "places:probe", camera)
    Probe.objects.update(at=timezone.now() - datetime.timedelta(minutes=11))
    go(browser, "places:adopt", camera)
    assert Camera.objects.get(pk=camera.pk).state == CameraState.DRAFT


def test_the_still_is_shown_once_per_probe_and_every_refusal_is_recorded(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    assert go(browser, "access:still", camera).status_code == 302
    go(browser, "places:probe", camera)
    assert go(browser, "access:still", camera).status_code == 200
    assert go(browser, "access:still", camera).status_code == 302
    assert len(stage.worker.asked("/internal/still")) == 1
    assert [record.unmet[0].clause for record in notary.of("refusal")] == ["S15", "S33.1"]


def test_the_still_of_a_camera_in_everyday_use_is_refused(stage, notary, client_of):
    assert go(client_of("caretaker"), "access:still", stage.gate).status_code == 302
    assert not stage.worker.asked("/internal/still")
    assert notary.of("refusal")


def test_without_the_notary_no_still_is_fetched(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    go(browser, "places:probe", camera)
    notary.down = True
    assert go(browser, "access:still", camera).status_code == 302
    assert not stage.worker.asked("/internal/still")


@pytest.mark.parametrize("member", ["operator", "inspector", "outside_caretaker", "bystander", "security_admin"])
def test_nobody_else_probes_looks_adopts_or_retires(stage, notary, client_of, member):
    camera = added(stage, client_of("caretaker"))
    browser = client_of(member)
    for name in ("places:probe", "places:adopt", "access:still", "places:camera_retire"):
        assert go(browser, name, camera).status_code in (403, 404), name
    assert not stage.worker.calls


def test_retention_under_thirty_days_is_refused(stage, client_of):
    answer = add(stage, client_of("caretaker"), retention_days=29)
    assert answer.status_code == 400
    assert re.search("三十|30", str(answer.context["form"].errors["retention_days"]))


def test_the_same_number_twice_in_a_system_is_refused(stage, client_of):
    answer = add(stage, client_of("caretaker"), number="0101")
    assert answer.status_code == 400
