"""What a filing says: N14's fields and what stands beside them. Required are N14's own; the rest may be answered 暂不清楚 and becomes a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Field:
    """One field.

    Attributes:
        key: in `Filing.content`.
        section: of the form.
        label: as officials call it.
        clause: that asks for it.
        required: it has to be answered; what is not may be answered 暂不清楚.
        most: characters.
        hint: how to answer it.
    """

    key: str
    section: str
    label: Any
    clause: str
    required: bool = False
    most: int = 120
    hint: Any = ""


UNIT, PLACE, DEVICES, WORKS = "unit", "place", "devices", "works"
SECTIONS = (
    (UNIT, pgettext_lazy("备案表", "单位基本情况")),
    (PLACE, pgettext_lazy("备案表", "建设位置")),
    (DEVICES, pgettext_lazy("备案表", "设备数量、类型和存储期限")),
    (WORKS, pgettext_lazy("备案表", "建设和维护情况")),
)

FIELDS = (
    Field("unit", UNIT, pgettext_lazy("备案表", "单位名称"), "N14", True),
    Field("uscc", UNIT, pgettext_lazy("备案表", "统一社会信用代码"), "N14", True, 18),
    Field("contact", UNIT, pgettext_lazy("备案表", "联系人"), "N14", True, 40),
    Field("phone", UNIT, pgettext_lazy("备案表", "联系电话"), "N14", True, 40),
    Field("unit_address", UNIT, pgettext_lazy("备案表", "单位地址"), "N14", False, 200),
    Field("site", PLACE, pgettext_lazy("备案表", "场所名称"), "N14", True),
    Field("address", PLACE, pgettext_lazy("备案表", "场所地址"), "N14", True, 200),
    Field("division", PLACE, pgettext_lazy("备案表", "所在县（区）"), "N14", True, 60),
    Field(
        "places",
        PLACE,
        pgettext_lazy("备案表", "点位和采集范围"),
        "N14",
        True,
        20_000,
        pgettext_lazy("备案表", "每行一个点位：编号、名称、安装位置。由登记的点位生成，请核对。"),
    ),
    Field("devices", DEVICES, pgettext_lazy("备案表", "设备数量及类型"), "N14", True, 1_000),
    Field("retention", DEVICES, pgettext_lazy("备案表", "存储期限（日）"), "N14", True, 4),
    Field("network", DEVICES, pgettext_lazy("备案表", "所在网络"), "S12.1", False, 60),
    Field("mlps", DEVICES, pgettext_lazy("备案表", "网络安全等级保护级别和备案号"), "S12.1", False, 80),
    Field("norm", WORKS, pgettext_lazy("备案表", "适用的建设技术规范"), "S12.2", False),
    Field("designer", WORKS, pgettext_lazy("备案表", "设计单位"), "S17", False),
    Field("constructor", WORKS, pgettext_lazy("备案表", "施工单位"), "S17", False),
    Field("maintainer", WORKS, pgettext_lazy("备案表", "维护单位"), "S31.1", False),
    Field("accepted", WORKS, pgettext_lazy("备案表", "验收合格日期"), "S16.2a", False, 10),
    Field("used", WORKS, pgettext_lazy("备案表", "投入使用日期"), "N14", False, 10),
)
BY_KEY = {field.key: field for field in FIELDS}
REQUIRED = tuple(field for field in FIELDS if field.required)
OPTIONAL = tuple(field for field in FIELDS if not field.required)
