"""What can be wrong with a row of a table: the rule, and what to do about it. Kept as code and values, told in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from custodes.places import together
from custodes.places.tables import reading as tables

WORDS: dict[str, Any] = {
    **tables.FAULTS,
    **together.WORDS,
    "unread": _("内容无法识别。请核对后重新填写。"),
    "missing": _("必填，不能留空。请填写。"),
    "long": _("不超过 %(most)s 个字，现有 %(has)s 个。请缩短。"),
    "hidden": _("含有看不见的字符。请重新输入，不要从别处粘贴。"),
    "number": _("应当是数字，例如 %(example)s。请改正。"),
    "whole": _("应当是整数，例如 %(example)s。请改正。"),
    "low": _("不得小于 %(least)s。请改正。"),
    "high": _("不得大于 %(most)s。请改正。"),
    "places": _("小数不超过 %(places)s 位。请改正。"),
    "day": _("日期无法识别。请按“年-月-日”填写，例如 2026-03-01。"),
    "future": _("日期不能晚于今天。请改正；尚未建成的不填。"),
    "far": _("日期超出可以计算的范围。请核对年份。"),
    "yes_no": _("请填写“是”或者“否”。"),
    "near": _("请填写“有”或者“无”。"),
    "choice": _("没有这个选项。可以填写：%(known)s。"),
    "category": _("没有这个类别。请填写第九条的项数 1 至 14，例如学校、幼儿园、医院填 9。"),
    "division": _("没有这个行政区划。请填写名称或者六位代码。"),
    "unit": _("不是您可以登记的单位。请填写本单位或者下级单位的名称、统一社会信用代码。"),
    "basis": _("没有这个安装依据。请填写说明页所列的条款。"),
    "twice": _("与第 %(line)s 行重复。请删除其中一行，或者改正。"),
    "site_there": _("该行政区划内已登记同名场所。请删除该行。"),
    "site_unknown": _("没有您可以登记的同名场所。请先登记场所，或者改正名称。"),
    "site_several": _("有多个同名场所。请填写行政区划加以区分。"),
    "system_there": _("该场所已登记同名系统。请删除该行。"),
    "system_unknown": _("没有您可以登记点位的同名系统。请先登记系统，或者改正系统名称、场所名称。"),
    "system_several": _("有多个同名系统。请填写场所名称加以区分。"),
    "system_over": _("该系统已经拆除或者不再建设，不能登记点位。请删除该行。"),
    "camera_there": _("本系统已有该编号。请换一个编号，或者删除该行。"),
    "unit_there": _("该行政区划内已登记同名单位。请删除该行。"),
    "node": _("没有这个媒体节点。请填写节点名称；只有一个节点的可以不填。"),
    "zone": _("没有这个名称的禁止部位。请从说明页所列的名称中选择；不属于禁止部位的留空。"),
    "mask_zone": _("没有这个部位，或者不能以遮挡处理。请填写说明页所列的名称。"),
    "forbidden": _("%(zone)s禁止安装（%(clauses)s）。该点位不能登记，请改到允许的部位。"),
    "not_filed": _("系统不是施行前建成的，尚未验收，不能填写备案栏目（第十六条）。请留空，验收合格后办理备案。"),
    "retention_low": _("不得少于三十日（第三十二条、条例第十七条）。请改正。"),
    "form": "%(words)s",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a row.

    Attributes:
        key: the column; empty when it is the whole row.
        code: of `WORDS`.
        values: what its words name.
    """

    key: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def kept(self) -> list[Any]:
        """As it is kept in the database."""
        return [self.key, self.code, dict(self.values)]

    @classmethod
    def of(cls, kept: Sequence[Any]) -> Fault:
        """As it was kept."""
        return cls(str(kept[0]), str(kept[1]), dict(kept[2]))

    @property
    def words(self) -> str:
        """What is said, in the language of the page."""
        return str(WORDS.get(self.code, self.code)) % self.values


class Bad(Exception):
    """A cell can't be read as what its column holds."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
