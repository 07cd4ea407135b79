"""What is set as a whole: over what was read right before, with all that stands in it; and what a device makes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from custodes.gateway.configuring.orders import compared, order_of, same
from custodes.gateway.configuring.words import settings_of
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp import config, picture
from custodes.gb28181.manscdp.config import ConfigDownload
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.structure import Extra
from custodes.video.wire.configuration import (
    ConfigurationWish,
    DeviceSettings,
    Mask,
    MaskRegion,
    Osd,
    OsdLine,
    PlanSpan,
    RecordPlan,
)
from tests.gateway.configuring.test_configuring import CAMERA, HASTY, device_of, put, read
from tests.gateway.world import NVR, World
from tests.patience import until_async

STREAMS = [
    {"number": "0", "format": "2", "resolution": "6", "rate": "20", "kind": "1", "bits": "8000"},
    {"number": "1", "format": "2", "resolution": "4", "rate": "15", "kind": "1", "bits": "512"},
]
OSD = {
    "length": 1920, "width": 1080, "time_on": True, "time_x": 1200, "time_y": 48, "time_type": 1, "text_on": True, "most": 4,
    "lines": [{"text": "机位1 北楼东侧一层通道出入口全景", "x": 48, "y": 984}, {"text": "二", "x": 48, "y": 900}, {"text": "三", "x": 48, "y": 800}],
}  # fmt: skip
PLAN = {
    "on": True,
    "spans": [
        {"day": day, "start": f"{hour:02}:00:00", "stop": f"{hour + 1:02}:00:00"}
        for day in (1, 3, 7)
        for hour in (0, 2, 4, 6, 8)
    ],
}
ALARM = {"on": True, "after_s": 120, "before_s": 10}
REPORTS = {"motion": False, "field": True}
MASK = {
    "on": True,
    "regions": [{"number": 1, "point": "0,0,640,180"}, {"number": 3, "point": "100,200,300,400"}],
}
ALL: dict[str, Any] = {
    "osd": OSD,
    "record_plan": PLAN,
    "alarm_record": ALARM,
    "alarm_report": REPORTS,
    "streams": STREAMS,
    "mask": MASK,
}


async def test_each_part_is_set_and_stands(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        for name, value in ALL.items():
            done = await put(world, CAMERA, **{name: value})
            assert (done.failure, done.differs, done.untold) == ("", (), ()), name
        stands = running.device.answers.configured.of(CAMERA)
        assert stands.osd is not None
        assert (stands.osd.time_x, stands.osd.time_type, len(stands.osd.items)) == (1200, 1, 3)
        assert stands.video_attribute is not None
        assert [one.frame_rate for one in stands.video_attribute.items] == ["20", "15"]
        assert stands.alarm_record == config.VideoAlarmRecord(enabled=True, record_time=120, pre_record_time=10)
        said = (await read(world, CAMERA)).settings
        wish = ConfigurationWish.model_validate(ALL)
        assert compared(wish, said) == ((), ())


@pytest.mark.parametrize("name", sorted(set(ALL) - {"alarm_report"}))
async def test_what_a_device_cuts_without_a_word_is_seen_when_it_is_read_again(tmp_path: Path, name: str) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world, Quirk.CUTS_SETTINGS):
        await until_async(lambda: gateway.context.reach(NVR))
        done = await put(world, CAMERA, **{name: ALL[name]})
        assert (done.failure, done.differs) == ("", (name,))
        assert done.after is not None
        assert not same(getattr(ConfigurationWish.model_validate(ALL), name), getattr(done.after, name))


@pytest.mark.parametrize(
    ("quirk", "failure", "differs"),
    [
        (Quirk.SETS_NOTHING, "", ("osd",)),
        (Quirk.REFUSES_SETTINGS, "error", ("osd",)),
        (Quirk.MUTE_SETTINGS, "not_read", ()),
    ],
)
async def test_what_a_device_says_of_a_part_is_told_beside_what_stands(
    tmp_path: Path, quirk: Quirk, failure: str, differs: tuple[str, ...]
) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world, quirk) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        before = running.device.answers.configured.of(CAMERA)
        done = await put(world, CAMERA, osd=OSD)
        assert (done.failure, done.differs) == (failure, differs)
        assert running.device.answers.configured.of(CAMERA) == before


async def test_nothing_is_sent_on_the_ground_of_what_stands_no_more(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        said = (await read(world, CAMERA)).settings
        configured = running.device.answers.configured
        stands = configured.of(CAMERA)
        assert stands.osd is not None
        configured._stands[CAMERA] = replace(stands, osd=replace(stands.osd, time_x=9))
        ask = {"device": NVR, "channel": CAMERA, "step": "00000000-0000-0000-0000-000000000003", "wish": {"osd": OSD}}
        before = {"osd": said.model_dump(mode="json")["osd"]}
        answer = await world.ask("/internal/configure", json.dumps(ask | {"before": before}).encode())
        assert answer.json()["failure"] == "changed"
        assert configured.of(CAMERA).osd.time_x == 9
        configured._stands[CAMERA] = stands
        answer = await world.ask("/internal/configure", json.dumps(ask | {"before": before}).encode())
        assert (answer.json()["failure"], answer.json()["differs"]) == ("", [])


async def test_what_was_not_understood_in_full_is_not_written_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        configured = running.device.answers.configured
        stands = configured.of(CAMERA)
        night = config.TimeSegment(start_hour=22, start_min=0, start_sec=0, stop_hour=6, stop_min=0, stop_sec=0)
        plan = config.VideoRecordPlan(enabled=True, schedules=(config.RecordSchedule(week_day=1, segments=(night,)),))
        configured._stands[CAMERA] = replace(stands, record_plan=plan)
        said = (await read(world, CAMERA)).settings
        assert said.record_plan is not None
        assert not said.record_plan.whole
        assert (await put(world, CAMERA, record_plan=PLAN)).failure == "unclear"
        assert configured.of(CAMERA).record_plan == plan
        # Of a value that makes no sense the rest is read; writing it back would lose it.
        strange = replace(
            stands, osd=None, extra=(Extra("OSDConfig", "", (Extra("TimeX", "left"), Extra("TimeY", "1"))),)
        )
        told = configured.told
        configured.told = lambda query: (
            [replace(strange, sn=query.sn)] if query.types == ("OSDConfig",) else told(query)
        )
        assert (await put(world, CAMERA, osd=OSD)).failure == "unclear"


async def test_a_device_of_2016_is_asked_and_sent_none_of_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(world.device(NVR, edition="2016"))
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world):
        await until_async(lambda: gateway.context.reach(NVR))
        for name, value in ALL.items():
            assert (await put(world, CAMERA, **{name: value})).failure == "unsendable", name
        said = (await read(world, CAMERA)).settings
        assert all(getattr(said, name) is None for name in ALL)


def test_an_order_keeps_what_the_device_has_besides() -> None:
    extra = (Extra("FontSize", "2"),)
    stands = ConfigDownload(
        sn=1,
        device_id=CAMERA,
        osd=picture.OSDConfig(
            length=1920, width=1080, time_enabled=True, time_x=1, time_y=2, extra=extra,
            items=(picture.OSDText(text="a", x=1, y=900, extra=(Extra("Colour", "red"),)),),
        ),
        video_attribute=picture.VideoParamAttribute(
            items=(
                picture.VideoAttribute(stream_number="0", frame_rate="25", extra=(Extra("Gop", "50"),)),
                picture.VideoAttribute(stream_number="7", frame_rate="5"),
            )
        ),
        record_plan=config.VideoRecordPlan(enabled=False, stream_number=1, extra=(Extra("Redundant", "1"),)),
    )  # fmt: skip
    wish = ConfigurationWish.model_validate(
        {
            "osd": {"time_on": True, "time_x": 5, "time_y": 2, "length": 1920, "width": 1080, "lines": [{"text": "b", "x": 1, "y": 900}]},
            "streams": [{"number": "0", "rate": "20"}],
            "record_plan": {"on": True, "spans": [{"day": 2, "start": "08:00:00", "stop": "24:00:00"}]},
        }
    )  # fmt: skip
    order = read_body(write_message(order_of(wish, stands, 7, CAMERA), Edition.E2022))
    assert isinstance(order, config.DeviceConfig)
    assert order.osd is not None
    assert (order.osd.extra, order.osd.items[0].extra, order.osd.items[0].text) == (
        extra,
        (Extra("Colour", "red"),),
        "b",
    )
    assert order.video_attribute is not None
    assert [(one.frame_rate, one.extra) for one in order.video_attribute.items] == [
        ("20", (Extra("Gop", "50"),)),
        ("5", ()),
    ]
    assert order.record_plan is not None
    assert (order.record_plan.stream_number, order.record_plan.extra) == (1, (Extra("Redundant", "1"),))
    assert [(day.week_day, day.sum_num) for day in order.record_plan.schedules] == [(2, 1)]
    assert (order.basic, order.frame_mirror, order.picture_mask, order.alarm_record) == (None, None, None, None)
    assert settings_of(stands).others != ()


def test_streams_of_one_number_keep_to_themselves() -> None:
    """Some makes number none of their streams: what the second has is not written over the first."""
    items = tuple(picture.VideoAttribute(frame_rate=rate, resolution=size) for rate, size in (("25", "6"), ("15", "2")))
    stands = ConfigDownload(sn=1, device_id=CAMERA, video_attribute=picture.VideoParamAttribute(items=items))
    streams = settings_of(stands).model_dump(mode="json")["streams"]
    streams[1]["rate"] = "10"
    order = order_of(ConfigurationWish.model_validate({"streams": streams}), stands, 7, CAMERA)
    assert order.video_attribute is not None
    assert [(one.frame_rate, one.resolution) for one in order.video_attribute.items] == [("25", "6"), ("10", "2")]


def test_a_line_that_stays_goes_as_it_came_and_an_empty_one_is_written() -> None:
    """A line with a character that no page shows is told with another in its place; that one is not written back."""
    lines = tuple(picture.OSDText(text=text, x=1, y=1) for text in ("东\u3000门\u200b", "二"))
    stands = ConfigDownload(sn=1, device_id=CAMERA, osd=picture.OSDConfig(items=lines))
    told = settings_of(stands).osd
    assert told is not None
    assert told.lines[0].text == "东\u3000门\ufffd", "a wide blank is one that people see"
    wanted = told.model_copy(update={"lines": (told.lines[0], told.lines[1].model_copy(update={"text": ""}))})
    order = order_of(ConfigurationWish(osd=wanted), stands, 7, CAMERA)
    assert order.osd is not None
    assert [one.text for one in order.osd.items] == ["东\u3000门\u200b", ""]
    assert "<Text></Text>" in write_message(order, Edition.E2022).decode("gb18030")


def test_text_over_the_picture_is_no_markup() -> None:
    stands = ConfigDownload(sn=1, device_id=CAMERA, osd=picture.OSDConfig(items=(picture.OSDText(text="a"),)))
    text = "</Text><TimeEnable>0</TimeEnable>&<![CDATA[ ཀ"
    order = order_of(ConfigurationWish(osd=Osd(lines=(OsdLine(text=text),))), stands, 7, CAMERA)
    back = read_body(write_message(order, Edition.E2022))
    assert isinstance(back, config.DeviceConfig)
    assert back.osd is not None
    assert (back.osd.items[0].text, back.osd.time_enabled) == (text, None)


@pytest.mark.parametrize(
    "osd",
    [
        picture.OSDConfig(items=(picture.OSDText(text="长" * picture.MOST_TEXT),)),
        picture.OSDConfig(items=(picture.OSDText(text="门\ufffd"),)),
        picture.OSDConfig(extra=tuple(Extra(f"Vendor{at}", "1") for at in range(64))),
        picture.OSDConfig(extra=(Extra("Vendor", "\ufffd"),)),
    ],
)
async def test_what_was_cut_or_broken_on_the_way_is_not_written_back(tmp_path: Path, osd: picture.OSDConfig) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        configured = running.device.answers.configured
        stands = configured.of(CAMERA)
        configured._stands[CAMERA] = replace(stands, osd=osd)
        assert (await put(world, CAMERA, osd=OSD)).failure == "unclear"
        assert configured.of(CAMERA).osd == osd


def test_a_mask_elsewhere_is_no_mask_as_it_was_set() -> None:
    def mask(*points: str) -> Mask:
        return Mask(on=True, regions=tuple(MaskRegion(number=at, point=one) for at, one in enumerate(points, start=1)))

    wanted = mask("0,0,640,180", "100,200,300,400")
    assert same(wanted, mask("104,200,296,400", "0,0,640,176")), "rounded, and numbered otherwise"
    assert not same(wanted, mask("0,0,640,180", "0,0,1,1"))
    assert not same(wanted, mask("0,0,640,180"))
    assert not same(wanted, mask("0,0,640,180", "100,200,300,300"))


def test_what_means_the_same_is_no_difference() -> None:
    def plan(*spans: tuple[int, str, str]) -> RecordPlan:
        return RecordPlan(on=True, spans=tuple(PlanSpan(day=day, start=start, stop=stop) for day, start, stop in spans))

    whole = plan((1, "00:00:00", "24:00:00"))
    assert same(whole, plan((1, "00:00:00", "23:59:59")))
    assert same(whole, plan((1, "12:00:00", "24:00:00"), (1, "00:00:00", "12:00:00")))
    assert not same(whole, plan((2, "00:00:00", "24:00:00")))
    assert not same(whole, whole.model_copy(update={"on": False}))
    osd = Osd(time_on=False, time_x=1, text_on=True, lines=(OsdLine(text="a ", x=1, y=1), OsdLine(text="")), most=2)
    assert same(osd, Osd(time_on=False, time_x=9, text_on=True, lines=(OsdLine(text="a", x=1, y=1),)))
    assert not same(osd, Osd(time_on=True, time_x=1, text_on=True, lines=osd.lines))
    assert not same(osd, None)
    assert compared(ConfigurationWish(osd=osd), DeviceSettings()) == ((), ("osd",))
