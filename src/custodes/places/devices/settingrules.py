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
        others: that are recorded here, of a whole device with several channels: its main stream may be any of theirs.
    """

    name: str
    camera: Camera | None
    said: Settings
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
    boxes, stood = list(boxes_of(wanted)), dict(boxes_of(before))
    length, width = ground.frame or (0, 0)
    for field, box in boxes:
        # What stands may stand, by an estimate of its size; what is moved may not be pushed over the edge.
        across, down = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2) if stood.get(field) != box else box[:2]
        if (length and across >= length) or (width and down >= width):
            yield Told(
                _(
                    "位置在画面以外或者过于靠边，写上去看不全。画面为 %(length)s × %(width)s 像素（GB/T 28181-2022 前端 OSD），请改小。"
                )
                % {"length": length or "–", "width": width or "–"},
                field,
            )
    for at, (field, box) in enumerate(boxes):
        near = [name for name, other in boxes[:at] if _touch(box, other)]
        if any(stood.get(field) != box or stood.get(name) != dict(boxes)[name] for name in near):
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
    if [one.number for one in before] != [one.number for one in wanted]:
        yield Told(_("码流与设备所报的不是同样的几路（GB/T 28181-2022 视频参数属性）。请重新读取配置后再更改。"))
        return
    numbers = [one.number for one in before]
    # The first is the main one where none says that it is.
    main = numbers.index("0") if "0" in numbers else 0
    for at, (old, stream) in enumerate(zip(before, wanted, strict=True)):
        if old != stream:
            yield from _stream(ground, at, old, stream, main=at == main)


def _stream(ground: Ground, at: int, old: Stream, new: Stream, *, main: bool) -> Iterator[Told]:
    name = stream_name(new.number, at)
    cameras = ground.recordings if main else ()
    if cameras and new.format != old.format and new.format not in RECORDED_FORMATS:
        words = _("平台录制 H.264 和 H.265，改为 %(format)s 后录像会中断（第三十四条第六项）。请选其中一种。")
        yield Told(words % {"format": FORMATS.get(new.format, new.format)}, f"s{at}_format")
    elif new.format != old.format:
        words = _("%(stream)s更换编码格式时录像会断开片刻（第三十四条第六项）。") % {"stream": name}
        yield Told(words, f"s{at}_format", refused=False)
    yield from _lower(cameras, at, name, old, new)
    bits, were = _number(new.bits), _number(old.bits)
    if main and were and bits > were:
        days = max((one.retention_days for one in cameras), default=30)
        words = _(
            "码率由 %(were)s 提高到 %(bits)s kbit/s，录像占用随之增加。请核对存储空间仍够存满 %(days)s 日（第三十二条）。"
        )
        yield Told(words % {"were": were, "bits": bits, "days": days}, f"s{at}_bits", refused=False)


def _lower(cameras: tuple[Camera, ...], at: int, name: Any, old: Stream, new: Stream) -> Iterator[Told]:
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
            yield Told(words % values, f"s{at}_{field}")
        elif was:
            words = _("%(stream)s由%(was)s降为%(now)s，录像会不如现在清楚或者连贯（第三十四条第七项）。")
            yield Told(words % values, f"s{at}_{field}", refused=False)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _mirror(ground: Ground, before: int, wanted: int) -> Iterator[Told]:
    mask = ground.said.mask
    if wanted != before and mask is not None and mask.on and (mask.regions or not mask.whole):
        yield Told(
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
