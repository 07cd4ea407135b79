"""The numbers of a device's alarm in the words of the standard (GB/T 28181-2016 Annex A.2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.places.devices.channel import Channel
from custodes.places.devices.making import cameras_by_url
from custodes.places.models import Camera, GbAlarm, GbDevice

_METHODS: dict[int, Any] = {
    1: gettext_lazy("电话报警"),
    2: gettext_lazy("设备报警"),
    3: gettext_lazy("短信报警"),
    4: gettext_lazy("GPS 报警"),
    5: gettext_lazy("视频报警"),
    6: gettext_lazy("设备故障报警"),
    7: gettext_lazy("其他报警"),
}
_PRIORITIES: dict[int, Any] = {
    1: gettext_lazy("一级警情"),
    2: gettext_lazy("二级警情"),
    3: gettext_lazy("三级警情"),
    4: gettext_lazy("四级警情"),
}
#: By method and number: the same number is another thing under another method.
_KINDS: dict[tuple[int, int], Any] = {
    (2, 1): gettext_lazy("视频丢失"),
    (2, 2): gettext_lazy("设备防拆"),
    (2, 3): gettext_lazy("存储设备磁盘满"),
    (2, 4): gettext_lazy("设备高温"),
    (2, 5): gettext_lazy("设备低温"),
    (5, 1): gettext_lazy("人工视频报警"),
    (5, 2): gettext_lazy("运动目标检测"),
    (5, 3): gettext_lazy("遗留物检测"),
    (5, 4): gettext_lazy("物体移除检测"),
    (5, 5): gettext_lazy("绊线检测"),
    (5, 6): gettext_lazy("入侵检测"),
    (5, 7): gettext_lazy("逆行检测"),
    (5, 8): gettext_lazy("徘徊检测"),
    (5, 9): gettext_lazy("流量统计"),
    (5, 10): gettext_lazy("密度检测"),
    (5, 11): gettext_lazy("视频异常检测"),
    (5, 12): gettext_lazy("快速移动"),
    (6, 1): gettext_lazy("存储设备磁盘故障"),
    (6, 2): gettext_lazy("存储设备风扇故障"),
}


def alarm_words(alarm: GbAlarm) -> str:
    """Method, kind and priority; a number that the standard has no word for stays a number, what was not said is left out."""
    parts = []
    if alarm.method is not None:
        parts.append(str(_METHODS.get(alarm.method) or _("报警方式 %(number)s") % {"number": alarm.method}))
    if alarm.kind is not None:
        known = _KINDS.get((alarm.method or 0, alarm.kind))
        parts.append(str(known or _("报警类型 %(number)s") % {"number": alarm.kind}))
    if alarm.priority is not None:
        known = _PRIORITIES.get(alarm.priority)
        parts.append(str(known or _("报警级别 %(number)s") % {"number": alarm.priority}))
    return " · ".join(parts) or _("设备未说明报警的方式和类型")


@dataclass(frozen=True, slots=True)
class ToldAlarm:
    """One line of a device's page.

    Attributes:
        camera: that the channel is; None for any other channel.
        said: what the device wrote beside it, where that says more than `words`.
    """

    row: GbAlarm
    words: str
    camera: Camera | None
    said: str


def alarms_shown(device: GbDevice, most: int) -> list[ToldAlarm]:
    """The newest, by the names of the cameras that they are about."""
    rows = list(device.alarms.all()[:most])
    urls = {row.channel_id: Channel(device.gb_id, row.channel_id).url for row in rows}
    cameras = cameras_by_url(device, list(urls.values()))
    told = []
    for row in rows:
        words = alarm_words(row)
        said = "" if row.words in words else row.words
        told.append(ToldAlarm(row, words, cameras.get(urls[row.channel_id]), said))
    return told
