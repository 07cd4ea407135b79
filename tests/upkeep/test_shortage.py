"""Disks that get short: what the page says of a node, who may order key frames only, and what the node is told."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, CameraState, Grade, ThinningOrder
from custodes.places.volumes import OrderRefused, order_thinning
from custodes.upkeep.intake import take_rollup, take_status
from custodes.upkeep.models import WorkerStatus
from custodes.upkeep.reports import Rollup, Status

pytestmark = pytest.mark.django_db

STORE = "/upkeep/store/"


def report(stage, worker=0, **shortage):
    status = {"worker": worker, "cameras": [], "volumes": [], "clock": {"synchronised": True, "offset_us": 0}}
    take_status(stage.node, Status.model_validate({**status, "shortage": shortage}), timezone.now())


def order(client, stage, **changes):
    form = {"grade": Grade.ORDINARY, "reason": "新硬盘周五到货", "hours": "24"}
    return client.post(f"{STORE}{stage.node.pk}/thinning/", {**form, **changes})


def test_a_worker_of_an_older_version_reports_no_shortage(stage):
    status = {"worker": 0, "cameras": [], "volumes": [], "clock": {"synchronised": True, "offset_us": 0}}
    take_status(stage.node, Status.model_validate(status), timezone.now())
    assert WorkerStatus.objects.get().shortage["step"] == "clear"


def test_the_page_says_what_waits_for_an_order_and_who_may_not_give_it_sees_no_button(stage, client_of):
    report(stage, 0, step="forecast", hours_left=20.5, waiting=1)
    report(stage, 1, step="clear")
    page = client_of("system_admin").get(STORE).content.decode()
    assert "20 小时 30 分" in page
    assert "等级为“一般”的点位可以降级" in page
    assert f"{STORE}{stage.node.pk}/thinning/" in page
    # The node holds the hotel's camera too: the school's duty lead doesn't lower what the hotel records.
    assert f"{STORE}{stage.node.pk}/thinning/" not in client_of("lead").get(STORE).content.decode()


def test_an_order_reaches_the_node_and_the_log(stage, client_of):
    before = build_assignment(stage.node).generation
    assert order(client_of("system_admin"), stage).status_code == 302
    assignment = build_assignment(stage.node)
    assert assignment.generation > before
    thinning = assignment.thinning
    assert (thinning.grade, thinning.by, thinning.reason) == (1, "旦增（拉萨市公安局）", "新硬盘周五到货")
    left = thinning.until_us / 1e6 - timezone.now().timestamp()
    assert left == pytest.approx(24 * 3600, abs=60)
    [record] = [row.record for row in RecordOutbox.objects.all() if row.record.get("object") == "places.thinningorder"]
    assert record["changes"]["grade"] == [None, 1]


def test_an_order_over_another_units_cameras_is_refused_with_the_reason(stage, client_of):
    answer = order(client_of("lead"), stage)
    assert answer.status_code == 400
    assert "其他单位的点位" in answer.content.decode()
    assert not ThinningOrder.objects.exists()


def test_who_answers_for_every_camera_of_the_node_may_order(stage, client_of):
    Camera.objects.filter(pk=stage.lobby.pk).update(state=CameraState.RETIRED)
    assert order(client_of("lead"), stage).status_code == 302


def test_a_new_order_replaces_the_old_and_taking_it_back_ends_it(stage, client_of):
    admin = client_of("system_admin")
    order(admin, stage)
    order(admin, stage, grade=Grade.IMPORTANT, hours="standing")
    standing = ThinningOrder.objects.get(ended_at=None)
    assert (standing.grade, standing.until) == (2, None)
    admin.post(f"{STORE}{stage.node.pk}/thinning/end/")
    assert build_assignment(stage.node).thinning is None
    assert not ThinningOrder.objects.filter(ended_at=None).exists()


def test_an_order_without_a_reason_is_no_order(stage, client_of):
    answer = order(client_of("system_admin"), stage, reason="  ")
    assert answer.status_code == 400
    assert answer.context["form"].errors["reason"]


def test_an_order_that_has_run_out_is_not_shown_as_one(stage, client_of):
    now = timezone.now()
    given = ThinningOrder(node=stage.node, grade=1, reason="昨天", until=now - datetime.timedelta(hours=1))
    order_thinning(given, stage.cast.system_admin.person, now - datetime.timedelta(hours=25))
    report(stage, step="clear")
    assert "昨天" not in client_of("system_admin").get(STORE).content.decode()


def test_nobody_orders_for_a_node_without_cameras(stage):
    Camera.objects.update(state=CameraState.RETIRED)
    given = ThinningOrder(node=stage.node, grade=1, reason="没有点位")
    with pytest.raises(OrderRefused):
        order_thinning(given, stage.cast.system_admin.person, timezone.now())


def test_a_stopped_grade_is_told_before_everything_else(stage, client_of):
    report(stage, step="stop", hours_left=2, stopped=[1])
    assert "下列等级的点位已停止录像：一般" in client_of("inspector").get(STORE).content.decode()


def test_the_grade_of_a_camera_goes_to_its_node(stage):
    Camera.objects.filter(pk=stage.gate.pk).update(grade=Grade.KEY)
    grades = {camera.id: camera.grade for camera in build_assignment(stage.node).cameras}
    assert (grades[stage.gate.pk], grades[stage.yard.pk]) == (3, 2)


def test_the_day_says_how_much_of_it_is_key_frames_only(stage, client_of):
    hour = {
        "camera": str(stage.gate.pk),
        "hour": "2026-03-02T01:00:00Z",
        "recorded_us": 3_600_000_000,
        "owed_us": 3_600_000_000,
        "degraded_us": 600_000_000,
        "reasons": {},
        "roots": "",
    }
    take_rollup(stage.node, Rollup.model_validate({"worker": 0, "hours": [hour]}), timezone.now())
    page = client_of("inspector").get(f"/upkeep/completeness/{stage.gate.pk}/2026-03-02/").content.decode()
    assert "只留关键帧" in page
    assert "10 分" in page
