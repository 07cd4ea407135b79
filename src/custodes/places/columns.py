"""The columns of the register's tables."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.table import Column, Table


def camera_table(request: HttpRequest) -> Table:
    """The list of cameras."""
    return Table.of(
        request,
        Column(_("编号"), "number"),
        Column(_("点位"), "name"),
        Column(_("系统"), "system__name", then=("system_id",)),
        Column(_("责任单位"), "system__unit__name", then=("system_id",)),
        Column(_("状态"), "state", then=("number",)),
        default="number",
    )


def system_camera_table(request: HttpRequest) -> Table:
    """The cameras of one system."""
    return Table.of(
        request,
        Column(_("编号"), "number"),
        Column(_("点位"), "name"),
        Column(_("安装位置")),
        Column(_("状态"), "state"),
        default="number",
    )


def system_table(request: HttpRequest) -> Table:
    """The list of systems."""
    return Table.of(
        request,
        Column(_("系统"), "name"),
        Column(_("场所"), "site__name"),
        Column(_("责任单位"), "unit__name"),
        Column(_("状态"), "state"),
        Column(_("点位数"), "number", numeric=True),
        default="name",
    )


def site_table(request: HttpRequest) -> Table:
    """The list of sites."""
    return Table.of(
        request,
        Column(_("场所"), "name"),
        Column(_("类别"), "category"),
        Column(_("行政区划"), "division__path"),
        Column(pgettext_lazy("登记的单位", "登记单位"), "unit__name"),
        Column(_("系统数"), "number", numeric=True),
        default="name",
    )


def device_table(request: HttpRequest) -> Table:
    """The list of GB/T 28181 devices."""
    return Table.of(
        request,
        Column(_("设备"), "name"),
        Column(_("设备编号"), "gb_id"),
        Column(_("系统"), "system__name", then=("system_id",)),
        Column(_("状态"), "standing", then=("name",)),
        Column(_("网络地址")),
        Column(_("状态起于"), "since"),
        Column(_("通道数"), "said_channels", numeric=True),
        default="name",
    )


def channel_table(request: HttpRequest) -> Table:
    """The channels of a device."""
    return Table.of(
        request,
        Column(_("通道")),
        Column(_("通道编号")),
        Column(_("上级")),
        Column(_("厂家和型号")),
        Column(_("设备所报状态")),
        Column(_("点位")),
    )


def unknown_table(request: HttpRequest) -> Table:
    """Who tried to register."""
    return Table.of(
        request,
        Column(_("网络地址"), "address"),
        Column(_("自称编号"), "said_id"),
        Column(_("未准注册的原因"), "why"),
        Column(_("次数"), numeric=True),
        Column(_("最早"), "first_at"),
        Column(_("最近"), "last_at"),
        Column(_("处理")),
        default="-last_at",
    )
