"""Forms of what a device makes of its picture: text over it, streams, mask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.places.devices.settinglines import CLOCKS, FORMATS, RATE_KINDS, RESOLUTIONS, stream_name
from custodes.places.devices.settingrules import MOST_BITS, MOST_RATE
from custodes.places.forms.devicepart import PartForm, on_off, switch
from custodes.video.wire.devicesettings import MOST_REGIONS, MaskRegion, OsdLine, Stream

TEXT_LENGTH = 64
MOST_PIXELS = 65_535


class OsdForm(PartForm):
    """The time and the lines of text over the picture."""

    names = ("osd",)

    def build(self) -> None:
        osd = self.ground.said.osd
        assert osd is not None
        clocks = dict(CLOCKS) | ({osd.time_type: osd.time_type} if osd.time_type not in (None, *CLOCKS) else {})
        self.add(_("时间"), {
            "time_on": (switch(_("时间显示")), on_off(osd.time_on)),
            "time_type": (forms.TypedChoiceField(label=_("时间格式"), choices=list(clocks.items()), coerce=int), osd.time_type),
            "time_x": (_pixels(_("时间距左边（像素）")), osd.time_x),
            "time_y": (_pixels(_("时间距上边（像素）")), osd.time_y),
        })  # fmt: skip
        hint = _("文字中应当有点位名称“%(name)s”。") % {"name": self.ground.name} if self.ground.name else ""
        self.add(_("文字"), {"text_on": (switch(_("文字显示"), hint), on_off(osd.text_on))})
        for at in range(osd.most):
            line = osd.lines[at] if at < len(osd.lines) else OsdLine(text="", x=0, y=0)
            text = forms.CharField(label=_("第 %(order)s 行文字") % {"order": at + 1}, max_length=max(TEXT_LENGTH, len(line.text)), required=False)  # fmt: skip
            text.told_later = True  # type: ignore[attr-defined]
            self.add(_("第 %(order)s 行") % {"order": at + 1}, {
                f"line{at}_text": (text, line.text),
                f"line{at}_x": (_pixels(_("距左边（像素）")), line.x),
                f"line{at}_y": (_pixels(_("距上边（像素）")), line.y),
            })  # fmt: skip

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        osd = self.ground.said.osd
        assert osd is not None
        lines = []
        for at in range(osd.most):
            old = osd.lines[at] if at < len(osd.lines) else None
            text = str(data.get(f"line{at}_text") or "").strip()
            if text or old is not None:
                lines.append(OsdLine(text=text, x=data.get(f"line{at}_x"), y=data.get(f"line{at}_y")))
        changes: dict[str, Any] = {
            name: data[name]
            for name in ("time_type", "time_x", "time_y")
            if name in self.fields and data.get(name) is not None
        }
        changes |= {
            name: data[name] == "on" for name in ("time_on", "text_on") if name in self.fields and data.get(name)
        }
        return {"osd": osd.model_copy(update=changes | {"lines": tuple(lines)})}


class StreamsForm(PartForm):
    """How each stream is made."""

    names = ("streams",)

    def build(self) -> None:
        for at, one in enumerate(self.ground.said.streams or ()):
            self.add(stream_name(one.number, at), {
                f"s{at}_format": (_choice(_("编码格式"), FORMATS, one.format), one.format or None),
                f"s{at}_resolution": (self._resolution(one.resolution), one.resolution or None),
                f"s{at}_rate": (_number(_("帧率（帧／秒）"), one.rate, MOST_RATE), _told_number(one.rate)),
                f"s{at}_kind": (_choice(_("码率类型"), RATE_KINDS, one.kind), one.kind or None),
                f"s{at}_bits": (_number(_("码率（kbit/s）"), one.bits, MOST_BITS), _told_number(one.bits)),
            })  # fmt: skip

    def _resolution(self, said: str) -> forms.ChoiceField:
        told = self.ground.said.resolutions
        words = {one: RESOLUTIONS.get(one, one) for one in told} if told else RESOLUTIONS
        return _choice(_("分辨率"), words, said)

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"streams": tuple(self._stream(at, one, data) for at, one in enumerate(self.ground.said.streams or ()))}

    def _stream(self, at: int, said: Stream, data: dict[str, Any]) -> Stream:
        changes = {}
        for name in ("format", "resolution", "rate", "kind", "bits"):
            value = data.get(f"s{at}_{name}")
            if f"s{at}_{name}" in self.fields and value is not None:
                old = getattr(said, name)
                changes[name] = old if name in ("rate", "bits") and _told_number(old) == value else str(value)
        return said.model_copy(update=changes)


class MaskForm(PartForm):
    """What is hidden besides; what is hidden stays so."""

    names = ("mask",)

    def build(self) -> None:
        mask = self.ground.said.mask
        assert mask is not None
        if not mask.on:
            self.add("", {"on": (switch(_("隐私遮挡")), "off")})
        taken = {one.number for one in mask.regions}
        for number in range(1, MOST_REGIONS + 1):
            if number in taken:
                continue
            names = [f"region{number}_{side}" for side in ("left", "top", "right", "bottom")]
            labels = (_("左边（像素）"), _("上边（像素）"), _("右边（像素）"), _("下边（像素）"))
            for name, label in zip(names, labels, strict=True):
                field = _pixels(label)
                field.required, field.told_later = False, True  # type: ignore[attr-defined]
                self.fields[name] = field
            self._groups.append((_("新增区域 %(number)s") % {"number": number}, names))

    def clean(self) -> dict[str, Any]:
        """A region is told with its four sides or not at all."""
        for number, sides in self._regions(self.cleaned_data):
            if None in sides and any(side is not None for side in sides):
                words = _("区域 %(number)s 的四边没有填全（GB/T 28181-2022 视频画面遮挡）。请填全，或者全部留空。")
                self.add_error(f"region{number}_left", words % {"number": number})
            left, top, right, bottom = (side if side is not None else 0 for side in sides)
            if None not in sides and (left >= right or top >= bottom):
                words = _(
                    "区域 %(number)s 没有面积：右边须大于左边，下边须大于上边（GB/T 28181-2022 视频画面遮挡）。请改正。"
                )
                self.add_error(f"region{number}_right", words % {"number": number})
        return super().clean()

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        mask = self.ground.said.mask
        assert mask is not None
        new = tuple(
            MaskRegion(number=number, point=",".join(map(str, sides)))
            for number, sides in self._regions(data)
            if None not in sides
        )
        on = mask.on or data.get("on") == "on"
        return {"mask": mask.model_copy(update={"on": on, "regions": mask.regions + new})}

    def _regions(self, data: dict[str, Any]) -> Iterator[tuple[int, tuple[int | None, ...]]]:
        for number in range(1, MOST_REGIONS + 1):
            if f"region{number}_left" in self.fields:
                yield number, tuple(data.get(f"region{number}_{side}") for side in ("left", "top", "right", "bottom"))


def _pixels(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_PIXELS)


def _choice(label: Any, words: dict[str, Any], said: str) -> forms.ChoiceField:
    """What may be chosen; what stands may stay, whatever it is."""
    choices: Iterable[tuple[str, Any]] = words.items() if said in words else [*words.items(), (said, said)]
    return forms.ChoiceField(label=label, choices=list(choices))


def _number(label: Any, said: str, most: int) -> forms.IntegerField:
    """What stands may stay, also a nought."""
    now = _told_number(said)
    return forms.IntegerField(label=label, min_value=1 if now is None else min(1, now), max_value=max(most, now or 0))


def _told_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < len(text) < 9 else None
