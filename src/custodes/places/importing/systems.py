"""The table of systems, each with a draft of its filing where the table says what a filing asks (S16.2, N14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from custodes.people.models import Person
from custodes.places.drafts import keeping
from custodes.places.drafts.filing import FILING as DRAFTS
from custodes.places.filing.fields import BY_KEY as FILING
from custodes.places.importing.cells import by_labels, day, divisions, of_field, one_of, own_unit, text, yes_no
from custodes.places.importing.faults import Bad
from custodes.places.importing.work import ImportedRow, ImportWork
from custodes.places.lifecycle.case import IN_FORCE, enter_system
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import DraftKind, MlpsLevel, Network, Site, System
from custodes.places.models.recorded import SYSTEM_FIELDS
from custodes.places.scope import editable_sites
from custodes.places.tables.columns import Column, Sheet

#: Columns of a filing (`filing.fields`): a draft of the filing is opened with them.
FILED = (
    *("contact", "phone", "unit_address", "devices", "retention"),
    *("designer", "constructor", "maintainer", "accepted", "used"),
)

COLUMNS = (
    Column("site", "场所名称", ("场所", "site"), "必填：已登记的场所。", ("示例小学", "示例客运站"), needed=True),
    Column("division", "行政区划", ("区划", "县区", "division"), "有同名场所的填写名称或者六位代码。", ("城关区", "")),
    Column("name", "系统名称", ("系统", "名称", "name"), "必填。", ("示例小学视频系统", "候车厅视频系统"), needed=True),
    Column(
        "unit", "责任单位", ("单位", "unit"), "名称或者统一社会信用代码；只有一个可选单位的可以不填。", ("示例小学", "")
    ),
    Column(
        "network",
        "所在网络",
        ("网络", "network"),
        "公安视频专网、单位内部网络、互联网、物理隔离网络；不填为单位内部网络。",
        ("单位内部网络", "公安视频专网"),
    ),
    Column(
        "built_on",
        "建成日期",
        ("竣工日期", "built_on"),
        "年-月-日。2024 年 5 月 1 日前建成的，登记后即为在用；尚未建成的不填。",
        ("2021-09-01", ""),
    ),
    Column("mlps_level", "等级保护级别", ("等保级别", "mlps_level"), "1 至 4。", ("2", "")),
    Column("mlps_number", "等级保护备案编号", ("等保备案编号", "mlps_number"), "没有的留空。", ("", "")),
    Column("norm_version", "技术规范版本", ("技术规范", "norm_version"), "设计所依据的版本。", ("", "")),
    Column("contact", "备案联系人", ("联系人", "contact"), "施行前建成的系统填写备案栏目。", ("张老师", "")),
    Column("phone", "备案联系电话", ("联系电话", "phone"), "同上。", ("0891-0000000", "")),
    Column("unit_address", "备案单位地址", ("单位地址", "unit_address"), "同上；没有的留空。", ("示例路 8 号", "")),
    Column("devices", "备案设备数量及类型", ("设备数量及类型", "devices"), "同上。", ("摄像机 12 台", "")),
    Column("retention", "备案存储期限", ("存储期限", "retention"), "同上，日，不少于 30。", ("30", "")),
    Column("designer", "设计单位", ("designer",), "同上；没有的留空。", ("", "")),
    Column("constructor", "施工单位", ("constructor",), "同上；没有的留空。", ("", "")),
    Column("maintainer", "维护单位", ("maintainer",), "同上；没有的留空。", ("", "")),
    Column("accepted", "验收合格日期", ("accepted",), "同上，年-月-日。", ("2021-09-20", "")),
    Column("used", "投入使用日期", ("used",), "同上，年-月-日。", ("2021-10-01", "")),
    Column(
        "classified",
        "涉密",
        ("是否涉密", "密级", "classified"),
        "是、否；涉密的不得在联网的装置上登记，整个文件不予接收（第二十条）。",
        ("否", "否"),
    ),
)
SHEET = Sheet("系统", "custodes-systems.xlsx", COLUMNS)


_DAYS = ("accepted", "used")
LEAST_DAYS = 30


def retention(said: str) -> str:
    """Days of keeping as a filing says them.

    Raises:
        Bad: no whole number, or fewer than S32 wants.
    """
    if not said:
        return ""
    if not (said.isascii() and said.isdigit() and len(said) <= 4):
        raise Bad("whole", example="30")
    if int(said) < LEAST_DAYS:
        raise Bad("retention_low")
    return said


class SystemWork(ImportWork):
    """A table of systems."""

    def __init__(self, person: Person, at: datetime) -> None:
        super().__init__(person, at)
        self.today = timezone.localdate(at)
        levels: dict[str, Any] = {str(level.value): level.value for level in MlpsLevel} | by_labels(MlpsLevel.choices)
        self.cells = {
            "site": of_field(Site, "name", needed=True),
            "division": one_of(divisions(), "division", otherwise=None),
            "name": of_field(System, "name", needed=True),
            "unit": own_unit(person, at),
            "network": one_of(by_labels(Network.choices), otherwise=Network.LOCAL),
            "built_on": day(self.today),
            "mlps_level": one_of(levels, otherwise=None),
            "mlps_number": of_field(System, "mlps_number"),
            "norm_version": of_field(System, "norm_version"),
            "classified": yes_no(),
            **{key: text(FILING[key].most) for key in FILED if key not in (*_DAYS, "retention")},
            **{key: day(self.today) for key in _DAYS},
            "retention": retention,
        }

    def hold(self, rows: Sequence[ImportedRow]) -> None:
        """Find each row's site; a system is there once a site; only what was built before the regulation is filed at once."""
        sites: dict[str, list[tuple[Any, int]]] = {}
        names = {row.values["site"] for row in rows if row.right("site")}
        found = editable_sites(self.person, self.at).filter(name__in=names).distinct()
        for pk, name, division in found.values_list("pk", "name", "division"):
            sites.setdefault(name, []).append((pk, division))
        there = set(
            System.objects.filter(site__in=[pk for pairs in sites.values() for pk, _division in pairs]).values_list(
                "site", "name"
            )
        )
        for row in rows:
            self._filed(row)
            if not row.right("site", "division"):
                continue
            wanted = row.values["division"]
            of_name = [pk for pk, division in sites.get(row.values["site"], []) if wanted in (None, division)]
            if not of_name:
                row.wrong("site", "site_unknown")
            elif len(of_name) > 1:
                row.wrong("division", "site_several")
            elif row.right("name"):
                row.values["site_pk"] = of_name[0]
                if (of_name[0], row.values["name"]) in there:
                    row.wrong("name", "system_there")
                else:
                    self.once(row, "name", of_name[0], row.values["name"])

    def _filed(self, row: ImportedRow) -> None:
        said = [key for key in FILED if row.right(key) and row.values.get(key)]
        built: date | None = row.values.get("built_on")
        if said and row.right("built_on") and (built is None or built >= IN_FORCE):
            row.wrong(said[0], "not_filed")

    def enter(self, rows: Sequence[ImportedRow]) -> None:
        """Systems with their first step, and the drafts of their filings."""
        for row in rows:
            self._enter(row.values)

    def _enter(self, values: dict[str, Any]) -> None:
        names = ("name", "network", "built_on", "classified", "mlps_level", "mlps_number", "norm_version")
        system = System(
            site_id=values["site_pk"],
            unit_id=values["unit"],
            created_by=self.person,
            **{name: values[name] for name in names},
        )
        system = enter_system(system, SYSTEM_FIELDS, Taken(self.person, self.at, self.today))
        said = {key: str(values[key]) for key in FILED if values.get(key)}
        if said:
            answers = DRAFTS.begin(system) | said
            keeping.begin(DraftKind.FILING, system, DRAFTS.pages[0].key, answers, self.person, self.at, imported=True)
