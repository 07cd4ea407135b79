"""The columns of the register's tables."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.table import Table, TableColumn


def camera_table(request: HttpRequest) -> Table:
    """The list of cameras."""
    return Table.of(
        request,
        TableColumn(_("编号"), "number"),
        TableColumn(_("点位"), "name"),
        TableColumn(_("系统"), "system__name", then=("system_id",)),
        TableColumn(_("责任单位"), "system__unit__name", then=("system_id",)),
        TableColumn(_("状态"), "state", then=("number",)),
        default="number",
    )


def system_camera_table(request: HttpRequest) -> Table:
    """The cameras of one system."""
    return Table.of(
        request,
        TableColumn(_("编号"), "number"),
        TableColumn(_("点位"), "name"),
        TableColumn(_("安装位置")),
        TableColumn(_("状态"), "state"),
        default="number",
    )


def system_table(request: HttpRequest) -> Table:
    """The list of systems."""
    return Table.of(
        request,
        TableColumn(_("系统"), "name"),
        TableColumn(_("场所"), "site__name"),
        TableColumn(_("责任单位"), "unit__name"),
        TableColumn(_("状态"), "state"),
        TableColumn(_("点位数"), "number", numeric=True),
        default="name",
    )


def site_table(request: HttpRequest) -> Table:
    """The list of sites."""
    return Table.of(
        request,
        TableColumn(_("场所"), "name"),
        TableColumn(_("类别"), "category"),
        TableColumn(_("行政区划"), "division__path"),
        TableColumn(pgettext_lazy("登记的单位", "登记单位"), "unit__name"),
        TableColumn(_("系统数"), "number", numeric=True),
        default="name",
    )


def device_table(request: HttpRequest) -> Table:
    """The list of GB/T 28181 devices."""
    return Table.of(
        request,
        TableColumn(_("设备"), "name"),
        TableColumn(_("设备编号"), "gb_id"),
        TableColumn(_("系统"), "system__name", then=("system_id",)),
        TableColumn(_("状态"), "standing", then=("name",)),
        TableColumn(_("网络地址")),
        TableColumn(_("状态起于"), "since"),
        TableColumn(_("通道数"), "said_channels", numeric=True),
        default="name",
    )


def channel_table(request: HttpRequest) -> Table:
    """The channels of a device."""
    return Table.of(
        request,
        TableColumn(_("通道")),
        TableColumn(_("通道编号")),
        TableColumn(_("上级")),
        TableColumn(_("厂家和型号")),
        TableColumn(_("设备所报状态")),
        TableColumn(_("点位")),
    )


def unknown_table(request: HttpRequest) -> Table:
    """Who tried to register."""
    return Table.of(
        request,
        TableColumn(_("网络地址"), "address"),
        TableColumn(_("自称编号"), "said_id"),
        TableColumn(_("未准注册的原因"), "why"),
        TableColumn(_("次数"), numeric=True),
        TableColumn(_("最早"), "first_at"),
        TableColumn(_("最近"), "last_at"),
        TableColumn(_("处理")),
        default="-last_at",
    )
