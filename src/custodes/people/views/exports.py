"""The lists of the people pages as files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.exporting.serving import ExportedList, Field
from custodes.people.permissions import Permission
from custodes.people.views.units import unit_table, units_asked

UNITS = ExportedList(
    "units",
    pgettext_lazy("列表", "单位"),
    (Permission.VIEW_PEOPLE,),
    lambda request: unit_table(request).order(units_asked(request)),
    (
        Field(_("单位名称"), lambda row: row.name),
        Field(_("单位类别"), lambda row: row.get_kind_display()),
        Field(_("行政区划"), lambda row: row.division.name),
        Field(_("上级单位"), lambda row: row.parent.name if row.parent else ""),
        Field(_("统一社会信用代码"), lambda row: row.uscc),
        Field(_("地址"), lambda row: row.address),
        Field(_("联系人"), lambda row: row.contact),
        Field(_("联系电话"), lambda row: row.phone),
    ),
)
