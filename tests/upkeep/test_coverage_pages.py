"""Completeness per camera and local day, what is down, and how long the volumes last."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.papers import microseconds
from custodes.upkeep.coverage import DayCoverage, coverage_of, incomplete_on
from custodes.upkeep.health import cameras_down, forecasts
from custodes.upkeep.models import CameraStatus, HourRollup, SourceState, VolumeStatus
from custodes.video.archive.forecast import BRAKED

pytestmark = pytest.mark.postgresql

LHASA = ZoneInfo("Asia/Shanghai")
HOUR_US = 3_600_000_000


def put(camera, local_hour, recorded=HOUR_US, reasons=None):
    HourRollup.objects.create(
        camera=camera,
        hour=local_hour,
        recorded_us=recorded,
        owed_us=HOUR_US,
        reasons=reasons or {},
        roots="",
        worker=0,
        received_at=timezone.now(),
    )


def at(day, hour):
    return datetime.datetime(2024, 6, day, hour, tzinfo=LHASA)


@pytest.mark.parametrize(
    ("recorded", "owed", "percent", "state"),
    [
        (0, 0, None, "none"),
        (HOUR_US, HOUR_US, 100.0, "whole"),
        (HOUR_US - 1, HOUR_US, 99.99, "short"),
        (HOUR_US - 60_000_000, HOUR_US, 98.33, "gap"),
        (0, HOUR_US, 0.0, "gap"),
        (HOUR_US + 5, HOUR_US, 100.0, "whole"),
    ],
)
def test_a_percentage_never_claims_more_than_was_recorded(recorded, owed, percent, state):
    day = DayCoverage(datetime.date(2024, 6, 3), recorded, owed)
    assert (day.percent, day.state) == (percent, state)


def test_days_are_local_days(stage):
    put(stage.gate, at(3, 0), HOUR_US // 2)
    put(stage.gate, at(3, 23))
    put(stage.gate, at(4, 0), 0)
    days = [datetime.date(2024, 6, 2), datetime.date(2024, 6, 3), datetime.date(2024, 6, 4)]
    table = coverage_of([stage.gate], days, LHASA)[stage.gate.pk]
    assert table[days[1]].recorded_us == HOUR_US + HOUR_US // 2
    assert table[days[2]].recorded_us == 0
    assert days[0] not in table


def test_cameras_that_lack_a_minute_or_more_of_a_day_are_counted(stage):
    from custodes.places.models import Camera

    put(stage.gate, at(3, 5), HOUR_US - 59_000_000)
    put(stage.yard, at(3, 5), HOUR_US - 61_000_000)
    put(stage.yard, at(1, 23), HOUR_US - 30_000_000)
    put(stage.yard, at(2, 0), HOUR_US - 31_000_000)
    put(stage.gate, at(4, 0), 0)
    put(stage.yard, at(4, 0), 0)
    days = [datetime.date(2024, 6, day) for day in (4, 3, 2, 1)]
    assert incomplete_on(Camera.objects.all(), days, LHASA) == [2, 1, 0, 0]
    assert incomplete_on(Camera.objects.filter(pk=stage.gate.pk), days, LHASA) == [1, 0, 0, 0]


def test_the_grid_shows_own_cameras_and_the_day_page_their_reasons_and_gaps(stage, client_of):
    today = timezone.localdate()
    begin = timezone.make_aware(datetime.datetime.combine(today, datetime.time()), LHASA)
    put(stage.gate, begin, HOUR_US - 90_000_000, {"network": 90_000_000})
    put(stage.lobby, begin)
    browser = client_of("operator")
    answer = browser.get(reverse("upkeep:completeness"))
    assert {camera for camera, _cells in answer.context["rows"]} == {stage.gate, stage.yard}
    assert "97.5" in answer.content.decode()
    start = microseconds(begin)
    stage.worker.timeline = {
        "runs": [],
        "gaps": [[start + 60_000_000, start + 150_000_000, "network"]],
        "held": [],
        "now_us": start,
    }
    page = browser.get(reverse("upkeep:camera_day", args=[stage.gate.pk, today.isoformat()])).content.decode()
    assert "00:01:00" in page
    assert "00:02:30" in page
    assert "网络中断" in page
    assert "1 分 30 秒" in page
    stage.worker.down = True
    page = browser.get(reverse("upkeep:camera_day", args=[stage.gate.pk, today.isoformat()])).content.decode()
    assert "媒体节点没有应答" in page
    assert "网络中断" in page, "the sums come from the reports"


@pytest.mark.parametrize("day", ["2024-13-01", "yesterday", "1999-01-01", "2999-01-01"])
def test_a_day_that_is_none_is_not_found(stage, client_of, day):
    assert client_of("operator").get(reverse("upkeep:camera_day", args=[stage.gate.pk, day])).status_code == 404


def test_a_camera_is_down_when_it_says_so_or_when_nobody_says_anything(stage):
    from custodes.places.models import Camera

    now = timezone.now()
    long_ago = now - datetime.timedelta(hours=1)
    Camera.objects.update(connected_at=long_ago)
    for camera, state, since, said in (
        (stage.gate, "recording", long_ago, now),
        (stage.yard, "network", long_ago, now),
        (stage.lobby, "recording", long_ago, now - datetime.timedelta(minutes=2)),
    ):
        CameraStatus.objects.create(camera=camera, state=state, since=since, at=said)
    assert set(cameras_down(Camera.objects.all(), now)) == {stage.yard, stage.lobby}
    CameraStatus.objects.filter(camera=stage.yard).update(since=now - datetime.timedelta(seconds=5))
    assert set(cameras_down(Camera.objects.all(), now)) == {stage.lobby}
    CameraStatus.objects.all().delete()
    assert cameras_down(Camera.objects.all(), now).count() == 3
    Camera.objects.filter(pk=stage.gate.pk).update(record=False)
    assert cameras_down(Camera.objects.all(), now).count() == 2


def volume(stage, worker, **more):
    return VolumeStatus.objects.create(
        **{
            "node": stage.node,
            "worker": worker,
            "path_name": "footage",
            "bytes_used": 40 * 86_400,
            "bytes_free": 20 * 86_400,
            "rate_bytes_per_s": 1.0,
            "at": timezone.now(),
        }
        | more
    )


def test_workers_share_the_free_space_of_a_volume_unless_it_is_capped(stage):
    volume(stage, 0)
    volume(stage, 1)
    [shared] = forecasts(capped=False)
    assert (shared.days_left, shared.days_held) == (10.0, 50.0)
    [capped] = forecasts(capped=True)
    assert (capped.days_left, capped.days_held) == (20.0, 60.0)


def test_a_volume_that_cannot_hold_thirty_days_is_said_so_on_page_and_desk(stage, client_of):
    volume(stage, 0, bytes_used=10 * 86_400, bytes_free=10 * 86_400)
    assert "容不下留存期限" in client_of("system_admin").get(reverse("upkeep:forecast")).content.decode()
    assert "存储卷 footage 需要处理" in client_of("system_admin").get("/").content.decode()


def test_a_stopped_deletion_is_said_on_page_and_desk_with_the_command_that_answers_it(stage, client_of):
    volume(stage, 0, state=BRAKED)
    page = client_of("system_admin").get(reverse("upkeep:forecast")).content.decode()
    assert "到期录像的删除已暂停" in page
    assert f"{stage.node.name}/footage" in page
    assert "<code>custodes purge</code>" in page
    assert BRAKED not in page
    assert "存储卷 footage 需要处理" in client_of("system_admin").get("/").content.decode()


def test_the_desk_names_what_is_down_and_incomplete_in_ones_own_rows(stage, client_of):
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    for camera in (stage.gate, stage.lobby):
        CameraStatus.objects.create(camera=camera, state="network", since=long_ago, at=timezone.now())
    CameraStatus.objects.create(camera=stage.yard, state="recording", since=long_ago, at=timezone.now())
    put(stage.gate, timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0), 0)
    text = client_of("operator").get("/").content.decode()
    assert "1 个点位没有录像" in text
    assert "校门" in text
    assert "大堂" not in text
    assert "录像不完整" in text


def test_the_camera_s_page_says_whether_it_is_recording_now(stage, client_of):
    now = timezone.now()

    def page(member="caretaker"):
        return client_of(member).get(stage.gate.get_absolute_url()).content.decode()

    assert "是否录像不明" in page()
    state = CameraStatus.objects.create(camera=stage.gate, state=SourceState.RECORDING, since=now, at=now)
    assert "正在录像" in page()
    state.state, state.reason = SourceState.REFUSED, "refused"
    state.save()
    assert "现在没有录像" in page()
    assert "设备拒绝连接" in page()
    state.at = now - datetime.timedelta(minutes=5)
    state.save()
    assert "媒体节点最后一次报告" in page(), "what was is not said of now"
    type(stage.gate).objects.filter(pk=stage.gate.pk).update(record=False)
    assert "按计划不录" in page()
