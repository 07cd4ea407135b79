"""What a device may be set to, and what a person is told before it: the parts that are set as a whole (decision 0425).

A refusal names the article or the standard and what to do instead; a caution is read and confirmed before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from custodes.places.devices.settinglines import DAYS, FORMATS, stream_name
from custodes.places.models import Camera
from custodes.video.wire.configuration import Settings, Wish
from custodes.video.wire.devicesettings import AlarmRecord, AlarmReports, Mask, Osd, RecordPlan, Stream

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
class Ground:
    """What a change is held against.

    Attributes:
        name: of the place, as registered. camera: what it is in the register; None where it is no camera there.
        said: what the device says now.
    """

    name: str
    camera: Camera | None
    said: Settings

    @property
    def recorded(self) -> bool:
        """Whether this platform records it by itself, whatever the device does."""
        return self.camera is not None and self.camera.in_use and self.camera.record

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
class Told:
    """Something that is said of a change.

    Attributes:
        field: of the form, where it is about one.
        refused: it is not done; else it is done when the person says that they know.
    """

    words: str
    field: str = ""
    refused: bool = True


def told_of(ground: Ground, wish: Wish) -> list[Told]:
    """All that is to be said of a change, refusals first."""
    found: list[Told] = []
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


def _osd(ground: Ground, before: Osd, wanted: Osd) -> Iterator[Told]:
    if before.time_on and not wanted.time_on:
        yield Told(
            _(
                "画面上的时间不得关闭：没有时间的录像难以作为证据，也改变了设备的功能（第三十三条第二款、第三十四条第七项）。请保持开启。"
            ),
            "time_on",
        )
    if _names(before, ground.name) and not _names(wanted, ground.name):
        yield Told(
            _(
                "画面上的点位名称不得去掉：看录像的人要能认出地点，去掉也改变了设备的功能（第三十三条第二款、第三十四条第七项）。请至少保留一行“%(name)s”。"
            )
            % {"name": ground.name},
            "text_on" if not wanted.text_on else "line0_text",
        )
    boxes = list(boxes_of(wanted))
    length, width = wanted.length, wanted.width
    for field, box in boxes:
        if (length and box[0] >= length) or (width and box[1] >= width):
            yield Told(
                _(
                    "位置在画面以外，写上去也看不到。画面为 %(length)s × %(width)s 像素（GB/T 28181-2022 前端 OSD），请改小。"
                )
                % {"length": length or "–", "width": width or "–"},
                field,
            )
    for at, (field, box) in enumerate(boxes):
        if any(_touch(box, other) for _field, other in boxes[:at]):
            yield Told(_("与前面的时间或者文字重叠，互相看不清（第三十三条第二款）。请移开一些。"), field)


def _names(osd: Osd, name: str) -> bool:
    return bool(name and osd.text_on is not False and any(name in line.text for line in osd.lines))


def _touch(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _plan(ground: Ground, before: RecordPlan, wanted: RecordPlan) -> Iterator[Told]:
    if not wanted.leaves_out(before):
        return
    pairs = zip(DAYS.values(), before.week, wanted.week, strict=True)
    days = _("、").join(str(day) for day, old, new in pairs if _length(new) < _length(old) or old != new)
    yield _shorter(ground, _("录像时段比现在少：%(days)s。") % {"days": days}, "on")


def _length(spans: tuple[tuple[int, int], ...]) -> int:
    return sum(stop - start for start, stop in spans)


def _shorter(ground: Ground, words: str, field: str) -> Told:
    """Less is recorded: told where this platform records by itself, refused where nobody else does."""
    if ground.recorded:
        rest = _("本平台另行录像，留存不受影响；设备自己的录像会有空缺（第三十四条第七项）。")
        return Told(words + rest, field, refused=False)
    rest = _(
        "本平台没有录制这一路，设备的录像是唯一的留存，应当至少留存三十日，不得无故中断（第三十二条、第三十四条第六项）。"
        "请先接入为点位并启用录像，或者保持原来的时段。"
    )
    return Told(words + rest, field)


def _alarm(ground: Ground, before: AlarmRecord, wanted: AlarmRecord) -> Iterator[Told]:
    if before.on and not wanted.on:
        yield _shorter(ground, _("报警时不再录像。"), "alarm_on")
    elif before.on and any(
        (was or 0) > (now or 0) for was, now in ((before.after_s, wanted.after_s), (before.before_s, wanted.before_s))
    ):
        yield _shorter(ground, _("报警前后的录像比现在短。"), "after_s")


def _reports(ground: Ground, before: AlarmReports, wanted: AlarmReports) -> Iterator[Told]:
    if (before.motion and not wanted.motion) or (before.field and not wanted.field):
        words = _("关闭后，设备不再上报这类报警，值班人员不再得到提示（第三十四条第七项）。")
        yield Told(words, "motion" if before.motion and not wanted.motion else "field", refused=False)


def _mask(ground: Ground, before: Mask, wanted: Mask) -> Iterator[Told]:
    if wanted.opens(before):
        yield Told(
            _(
                "去掉或者缩小遮挡，会录到原来遮住的部分，可能泄露个人隐私（第十条第四项），平台不下发。"
                "确有需要的，请申请功能变更，经另一人批准后到设备自己的页面上更改。"
            )
        )
    elif wanted != before:
        words = _("遮住的部分以后的录像中都看不到，不能恢复。请核对不影响备案的采集范围（第三十四条第七项）。")
        yield Told(words, refused=False)
    frame = ground.frame
    for region in wanted.regions:
        _left, _top, right, bottom = region.box
        if region in before.regions:
            continue
        if frame is not None and (right > frame[0] or bottom > frame[1]):
            words = _("区域超出画面：画面为 %(length)s × %(width)s 像素（GB/T 28181-2022 视频画面遮挡）。请改小。")
            yield Told(words % {"length": frame[0], "width": frame[1]}, f"region{region.number}_right")


def _streams(ground: Ground, before: tuple[Stream, ...], wanted: tuple[Stream, ...]) -> Iterator[Told]:
    now = {one.number: one for one in before}
    for at, stream in enumerate(wanted):
        old = now.get(stream.number)
        if old is not None and old != stream:
            yield from _stream(ground, at, old, stream)


def _stream(ground: Ground, at: int, old: Stream, new: Stream) -> Iterator[Told]:
    name, main = stream_name(new.number, at), at == 0
    camera = ground.camera if main and ground.recorded else None
    if camera is not None and new.format != old.format and new.format not in RECORDED_FORMATS:
        words = _("平台录制 H.264 和 H.265，改为 %(format)s 后录像会中断（第三十四条第六项）。请选其中一种。")
        yield Told(words % {"format": FORMATS.get(new.format, new.format)}, f"s{at}_format")
    elif new.format != old.format:
        words = _("%(stream)s更换编码格式时录像会断开片刻（第三十四条第六项）。") % {"stream": name}
        yield Told(words, f"s{at}_format", refused=False)
    yield from _lower(camera, at, name, old, new)
    bits, were = _number(new.bits), _number(old.bits)
    if main and were and bits > were:
        days = camera.retention_days if camera is not None else 30
        words = _(
            "码率由 %(were)s 提高到 %(bits)s kbit/s，录像占用随之增加。请核对存储空间仍够存满 %(days)s 日（第三十二条）。"
        )
        yield Told(words % {"were": were, "bits": bits, "days": days}, f"s{at}_bits", refused=False)


def _lower(camera: Camera | None, at: int, name: Any, old: Stream, new: Stream) -> Iterator[Told]:
    """A picture that shows less than before: refused below what is registered, told above it."""
    registered = (camera.height, round(camera.frame_rate)) if camera is not None else (0, 0)
    pairs: tuple[tuple[str, int, int, int, Any], ...] = (
        ("resolution", height_of(old.resolution), height_of(new.resolution), registered[0], _("%(value)s 行")),
        ("rate", _number(old.rate), _number(new.rate), registered[1], _("每秒 %(value)s 帧")),
        ("bits", _number(old.bits), _number(new.bits), 0, _("%(value)s kbit/s")),
    )
    for field, was, now, kept, unit in pairs:
        if not was or not now or now >= was:
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
            yield Told(words % values, f"s{at}_{field}")
        else:
            words = _("%(stream)s由%(was)s降为%(now)s，录像会不如现在清楚或者连贯（第三十四条第七项）。")
            yield Told(words % values, f"s{at}_{field}", refused=False)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


_RULES: dict[str, Any] = {
    "osd": _osd,
    "record_plan": _plan,
    "alarm_record": _alarm,
    "alarm_report": _reports,
    "mask": _mask,
    "streams": _streams,
}
