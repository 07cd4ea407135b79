"""Units, by the rules of a unit's own form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from custodes.people.models import Person, Unit, UnitKind
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, snapshot
from custodes.people.scope import scope_for, units_in
from custodes.people.unit_forms import UnitForm
from custodes.places.importing.cells import by_labels, divisions, of_field, one_of
from custodes.places.importing.work import ImportedRow, ImportWork
from custodes.places.tables.columns import Column, Sheet

COLUMNS = (
    Column("name", "单位名称", ("名称", "单位", "name"), "必填。", ("示例小学", "示例客运公司"), needed=True),
    Column("kind", "单位类别", ("类别", "kind"), "必填，见下。", ("事业单位", "企业"), needed=True),
    Column(
        "division",
        "行政区划",
        ("区划", "县区", "division"),
        "必填：名称或者六位代码。",
        ("城关区", "540103"),
        needed=True,
    ),
    Column("parent", "上级单位", ("上级", "parent"), "已登记单位的名称或者统一社会信用代码；没有的留空。", ("", "")),
    Column("uscc", "统一社会信用代码", ("信用代码", "uscc"), "十八位；没有的留空。", ("", "")),
    Column("address", "地址", ("单位地址", "address"), "没有的留空。", ("示例路 8 号", "")),
    Column("contact", "联系人", ("contact",), "没有的留空。", ("", "")),
    Column("phone", "联系电话", ("电话", "phone"), "没有的留空。", ("", "")),
)
SHEET = Sheet("单位", "custodes-units.xlsx", COLUMNS, notes=(("单位类别", "、".join(by_labels(UnitKind.choices))),))
_FIELDS = tuple(column.key for column in COLUMNS)


class UnitWork(ImportWork):
    """A table of units."""

    def __init__(self, person: Person, at: datetime) -> None:
        super().__init__(person, at)
        self.scope = scope_for(person, Permission.MANAGE_UNITS, at)
        self.cells = {
            "name": of_field(Unit, "name", needed=True),
            "kind": one_of(by_labels(UnitKind.choices), needed=True),
            "division": one_of(divisions(), "division", needed=True),
            **{name: of_field(Unit, name) for name in ("uscc", "address", "contact", "phone")},
        }

    def hold(self, rows: Sequence[ImportedRow]) -> None:
        """Ask the form of one unit; of units out of reach nothing is said."""
        named: dict[str, int] = {}
        said = {row.line.texts.get("parent", "") for row in rows} - {""}
        for pk, name, uscc in units_in(self.scope).filter(name__in=said).values_list("pk", "name", "uscc"):
            named |= {name: pk, **({uscc: pk} if uscc else {})}
        for pk, uscc in units_in(self.scope).filter(uscc__in=said).values_list("pk", "uscc"):
            named[uscc] = pk
        names = {row.values["name"] for row in rows if row.right("name")}
        there = set(units_in(self.scope).filter(name__in=names).values_list("name", "division"))
        for row in rows:
            parent = row.line.texts.get("parent", "")
            row.values["parent"] = named.get(parent)
            if parent and parent not in named:
                row.wrong("parent", "unit")
            if row.right("name", "division"):
                identity = (row.values["name"], row.values["division"])
                if identity in there:
                    row.wrong("name", "unit_there")
                else:
                    self.once(row, "name", *identity)
            if not row.faults:
                self._ask_form(row)

    def _ask_form(self, row: ImportedRow) -> None:
        form = UnitForm({name: row.values.get(name) for name in _FIELDS}, scope=self.scope)
        if not form.is_valid():
            for key, errors in form.errors.items():
                row.wrong(key if key in _FIELDS else "name", "form", words=" ".join(str(error) for error in errors))

    def enter(self, rows: Sequence[ImportedRow]) -> None:
        """Units with their records."""
        for row in rows:
            unit = UnitForm({name: row.values.get(name) for name in _FIELDS}, scope=self.scope).save()
            config_changed(unit, differences({}, snapshot(unit)), by=self.person, at=self.at)
