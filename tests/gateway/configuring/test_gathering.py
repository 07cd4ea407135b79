"""Answers about a configuration, put together: one or several of a number, repeated, refused, none at all, and any that a device may send."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gateway.configuring.gathering import SECOND, AnswerGathering, GatheringPatience, types_of
from custodes.gateway.configuring.orders import compared, order_of
from custodes.gateway.configuring.words import settings_of
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp import config, picture
from custodes.gb28181.manscdp.config import ConfigDownload, ConfigType
from custodes.gb28181.manscdp.frame import Result, write_message
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.structure import Extra
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.wire.configuration import ConfigurationWish, DeviceSettings, Mask, MaskRegion

ID = "54010000001180000001"
BASIC, VIDEO = ConfigType.BASIC, ConfigType.VIDEO_OPTIONS
PATIENCE = GatheringPatience(first=6 * SECOND, idle=2 * SECOND, longest=10 * SECOND)
NAMED = ConfigDownload(sn=1, device_id=ID, basic=config.BasicParam(name="a", heartbeat_interval=60))
OPTIONS = ConfigDownload(sn=1, device_id=ID, video_options=config.VideoParamOpt(resolution=("6",)))
ERROR = ConfigDownload(sn=1, device_id=ID, result=Result.ERROR)


def gathering(*types: ConfigType) -> AnswerGathering:
    return AnswerGathering(frozenset(types), 0, PATIENCE)


def test_one_answer_for_all_and_one_for_each_are_the_same() -> None:
    both = ConfigDownload(sn=1, device_id=ID, basic=NAMED.basic, video_options=OPTIONS.video_options)
    whole, parts = gathering(BASIC, VIDEO), gathering(BASIC, VIDEO)
    assert whole.add(both, 1)
    assert not parts.add(NAMED, 1)
    assert parts.missing == {VIDEO}
    assert parts.add(OPTIONS, 2 * SECOND)
    for one in (whole, parts):
        found = one.answer()
        assert found is not None
        assert settings_of(found) == settings_of(both)
        assert (one.missing, one.refused, one.due_us) == (frozenset(), False, None)


def test_what_does_not_come_is_named_when_the_time_is_over() -> None:
    one = gathering(BASIC, VIDEO)
    one.add(NAMED, SECOND)
    assert one.due_us == 3 * SECOND
    assert not one.tick(3 * SECOND - 1)
    assert one.tick(3 * SECOND)
    assert one.missing == {VIDEO}
    assert one.add(OPTIONS, 3 * SECOND + 1)
    assert one.missing == {VIDEO}, "it came when nobody waited any more"


def test_who_repeats_themselves_is_not_waited_for() -> None:
    one = gathering(BASIC, VIDEO)
    one.add(NAMED, 0)
    for at in range(1, 20):
        one.add(NAMED, at * SECOND // 10)
    assert (one.due_us, one.heard) == (2 * SECOND, 20)


def test_an_error_is_the_end_of_one_type_and_of_several_not_at_once() -> None:
    alone, several = gathering(BASIC), gathering(BASIC, VIDEO)
    assert alone.add(ERROR, 1)
    assert alone.refused
    assert not several.add(ERROR, 1)
    assert not several.add(NAMED, SECOND)
    assert not several.refused
    assert several.tick(10 * SECOND)


def test_nothing_at_all_is_no_refusal() -> None:
    one = gathering(BASIC)
    assert one.tick(6 * SECOND)
    assert (one.refused, one.answer()) == (False, None)


_TEXT = st.text(max_size=40)
_EXTRA = st.builds(
    Extra,
    st.sampled_from(("VideoParamAttribute", "OSDConfig", "osdconfig", "Other")),
    _TEXT,
    st.lists(st.builds(Extra, _TEXT, _TEXT), max_size=5).map(tuple),
)
_PIXELS = st.none() | st.integers(0, 65_535)
_SEGMENT = st.builds(
    config.TimeSegment,
    start_hour=st.integers(0, 24), start_min=st.integers(0, 59), start_sec=st.integers(0, 59),
    stop_hour=st.integers(0, 24), stop_min=st.integers(0, 59), stop_sec=st.integers(0, 59),
)  # fmt: skip
_ANSWERS = st.builds(
    ConfigDownload,
    sn=st.integers(0, 5),
    device_id=st.just(ID),
    result=st.sampled_from(Result),
    basic=st.none() | st.builds(config.BasicParam, name=_TEXT, heartbeat_interval=st.none() | st.integers(0, 86_400)),
    video_options=st.none() | st.builds(config.VideoParamOpt, resolution=st.lists(_TEXT, max_size=40).map(tuple)),
    frame_mirror=st.none() | st.integers(0, 3),
    picture_mask=st.none()
    | st.builds(
        config.PictureMask,
        on=st.booleans(),
        sum_num=st.none() | st.integers(0, 4),
        regions=st.lists(
            st.builds(config.MaskRegion, number=st.integers(1, 4), point=_TEXT | st.just("1, 2,3,4")), max_size=30
        ).map(tuple),
    ),
    osd=st.none()
    | st.builds(
        picture.OSDConfig,
        length=_PIXELS,
        width=_PIXELS,
        time_x=_PIXELS,
        time_type=st.none() | st.integers(0, 9),
        sum_num=st.none() | st.integers(0, 255),
        items=st.lists(
            st.builds(picture.OSDText, text=_TEXT, x=_PIXELS, extra=st.lists(_EXTRA, max_size=3).map(tuple)),
            max_size=30,
        ).map(tuple),
        extra=st.lists(_EXTRA, max_size=80).map(tuple),
    ),
    video_attribute=st.none()
    | st.builds(
        picture.VideoParamAttribute,
        items=st.lists(st.builds(picture.VideoAttribute, stream_number=_TEXT, frame_rate=_TEXT), max_size=30).map(
            tuple
        ),
    ),
    record_plan=st.none()
    | st.builds(
        config.VideoRecordPlan,
        enabled=st.booleans(),
        sum_num=st.none() | st.integers(0, 7),
        schedules=st.lists(
            st.builds(
                config.RecordSchedule, week_day=st.integers(1, 7), segments=st.lists(_SEGMENT, max_size=12).map(tuple)
            ),
            max_size=10,
        ).map(tuple),
    ),
    extra=st.lists(_EXTRA, max_size=80).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_ANSWERS, st.integers(0, SECOND)), max_size=40))
def test_whatever_comes_ends_in_time_and_fits_the_wire(answers: list[tuple[ConfigDownload, int]]) -> None:
    one, now = gathering(*ConfigType), 0
    for answer, step in answers:
        now += step
        one.add(answer, now)
    while (due := one.due_us) is not None:
        assert due <= PATIENCE.longest
        one.tick(due)
    found = one.answer()
    told = settings_of(found) if found is not None else DeviceSettings()
    assert len(told.model_dump_json()) < 128_000
    assert one.came.isdisjoint(one.missing)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_body_within_an_answer_is_read_or_refused(inside: bytes) -> None:
    head = f"<Response><CmdType>ConfigDownload</CmdType><SN>1</SN><DeviceID>{ID}</DeviceID><BasicParam>".encode()
    try:
        message = read_body(head + inside + b"</BasicParam></Response>")
    except Gb28181Refused:
        return
    if isinstance(message, ConfigDownload):
        types_of(message)
        settings_of(message)


def test_regions_that_were_not_understood_are_not_passed_off_as_all() -> None:
    def mask(*points: str, sum_num: int | None = None) -> Mask | None:
        regions = tuple(config.MaskRegion(number=at + 1, point=point) for at, point in enumerate(points))
        return settings_of(
            ConfigDownload(
                sn=1, device_id=ID, picture_mask=config.PictureMask(on=True, sum_num=sum_num, regions=regions)
            )
        ).mask

    good = MaskRegion(number=1, point="1,2,3,4")
    assert mask("1, 2,3,4") == Mask(on=True, regions=(good,))
    assert mask("1,2,3,4", "left") == Mask(on=True, regions=(good,), whole=False)
    assert mask("1,2,3,4", sum_num=2) == Mask(on=True, regions=(good,), whole=False)
    assert mask() == Mask(on=True)


MASKED = ConfigDownload(sn=1, device_id=ID, picture_mask=config.PictureMask(on=True))


def test_an_order_names_what_is_changed_and_nothing_else() -> None:
    def written(edition: Edition = Edition.E2016, **wish: object) -> str:
        return write_message(order_of(ConfigurationWish.model_validate(wish), MASKED, 7, ID), edition).decode("gb18030")

    text = written(heartbeat_s=30)
    assert "<HeartBeatInterval>30</HeartBeatInterval>" in text
    assert not any(name in text for name in ("<Name>", "Expiration", "HeartBeatCount", "PictureMask", "FrameMirror"))
    assert "<Name>南门</Name>" in written(name="南门")
    assert "<FrameMirror>0</FrameMirror>" in written(Edition.E2022, mirror=0)
    mask = {"on": False, "regions": [{"number": 1, "point": "1,2,3,4"}]}
    text = written(Edition.E2022, mask=mask)
    assert "<On>0</On>" in text
    assert "<Point>1,2,3,4</Point>" in text


def test_what_a_device_says_afterwards_is_held_against_what_was_wanted() -> None:
    wish = ConfigurationWish(name="南门", heartbeat_s=30, expiration_s=7200)
    assert compared(wish, DeviceSettings(name="南门", heartbeat_s=60)) == (("heartbeat_s",), ("expiration_s",))
    region = MaskRegion(number=1, point="1,2,3,4")
    moved = MaskRegion(number=1, point="1,2,3,5")
    wish = ConfigurationWish(mask=Mask(on=True, regions=(region,)))
    assert compared(wish, DeviceSettings(mask=Mask(on=True, regions=(moved,)))) == ((), ())
    assert compared(wish, DeviceSettings(mask=Mask(on=False, regions=(region,)))) == (("mask",), ())
    assert compared(wish, DeviceSettings(mask=Mask(on=True))) == (("mask",), ())
