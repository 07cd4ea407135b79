"""What a device may be set to, and what a person is told before it: the parts that are set as a whole (decision 0425).

A refusal names the article or the standard and what to do instead; a caution is read and confirmed before anything is sent.

What a device said of such a part is told line by line, for its page in the reader's language and for records in Chinese, and drawn small
for a template's SVG: where text and masks stand in the picture, when it records in the week.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from custodes.places.models import Camera
from custodes.video.wire.configuration import (
    DAY,
    AlarmRecord,
    AlarmReports,
    ConfigurationWish,
    DeviceSettings,
    DeviceStream,
    Mask,
    Osd,
    PlanSpan,
    RecordPlan,
)

Line = tuple[Any, Any]

ON, OFF = pgettext_lazy("设备配置", "开启"), pgettext_lazy("设备配置", "关闭")
DAYS = {
    1: gettext_lazy("周一"), 2: gettext_lazy("周二"), 3: gettext_lazy("周三"), 4: gettext_lazy("周四"), 5: gettext_lazy("周五"), 6: gettext_lazy("周六"), 7: gettext_lazy("周日"),
}  # fmt: skip
CLOCKS = {0: gettext_lazy("2026-11-24 21:45:07"), 1: gettext_lazy("2026年11月24日 21:45:07")}
"""How the time is written over the picture, by `Osd.time_type`."""
FORMATS = {"1": "MPEG-4", "2": "H.264", "3": "SVAC", "4": "3GP", "5": "H.265"}
RESOLUTIONS = {"1": "QCIF", "2": "CIF", "3": "4CIF", "4": "D1", "5": "720P", "6": "1080P"}
RATE_KINDS = {"1": gettext_lazy("固定码率"), "2": gettext_lazy("可变码率")}
NOTHING_RECORDED = gettext_lazy("不录像")
UNSAID = gettext_lazy("未报告")


def lines_of(name: str, value: Any) -> list[Line]:
    """Label and words of each thing in it.

    Args:
        name: of `ConfigurationWish`; value: of that name.
    """
    return list(_OF[name](value))


def span_words(span: PlanSpan) -> str:
    """``08:00–18:00``; seconds where there are any."""
    start, stop = (text.removesuffix(":00") if len(text) == 8 else text for text in (span.start, span.stop))
    return f"{start}–{stop}"


def stream_name(number: str, order: int = 0) -> Any:
    """What a stream is called."""
    if number == "0" or (not number and order == 0):
        return gettext_lazy("主码流")
    return gettext_lazy("子码流") if number == "1" else gettext_lazy("码流 %(number)s") % {"number": number or order}


def _switch(on: bool | None) -> Any:
    return UNSAID if on is None else ON if on else OFF


def _mask_lines(mask: Mask) -> Iterator[Line]:
    yield gettext_lazy("隐私遮挡"), _switch(mask.on)
    for region in mask.regions:
        yield gettext_lazy("区域 %(number)s") % {"number": region.number}, region.point
    if not mask.whole:
        yield gettext_lazy("其他区域"), gettext_lazy("没有读懂")


def _plan_lines(plan: RecordPlan) -> Iterator[Line]:
    yield gettext_lazy("设备录像计划"), _switch(plan.on)
    days = {day: " ".join(map(span_words, plan.of_day(day))) or NOTHING_RECORDED for day in DAYS}
    if len({str(words) for words in days.values()}) == 1:
        yield pgettext_lazy("设备录像计划", "每天"), days[1]
    else:
        yield from ((DAYS[day], words) for day, words in days.items())
    if not plan.whole:
        yield gettext_lazy("其他时段"), gettext_lazy("没有读懂")


def _alarm_lines(alarm: AlarmRecord) -> Iterator[Line]:
    yield gettext_lazy("报警时录像"), _switch(alarm.on)
    yield gettext_lazy("报警前录像（秒）"), UNSAID if alarm.before_s is None else alarm.before_s
    yield gettext_lazy("报警后录像（秒）"), UNSAID if alarm.after_s is None else alarm.after_s


def _reports_lines(reports: AlarmReports) -> Iterator[Line]:
    yield gettext_lazy("移动侦测报警上报"), _switch(reports.motion)
    yield gettext_lazy("区域入侵报警上报"), _switch(reports.field)


def _osd_lines(osd: Osd) -> Iterator[Line]:
    if osd.length and osd.width:
        yield gettext_lazy("画面（像素）"), f"{osd.length} × {osd.width}"
    yield gettext_lazy("时间显示"), _switch(osd.time_on)
    yield gettext_lazy("时间位置"), _place(osd.time_x, osd.time_y)
    if osd.time_type is not None:
        yield gettext_lazy("时间格式"), CLOCKS.get(osd.time_type, osd.time_type)
    yield gettext_lazy("文字显示"), _switch(osd.text_on)
    for order, line in enumerate(osd.lines, start=1):
        yield gettext_lazy("第 %(order)s 行文字") % {"order": order}, f"“{line.text}” {_place(line.x, line.y)}"


def _place(x: int | None, y: int | None) -> Any:
    return UNSAID if x is None or y is None else f"{x}, {y}"


def _streams_lines(streams: tuple[DeviceStream, ...]) -> Iterator[Line]:
    for order, one in enumerate(streams):
        name = stream_name(one.number, order)
        yield gettext_lazy("%(stream)s编码格式") % {"stream": name}, FORMATS.get(one.format, one.format) or UNSAID
        yield (
            gettext_lazy("%(stream)s分辨率") % {"stream": name},
            RESOLUTIONS.get(one.resolution, one.resolution) or UNSAID,
        )
        yield gettext_lazy("%(stream)s帧率（帧／秒）") % {"stream": name}, one.rate or UNSAID
        yield gettext_lazy("%(stream)s码率类型") % {"stream": name}, RATE_KINDS.get(one.kind, one.kind) or UNSAID
        yield gettext_lazy("%(stream)s码率（kbit/s）") % {"stream": name}, one.bits or UNSAID


_OF: dict[str, Any] = {
    "mask": _mask_lines,
    "record_plan": _plan_lines,
    "alarm_record": _alarm_lines,
    "alarm_report": _reports_lines,
    "osd": _osd_lines,
    "streams": _streams_lines,
}


RECORDED_FORMATS = ("2", "5")
"""Formats that the recorder takes: H.264 and H.265."""
MOST_RATE = 120
MOST_BITS = 100_000
LETTER = 20
"""A letter is taken to be a 20th of the picture high: how large it really is no device tells."""
CLOCK_LETTERS = 19
_HEIGHTS = {"1": 144, "2": 288, "3": 576, "4": 576, "5": 720, "6": 1080}
_SIZE = re.compile(r"([0-9]{2,5})[x×*]([0-9]{2,5})", re.IGNORECASE)


@dataclass(frozen=True)
class SettingFacts:
    """What a change is held against.

    Attributes:
        name: of the place, as registered. camera: what it is in the register; None where it is no camera there.
        said: what the device says now.
        others: that are recorded here, of a whole device with several channels: its main stream may be any of theirs.
    """

    name: str
    camera: Camera | None
    said: DeviceSettings
    others: tuple[Camera, ...] = ()

    @property
    def recorded(self) -> bool:
        """Whether this platform records it by itself, whatever the device does."""
        return self.camera is not None and self.camera.in_use and self.camera.record

    @property
    def recordings(self) -> tuple[Camera, ...]:
        """What this platform records of it."""
        return (self.camera, *self.others) if self.camera is not None and self.recorded else self.others

    @property
    def frame(self) -> tuple[int, int] | None:
        """Pixels of the picture across and down, as far as anybody told."""
        osd = self.said.osd
        if osd is not None and osd.length and osd.width:
            return osd.length, osd.width
        if self.camera is not None and self.camera.width and self.camera.height:
            return self.camera.width, self.camera.height
        return None


@dataclass(frozen=True)
class SettingRemark:
    """Something that is said of a change.

    Attributes:
        field: of the form, where it is about one.
        refused: it is not done; else it is done when the person says that they know.
    """

    words: str
    field: str = ""
    refused: bool = True


def told_of(ground: SettingFacts, wish: ConfigurationWish) -> list[SettingRemark]:
    """All that is to be said of a change, refusals first."""
    found: list[SettingRemark] = []
    for name, rule in _RULES.items():
        wanted, before = getattr(wish, name), getattr(ground.said, name)
        if wanted is not None and before is not None:
            found += rule(ground, before, wanted)
    return sorted(found, key=lambda one: not one.refused)


def height_of(resolution: str) -> int:
    """Lines of a picture; 0 where it is not known."""
    found = _SIZE.fullmatch(resolution.strip())
    return int(found[2]) if found else _HEIGHTS.get(resolution, 0)


def boxes_of(osd: Osd) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Where the time and each line stand: the field's name, and left, top, right, bottom in pixels, about."""
    high = max(1, (osd.width or 1080) // LETTER)
    if osd.time_on and osd.time_x is not None and osd.time_y is not None:
        yield "time_x", (osd.time_x, osd.time_y, osd.time_x + CLOCK_LETTERS * high // 2, osd.time_y + high)
    for at, line in enumerate(osd.lines if osd.text_on else ()):
        if line.text.strip() and line.x is not None and line.y is not None:
            wide = sum(high if ord(letter) > 0x2E7F else high // 2 for letter in line.text)
            yield f"line{at}_x", (line.x, line.y, line.x + wide, line.y + high)


def _osd(ground: SettingFacts, before: Osd, wanted: Osd) -> Iterator[SettingRemark]:
    if before.time_on and not wanted.time_on:
        yield SettingRemark(
            _(
                "画面上的时间不得关闭：没有时间的录像难以作为证据，也改变了设备的功能（第三十三条第二款、第三十四条第七项）。请保持开启。"
            ),
            "time_on",
        )
    if _names(before, ground.name) and not _names(wanted, ground.name):
        yield SettingRemark(
            _(
                "画面上的点位名称不得去掉：看录像的人要能认出地点，去掉也改变了设备的功能（第三十三条第二款、第三十四条第七项）。请至少保留一行“%(name)s”。"
            )
            % {"name": ground.name},
            "text_on" if not wanted.text_on else "line0_text",
        )
    boxes, stood = list(boxes_of(wanted)), dict(boxes_of(before))
    length, width = ground.frame or (0, 0)
    for field, box in boxes:
        # What stands may stand, by an estimate of its size; what is moved may not be pushed over the edge.
        across, down = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2) if stood.get(field) != box else box[:2]
        if (length and across >= length) or (width and down >= width):
            yield SettingRemark(
                _(
                    "位置在画面以外或者过于靠边，写上去看不全。画面为 %(length)s × %(width)s 像素（GB/T 28181-2022 前端 OSD），请改小。"
                )
                % {"length": length or "–", "width": width or "–"},
                field,
            )
    for at, (field, box) in enumerate(boxes):
        near = [name for name, other in boxes[:at] if _touch(box, other)]
        if any(stood.get(field) != box or stood.get(name) != dict(boxes)[name] for name in near):
            yield SettingRemark(_("与前面的时间或者文字重叠，互相看不清（第三十三条第二款）。请移开一些。"), field)


def _names(osd: Osd, name: str) -> bool:
    return bool(name and osd.text_on is not False and any(name in line.text for line in osd.lines))


def _touch(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _plan(ground: SettingFacts, before: RecordPlan, wanted: RecordPlan) -> Iterator[SettingRemark]:
    if not wanted.leaves_out(before):
        return
    pairs = zip(DAYS.values(), before.week, wanted.week, strict=True)
    days = _("、").join(str(day) for day, old, new in pairs if _length(new) < _length(old) or old != new)
    yield _shorter(ground, _("录像时段比现在少：%(days)s。") % {"days": days}, "on")


def _length(spans: tuple[tuple[int, int], ...]) -> int:
    return sum(stop - start for start, stop in spans)


def _shorter(ground: SettingFacts, words: str, field: str) -> SettingRemark:
    """Less is recorded: told where this platform records by itself, refused where nobody else does."""
    if ground.recorded:
        rest = _("本平台另行录像，留存不受影响；设备自己的录像会有空缺（第三十四条第七项）。")
        return SettingRemark(words + rest, field, refused=False)
    rest = _(
        "本平台没有录制这一路，设备的录像是唯一的留存，应当至少留存三十日，不得无故中断（第三十二条、第三十四条第六项）。"
        "请先接入为点位并启用录像，或者保持原来的时段。"
    )
    return SettingRemark(words + rest, field)


def _alarm(ground: SettingFacts, before: AlarmRecord, wanted: AlarmRecord) -> Iterator[SettingRemark]:
    if before.on and not wanted.on:
        yield _shorter(ground, _("报警时不再录像。"), "alarm_on")
    elif before.on and any(
        (was or 0) > (now or 0) for was, now in ((before.after_s, wanted.after_s), (before.before_s, wanted.before_s))
    ):
        yield _shorter(ground, _("报警前后的录像比现在短。"), "after_s")


def _reports(ground: SettingFacts, before: AlarmReports, wanted: AlarmReports) -> Iterator[SettingRemark]:
    if (before.motion and not wanted.motion) or (before.field and not wanted.field):
        words = _("关闭后，设备不再上报这类报警，值班人员不再得到提示（第三十四条第七项）。")
        yield SettingRemark(words, "motion" if before.motion and not wanted.motion else "field", refused=False)


def _mask(ground: SettingFacts, before: Mask, wanted: Mask) -> Iterator[SettingRemark]:
    if wanted.opens(before):
        yield SettingRemark(
            _(
                "去掉或者缩小遮挡，会录到原来遮住的部分，可能泄露个人隐私（第十条第四项），平台不下发。"
                "确有需要的，请申请功能变更，经另一人批准后到设备自己的页面上更改。"
            )
        )
    elif wanted != before:
        words = _("遮住的部分以后的录像中都看不到，不能恢复。请核对不影响备案的采集范围（第三十四条第七项）。")
        yield SettingRemark(words, refused=False)
    frame = ground.frame
    for region in wanted.regions:
        _left, _top, right, bottom = region.box
        if region in before.regions:
            continue
        if frame is not None and (right > frame[0] or bottom > frame[1]):
            words = _("区域超出画面：画面为 %(length)s × %(width)s 像素（GB/T 28181-2022 视频画面遮挡）。请改小。")
            yield SettingRemark(words % {"length": frame[0], "width": frame[1]}, f"region{region.number}_right")


def _streams(
    ground: SettingFacts, before: tuple[DeviceStream, ...], wanted: tuple[DeviceStream, ...]
) -> Iterator[SettingRemark]:
    if [one.number for one in before] != [one.number for one in wanted]:
        yield SettingRemark(
            _("码流与设备所报的不是同样的几路（GB/T 28181-2022 视频参数属性）。请重新读取配置后再更改。")
        )
        return
    numbers = [one.number for one in before]
    # The first is the main one where none says that it is.
    main = numbers.index("0") if "0" in numbers else 0
    for at, (old, stream) in enumerate(zip(before, wanted, strict=True)):
        if old != stream:
            yield from _stream(ground, at, old, stream, main=at == main)


def _stream(
    ground: SettingFacts, at: int, old: DeviceStream, new: DeviceStream, *, main: bool
) -> Iterator[SettingRemark]:
    name = stream_name(new.number, at)
    cameras = ground.recordings if main else ()
    if cameras and new.format != old.format and new.format not in RECORDED_FORMATS:
        words = _("平台录制 H.264 和 H.265，改为 %(format)s 后录像会中断（第三十四条第六项）。请选其中一种。")
        yield SettingRemark(words % {"format": FORMATS.get(new.format, new.format)}, f"s{at}_format")
    elif new.format != old.format:
        words = _("%(stream)s更换编码格式时录像会断开片刻（第三十四条第六项）。") % {"stream": name}
        yield SettingRemark(words, f"s{at}_format", refused=False)
    yield from _lower(cameras, at, name, old, new)
    bits, were = _number(new.bits), _number(old.bits)
    if main and were and bits > were:
        days = max((one.retention_days for one in cameras), default=30)
        words = _(
            "码率由 %(were)s 提高到 %(bits)s kbit/s，录像占用随之增加。请核对存储空间仍够存满 %(days)s 日（第三十二条）。"
        )
        yield SettingRemark(words % {"were": were, "bits": bits, "days": days}, f"s{at}_bits", refused=False)


def _lower(
    cameras: tuple[Camera, ...], at: int, name: Any, old: DeviceStream, new: DeviceStream
) -> Iterator[SettingRemark]:
    """A picture that shows less than before: refused below what is registered, told above it."""
    lines = max((one.height for one in cameras), default=0)
    rate = max((round(one.frame_rate) for one in cameras), default=0)
    pairs: tuple[tuple[str, int, int, int, Any], ...] = (
        ("resolution", height_of(old.resolution), height_of(new.resolution), lines, _("%(value)s 行")),
        ("rate", _number(old.rate), _number(new.rate), rate, _("每秒 %(value)s 帧")),
        ("bits", _number(old.bits), _number(new.bits), 0, _("%(value)s kbit/s")),
    )
    for field, was, now, kept, unit in pairs:
        if not now or getattr(old, field) == getattr(new, field) or (now >= was and was):
            continue
        values = {
            "stream": name,
            "now": unit % {"value": now},
            "kept": unit % {"value": kept},
            "was": unit % {"value": was},
        }
        if now < kept:
            words = _(
                "%(stream)s改为%(now)s，低于登记的%(kept)s：降低画质改变了设备的功能，不得擅自更改（第三十四条第七项）。"
                "请保持不低于登记，或者先办理变更。"
            )
            yield SettingRemark(words % values, f"s{at}_{field}")
        elif was:
            words = _("%(stream)s由%(was)s降为%(now)s，录像会不如现在清楚或者连贯（第三十四条第七项）。")
            yield SettingRemark(words % values, f"s{at}_{field}", refused=False)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _mirror(ground: SettingFacts, before: int, wanted: int) -> Iterator[SettingRemark]:
    mask = ground.said.mask
    if wanted != before and mask is not None and mask.on and (mask.regions or not mask.whole):
        yield SettingRemark(
            _(
                "画面设有遮挡区域，镜像后遮住的可能不再是原来的部分，会泄露个人隐私（第十条第四项），平台不下发。"
                "确有需要的，请申请功能变更，经另一人批准后到设备自己的页面上更改，并核对遮挡。"
            ),
            "mirror",
        )


_RULES: dict[str, Any] = {
    "mirror": _mirror,
    "osd": _osd,
    "record_plan": _plan,
    "alarm_record": _alarm,
    "alarm_report": _reports,
    "mask": _mask,
    "streams": _streams,
}


LENGTH, WIDTH = 1920, 1080
"""Of a picture whose size nobody told."""


@dataclass(frozen=True)
class Written:
    """Text in the picture: its corner, and the base line that SVG wants."""

    x: int
    y: int
    base: int
    text: Any


@dataclass(frozen=True)
class Picture:
    """A picture of `length` by `width` pixels with what stands in it.

    Attributes:
        high: of a letter, in pixels. hidden: left, top, across, down, and whether it is new.
    """

    length: int
    width: int
    high: int
    written: tuple[Written, ...]
    hidden: tuple[tuple[int, int, int, int, bool], ...]


def draw_picture(frame: tuple[int, int] | None, osd: Osd | None, mask: Mask | None, before: Mask | None) -> Picture:
    """Where things will stand.

    Args:
        frame: pixels across and down; None where nobody told.
        before: what is hidden now.
    """
    length, width = frame or (LENGTH, WIDTH)
    high = max(1, width // LETTER)
    written = []
    for field, box in boxes_of(osd) if osd is not None else ():
        text = CLOCKS.get((osd.time_type if osd else 0) or 0, CLOCKS[0]) if field == "time_x" else _line(osd, field)
        written.append(Written(box[0], box[1], box[1] + high * 9 // 10, text))
    now = set(before.regions) if before is not None else set()
    hidden = []
    for region in mask.regions if mask is not None and mask.on else ():
        left, top, right, bottom = region.box
        hidden.append((left, top, right - left, bottom - top, region not in now))
    return Picture(length, width, high, tuple(written), tuple(hidden))


def _line(osd: Osd | None, field: str) -> str:
    return osd.lines[int(field.removeprefix("line").removesuffix("_x"))].text if osd is not None else ""


def draw_week(plan: RecordPlan) -> list[tuple[Any, list[tuple[int, int]]]]:
    """Each day with its spans as start and length in minutes."""
    return [
        (label, [(start // 60, max(1, (stop - start) * 24 * 60 // DAY)) for start, stop in plan.week[day - 1]])
        for day, label in DAYS.items()
    ]
