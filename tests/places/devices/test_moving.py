"""What moves is entered by who tends it, on record; its last place is kept alone, shown to who reads positions, and gone with the entry."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.places.devices.assignment import build_gateway_assignment
from custodes.places.devices.moving import cameras_of_mobiles, mobile_of
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, Gateway, GbDevice, GbMobile, System, Watch
from custodes.video.wire.gateway_assignment import GatewayMobile
from tests.cast import EVERYBODY
from tests.places.devices.rows import CHANNELS, RECORDER, moving, place, recorder, us, with_channels
from tests.places.devices.test_pages import READS_SCHOOL

pytestmark = pytest.mark.postgresql

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def device(stage, gate) -> GbDevice:
    """The school's recorder, with its catalogue."""
    row = recorder(stage)[0]
    with_channels(row)
    return row


@pytest.fixture
def camera(stage, device, settings) -> Camera:
    """The school's camera, whose main stream is the first channel."""
    found: Camera = stage.gate
    Camera.objects.filter(pk=found.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
    found.refresh_from_db()
    return found


def enter(browser: Any, device: GbDevice, **more: Any) -> Any:
    told = {"channel_id": CHANNELS[0], "kind": 4, "interval_s": 30, "reason": "巡逻调度需要"} | more
    return browser.post(reverse("places:device_mobile_add", args=[device.pk]), told, follow=True)


def steps(device: GbDevice) -> list[tuple[str, str]]:
    rows = CaseStep.objects.filter(case_id=device.pk, event__in=("enter_mobile", "end_mobile")).order_by("at", "pk")
    return [(row.event, row.words) for row in rows]


# Entering


def test_a_channel_is_entered_with_its_reason_on_record_and_the_gateway_is_told(stage, device, client_of):
    before = Gateway.objects.get().generation
    page = enter(client_of("caretaker"), device).content.decode()
    assert "已登记为移动设备" in page
    assert steps(device) == [("enter_mobile", f"通道 {CHANNELS[0]}，车载视频记录设备，每 30 秒：巡逻调度需要")]
    told = build_gateway_assignment(Gateway.objects.get())
    assert told.mobiles == (GatewayMobile(device=RECORDER, channel=CHANNELS[0], interval_s=30),)
    assert told.generation > before
    assert "车载视频记录设备" in page
    assert "尚未收到位置" in page


def test_nothing_is_subscribed_to_before_it_is_entered(device):
    assert build_gateway_assignment(Gateway.objects.get()).mobiles == ()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"interval_s": 4}, "id_interval_s_error"),
        ({"interval_s": 3601}, "id_interval_s_error"),
        ({"reason": "  "}, "id_reason_error"),
        ({"reason": "……"}, "请写明需要位置的理由"),
        ({"kind": 7}, "id_kind_error"),
        ({"channel_id": "54010200021318000009"}, "id_channel_id_error"),
    ],
)
def test_what_can_t_be_is_refused(stage, device, client_of, more, words):
    answer = enter(client_of("caretaker"), device, **more)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not GbMobile.objects.exists()


def test_the_device_as_a_whole_may_move_and_nothing_is_entered_twice(stage, device, client_of):
    browser = client_of("caretaker")
    enter(browser, device, channel_id=RECORDER)
    assert "整台设备" in steps(device)[0][1]
    assert enter(browser, device, channel_id=RECORDER).status_code == 400
    with pytest.raises(StepRefused, match="已经登记为移动设备"):
        moving(device, RECORDER)


def test_a_channel_that_is_not_in_the_catalogue_can_t_be_entered_behind_the_form(device):
    with pytest.raises(StepRefused, match="目录中没有该通道"):
        moving(device, "54010200021318000009")


