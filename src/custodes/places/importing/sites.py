"""The table of sites: the inventory of places (S9), with or without systems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from custodes.law.building.categories import BASES, CATEGORIES
from custodes.people.models import Person
from custodes.people.records import record_many
from custodes.places.importing.cells import basis, category, divisions, near, of_field, one_of, own_unit, yes_no
from custodes.places.importing.work import ImportedRow, ImportWork
from custodes.places.models import Site
from custodes.places.models.recorded import SITE_FIELDS
from custodes.places.register import created_fields
from custodes.places.scope import editable_sites
from custodes.places.tables.columns import Column, Sheet
from custodes.places.together import site_unfit

COLUMNS = (
    Column("name", "场所名称", ("名称", "场所", "name"), "必填。", ("示例小学", "示例客运 12 路"), needed=True),
    Column(
        "category",
        "场所类别",
        ("类别", "第九条", "category"),
        "必填：第九条的项数 1 至 14，见下。",
        ("9", "2"),
        needed=True,
    ),
    Column(
        "address",
        "地址",
        ("位置", "address"),
        "必填；车辆、船舶填写停放地点。",
        ("示例路 8 号", "示例停车场"),
        needed=True,
    ),
    Column(
        "division",
        "行政区划",
        ("区划", "县区", "division"),
        "必填：名称或者六位代码。",
        ("城关区", "540103"),
        needed=True,
    ),
    Column(
        "unit", "登记单位", ("单位", "unit"), "名称或者统一社会信用代码；只有一个可选单位的可以不填。", ("示例小学", "")
    ),
    Column("basis", "安装依据", ("依据", "basis"), "条例的条款，见下；不填的按要求较多的执行。", ("N7.2-1", "N7.2-3")),
    Column("decision", "书面决定", ("应建决定", "decision"), "只有第十四项需要。", ("", "")),
    Column("necessity", "必要性说明", ("必要性", "necessity"), "为何为维护公共安全所必需。", ("校门口人员聚集", "")),
    Column("key_parts", "重点部位文件", ("重点部位", "key_parts"), "确定重点部位的文件名称、文号。", ("", "")),
    Column("secret_near", "周边涉密单位", ("周边军事单位", "secret_near"), "有、无；不写是哪个单位。", ("无", "无")),
    Column("consent", "同意文号", ("consent",), "周边有上述单位的填写。", ("", "")),
    Column("key_target", "重点目标", ("反恐重点目标", "key_target"), "是、否。", ("否", "否")),
    Column("key_target_document", "重点目标文件", ("key_target_document",), "是重点目标的填写。", ("", "")),
    Column("state_owned", "国家所有", ("国有", "state_owned"), "是、否。", ("是", "否")),
    Column(
        "longitude",
        "经度",
        ("lon", "lng", "longitude"),
        "十进制度，2000 国家大地坐标系；保留六位小数，多余的四舍五入。",
        ("91.132200", ""),
    ),
    Column("latitude", "纬度", ("lat", "latitude"), "同上。", ("29.653100", "")),
    Column("plate", "号牌", ("车牌", "plate"), "车辆、船舶填写。", ("", "藏A00000")),
    Column("route", "运营线路", ("线路", "route"), "车辆、船舶填写。", ("", "12 路")),
    Column(
        "classified",
        "涉密",
        ("是否涉密", "密级", "classified"),
        "是、否；涉密的不得在联网的装置上登记，整个文件不予接收（第二十条）。",
        ("否", "否"),
    ),
)
SHEET = Sheet(
    "场所",
    "custodes-places.xlsx",
    COLUMNS,
    notes=(
        ("场所类别", "；".join(f"{one.number} {one.zh}" for one in CATEGORIES)),
        ("安装依据", "；".join(f"{one.key} {one.zh}" for one in BASES)),
    ),
)


_TEXTS = ("decision", "necessity", "key_parts", "consent", "key_target_document", "plate", "route")


class SiteWork(ImportWork):
    """A table of sites."""

    def __init__(self, person: Person, at: datetime) -> None:
        super().__init__(person, at)
        self.cells = {
            "name": of_field(Site, "name", needed=True),
            "category": category,
            "address": of_field(Site, "address", needed=True),
            "division": one_of(divisions(), "division", needed=True),
            "unit": own_unit(person, at),
            "basis": basis,
            "secret_near": near,
            "key_target": yes_no(),
            "state_owned": yes_no(),
            "longitude": of_field(Site, "longitude", example="91.132200", rounds=True),
            "latitude": of_field(Site, "latitude", example="29.653100", rounds=True),
            **{name: of_field(Site, name) for name in _TEXTS},
        }

    def hold(self, rows: Sequence[ImportedRow]) -> None:
        """What fits together, and that no site is there twice. Of sites that the person may not edit nothing is said (R9)."""
        names = {row.values["name"] for row in rows if row.right("name", "division")}
        there = set(
            editable_sites(self.person, self.at).filter(name__in=names).values_list("name", "division").distinct()
        )
        for row in rows:
            if row.right("longitude", "latitude"):
                for key, code in site_unfit(row.values):
                    row.wrong(key, code)
            if not row.right("name", "division"):
                continue
            identity = (row.values["name"], row.values["division"])
            if identity in there:
                row.wrong("name", "site_there")
            else:
                self.once(row, "name", *identity)

    def enter(self, rows: Sequence[ImportedRow]) -> None:
        """Sites with their records."""
        sites = [Site(created_by=self.person, **_columns(row.values)) for row in rows]
        Site.objects.bulk_create(sites, batch_size=500)
        record_many("config.changed", at=self.at, each=created_fields(sites, SITE_FIELDS, self.person))


def _columns(values: dict[str, object]) -> dict[str, object]:
    return {f"{name}_id" if name in ("division", "unit") else name: value for name, value in values.items()}
