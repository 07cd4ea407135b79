"""How a GB/T 28181 device is told on its pages: its state, its alarms in the words of Annex A.2.5, its settings, where it was last.

What these pages share is here: where one is, which row it is about, whether the gateway is heard of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from custodes.gb28181 import ids
from custodes.gb28181.ids import TYPES
from custodes.people.lawful import bilingual
from custodes.people.viewer import Viewer
from custodes.places.devices.channel import Channel, channel_of
from custodes.places.devices.entering import cameras_by_url
from custodes.places.devices.gateways import own_gateway
from custodes.places.devices.moving import age_words
from custodes.places.devices.settingwords import SettingOutcome
from custodes.places.models import Camera, Gateway, GbAlarm, GbDevice, GbMobile, MediaWay, Standing, Watch
from custodes.places.scope import tended_devices


def device_crumbs(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Where a page of devices is."""
    return [
        (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
        (gettext_lazy("国标设备"), reverse("places:device_list")),
        *more,
    ]


def gateway_context(now: datetime) -> dict[str, Any]:
    """Whether there is a gateway and whether it is heard of."""
    gateway = own_gateway()
    return {"gateway": gateway, "gateway_heard": gateway is not None and gateway.heard(now)}


def tended_device(request: HttpRequest, pk: UUID) -> GbDevice:
    """A device that the person may change, or 404."""
    rows = tended_devices(Viewer.of(request).person, timezone.now())
    return get_object_or_404(rows.select_related("system__site", "system__unit"), pk=pk)


WATCHES = {
    Watch.WAITING: "neutral",
    Watch.ACTIVE: "fine",
    Watch.REFUSED: "attention",
    Watch.UNANSWERED: "attention",
}
AWAY = gettext_lazy("设备不在线")


@dataclass(frozen=True)
class MobileWords:
    """One that moves, for a page.

    Attributes:
        place: longitude and latitude; empty before there was one.
        badge: colour and word of how old the place is; watch: of how its subscription stands.
        facts: all of it, with names.
    """

    row: GbMobile
    place: str
    badge: tuple[str, Any]
    watch: tuple[str, Any]
    facts: list[tuple[Any, Any]]


def words_of(row: GbMobile, now: datetime) -> MobileWords:
    """As a page tells it; to whom the position may be told alone."""
    watch = watch_of(row)
    place = "" if row.heard_at is None else f"{row.longitude:.5f}, {row.latitude:.5f}"
    facts: list[tuple[Any, Any]] = [
        (_("移动采集设备类型"), row.get_kind_display()),
        (_("最后位置（经度、纬度）"), place or _("尚未收到")),
    ]
    if row.heard_at is not None:
        said = _moment(row.said_at) if row.said_at is not None else _("设备没有报告时间，或者时钟有误")
        facts += [(_("设备所报时间"), said), (_("收到时间"), _moment(row.heard_at))]
    facts += [
        (_("位置订阅"), watch[1]),
        (_("位置上报间隔"), _("%(seconds)s 秒") % {"seconds": row.interval_s}),
        (_("登记"), f"{timezone.localtime(row.entered_at):%Y-%m-%d %H:%M} · {row.entered_by.name} · {row.reason}"),
    ]
    return MobileWords(row, place, age_of(row, now), watch, facts)


def age_of(row: GbMobile, now: datetime) -> tuple[str, Any]:
    """Colour and word of how old its last place is."""
    seen = row.seen_at
    if seen is None:
        return "neutral", _("尚未收到位置")
    if row.late(now):
        return "attention", _("自 %(at)s 起没有新位置") % {"at": _moment(seen)}
    return "fine", age_words(row, now)


def watch_of(row: GbMobile) -> tuple[str, Any]:
    """Colour and word of its subscription. A device that is away has none, whatever was said of it last."""
    if row.device.standing != Standing.ONLINE:
        return "neutral", AWAY
    watch = Watch(row.watch)
    status = f"（SIP {row.watch_status}）" if watch == Watch.REFUSED and row.watch_status else ""
    return WATCHES[watch], f"{watch.label}{status}"


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


TITLES: dict[str, Any] = {
    "osd": gettext_lazy("画面文字"),
    "plan": gettext_lazy("设备录像计划"),
    "video": gettext_lazy("视频参数"),
    "mask": gettext_lazy("隐私遮挡"),
    "alarm": gettext_lazy("报警录像与上报"),
}
"""By the name in the address."""

LEADS: dict[str, Any] = {
    "osd": gettext_lazy(
        "设备写在画面上的时间和文字。位置从画面左上角量起，以像素计；字的大小由设备决定，图中只是大概。"
    ),
    "plan": gettext_lazy(
        "设备自己录像的时段，与本平台的录像无关。一天至多 8 段，写作 08:00-12:00、14:00-18:00；整天写 00:00-24:00，不录像的留空。"
    ),
    "video": gettext_lazy(
        "各路码流的编码、分辨率、帧率和码率。主码流用于录像；设备报告了所支持的分辨率的，只能从中选择。"
    ),
    "mask": gettext_lazy("遮挡只能增加，至多 4 个区域。位置从画面左上角量起，以像素计。"),
    "alarm": gettext_lazy("报警时设备自己录多久，主动上报哪些报警。"),
}

_TOLD = {
    SettingOutcome.SET: (messages.success, gettext_lazy("设备已按所设更改，再次读取一致。")),
    SettingOutcome.SET_UNSAID: (messages.success, gettext_lazy("设备没有回复成功，但再次读取与所设一致。")),
    SettingOutcome.DIFFERS: (messages.warning, gettext_lazy("设备回复成功，但再次读取与所设不一致，以读取的为准。请到设备自己的页面上更改。")),
    SettingOutcome.UNREAD: (messages.warning, gettext_lazy("设备回复成功，但再次读取没有得到，是否生效不明。请稍后读取配置核对。")),
    SettingOutcome.KEPT: (messages.warning, gettext_lazy("设备没有回复结果，再次读取与所设不一致。请到设备自己的页面上更改。")),
    SettingOutcome.REFUSED: (messages.error, gettext_lazy("设备拒绝更改，配置没有改变。请到设备自己的页面上更改。")),
    SettingOutcome.NO_WORD: (messages.warning, gettext_lazy("更改已下发，设备没有回复结果，是否生效不明。请稍后读取配置核对。")),
    SettingOutcome.NO_ANSWER: (messages.warning, gettext_lazy("更改已下发，设备没有应答，是否收到不明。请稍后读取配置核对。")),
    SettingOutcome.NOT_REGISTERED: (messages.warning, gettext_lazy("设备没有注册，更改没有下发。请检查设备后再试。")),
    SettingOutcome.BUSY: (messages.warning, gettext_lazy("正在读取或者更改该设备的配置，这次更改没有下发。请片刻后再试。")),
    SettingOutcome.NOT_EXPECTED: (messages.error, gettext_lazy("国标网关还没有取到新的心跳间隔，更改没有下发。请片刻后再试。")),
    SettingOutcome.UNSENDABLE: (messages.error, gettext_lazy("设备的标准版本不支持这项更改，没有下发。请核对登记的标准版本。")),
    SettingOutcome.NOT_READ: (messages.warning, gettext_lazy("更改前再读取没有得到，更改没有下发。请检查设备后再试。")),
    SettingOutcome.CHANGED: (messages.warning, gettext_lazy("读取以后设备的配置已经不同，更改没有下发。请重新读取，核对后再更改。")),
    SettingOutcome.UNCLEAR: (messages.error, gettext_lazy("设备所报没有全部读懂，写回会丢失，更改没有下发。请到设备自己的页面上更改。")),
    SettingOutcome.UNRECORDED: (messages.error, gettext_lazy("存证日志暂不可用，更改没有下发。请联系系统管理员。")),
    SettingOutcome.UNKNOWN: (messages.error, gettext_lazy("国标网关没有应答，是否下发不明。请由系统管理员检查网关。")),
}  # fmt: skip


def tell_outcome(request: HttpRequest, outcome: SettingOutcome) -> None:
    """Say what came of a change."""
    tell, words = _TOLD[outcome]
    tell(request, words)


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


BADGES = {Standing.ONLINE: "fine", Standing.OFFLINE: "danger", Standing.NEVER: "neutral"}

#: Why a device is offline (wire.md §8).
WHY = {
    "silent": gettext_lazy("连续没有心跳"),
    "expired": gettext_lazy("注册到期，没有续期"),
    "unregistered": gettext_lazy("设备主动注销"),
    "connection": gettext_lazy("连接断开"),
    "restarted": gettext_lazy("网关重启后尚未重新注册"),
    "no_gateway": gettext_lazy("国标网关已停用"),
}


def kind_of(gb_id: str) -> Any:
    """What an ID says that it is; empty where it says nothing."""
    name = TYPES.get(ids.type_code(gb_id) or 0)
    return bilingual(name.zh, name.en) if name is not None else ""


def channel_facts(camera: Camera) -> list[tuple[Any, Any]]:
    """The device and channel of a camera that comes from one, as links; nothing for any other."""
    channel = channel_of(camera.main_url)
    if channel is None:
        return []
    device = GbDevice.objects.filter(gb_id=channel.device, system=camera.system_id, retired_at__isnull=True).first()
    way = (gettext_lazy("媒体传输"), dict(MediaWay.choices).get(camera.transport, camera.transport))
    if device is None:
        return [
            (pgettext_lazy("点位", "国标设备"), gettext_lazy("没有登记，或者已经停用")),
            (gettext_lazy("国标通道"), channel.channel),
            way,
        ]
    named = device.channels.filter(channel_id=channel.channel).values_list("name", flat=True).first()
    label = " · ".join(filter(None, (named, channel.channel)))
    url = f"{device.get_absolute_url()}?q={quote(channel.channel)}"
    return [
        (pgettext_lazy("点位", "国标设备"), format_html('<a href="{}">{}</a>', device.get_absolute_url(), device.name)),
        (gettext_lazy("国标通道"), format_html('<a href="{}">{}</a>', url, label)),
        way,
    ]


def badge_of(device: GbDevice) -> tuple[str, Any]:
    """Colour and word of its state."""
    if device.retired_at is not None:
        return "off", gettext_lazy("已停用")
    standing = Standing(device.standing)
    return BADGES[standing], standing.label


def facts_of(device: GbDevice, *, exact: bool) -> list[tuple[Any, Any]]:
    """What is known of it; what is base data (S33.1) only where the reader may have it."""
    facts: list[tuple[Any, Any]] = [
        (gettext_lazy("设备编号"), device.gb_id if exact else "••••"),
        (gettext_lazy("设备类型（按编号）"), kind_of(device.gb_id) or gettext_lazy("编号中看不出")),
        (gettext_lazy("系统"), device.system),
        (gettext_lazy("责任单位"), device.system.unit),
    ]
    if device.since is not None and device.retired_at is None:
        since = f"{timezone.localtime(device.since):%Y-%m-%d %H:%M:%S}"
        facts.append((gettext_lazy("状态起于"), since))
    if device.why and device.standing == Standing.OFFLINE and device.retired_at is None:
        facts.append((gettext_lazy("离线原因"), WHY.get(device.why, device.why)))
    if exact:
        facts += [
            (
                gettext_lazy("网络地址"),
                f"{device.address} {device.transport.upper()}".strip() or gettext_lazy("未收到"),
            ),
            (
                gettext_lazy("设备上报信息"),
                " · ".join(filter(None, (device.maker, device.model, device.firmware))) or gettext_lazy("未收到"),
            ),
            (gettext_lazy("设备所报版本"), device.said_edition or gettext_lazy("未收到")),
        ]
    facts += [
        (gettext_lazy("媒体传输"), device.get_media_display()),
        (gettext_lazy("喊话方式"), device.get_speech_display()),
        (gettext_lazy("标准版本"), device.get_edition_display()),
        (gettext_lazy("字符编码"), device.get_charset_display()),
        (gettext_lazy("心跳"), gettext_lazy("每 %(seconds)s 秒，缺失 %(misses)s 次视为离线")
         % {"seconds": device.keepalive_s, "misses": device.misses}),
        (gettext_lazy("登记"), f"{timezone.localtime(device.entered_at):%Y-%m-%d %H:%M} · {device.entered_by.name}"),
        (gettext_lazy("密码"), gettext_lazy("%(at)s 生成，已封存") % {"at": f"{timezone.localtime(device.password_at):%Y-%m-%d %H:%M}"}),
    ]  # fmt: skip
    return facts


def typed_in(device: GbDevice, password: str, gateway: Gateway) -> list[tuple[Any, str, bool]]:
    """What a person types into the device: label, value, and whether it is the password."""
    unknown = str(gettext_lazy("请向系统管理员索取"))
    return [
        (gettext_lazy("服务器编号（SIP 服务器 ID）"), gateway.sip_id or unknown, False),
        (gettext_lazy("服务器域（SIP 域）"), ids.domain_of(gateway.sip_id) if gateway.sip_id else unknown, False),
        (gettext_lazy("服务器地址"), gateway.sip_host or unknown, False),
        (gettext_lazy("服务器端口"), str(gateway.sip_port), False),
        (gettext_lazy("设备编号（SIP 用户名、认证用户名）"), device.gb_id, False),
        (gettext_lazy("密码"), password, True),
        (gettext_lazy("注册有效期"), "3600", False),
        (gettext_lazy("心跳周期（秒）"), str(device.keepalive_s), False),
        (gettext_lazy("最大心跳超时次数"), str(device.misses), False),
    ]
