"""A camera's position and field in the register: entered whole, drawn, held against others (S8.3), seen by few (R9)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from custodes.people.models import RecordOutbox
from custodes.places.geometry import MapBox
from custodes.places.models import Camera, CameraState
from custodes.places.overlap import within_box
from tests.people.papers import samples

HERE = {"longitude": "91.117201", "latitude": "29.657802"}
VIEW = HERE | {"azimuth": "45.5", "angle": "90", "reach": "60", "mount_height": "3.5"}


def form_of(camera, **more):
    return {
        "number": camera.number, "name": camera.name, "place": camera.place, "view": camera.view,
        "node": camera.node_id, "record": "on", "retention_days": camera.retention_days, "grade": camera.grade,
        "revision": getattr(camera, "revision", 0), "basis": "correction", "basis_words": "现场没有改变，登记有误",
    } | more  # fmt: skip


def edit(browser, camera, **more):
    camera.refresh_from_db()
    return browser.post(reverse("places:camera_edit", args=[camera.pk]), form_of(camera, **more))


def test_a_field_is_entered_kept_with_its_box_and_drawn(stage, client_of):
    browser = client_of("caretaker")
    assert edit(browser, stage.gate, **VIEW, maker="某厂", model="X-1").status_code == 302
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert gate.field is not None
    assert gate.west <= 91_117_201 <= gate.east
    assert gate.south <= 29_657_802 <= gate.north
    page = browser.get(gate.get_absolute_url()).content.decode()
    assert "fieldplan__own" in page
    assert "方位角 45.5°，视角 90°，可视距离 60 米" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"longitude": "91.1"}, "latitude"),
        ({"azimuth": "10", "angle": "90"}, "reach"),
        ({"azimuth": "10", "angle": "90", "reach": "30"}, "longitude"),
        (VIEW | {"azimuth": "361"}, "azimuth"),
        (VIEW | {"angle": "0"}, "angle"),
        (VIEW | {"reach": "2001"}, "reach"),
        (VIEW | {"latitude": "91"}, "latitude"),
        ({"tilt_low": "-30"}, "tilt_high"),
        ({"tilt_high": "0"}, "tilt_low"),
        ({"tilt_low": "10", "tilt_high": "-30"}, "tilt_high"),
        ({"tilt_low": "-30", "tilt_high": "-30"}, "tilt_high"),
        ({"tilt_low": "-91", "tilt_high": "0"}, "tilt_low"),
        ({"turns_pan": "350"}, "turns_high"),
        ({"turns_low": "-90", "turns_high": "10"}, "turns_pan"),
        ({"turns_pan": "350", "turns_low": "10", "turns_high": "-90"}, "turns_high"),
        ({"turns_pan": "361", "turns_low": "-90", "turns_high": "10"}, "turns_pan"),
    ],
)
def test_half_a_field_is_none(stage, client_of, given, field):
    answer = edit(client_of("caretaker"), stage.gate, **given)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert Camera.objects.get(pk=stage.gate.pk).longitude is None


def test_elevation_and_turning_range_are_entered_and_shown_to_who_may_read_the_field(stage, client_of):
    browser = client_of("caretaker")
    turns = {"tilt_low": "-30", "tilt_high": "0", "turns_pan": "350", "turns_low": "-90", "turns_high": "10"}
    assert edit(browser, stage.gate, **turns, presets_only="on").status_code == 302
    page = browser.get(stage.gate.get_absolute_url()).content.decode()
    assert "-30° 至 0°" in page
    assert "水平 350°，垂直 -90° 至 10°" in page
    assert "只准转到预置位" in page
    assert "-30°" not in client_of("operator").get(stage.gate.get_absolute_url()).content.decode()
    [record] = [row.record for row in RecordOutbox.objects.filter(type="config.changed")][-1:]
    assert record["changes"]["tilt_low"] == [None, "(restricted)"]
    assert record["changes"]["presets_only"] == [False, True]


def test_what_others_see_already_needs_a_reason(stage, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.yard, **VIEW)
    answer = edit(browser, stage.gate, **VIEW)
    assert answer.status_code == 400
    said = str(answer.context["form"].errors["overlap_reason"])
    assert "操场" in said
    assert "第八条第三款" in said
    assert edit(browser, stage.gate, **VIEW, overlap_reason="逆光时段互为补充").status_code == 302
    page = browser.get(stage.gate.get_absolute_url()).content.decode()
    assert "逆光时段互为补充" in page
    assert "合计 100% 的采集范围" in page


def test_a_little_overlap_needs_none(stage, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.yard, **VIEW)
    assert edit(browser, stage.gate, **VIEW | {"azimuth": "120"}).status_code == 302


def test_a_camera_out_of_use_sees_nothing(stage, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.yard, **VIEW)
    Camera.objects.filter(pk=stage.yard.pk).update(state=CameraState.RETIRED)
    assert edit(browser, stage.gate, **VIEW).status_code == 302


def test_nobody_finds_others_cameras_out_by_asking_for_an_overlap(stage, client_of):
    edit(client_of("outside_caretaker"), stage.lobby, **VIEW)
    browser = client_of("caretaker")
    assert edit(browser, stage.gate, **VIEW).status_code == 302
    page = browser.get(stage.gate.get_absolute_url()).content.decode()
    assert "大堂" not in page
    assert "合计" not in page


def test_the_position_stands_in_no_page_of_who_may_not_read_it(stage, client_of):
    edit(client_of("caretaker"), stage.gate, **VIEW, maker="某厂", model="X-1")
    pages = [stage.gate.get_absolute_url(), stage.school.get_absolute_url(), reverse("places:camera_list")]
    for member, sees in (("caretaker", True), ("inspector", True), ("operator", False), ("approver", False)):
        browser = client_of(member)
        text = "".join(browser.get(page).content.decode() for page in pages)
        for secret in ("91.117201", "29.657802", "fieldplan", "45.5", "X-1"):
            assert (secret in text) is sees, (member, secret)


def test_the_record_says_that_base_data_changed_and_not_to_what(stage, client_of):
    edit(client_of("caretaker"), stage.gate, **VIEW, maker="某厂", model="X-1")
    changes = RecordOutbox.objects.filter(type="config.changed").latest("created_at").record["changes"]
    assert changes["longitude"] == [None, "(restricted)"]
    assert "91.117" not in str(changes)
    assert "某厂" not in str(changes)


def test_sign_and_mask_are_papers_and_a_mask_without_its_picture_is_told(stage, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.gate, mask_zone="finance_operation")
    page = browser.get(stage.gate.get_absolute_url()).content.decode()
    assert "没有遮挡画面的证明" in page
    pdf = samples.upload(samples.pdf(), "mask.pdf")
    assert edit(browser, stage.gate, mask_zone="finance_operation", mask_upload=pdf).status_code == 400
    papers = {
        "sign_upload": samples.upload(samples.picture(), "sign.png"),
        "mask_upload": samples.upload(samples.picture("JPEG"), "mask.jpg"),
    }
    assert edit(browser, stage.gate, mask_zone="finance_operation", **papers).status_code == 302
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert gate.sign_paper.media_type == "image/png"
    assert not gate.mask_missing
    assert "没有遮挡画面的证明" not in browser.get(gate.get_absolute_url()).content.decode()


def test_only_zones_that_may_be_masked_can_be_named(stage, client_of):
    answer = edit(client_of("caretaker"), stage.gate, mask_zone="toilet")
    assert answer.status_code == 400


def test_a_window_of_the_map_is_answered_by_the_index(stage):
    rows = [
        Camera(
            system=stage.school, node=stage.node, number=f"m{order}", name="x", place="x",
            longitude=f"{91 + order % 40 / 100:.6f}", latitude=f"{29.5 + order // 40 / 100:.6f}", azimuth=0, angle=90, reach=50,
        )
        for order in range(1600)
    ]  # fmt: skip
    for row in rows:
        row.set_box()
    Camera.objects.bulk_create(rows)
    box = MapBox(91_100_000, 29_600_000, 91_120_000, 29_620_000)
    wanted = {row.number for row in rows if MapBox(row.west, row.south, row.east, row.north).meets(box)}
    found = within_box(Camera.objects.all(), box)
    assert {row.number for row in found} == wanted
    assert len(wanted) > 4
    with CaptureQueriesContext(connection):
        plan = within_box(Camera.objects.order_by(), box).explain()
    assert "camera_box" in plan
