"""How a GB/T 28181 device is told on its pages: its state, what it says of itself, what is typed into it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.gb28181 import ids
from custodes.gb28181.id_kinds import TYPES
from custodes.people.said import said
from custodes.places.devices.channel import channel_of
from custodes.places.models import Camera, Gateway, GbDevice, MediaWay, Standing

BADGES = {Standing.ONLINE: "fine", Standing.OFFLINE: "danger", Standing.NEVER: "neutral"}

#: Why a device is offline (wire.md §8).
WHY = {
    "silent": _("连续没有心跳"),
    "expired": _("注册到期，没有续期"),
    "unregistered": _("设备主动注销"),
    "connection": _("连接断开"),
    "restarted": _("网关重启后尚未重新注册"),
    "no_gateway": _("国标网关已停用"),
}


def kind_of(gb_id: str) -> Any:
    """What an ID says that it is; empty where it says nothing."""
    name = TYPES.get(ids.type_code(gb_id) or 0)
    return said(name.zh, name.en) if name is not None else ""


def channel_facts(camera: Camera) -> list[tuple[Any, Any]]:
    """The device and channel of a camera that comes from one, as links; nothing for any other."""
    channel = channel_of(camera.main_url)
    if channel is None:
        return []
    device = GbDevice.objects.filter(gb_id=channel.device, system=camera.system_id, retired_at__isnull=True).first()
    way = (_("媒体传输"), dict(MediaWay.choices).get(camera.transport, camera.transport))
    if device is None:
        return [(pgettext_lazy("点位", "国标设备"), _("没有登记，或者已经停用")), (_("国标通道"), channel.channel), way]
    named = device.channels.filter(channel_id=channel.channel).values_list("name", flat=True).first()
    label = " · ".join(filter(None, (named, channel.channel)))
    url = f"{device.get_absolute_url()}?q={quote(channel.channel)}"
    return [
        (pgettext_lazy("点位", "国标设备"), format_html('<a href="{}">{}</a>', device.get_absolute_url(), device.name)),
        (_("国标通道"), format_html('<a href="{}">{}</a>', url, label)),
        way,
    ]


def badge_of(device: GbDevice) -> tuple[str, Any]:
    """Colour and word of its state."""
    if device.retired_at is not None:
        return "off", _("已停用")
    standing = Standing(device.standing)
    return BADGES[standing], standing.label


def facts_of(device: GbDevice, *, exact: bool) -> list[tuple[Any, Any]]:
    """What is known of it; what is base data (S33.1) only where the reader may have it."""
    facts: list[tuple[Any, Any]] = [
        (_("设备编号"), device.gb_id if exact else "••••"),
        (_("设备类型（按编号）"), kind_of(device.gb_id) or _("编号中看不出")),
        (_("系统"), device.system),
        (_("责任单位"), device.system.unit),
    ]
    if device.since is not None and device.retired_at is None:
        since = f"{timezone.localtime(device.since):%Y-%m-%d %H:%M:%S}"
        facts.append((_("状态起于"), since))
    if device.why and device.standing == Standing.OFFLINE and device.retired_at is None:
        facts.append((_("离线原因"), WHY.get(device.why, device.why)))
    if exact:
        facts += [
            (_("网络地址"), f"{device.address} {device.transport.upper()}".strip() or _("未收到")),
            (_("设备上报信息"), " · ".join(filter(None, (device.maker, device.model, device.firmware))) or _("未收到")),
            (_("设备所报版本"), device.said_edition or _("未收到")),
        ]
    facts += [
        (_("媒体传输"), device.get_media_display()),
        (_("喊话方式"), device.get_speech_display()),
        (_("标准版本"), device.get_edition_display()),
        (_("字符编码"), device.get_charset_display()),
        (_("心跳"), _("每 %(seconds)s 秒，缺失 %(misses)s 次视为离线")
         % {"seconds": device.keepalive_s, "misses": device.misses}),
        (_("登记"), f"{timezone.localtime(device.entered_at):%Y-%m-%d %H:%M} · {device.entered_by.name}"),
        (_("密码"), _("%(at)s 生成，已封存") % {"at": f"{timezone.localtime(device.password_at):%Y-%m-%d %H:%M}"}),
    ]  # fmt: skip
    return facts


def typed_in(device: GbDevice, password: str, gateway: Gateway) -> list[tuple[Any, str, bool]]:
    """What a person types into the device: label, value, and whether it is the password."""
    unknown = str(_("请向系统管理员索取"))
    return [
        (_("服务器编号（SIP 服务器 ID）"), gateway.sip_id or unknown, False),
        (_("服务器域（SIP 域）"), ids.domain_of(gateway.sip_id) if gateway.sip_id else unknown, False),
        (_("服务器地址"), gateway.sip_host or unknown, False),
        (_("服务器端口"), str(gateway.sip_port), False),
        (_("设备编号（SIP 用户名、认证用户名）"), device.gb_id, False),
        (_("密码"), password, True),
        (_("注册有效期"), "3600", False),
        (_("心跳周期（秒）"), str(device.keepalive_s), False),
        (_("最大心跳超时次数"), str(device.misses), False),
    ]
