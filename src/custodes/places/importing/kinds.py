"""The kinds of tables that are taken in: one line each; and the rows of one that were not entered, to be mended and handed in again, with the reasons behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.permissions import Permission
from custodes.places.importing import cameras, sites, systems, units
from custodes.places.importing.cameras import CameraWork
from custodes.places.importing.faults import Fault
from custodes.places.importing.sites import SiteWork
from custodes.places.importing.systems import SystemWork
from custodes.places.importing.work import ImportWork
from custodes.places.models import ImportFault, TableImport
from custodes.places.tables.columns import Limits, Sheet


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
    work: type[ImportWork]
    permission: Permission
    back: str


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "sites",
            pgettext_lazy("列表", "场所"),
            _("导入场所"),
            sites.SHEET,
            SiteWork,
            Permission.MANAGE_PLACES,
            "places:site_list",
        ),
        Kind(
            "systems",
            pgettext_lazy("列表", "系统"),
            _("导入系统"),
            systems.SHEET,
            SystemWork,
            Permission.MANAGE_PLACES,
            "places:system_list",
        ),
        Kind(
            "cameras",
            pgettext_lazy("列表", "点位"),
            _("导入点位"),
            cameras.SHEET,
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


REASON = "未登记原因"


def fault_cells(row: ImportFault, sheet: Sheet) -> list[tuple[str, str]]:
    """Heading of the column and words, of each fault."""
    return [(sheet.heading(fault.key), fault.words) for fault in map(Fault.of, row.faults)]


def refused_head(table: TableImport) -> list[str]:
    """The headings of the file."""
    return [*(column.heading for column in KINDS[table.kind].sheet.columns), REASON]


def refused_rows(table: TableImport) -> Iterator[list[str]]:
    """The rows of the file, in the table's order."""
    sheet = KINDS[table.kind].sheet
    for row in table.faults.iterator(chunk_size=500):
        reasons = "；".join(f"{heading}：{words}" if heading else words for heading, words in fault_cells(row, sheet))
        yield [*(str(row.texts.get(column.key, "")) for column in sheet.columns), f"第 {row.line} 行　{reasons}"]