def test_who_ends_it_takes_the_last_place_with_it(stage, gate, device, client_of):
    row = moving(device)
    assert gate.place(place()).status_code == 204
    before = Gateway.objects.get().generation
    page = client_of("caretaker").post(reverse("places:device_mobile_end", args=[device.pk, row.pk]), follow=True)
    assert "最后位置已经删除" in page.content.decode()
    assert not GbMobile.objects.exists()
    assert steps(device)[-1] == ("end_mobile", f"通道 {CHANNELS[0]}，车载视频记录设备，每 30 秒")
    told = build_gateway_assignment(Gateway.objects.get())
    assert (told.mobiles, told.generation > before) == ((), True)
    again = client_of("caretaker").post(reverse("places:device_mobile_end", args=[device.pk, row.pk]), follow=True)
    assert "他人已经取消" in again.content.decode()


def test_a_device_that_is_retired_has_no_place_any_more(stage, device, client_of):
    moving(device)
    client_of("caretaker").post(reverse("places:device_retire", args=[device.pk]), {"reason": "报废"})
    assert not GbMobile.objects.exists()
    with pytest.raises(StepRefused, match="已经停用"):
        moving(device)


# What the gateway tells


def test_the_last_place_alone_is_kept(gate, device):
    row = moving(device)
    for longitude in (91.11, 91.12, 91.13):
        assert gate.place(place(longitude=longitude, heard_us=us(timezone.now()))).status_code == 204
    row.refresh_from_db()
    assert (row.longitude, row.latitude) == (91.13, 29.65)
    assert GbMobile.objects.count() == 1
    kept = {field.name for field in GbMobile._meta.get_fields()}
    assert not kept & {"speed", "direction", "course", "altitude"}


def test_an_older_place_that_comes_late_changes_nothing(gate, device):
    row = moving(device)
    now = us(timezone.now())
    gate.place(place(longitude=91.13, heard_us=now - 1_000_000))
    gate.place(place(longitude=91.11, heard_us=now - 2_000_000))
    row.refresh_from_db()
    assert row.longitude == 91.13


def test_a_place_that_was_heard_of_in_the_future_gives_way(gate, device):
    row = moving(device)
    ahead = timezone.now() + datetime.timedelta(days=2)
    GbMobile.objects.filter(pk=row.pk).update(longitude=1, latitude=1, heard_at=ahead)
    gate.place(place())
    row.refresh_from_db()
    assert row.longitude == 91.12


@pytest.mark.parametrize("wrong", [{"longitude": 0}, {"latitude": 0}])
def test_nought_is_no_place(gate, device, wrong):
    row = moving(device)
    assert gate.place(place(**wrong)).status_code == 204
    row.refresh_from_db()
    assert row.heard_at is None


@pytest.mark.parametrize("wrong", [{"longitude": 181}, {"latitude": "north"}, {"device": ""}, {"heard_us": -1}])
def test_what_can_t_be_a_report_is_refused_whole(gate, device, wrong):
    row = moving(device)
    moving(device, CHANNELS[1])
    assert gate.place(place(CHANNELS[1]), place(**wrong)).status_code == 400
    row.refresh_from_db()
    assert not GbMobile.objects.filter(heard_at__isnull=False).exists()


def test_a_place_of_what_nobody_entered_is_kept_nowhere(gate, device):
    moving(device)
    assert gate.place(place(CHANNELS[1]), place(device="54010200021188000009")).status_code == 204
    assert not GbMobile.objects.filter(heard_at__isnull=False).exists()


def test_of_a_system_that_was_classified_no_place_is_kept(gate, device):
    row = moving(device)
    System.objects.filter(pk=device.system_id).update(classified=True)
    assert gate.place(place()).status_code == 204
    row.refresh_from_db()
    assert row.heard_at is None


def test_a_device_whose_clock_is_wrong_is_not_believed_about_the_time(gate, device):
    row = moving(device)
    gate.place(place(said_us=us(timezone.now() + datetime.timedelta(hours=8))))
    row.refresh_from_db()
    assert row.said_at is None
    assert row.seen_at == row.heard_at


