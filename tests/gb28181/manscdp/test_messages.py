"""Each body: as the standard writes it, as devices write it, and back (GB/T 28181 Annex A)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp import (
    alarm,
    broadcast,
    config,
    control,
    device,
    position,
    presets,
    records,
    snapshot,
    subscription,
)
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.frame import Message, Result, Root, write_message
from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent, EntryStatus, Info, completed
from custodes.gb28181.manscdp.keepalive import Faulty, Keepalive
from custodes.gb28181.manscdp.messages import KNOWN, read_body
from custodes.gb28181.refused import Gb28181Refused

NVR, CAMERA, SPEAKER = "34020000001180000001", "34020000001320000001", "34020000001370000001"
SERVER = "34020000002000000001"
AT = datetime(2026, 11, 24, 21, 45, 7, tzinfo=BEIJING)
SESSION = "a" * 32
BOX = control.DragZoom(length=1920, width=1080, mid_x=960, mid_y=540, length_x=200, length_y=100)
PLAN = config.VideoRecordPlan(
    enabled=True,
    sum_num=1,
    schedules=(
        config.RecordSchedule(
            week_day=7,
            sum_num=2,
            segments=tuple(
                config.TimeSegment(start_hour=h, start_min=0, start_sec=0, stop_hour=h + 1, stop_min=30, stop_sec=0)
                for h in (8, 20)
            ),
        ),
    ),
    stream_number=0,
)
ITEM = CatalogItem(
    device_id=CAMERA,
    name="东门 <1> & 2",
    manufacturer="Acme",
    model="X1",
    owner="o",
    civil_code="340200",
    address="Gate",
    parental=False,
    parents=(NVR, "34020000002160000001"),
    safety_way=0,
    register_way=1,
    secrecy=False,
    port=5060,
    status=EntryStatus.ON,
    longitude=118.37,
    latitude=31.33,
    info=Info(ptz_type=1, download_speed=("1", "2", "4")),
)
ITEM_2022 = CatalogItem(
    device_id=CAMERA,
    name="东门",
    security_level="A",
    business_group_id="34020000002150000001",
    info=Info(
        ptz_type=7,
        photoelectric_imaging_type=("1", "2"),
        stream_number_list=("0", "1"),
        mac="00-11-22-33-44-55",
        install_time=AT,
    ),
)


def of(cls: type[Any], **values: Any) -> Any:
    return cls(sn=17, device_id=NVR, **values)


MESSAGES: list[Message] = [
    of(Keepalive, status=Result.ERROR, faulty=Faulty(devices=(CAMERA, SPEAKER))),
    of(CatalogQuery, start=AT, end=AT + timedelta(days=1)),
    of(CatalogPart, sum_num=2, items=(ITEM, CatalogItem(device_id="3402", name="芜湖"))),
    of(CatalogPart, sum_num=0),
    of(CatalogNotice, sum_num=1, items=(CatalogItem(device_id=CAMERA, event=EntryEvent.VLOST),)),
    of(device.DeviceInfoQuery),
    of(device.DeviceInfo, device_name="NVR", manufacturer="Acme", model="N", firmware="1.0", channel=64),
    of(device.DeviceStatusQuery),
    of(
        device.DeviceStatus,
        online=device.Online.ONLINE,
        status=Result.OK,
        encode=True,
        record=False,
        device_time=AT,
        alarms=(device.DutyItem(device_id=SPEAKER, duty=device.Duty.ONDUTY),),
    ),
    of(presets.PresetQuery),
    of(presets.PresetList, sum_num=1, presets=(presets.PresetItem(number=1, name="大门"),)),
    of(records.RecordInfoQuery, start=AT, end=AT + timedelta(hours=1), type=records.RecordType.ALL, indistinct=False),
    of(
        records.RecordInfoPart,
        name="东门",
        sum_num=1,
        records=(
            records.RecordItem(
                device_id=CAMERA, start=AT, end=AT + timedelta(minutes=5), type=records.RecordType.TIME, file_size=2**40
            ),
        ),
    ),
    of(
        alarm.AlarmNotice,
        priority=4,
        method=5,
        time=AT,
        longitude=118.3,
        latitude=31.3,
        info=alarm.AlarmInfo(alarm_type=6, alarm_type_param=alarm.AlarmTypeParam(event_type=1)),
    ),
    of(alarm.AlarmAnswer),
    of(position.MobilePosition, time=AT, longitude=91.13, latitude=29.66, speed=40.5, direction=359, altitude=3650),
    of(subscription.AlarmSubscription, start_priority=0, end_priority=0, method="12", start=AT),
    of(subscription.PositionSubscription, interval=5),
    broadcast.Broadcast(sn=9, source=SERVER, target=SPEAKER),
    of(broadcast.BroadcastAnswer, result=Result.OK),
    of(broadcast.MediaStatus, notify_type=121),
    of(config.ConfigDownloadQuery, types=("BasicParam", "VideoParamOpt")),
    of(
        config.ConfigDownload,
        basic=config.BasicParam(name="门", expiration=3600, heartbeat_interval=60, heartbeat_count=3),
        video_options=config.VideoParamOpt(download_speed=("1", "4"), resolution=("5", "6")),
    ),
    of(config.DeviceConfig, basic=config.BasicParam(heartbeat_interval=30)),
    of(config.DeviceConfigAnswer, result=Result.ERROR),
    of(control.DeviceControl, ptz="A50F0100000000B5", info=control.ControlInfo(priority=5)),
    of(control.DeviceControl, boot=control.Boot.BOOT),
    of(control.DeviceControl, recording=control.RecordingCommand.STOP),
    of(control.DeviceControl, guard=control.GuardCommand.SET),
    of(control.DeviceControl, key_frame=control.KeyFrameCommand.SEND),
    of(
        control.DeviceControl,
        alarm_reset=control.AlarmReset.RESET,
        info=control.ControlInfo(alarm_method="2", alarm_type="1"),
    ),
    of(control.DeviceControl, drag_in=BOX),
    of(control.DeviceControl, drag_out=BOX),
    of(control.DeviceControl, home=presets.HomePosition(enabled=True, reset_time=60, preset=1)),
    of(control.DeviceControlAnswer, result=Result.OK),
]
MESSAGES_2022: list[Message] = [
    of(CatalogPart, sum_num=1, items=(ITEM_2022,)),
    of(device.CardStatusQuery),
    of(
        device.CardStatus,
        sum_num=1,
        cards=(
            device.Card(number=1, name="sd", state=device.CardState.FORMATTING, format_progress=40, capacity=64_000),
        ),
    ),
    of(presets.HomePositionQuery),
    of(presets.HomePositionAnswer, home=presets.HomePosition(enabled=False, reset_time=0, preset=0)),
    of(presets.CruiseTrackListQuery),
    of(presets.CruiseTrackList, sum_num=1, tracks=(presets.CruiseTrack(number=0, name="夜巡"),)),
    of(presets.CruiseTrackQuery, number=0),
    of(
        presets.CruiseTrackAnswer,
        number=0,
        name="夜巡",
        sum_num=1,
        points=(presets.CruisePoint(preset=1, stay_time=15, speed=5),),
    ),
    of(presets.PtzPositionQuery),
    of(presets.PtzPosition, pan=359.9, tilt=-12.5, zoom=1, horizontal_field_angle=60),
    of(presets.PtzPositionNotice, pan=0, tilt=0, zoom=1),
    of(
        position.MobilePosition,
        time=AT,
        sum_num=1,
        devices=(position.MovedItem(device_id=CAMERA, capture_time=AT, longitude=91.1, latitude=29.6, height=3),),
    ),
    of(snapshot.SnapShotDone, session=SESSION, pictures=snapshot.SnapShotList(files=("a", "b"))),
    of(snapshot.UpgradeDone, session=SESSION, result=snapshot.UpgradeResult.ERROR, reason="disk"),
    of(
        config.ConfigDownload,
        record_plan=PLAN,
        alarm_record=config.VideoAlarmRecord(enabled=True, record_time=30, pre_record_time=5),
        picture_mask=config.PictureMask(on=True, sum_num=1, regions=(config.MaskRegion(number=1, point="0,0,10,10"),)),
        frame_mirror=3,
        alarm_report=config.AlarmReport(motion=True, field=False),
        snapshot=snapshot.SnapShotConfig(count=1, interval=1, upload_url="https://192.0.2.1/a", session=SESSION),
    ),
    of(
        config.DeviceConfig,
        snapshot=snapshot.SnapShotConfig(count=10, interval=1, upload_url="https://192.0.2.1/a", session=SESSION),
    ),
    of(control.DeviceControl, ptz="A50F01810005003B", names=control.PtzNames(preset="大门")),
    of(control.DeviceControl, precise=control.Precise(pan=120.5, tilt=-30, zoom=2)),
    of(
        control.DeviceControl,
        upgrade=control.Upgrade(firmware="2", url="https://192.0.2.1/f", manufacturer="Acme", session=SESSION),
    ),
    of(control.DeviceControl, format_card=0),
    of(control.DeviceControl, tracking=control.Tracking.MANUAL, panorama=CAMERA, target=BOX),
    of(control.DeviceControl, recording=control.RecordingCommand.RECORD, stream_number=1),
]


def ids(message: Message) -> str:
    return f"{message.ROOT}-{message.CMD}"


@pytest.mark.parametrize("message", MESSAGES, ids=ids)
def test_what_is_written_is_read_back(message: Message) -> None:
    found = read_body(write_message(message))
    assert found == message
    assert found.faults == ()


@pytest.mark.parametrize("message", [one for one in MESSAGES if not isinstance(one, CatalogPart)], ids=ids)
def test_what_2016_has_is_the_same_to_peers_of_2022(message: Message) -> None:
    assert read_body(write_message(message, Edition.E2022)) == message


@pytest.mark.parametrize("message", MESSAGES_2022, ids=ids)
def test_what_2022_brought_is_written_to_its_peers_and_read_back(message: Message) -> None:
    found = read_body(write_message(message, Edition.E2022))
    assert found == message
    assert found.faults == ()


def test_every_known_body_is_tried() -> None:
    assert {type(message) for message in (*MESSAGES, *MESSAGES_2022)} == set(KNOWN)


def test_what_an_edition_has_not_is_left_out_or_refused() -> None:
    old = read_body(write_message(of(CatalogPart, sum_num=1, items=(ITEM,)), Edition.E2022))
    assert isinstance(old, CatalogPart)
    assert (old.items[0].owner, old.items[0].safety_way) == ("", None)
    new = write_message(of(CatalogPart, sum_num=1, items=(ITEM_2022,)), Edition.E2016)
    assert b"SecurityLevelCode" not in new
    assert b"PhotoelectricImagingType" not in new
    for asked in (
        of(control.DeviceControl, precise=control.Precise(pan=1)),
        of(control.DeviceControl, format_card=0),
        of(config.DeviceConfig, frame_mirror=1),
        of(device.CardStatusQuery),
    ):
        with pytest.raises(Gb28181Refused, match=r"3\.0"):
            write_message(asked, Edition.E2016)


def test_a_key_frame_is_asked_for_as_the_peer_spells_it_and_taken_in_both() -> None:
    asked = of(control.DeviceControl, key_frame=control.KeyFrameCommand.SEND)
    old, new = write_message(asked, Edition.E2016), write_message(asked, Edition.E2022)
    assert b"<IFameCmd>Send</IFameCmd>" in old
    assert b"<IFrameCmd>Send</IFrameCmd>" in new
    both = old.replace(b"<IFameCmd>", b"<IFrameCmd>Send</IFrameCmd><IFameCmd>")
    for data in (old, new, both):
        assert read_body(data) == asked


def raw(inner: str, root: str = "Response", cmd: str = "Catalog") -> Message:
    return read_body(f"<{root}><CmdType>{cmd}</CmdType><SN>5</SN><DeviceID>{NVR}</DeviceID>{inner}</{root}>".encode())


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<PTZCmd>A5</PTZCmd>",
        "<TeleBoot>Boot</TeleBoot><GuardCmd>SetGuard</GuardCmd>",
        "<Hello>1</Hello>",
        "<DragZoomIn><Length>1</Length></DragZoomIn>",
    ],
)
def test_a_control_that_is_not_exactly_one_command_is_refused(inner: str) -> None:
    with pytest.raises(Gb28181Refused) as refused:
        raw(inner, "Control", "DeviceControl")
    assert refused.value.field == "DeviceControl"


def test_a_command_is_passed_on_under_another_code_and_number_as_it_stands() -> None:
    """A lower platform passes the element on verbatim (6.2), names of its maker included."""
    upper = raw(
        "<PTZCmd>a50f4d1000001021</PTZCmd><Info><ControlPriority>9</ControlPriority></Info><X>y</X>",
        "Control",
        "DeviceControl",
    )
    lower = read_body(write_message(replace(upper, sn=3, device_id=CAMERA)))
    assert isinstance(lower, control.DeviceControl)
    assert (lower.sn, lower.device_id, lower.ptz) == (3, CAMERA, "A50F4D1000001021")
    assert (lower.info, lower.extra[0].text) == (control.ControlInfo(priority=9), "y")


@pytest.mark.parametrize(
    "wrong", [of(control.DeviceControl), of(control.DeviceControl, boot=control.Boot.BOOT, format_card=1)]
)
def test_none_or_two_commands_are_not_sent(wrong: Message) -> None:
    with pytest.raises(Gb28181Refused):
        write_message(wrong, Edition.E2022)


def test_answers_to_one_question_are_put_together() -> None:
    first = of(config.ConfigDownload, basic=config.BasicParam(name="a"))
    second = of(config.ConfigDownload, video_options=config.VideoParamOpt(resolution=("6",)), result=Result.ERROR)
    found = config.merged([first, second])
    assert (found.basic, found.video_options, found.result) == (first.basic, second.video_options, Result.ERROR)
    with pytest.raises(ValueError):
        config.merged([])


def test_commands_to_the_device_and_those_that_are_answered_are_named() -> None:
    assert set(control.COMMANDS) >= control.OF_DEVICE
    assert set(control.COMMANDS) >= control.ANSWERED
    assert of(control.DeviceControl, boot=control.Boot.BOOT).command in control.OF_DEVICE


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ON", "ON"),
        ("on", "ON"),
        ("Online", "ON"),
        ("1", "ON"),
        ("OK", "ON"),
        ("OFF", "OFF"),
        ("0", "OFF"),
        ("offline", "OFF"),
    ],
)
def test_makers_words_for_the_status_are_taken(word: str, status: str) -> None:
    part = raw(
        f"<SumNum>1</SumNum><DeviceList Num='1'><Item><DeviceID>{CAMERA}</DeviceID><Status>{word}</Status></Item></DeviceList>"
    )
    assert isinstance(part, CatalogPart)
    assert part.items[0].status == status


def test_a_bad_item_costs_that_item_and_a_bad_value_that_value() -> None:
    part = raw(
        "<SumNum>3</SumNum><DeviceList Num='3'><Item><Name>nobody</Name></Item><Item><DeviceID>a b</DeviceID></Item>"
        f"<Item><DeviceID>{CAMERA}</DeviceID><Name>东门</Name><Longitude>991</Longitude><Latitude>nan</Latitude><Port>x</Port></Item></DeviceList>"
    )
    assert isinstance(part, CatalogPart)
    assert [one.name for one in part.items] == ["东门"]
    assert (part.items[0].longitude, part.items[0].latitude, part.items[0].port) == (None, None, None)
    assert {fault.field for fault in part.faults} == {"DeviceID", "Longitude", "Latitude", "Port"}
    assert part.fault_count == 6


def test_faults_that_are_told_of_are_bounded_and_all_are_counted() -> None:
    part = raw("<SumNum>500</SumNum><DeviceList>" + "<Item><Name>x</Name></Item>" * 500 + "</DeviceList>")
    assert (len(part.faults), part.fault_count) == (100, 500)


def test_the_password_of_a_device_is_not_read() -> None:
    part = raw(
        f"<SumNum>1</SumNum><DeviceList><Item><DeviceID>{CAMERA}</DeviceID><Password>geheim</Password></Item></DeviceList>"
    )
    assert "geheim" not in repr(part)
    assert b"geheim" not in write_message(part)


def test_a_password_in_an_unknown_place_is_not_kept_and_not_passed_on() -> None:
    """Devices tell the password of their own registration in `BasicParam`."""
    inner = "<BasicParam><Name>IPC</Name><Password>geheim</Password><SIPServerIP>192.0.2.1</SIPServerIP></BasicParam>"
    found = raw(
        f"{inner}<Account Password='geheim'><passwd>geheim</passwd><User>u</User></Account>",
        "Response",
        "ConfigDownload",
    )
    assert isinstance(found, config.ConfigDownload)
    assert found.basic is not None
    assert [extra.name for extra in found.basic.extra] == ["SIPServerIP"]
    assert [part.name for part in found.extra[0].parts] == ["User"]
    assert "geheim" not in repr(found)
    assert b"geheim" not in write_message(found)


def test_a_notice_of_2011_has_the_root_of_an_answer() -> None:
    notice = raw(
        f"<SumNum>1</SumNum><DeviceList Num='1'><Item><DeviceID>{CAMERA}</DeviceID><Event>OFF</Event></Item></DeviceList>"
    )
    assert isinstance(notice, CatalogPart)
    assert notice.notice
    assert not of(CatalogPart, sum_num=1, items=(ITEM,)).notice


def test_an_item_for_an_upper_platform_has_no_empty_field() -> None:
    found = completed(CatalogItem(device_id=CAMERA), "540102")
    data = write_message(of(CatalogPart, sum_num=1, items=(found,))).decode("gb2312")
    for name in (
        "Name",
        "Manufacturer",
        "Model",
        "Owner",
        "CivilCode",
        "Address",
        "Parental",
        "RegisterWay",
        "Secrecy",
    ):
        assert f"<{name}>" in data
        assert f"<{name}></{name}>" not in data


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T21:45:07",
        "2026-11-24 21:45:07",
        "20261124214507",
        "20261124T214507Z",
        "2026-11-24T21:45:07.123",
        "2026-11-24T13:45:07Z",
        "2026-11-24T15:45:07+02:00",
    ],
)
def test_times_are_beijings_whatever_their_form(text: str) -> None:
    found = raw(f"<DeviceTime>{text}</DeviceTime>", "Response", "DeviceStatus")
    assert isinstance(found, device.DeviceStatus)
    expected = AT + timedelta(hours=8) if text == "20261124T214507Z" else AT
    assert found.device_time == expected
    again = write_message(of(device.DeviceStatus, device_time=AT.astimezone(UTC)))
    assert b"<DeviceTime>2026-11-24T21:45:07</DeviceTime>" in again


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "gestern",
        "2026-11-24",
        "2026-11-24T21:45:07+99:00",
    ],
)
def test_a_time_that_there_is_not_is_none_and_told_of(text: str) -> None:
    found = raw(f"<DeviceTime>{text}</DeviceTime>", "Response", "DeviceStatus")
    assert isinstance(found, device.DeviceStatus)
    assert found.device_time is None or found.device_time.year == 1
    assert found.fault_count <= 1


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(Gb28181Refused, match="zone"):
        write_message(of(CatalogQuery, start=AT.replace(tzinfo=None)))


def test_an_alarm_of_2011_in_lower_case_is_read() -> None:
    old = raw("<AlarmPriority>1</AlarmPriority><AlarmMethod>2</AlarmMethod><AlarmType>2</AlarmType>", "Notify", "Alarm")
    assert isinstance(old, alarm.AlarmNotice)
    assert (old.type, old.meaning, old.holds_back) == (2, "tamper", True)
    lower = raw("<alarmmethod>5</alarmmethod><info><alarmtype>2</alarmtype></info>", "Notify", "alarm")
    assert isinstance(lower, alarm.AlarmNotice)
    assert (lower.type, lower.meaning, lower.holds_back) == (2, "motion", False)
    assert raw("<AlarmMethod>77</AlarmMethod>", "Notify", "Alarm").meaning == ""  # type: ignore[attr-defined]


def test_an_alarm_is_answered_with_its_own_number() -> None:
    answer = alarm.answer_to(of(alarm.AlarmNotice, method=2))
    assert answer is not None
    assert (answer.sn, answer.device_id, answer.result) == (17, NVR, Result.OK)
    assert alarm.answer_to(alarm.AlarmNotice(sn=0, device_id=NVR)) is None


def test_places_are_told_in_one_form() -> None:
    one = of(position.MobilePosition, time=AT, longitude=91.13, latitude=29.66)
    assert one.places()[0].device_id == NVR
    assert of(position.MobilePosition, longitude=91.13).places() == ()


def test_presets_may_come_without_a_sum_and_under_the_name_of_2014() -> None:
    found = raw(
        '<PresetList Num="1"><Item><PresetID>3</PresetID><PresetName>门</PresetName></Item></PresetList>',
        "Response",
        "PersetQuery",
    )
    assert isinstance(found, presets.PresetList)
    assert (found.sum_num, found.presets) == (None, (presets.PresetItem(number=3, name="门"),))


def test_recordings_are_those_that_overlap_sorted() -> None:
    def record(hours: int, length: int = 1) -> records.RecordItem:
        return records.RecordItem(
            device_id=CAMERA,
            start=AT + timedelta(hours=hours),
            end=AT + timedelta(hours=hours + length),
            file_path=str(hours),
        )

    found = records.within(
        (record(3), record(-1, 2), record(9), records.RecordItem(device_id=CAMERA), record(0), record(1, -1)),
        AT,
        AT + timedelta(hours=4),
    )
    assert [one.file_path for one in found] == ["-1", "0", "3"]
    assert records.key_of(record(1)) != records.key_of(record(2))


def test_a_subscription_is_tried_in_both_ways() -> None:
    assert subscription.events("Catalog", 7) == ("Catalog;id=7", "presence")
    assert subscription.events("Alarm", 7)[0] == "presence"
    assert of(subscription.AlarmSubscription, method="12").methods == {1, 2}
    assert of(subscription.AlarmSubscription, method="2/5").methods == {2, 5}
    assert of(subscription.AlarmSubscription, method="0").methods == frozenset()
    asked = raw("<StartTime>2026-11-24T21:45:07</StartTime>", "Query", "Alarm")
    assert isinstance(asked, subscription.AlarmSubscription)
    assert asked.start == AT


def test_an_answer_in_a_sip_200_of_2016_can_be_written() -> None:
    data = write_message(of(subscription.CatalogAnswer))
    found = read_body(data)
    assert (found.ROOT, found.CMD) == (Root.RESPONSE, "Catalog")


def test_a_broadcast_has_no_device() -> None:
    data = write_message(broadcast.Broadcast(sn=9, source=SERVER, target=SPEAKER))
    assert b"<DeviceID>" not in data
    assert read_body(data).faults == ()
    with pytest.raises(Gb28181Refused, match="TargetID"):
        read_body(data.replace(b"TargetID", b"Target"))


def test_what_is_asked_of_a_configuration_is_of_the_edition() -> None:
    assert config.asked((config.ConfigType.BASIC, config.ConfigType.VIDEO_OPTIONS), Edition.E2016) == (
        "BasicParam",
        "VideoParamOpt",
    )
    with pytest.raises(Gb28181Refused):
        config.asked((config.ConfigType.OSD,), Edition.E2016)
    with pytest.raises(Gb28181Refused):
        config.asked((), Edition.E2022)
    kept = raw(
        "<Result>OK</Result><SVACEncodeConfig><ROIParam>1</ROIParam></SVACEncodeConfig>", "Response", "ConfigDownload"
    )
    assert kept.extra[0].name == "SVACEncodeConfig"


@pytest.mark.parametrize(
    ("window", "corner", "other", "box"),
    [
        ((1920, 1080), (860, 490), (1060, 590), BOX),
        ((1920, 1080), (1060, 590), (860, 490), BOX),
        ((1920, 1080), (860, 590), (1060, 490), BOX),
    ],
)
def test_a_box_is_drawn_from_any_corner(
    window: tuple[int, int], corner: tuple[int, int], other: tuple[int, int], box: control.DragZoom
) -> None:
    assert control.drag_zoom(window, corner, other) == box


@pytest.mark.parametrize("drawn", [((0, 0), (0, 0), (0, 0)), ((10, 10), (0, 0), (11, 5)), ((10, 10), (1, 1), (1, 5))])
def test_a_box_that_is_none_is_refused(drawn: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(Gb28181Refused):
        control.drag_zoom(*drawn)


@pytest.mark.parametrize(
    "wrong",
    [
        of(presets.PresetList, presets=(presets.PresetItem(number=256),)),
        of(control.DeviceControl, precise=control.Precise(tilt=91)),
        of(control.DeviceControl, ptz="A5"),
        of(
            config.DeviceConfig, snapshot=snapshot.SnapShotConfig(count=11, interval=1, upload_url="u", session=SESSION)
        ),
        of(config.DeviceConfig, snapshot=snapshot.SnapShotConfig(count=1, interval=1, upload_url="u", session="short")),
        of(CatalogPart, sum_num=1, items=(CatalogItem(device_id=CAMERA, name="x" * 300),)),
        of(CatalogPart, sum_num=1, items=(CatalogItem(device_id=CAMERA, parents=("a/b",)),)),
        of(CatalogPart, sum_num=1, items=(CatalogItem(device_id=""),)),
    ],
    ids=ids,
)
def test_what_the_standard_does_not_allow_is_not_written(wrong: Message) -> None:
    with pytest.raises(Gb28181Refused) as refused:
        write_message(wrong, Edition.E2022)
    assert refused.value.remedy
