"""What is set as a whole, on its page: offered as the device told it, refused or told by rule, sent with a reason, read again."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone

from custodes.places.devices.configured import mark_of, reading_of
from custodes.places.devices.configuring import configure_device
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import DeviceConfiguration
from custodes.video.wire.configuration import ConfigurationWish
from tests.cast import EVERYBODY
from tests.places.devices.parts import CHANNEL, OF_CHANNEL, page_of, put, wish_of
from tests.places.devices.test_configuration import READ as READ_PATH
from tests.places.devices.test_configuration import (
    REASON,
    SAID,
    SET,
    address,
    answer,
    read,
    sent,
    told,
)
from tests.places.devices.test_pages import EDITORS, EDITS_SCHOOL

pytestmark = pytest.mark.postgresql


def test_each_part_that_it_told_of_is_shown_with_the_page_where_it_is_set(browser, device):
    page = browser.get(address(device, channel=CHANNEL)).content.decode()
    for part in ("osd", "plan", "video", "mask", "alarm"):
        assert page_of(device, part) in page
        assert browser.get(page_of(device, part)).status_code == 200
    for words in ("“通道 0” 48, 984", "00:00–24:00", "H.264", "1080P", "0,0,640,180"):
        assert words in page
    assert browser.get(page_of(device, "svac")).status_code == 404


def test_what_it_did_not_tell_of_is_not_offered(gate, client_of, device):
    """A device of 2016 tells of none of it."""
    browser = client_of("caretaker")
    assert "请先读取设备现在的配置" in browser.get(page_of(device, "osd")).content.decode()
    gate.answers[READ_PATH] = answer(SAID, edition="2.0")
    read(browser, device, CHANNEL)
    page = browser.get(address(device, channel=CHANNEL)).content.decode()
    for part in ("osd", "plan", "video", "mask", "alarm"):
        assert page_of(device, part) not in page
        shown = browser.get(page_of(device, part)).content.decode()
        assert "GB/T 28181-2016 的设备没有这些项目" in shown
        assert browser.post(page_of(device, part), {"reason": REASON, "time_x": 5}).status_code == 200
    assert sent(gate) == []


@pytest.mark.clause("S34(7)")
def test_a_clock_is_set_with_its_leaf_before_and_what_stands_after(stage, gate, browser, device, notary):
    osd = OF_CHANNEL["osd"] | {"time_type": 1, "time_x": 1400}
    gate.answers[SET] = {"after": {"osd": osd}}
    seen: list[Any] = []
    notary.before_answer = lambda: seen.append(sent(gate))
    page = put(browser, device, "osd", time_type=1, time_x=1400).content.decode()
    assert "设备已按所设更改" in page
    assert seen == [[]]
    [leaf] = notary.records
    assert leaf.words == (
        "通道 通道 0：时间位置 48, 48 → 1400, 48；时间格式 2026-11-24 21:45:07 → 2026年11月24日 21:45:07。"
        f"理由：{REASON}"
    )
    [body] = sent(gate)
    assert body["wish"]["osd"]["time_x"] == 1400
    assert body["wish"]["osd"]["lines"] == OF_CHANNEL["osd"]["lines"]
    assert body["before"]["osd"]["time_x"] == 48, "the gateway sends nothing where the device says otherwise by then"
    assert told(device)[-1] == ("configuration", "通道 通道 0：设备回复成功，再次读取与所设一致")
    assert DeviceConfiguration.objects.get().said["osd"]["time_x"] == 1400


def test_what_a_device_cut_is_told_in_words(gate, browser, device):
    cut = OF_CHANNEL["osd"] | {"lines": [{"text": "通道 0 北楼", "x": 48, "y": 984}]}
    gate.answers[SET] = {"after": {"osd": cut}, "differs": ["osd"]}
    page = put(browser, device, "osd", line0_text="通道 0 北楼东侧出入口").content.decode()
    assert "再次读取与所设不一致" in page
    assert told(device)[-1][1] == (
        "通道 通道 0：设备回复成功，再次读取与所设不一致：设备现为第 1 行文字 “通道 0 北楼” 48, 984"
    )


@pytest.mark.parametrize(
    ("failure", "words"),
    [("not_read", "更改前再读取没有得到"), ("changed", "设备的配置已经不同"), ("unclear", "没有全部读懂")],
)
def test_where_nothing_was_sent_it_is_said_why(gate, browser, device, failure, words):
    gate.answers[SET] = {"failure": failure}
    page = put(browser, device, "osd", time_x=60).content.decode()
    assert words in page
    assert "没有下发" in told(device)[-1][1]


REFUSED = [
    ("osd", {"time_on": "off"}, "time_on", "第三十三条第二款"),
    ("osd", {"text_on": "off"}, "text_on", "第三十四条第七项"),
    ("osd", {"line0_text": "门口"}, "line0_text", "请至少保留一行“通道 0”"),
    ("osd", {"line0_text": ""}, "line0_text", "点位名称不得去掉"),
    ("osd", {"time_x": 1920}, "time_x", "画面以外"),
    ("osd", {"line0_y": 1080}, "line0_x", "画面以外"),
    ("osd", {"time_x": 1919}, "time_x", "画面以外"),
    ("osd", {"line0_y": 1079}, "line0_x", "画面以外"),
    ("osd", {"line0_x": 60, "line0_y": 50}, "line0_x", "重叠"),
    ("osd", {"line0_text": "通\u202e道 0"}, "line0_text", "看不见的字符"),
    ("osd", {"line0_text": "通道 0" + "长" * 64}, "line0_text", ""),
    ("osd", {"time_x": -1}, "time_x", ""),
    ("osd", {"time_type": 7}, "time_type", ""),
    ("osd", {}, "", "没有更改任何一项"),
    ("osd", {"time_x": 60, "reason": "。"}, "", "请写明更改理由"),
    ("osd", {"time_x": 60, "seen": "1"}, "", "已经重新读取或者更改"),
    ("plan", {"on": "off"}, "on", "第三十二条"),
    ("plan", {"day1": "08:00-18:00"}, "on", "唯一的留存"),
    ("plan", {"day1": "八点到九点"}, "day1", "不是时段"),
    ("plan", {"day1": "18:00-08:00"}, "day1", "分写在两天"),
    ("plan", {"day1": "08:00-08:00"}, "day1", "结束应当晚于开始"),
    ("plan", {"day1": "08:00-24:01"}, "day1", "不晚于 24:00"),
    ("plan", {"day1": "08:00-12:00、11:59-18:00"}, "day1", "重叠"),
    ("plan", {"day1": "、".join(f"{hour:02}:00-{hour:02}:30" for hour in range(9))}, "day1", "一天至多 8 段"),
    ("video", {"s0_format": "9"}, "s0_format", ""),
    ("video", {"s0_resolution": "4"}, "s0_resolution", ""),
    ("video", {"s0_rate": 0}, "s0_rate", ""),
    ("video", {"s0_bits": 100_001}, "s0_bits", ""),
    ("mask", {"region2_left": 5}, "region2_left", "四边没有填全"),
    ("mask", {"region2_left": 9, "region2_top": 1, "region2_right": 5, "region2_bottom": 5}, "region2_right", "没有面积"),
    ("mask", {"region2_left": 1, "region2_top": 1, "region2_right": 1921, "region2_bottom": 5}, "region2_right", "超出画面"),
    ("alarm", {"alarm_on": "off"}, "alarm_on", "第三十二条"),
    ("alarm", {"after_s": 3601}, "after_s", ""),
]  # fmt: skip


@pytest.mark.parametrize(("part", "changes", "field", "words"), REFUSED)
def test_what_may_not_be_is_refused_at_its_field_with_its_rule(
    gate, browser, device, notary, part, changes, field, words
):
    page = put(browser, device, part, aware="on", **changes)
    assert page.status_code == 400
    errors = page.context["form"].errors
    if field:
        assert words in "".join(errors[field])
    assert words in page.content.decode()
    assert (sent(gate), told(device), notary.records) == ([], [], [])


@pytest.mark.clause("S33.2a", "S32")
@pytest.mark.parametrize(("part", "changes"), [("osd", {"time_on": "off"}), ("plan", {"on": "off"})])
def test_what_is_evidence_keeps_its_time_and_the_only_recording_its_hours(gate, browser, device, part, changes):
    assert put(browser, device, part, aware="on", **changes).status_code == 400
    assert sent(gate) == []


TOLD = [
    ("plan", {"day1": "08:00-18:00"}, {"record_plan"}, "录像时段比现在少：周一"),
    ("plan", {"on": "off"}, {"record_plan"}, "本平台另行录像"),
    ("alarm", {"alarm_on": "off"}, {"alarm_record"}, "报警时不再录像"),
    ("alarm", {"after_s": 10}, {"alarm_record"}, "比现在短"),
    ("alarm", {"motion": "off"}, {"alarm_report"}, "不再上报这类报警"),
    ("video", {"s0_bits": 8192}, {"streams"}, "第三十二条"),
    ("video", {"s0_bits": 2048}, {"streams"}, "不如现在清楚"),
    ("video", {"s1_rate": 5}, {"streams"}, "不如现在清楚"),
    ("video", {"s0_format": "5"}, {"streams"}, "断开片刻"),
    (
        "mask",
        {"region2_left": 0, "region2_top": 900, "region2_right": 99, "region2_bottom": 1080},
        {"mask"},
        "不能恢复",
    ),
]


@pytest.mark.parametrize(("part", "changes", "names", "words"), TOLD)
def test_what_costs_something_is_told_before_and_done_when_it_is_known(
    gate, browser, device, recorded, part, changes, names, words
):
    page = put(browser, device, part, **changes)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert "aware" in page.context["form"].errors
    assert sent(gate) == []
    assert put(browser, device, part, aware="on", **changes).status_code == 200
    assert wish_of(gate).keys() == names
    assert f"。影响已提示并经本人确认。理由：{REASON}" in told(device)[0][1], (
        "who went on knew it, and that is on record"
    )


def test_what_stands_may_stay_where_only_an_estimate_speaks_against_it(gate, browser, device):
    """Two lines that touch by our measure, a long time behind an alarm, a rate of nought: none is in the way of another change."""
    osd = OF_CHANNEL["osd"] | {"lines": [{"text": "通道 0", "x": 48, "y": 1060}, {"text": "二", "x": 60, "y": 1050}]}
    streams = [OF_CHANNEL["streams"][0] | {"rate": "0"}]
    alarm = {"on": True, "after_s": 7200, "before_s": 5}
    gate.answers[READ_PATH] = answer(OF_CHANNEL | {"osd": osd, "streams": streams, "alarm_record": alarm})
    for part, changes in (("osd", {"time_type": 1}), ("video", {"s0_kind": "1"}), ("alarm", {"before_s": 9})):
        read(browser, device, CHANNEL)
        assert put(browser, device, part, **changes).status_code == 200, part
    assert len(sent(gate)) == 3


@pytest.mark.clause("S10(4)")
def test_a_mask_is_added_to_and_never_taken_away(gate, browser, device, recorded, stage):
    form = browser.get(page_of(device, "mask")).context["form"]
    assert not {"on", "region1_left"} & form.fields.keys(), "what is hidden is no field"
    sides = {"region2_left": 0, "region2_top": 900, "region2_right": 99, "region2_bottom": 1080}
    put(browser, device, "mask", aware="on", **sides)
    points = [one["point"] for one in wish_of(gate)["mask"]["regions"]]
    assert points == ["0,0,640,180", "0,900,99,1080"]
    gate.asked.clear()
    reading = reading_of(device, CHANNEL)
    person = stage.cast.caretaker.person
    later = timezone.now() + datetime.timedelta(minutes=2)
    for mask in (
        {"on": False, "regions": [{"number": 1, "point": "0,0,640,180"}]},
        {"on": True, "regions": []},
        {"on": True, "regions": [{"number": 1, "point": "0,0,640,179"}]},
    ):
        wish = ConfigurationWish.model_validate({"mask": mask})
        with pytest.raises(StepRefused, match="第十条第四项"):
            configure_device(device, CHANNEL, wish, REASON, mark_of(reading), person, later, aware=True)
    larger = {"on": True, "regions": [{"number": 1, "point": "0,0,700,180"}]}
    wish = ConfigurationWish.model_validate({"mask": larger})
    with pytest.raises(StepRefused, match="请确认已知悉"):
        configure_device(device, CHANNEL, wish, REASON, mark_of(reading), person, later)
    assert sent(gate) == []


def test_a_mask_that_is_off_may_be_switched_on(gate, browser, device):
    gate.answers[READ_PATH] = answer(OF_CHANNEL | {"mask": OF_CHANNEL["mask"] | {"on": False}})
    read(browser, device, CHANNEL)
    assert put(browser, device, "mask", aware="on", on="on").status_code == 200
    assert wish_of(gate)["mask"]["on"] is True


@pytest.mark.parametrize("part", ["mask", "osd", "plan"])
def test_what_was_not_understood_in_full_is_not_written_over(gate, browser, device, part):
    name = {"plan": "record_plan"}.get(part, part)
    gate.answers[READ_PATH] = answer(OF_CHANNEL | {name: OF_CHANNEL[name] | {"whole": False}})
    read(browser, device, CHANNEL)
    page = browser.get(page_of(device, part))
    assert page.context["form"] is None
    assert "没有全部读懂" in page.content.decode()
    assert "没有全部读懂" in browser.get(address(device, channel=CHANNEL)).content.decode()


def test_a_drawing_shows_where_things_will_stand_and_sends_nothing(gate, browser, device):
    page = put(browser, device, "osd", draw="1", reason="", time_x=1000, line1_text="二", line1_x=48, line1_y=500)
    text = page.content.decode()
    assert page.status_code == 200
    assert re.search(r'<text [^>]*x="1000"', text)
    assert ">二</text>" in text
    assert not page.context["form"].errors, "a look needs no reason"
    page = put(browser, device, "plan", draw="1", reason="", day2="06:00-12:00")
    assert "录像时段比现在少：周二" in page.content.decode(), (
        "what speaks against it is seen before a reason is written"
    )
    assert 'x="360" width="360"' in page.content.decode()
    assert sent(gate) == []


def test_times_are_taken_as_people_write_them(gate, browser, device, recorded):
    assert put(browser, device, "plan", aware="on", day7="8:00 至 12:00，14：00—24:00").status_code == 200
    spans = [one for one in wish_of(gate)["record_plan"]["spans"] if one["day"] == 7]
    assert [(one["start"], one["stop"]) for one in spans] == [("08:00:00", "12:00:00"), ("14:00:00", "24:00:00")]


def test_what_a_device_has_may_stay_whatever_it_is(gate, browser, device):
    streams = [OF_CHANNEL["streams"][0] | {"format": "vendor", "resolution": "2592x1944", "rate": "auto", "bits": ""}]
    gate.answers[READ_PATH] = answer(OF_CHANNEL | {"streams": streams})
    read(browser, device, CHANNEL)
    assert put(browser, device, "video", s0_kind="1").status_code == 200
    assert wish_of(gate)["streams"] == [streams[0] | {"kind": "1"}]


def test_a_long_change_pushes_no_reason_out_of_the_log(gate, browser, device, recorded, notary):
    reason = "理" * 199 + "终"
    days = {f"day{day}": f"0{day}:00-0{day}:30、10:00-1{day}:59、20:00-20:0{day}" for day in range(1, 7)}
    assert put(browser, device, "plan", reason=reason, aware="on", **days).status_code == 200
    [leaf] = notary.records
    assert leaf.words.endswith(f"。理由：{reason}")


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_each_member_of_the_cast_sets_what_is_theirs_alone(gate, client_of, device, member):
    read(client_of("caretaker"), device, CHANNEL)
    gate.asked.clear()
    browser = client_of(member)
    for method in (browser.get, browser.post):
        status = method(page_of(device, "osd"), {"reason": REASON, "time_x": 60}).status_code
        if member not in EDITS_SCHOOL:
            assert status == (404 if member in EDITORS else 403)
    if member not in EDITS_SCHOOL:
        assert (gate.asked, told(device)) == ([], [])
