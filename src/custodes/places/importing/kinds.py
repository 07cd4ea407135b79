"""The kinds of tables that are taken in: one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.permissions import Permission
from custodes.places.importing import camera_columns, site_columns, system_columns, units
from custodes.places.importing.cameras import CameraWork
from custodes.places.importing.sites import SiteWork
from custodes.places.importing.systems import SystemWork
from custodes.places.importing.work import Work
from custodes.places.tables.columns import Sheet
from custodes.places.tables.unreadable import Limits


@dataclass(frozen=True)
class Kind:
    """One kind of table.

    Attributes:
        key: in addresses and in the log.
        label: what is imported.
        title: of the page.
        sheet: its columns.
        work: its checks and its entering.
        permission: that its page asks for.
        back: the list that shows what was entered.
    """

    key: str
    label: Any
    title: Any
    sheet: Sheet
    work: type[Work]
    permission: Permission
    back: str


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "sites",
            pgettext_lazy("列表", "场所"),
            _("导入场所"),
            site_columns.SHEET,
            SiteWork,
            Permission.MANAGE_PLACES,
            "places:site_list",
        ),
        Kind(
            "systems",
            pgettext_lazy("列表", "系统"),
            _("导入系统"),
            system_columns.SHEET,
            SystemWork,
            Permission.MANAGE_PLACES,
            "places:system_list",
        ),
        Kind(
            "cameras",
            pgettext_lazy("列表", "点位"),
            _("导入点位"),
            camera_columns.SHEET,
            CameraWork,
            Permission.MANAGE_CAMERAS,
            "places:camera_list",
        ),
        Kind(
            "units",
            pgettext_lazy("列表", "单位"),
            _("导入单位"),
            units.SHEET,
            units.UnitWork,
            Permission.MANAGE_UNITS,
            "people:unit_list",
        ),
    )
}

#: A workbook of a hundred thousand rows is some 8 MB, and some 100 MB of XML inside.
LIMITS = Limits(rows=100_000, bytes=20 << 20, unpacked=256 << 20)
