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
