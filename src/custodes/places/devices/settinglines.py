"""What a device said of a part that is set as a whole, line by line: for its page in the reader's language, for records in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.video.wire.devicesettings import AlarmRecord, AlarmReports, Mask, Osd, PlanSpan, RecordPlan, Stream

Line = tuple[Any, Any]

ON, OFF = pgettext_lazy("设备配置", "开启"), pgettext_lazy("设备配置", "关闭")
DAYS = {
    1: _("周一"), 2: _("周二"), 3: _("周三"), 4: _("周四"), 5: _("周五"), 6: _("周六"), 7: _("周日"),
}  # fmt: skip
CLOCKS = {0: _("2026-11-24 21:45:07"), 1: _("2026年11月24日 21:45:07")}
"""How the time is written over the picture, by `Osd.time_type`."""
FORMATS = {"1": "MPEG-4", "2": "H.264", "3": "SVAC", "4": "3GP", "5": "H.265"}
RESOLUTIONS = {"1": "QCIF", "2": "CIF", "3": "4CIF", "4": "D1", "5": "720P", "6": "1080P"}
RATE_KINDS = {"1": _("固定码率"), "2": _("可变码率")}
NOTHING_RECORDED = _("不录像")
UNSAID = _("未报告")


def lines_of(name: str, value: Any) -> list[Line]:
    """Label and words of each thing in it.

    Args:
        name: of `Wish`; value: of that name.
    """
    return list(_OF[name](value))


def span_words(span: PlanSpan) -> str:
    """``08:00–18:00``; seconds where there are any."""
    start, stop = (text.removesuffix(":00") if len(text) == 8 else text for text in (span.start, span.stop))
    return f"{start}–{stop}"


def stream_name(number: str, order: int = 0) -> Any:
    """What a stream is called."""
    if number == "0" or (not number and order == 0):
        return _("主码流")
    return _("子码流") if number == "1" else _("码流 %(number)s") % {"number": number or order}


def _switch(on: bool | None) -> Any:
    return UNSAID if on is None else ON if on else OFF


def _mask(mask: Mask) -> Iterator[Line]:
    yield _("隐私遮挡"), _switch(mask.on)
    for region in mask.regions:
        yield _("区域 %(number)s") % {"number": region.number}, region.point
    if not mask.whole:
        yield _("其他区域"), _("没有读懂")


def _plan(plan: RecordPlan) -> Iterator[Line]:
    yield _("设备录像计划"), _switch(plan.on)
    days = {day: " ".join(map(span_words, plan.of_day(day))) or NOTHING_RECORDED for day in DAYS}
    if len({str(words) for words in days.values()}) == 1:
        yield pgettext_lazy("设备录像计划", "每天"), days[1]
    else:
        yield from ((DAYS[day], words) for day, words in days.items())
    if not plan.whole:
        yield _("其他时段"), _("没有读懂")


def _alarm(alarm: AlarmRecord) -> Iterator[Line]:
    yield _("报警时录像"), _switch(alarm.on)
    yield _("报警前录像（秒）"), UNSAID if alarm.before_s is None else alarm.before_s
    yield _("报警后录像（秒）"), UNSAID if alarm.after_s is None else alarm.after_s


def _reports(reports: AlarmReports) -> Iterator[Line]:
    yield _("移动侦测报警上报"), _switch(reports.motion)
    yield _("区域入侵报警上报"), _switch(reports.field)


def _osd(osd: Osd) -> Iterator[Line]:
    if osd.length and osd.width:
        yield _("画面（像素）"), f"{osd.length} × {osd.width}"
    yield _("时间显示"), _switch(osd.time_on)
    yield _("时间位置"), _place(osd.time_x, osd.time_y)
    if osd.time_type is not None:
        yield _("时间格式"), CLOCKS.get(osd.time_type, osd.time_type)
    yield _("文字显示"), _switch(osd.text_on)
    for order, line in enumerate(osd.lines, start=1):
        yield _("第 %(order)s 行文字") % {"order": order}, f"“{line.text}” {_place(line.x, line.y)}"


def _place(x: int | None, y: int | None) -> Any:
    return UNSAID if x is None or y is None else f"{x}, {y}"


def _streams(streams: tuple[Stream, ...]) -> Iterator[Line]:
    for order, one in enumerate(streams):
        name = stream_name(one.number, order)
        yield _("%(stream)s编码格式") % {"stream": name}, FORMATS.get(one.format, one.format) or UNSAID
        yield _("%(stream)s分辨率") % {"stream": name}, RESOLUTIONS.get(one.resolution, one.resolution) or UNSAID
        yield _("%(stream)s帧率（帧／秒）") % {"stream": name}, one.rate or UNSAID
        yield _("%(stream)s码率类型") % {"stream": name}, RATE_KINDS.get(one.kind, one.kind) or UNSAID
        yield _("%(stream)s码率（kbit/s）") % {"stream": name}, one.bits or UNSAID


_OF: dict[str, Any] = {
    "mask": _mask,
    "record_plan": _plan,
    "alarm_record": _alarm,
    "alarm_report": _reports,
    "osd": _osd,
    "streams": _streams,
}