def test_how_the_subscription_stands_is_kept_and_told(stage, gate, device, client_of):
    row = moving(device)
    GbDevice.objects.update(standing="online")
    now = us(timezone.now())
    stand = {"device": RECORDER, "channel": CHANNELS[0], "watch": "refused", "status": 489, "since_us": now}
    assert gate.place(stands=[stand]).status_code == 204
    gate.place(stands=[stand | {"watch": "active", "status": 0, "since_us": now - 1}])
    row.refresh_from_db()
    assert (row.watch, row.watch_status) == (Watch.REFUSED, 489)
    assert "设备拒绝订阅（SIP 489）" in client_of("caretaker").get(device.get_absolute_url()).content.decode()


# Pages


def test_the_camera_s_page_says_where_it_was_last_and_how_old_that_is(gate, device, camera, client_of):
    moving(device)
    gate.place(place())
    page = client_of("caretaker").get(camera.get_absolute_url()).content.decode()
    assert "91.12000, 29.65000" in page
    assert "一分钟内的位置" in page
    assert "停放或者归属的地点" in page
    old = timezone.now() - 40 * MINUTE
    GbMobile.objects.update(heard_at=old, said_at=old)
    page = client_of("caretaker").get(camera.get_absolute_url()).content.decode()
    assert f"自 {timezone.localtime(old):%Y-%m-%d %H:%M:%S} 起没有新位置" in page


def test_a_place_that_the_device_tells_late_is_as_old_as_the_device_says(gate, device, camera, client_of):
    row = moving(device)
    gate.place(place(said_us=us(timezone.now() - 30 * MINUTE)))
    row.refresh_from_db()
    assert row.late(timezone.now())
    assert "起没有新位置" in client_of("caretaker").get(camera.get_absolute_url()).content.decode()


def test_who_reads_no_position_reads_no_last_place_either(stage, gate, device, camera, client_of):
    moving(device)
    gate.place(place())
    for who in EVERYBODY:
        for address in (camera.get_absolute_url(), device.get_absolute_url()):
            answer = client_of(who).get(address)
            shown = answer.status_code == 200 and "91.12000, 29.65000" in answer.content.decode()
            assert shown == (who in READS_SCHOOL), (who, address)


def test_somebody_else_s_device_is_not_there(stage, device, client_of):
    row = moving(device)
    for who in ("outsider", "outside_caretaker"):
        browser = client_of(who)
        assert enter(browser, device).status_code in (403, 404)
        ended = browser.post(reverse("places:device_mobile_end", args=[device.pk, row.pk]))
        assert ended.status_code in (403, 404)
    assert GbMobile.objects.filter(pk=row.pk).exists()


def test_a_mobile_of_another_device_is_not_ended_through_this_one(stage, device, client_of):
    other = recorder(stage, gb_id="54010200021188000002", name="另一台")[0]
    row = moving(other, "54010200021188000002")
    client_of("caretaker").post(reverse("places:device_mobile_end", args=[device.pk, row.pk]))
    assert GbMobile.objects.filter(pk=row.pk).exists()


# Which camera


def test_a_channel_s_own_entry_goes_before_its_device_s(device, camera):
    whole = moving(device, RECORDER)
    assert mobile_of(camera) == whole
    own = moving(device)
    assert mobile_of(camera) == own
    assert cameras_of_mobiles([whole, own], Camera.objects.all()) == [(camera, own)]
    assert cameras_of_mobiles([whole], Camera.objects.all()) == [(camera, whole)]
    assert cameras_of_mobiles([], Camera.objects.all()) == []


def test_a_camera_of_another_system_has_no_place_of_this_device(stage, device, camera):
    moving(device)
    Camera.objects.filter(pk=camera.pk).update(system=stage.hotel)
    camera.refresh_from_db()
    assert mobile_of(camera) is None
    assert cameras_of_mobiles(GbMobile.objects.select_related("device"), Camera.objects.all()) == []
