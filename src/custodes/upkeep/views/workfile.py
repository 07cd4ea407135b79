"""The work list as a file: all of its lines, where the page shows the most pressing of each group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from custodes.people.exporting import ExportedList, ExportField
from custodes.people.lawful import legal_day
from custodes.people.lawful import terms as terms_now
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.upkeep.dates.lines import DateGroup, parts_of
from custodes.upkeep.dates.worklist import worklist_of

LINES = 10_000
"""Of each group."""


@dataclass(frozen=True)
class WorkfileRow:
    """One line of the file."""

    group: Any
    what: str
    name: str
    note: str
    day: date | None
    late: bool
    clause: str
    stands: str


def _rows(request: HttpRequest) -> list[WorkfileRow]:
    viewer = Viewer.of(request)
    today = legal_day(viewer.at)
    parts = parts_of(worklist_of(viewer.person, viewer.at, terms_now(), most=LINES), today)
    return [row for part in parts for row in (*_dated(part, today), *_waiting(part))]


def _waiting(part: DateGroup) -> Iterator[WorkfileRow]:
    for line in part.waiting:
        one = line.one
        yield WorkfileRow(part.title, one.name, "", one.note, one.due, one.late, "", line.label)


def _dated(part: DateGroup, today: date) -> Iterator[WorkfileRow]:
    for line in part.lines:
        one = line.one
        what, late = str(line.name), one.late(today)
        yield WorkfileRow(part.title, what, one.name, one.note, one.day, late, one.clause, line.label)


WORK = ExportedList(
    "work",
    _("期限和待办"),
    tuple(Permission),
    _rows,
    (
        ExportField(_("类别"), lambda row: str(row.group)),
        ExportField(_("事项"), lambda row: row.what),
        ExportField(_("名称"), lambda row: row.name),
        ExportField(_("说明"), lambda row: row.note),
        ExportField(_("日期"), lambda row: row.day),
        ExportField(_("逾期"), lambda row: row.late),
        ExportField(_("条款"), lambda row: row.clause),
        ExportField(_("办理情况"), lambda row: row.stands),
    ),
)
