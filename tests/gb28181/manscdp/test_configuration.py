"""Each type of a configuration of 2022, written and read back; and whatever a device sends in its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp import config, picture
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.structure import Extra
from custodes.gb28181.refused import Gb28181Refused

ID = "54010000001320000001"
_LETTERS = st.characters(codec="gb18030", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"))
_WORD = st.text(_LETTERS, max_size=20)
_PIXELS = st.none() | st.integers(0, 65_535)
_FLAG = st.none() | st.booleans()
_EXTRA = st.lists(st.builds(Extra, st.sampled_from(("FontSize", "Colour")), _WORD.filter(bool)), max_size=2).map(tuple)
_SEGMENT = st.builds(
    config.TimeSegment,
    start_hour=st.integers(0, 24), start_min=st.integers(0, 59), start_sec=st.integers(0, 59),
    stop_hour=st.integers(0, 24), stop_min=st.integers(0, 59), stop_sec=st.integers(0, 59),
)  # fmt: skip
_LINE = st.builds(picture.OSDText, text=_WORD, x=_PIXELS, y=_PIXELS, extra=_EXTRA)
_STREAM = st.builds(
    picture.VideoAttribute,
    stream_number=_WORD, video_format=_WORD, resolution=_WORD, frame_rate=_WORD, bit_rate_type=_WORD,
    video_bit_rate=_WORD, extra=_EXTRA,
)  # fmt: skip
_SECONDS = st.none() | st.integers(0, 86_400)
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "osd": st.builds(
        picture.OSDConfig,
        length=_PIXELS, width=_PIXELS, time_x=_PIXELS, time_y=_PIXELS, time_enabled=_FLAG,
        time_type=st.none() | st.integers(0, 9), text_enabled=_FLAG, sum_num=st.none() | st.integers(0, 255),
        items=st.lists(_LINE, max_size=6).map(tuple), extra=_EXTRA,
    ),
    "video_attribute": st.builds(
        picture.VideoParamAttribute, items=st.lists(_STREAM, max_size=4).map(tuple), extra=_EXTRA
    ),
    "record_plan": st.builds(
        config.VideoRecordPlan,
        enabled=st.booleans(), sum_num=st.none() | st.integers(0, 7), stream_number=st.none() | st.integers(0, 15),
        schedules=st.lists(
            st.builds(
                config.RecordSchedule,
                week_day=st.integers(1, 7), segments=st.lists(_SEGMENT, max_size=8).map(tuple), extra=_EXTRA,
            ),
            max_size=7,
        ).map(tuple),
    ),
    "alarm_record": st.builds(
        config.VideoAlarmRecord, enabled=st.booleans(), record_time=_SECONDS, pre_record_time=_SECONDS, extra=_EXTRA
    ),
    "picture_mask": st.builds(
        config.PictureMask,
        on=st.booleans(),
        sum_num=st.none() | st.integers(0, 4),
        regions=st.lists(st.builds(config.MaskRegion, number=st.integers(1, 4), point=_WORD.filter(bool)), max_size=4).map(tuple),
    ),
    "frame_mirror": st.integers(0, 3),
    "alarm_report": st.builds(config.AlarmReport, motion=_FLAG, field=_FLAG, extra=_EXTRA),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PARTS))
@pytest.mark.parametrize("made", [config.ConfigDownload, config.DeviceConfig])
def test_what_is_written_is_read_back_with_what_nobody_knows(name: str, made: Any) -> None:
    @settings(max_examples=40, deadline=None)
    @given(PARTS[name])
    def go(part: Any) -> None:
        message: Message = made(sn=1, device_id=ID, **{name: part})
        found = read_body(write_message(message, Edition.E2022))
        assert getattr(found, name) == part
        assert found.faults == ()

    go()


@pytest.mark.parametrize("name", sorted(PARTS))
def test_an_older_device_is_told_of_none_of_it(name: str) -> None:
    @settings(max_examples=5, deadline=None)
    @given(PARTS[name])
    def go(part: Any) -> None:
        with pytest.raises(Gb28181Refused, match=r"3\.0"):
            write_message(config.DeviceConfig(sn=1, device_id=ID, **{name: part}), Edition.E2016)

    go()


_ELEMENTS = (
    "OSDConfig", "VideoParamAttribute", "VideoRecordPlan", "VideoAlarmRecord", "PictureMask", "AlarmReport", "Item",
    "TimeX", "TimeEnable", "Text", "X", "RecordSchedule", "WeekDayNum", "TimeSegment", "StartHour", "RegionList", "Seq",
    "Point", "StreamNumber", "SumNum", "On", "RecordEnable",
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.text(st.characters(codec="ascii", exclude_characters="<>&\x00", exclude_categories=("Cc",)), max_size=12),
        lambda inner: st.lists(st.tuples(st.sampled_from(_ELEMENTS), inner), max_size=4).map(
            lambda parts: "".join(f"<{name}>{text}</{name}>" for name, text in parts)
        ),
        max_leaves=20,
    )
)
def test_whatever_a_device_sends_is_read_and_told_of_and_never_fails(inside: str) -> None:
    head = f"<Response><CmdType>ConfigDownload</CmdType><SN>1</SN><DeviceID>{ID}</DeviceID><Result>OK</Result>"
    found = read_body(f"{head}{inside}</Response>".encode())
    assert isinstance(found, config.ConfigDownload)
    write_message(found, Edition.E2022)


def test_a_value_that_makes_no_sense_is_left_out_and_told_of() -> None:
    inside = (
        "<OSDConfig><Length>wide</Length><Width>1080</Width><TimeX>-1</TimeX><TimeEnable>maybe</TimeEnable>"
        "<Item><Text> a </Text><X>1</X></Item></OSDConfig>"
    )
    head = f"<Response><CmdType>ConfigDownload</CmdType><SN>1</SN><DeviceID>{ID}</DeviceID><Result>OK</Result>"
    found = read_body(f"{head}{inside}</Response>".encode())
    assert isinstance(found, config.ConfigDownload)
    assert found.osd == picture.OSDConfig(width=1080, items=(picture.OSDText(text="a", x=1),))
    assert [fault.field for fault in found.faults] == ["Length", "TimeX", "TimeEnable"]
