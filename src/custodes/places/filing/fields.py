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
        hint: how to answer it, in plain words with an example.
        page: on which page it is asked, where that is not its section.
    """

    key: str
    section: str
    label: Any
    clause: str
    required: bool = False
    most: int = 120
    hint: Any = ""
    page: str = ""


UNIT, PLACE, DEVICES, WORKS = "unit", "place", "devices", "works"
#: Pages of their own, beside those of the sections.
SPOTS, PROTECTION = "spots", "protection"
SECTIONS = (
    (UNIT, pgettext_lazy("备案表", "单位基本情况")),
    (PLACE, pgettext_lazy("备案表", "建设位置")),
    (DEVICES, pgettext_lazy("备案表", "设备数量、类型和存储期限")),
    (WORKS, pgettext_lazy("备案表", "建设和维护情况")),
)

FIELDS = (
    Field(
        "unit",
        UNIT,
        pgettext_lazy("备案表", "单位名称"),
        "N14",
        True,
        hint=pgettext_lazy("备案表", "与公章一致的全称，例如：城关区第一小学。"),
    ),
    Field(
        "uscc",
        UNIT,
        pgettext_lazy("备案表", "统一社会信用代码"),
        "N14",
        True,
        18,
        pgettext_lazy("备案表", "营业执照或者法人证书上的 18 位代码，例如：12540102MB1234567X。"),
    ),
    Field(
        "contact",
        UNIT,
        pgettext_lazy("备案表", "联系人"),
        "N14",
        True,
        40,
        pgettext_lazy("备案表", "公安机关核对材料时联系的人员姓名。"),
    ),
    Field(
        "phone",
        UNIT,
        pgettext_lazy("备案表", "联系电话"),
        "N14",
        True,
        40,
        pgettext_lazy("备案表", "手机，或者带区号的座机，例如：0891-6320000。"),
    ),
    Field(
        "unit_address",
        UNIT,
        pgettext_lazy("备案表", "单位地址"),
        "N14",
        False,
        200,
        pgettext_lazy("备案表", "单位办公地址；与场所地址相同的，照填即可。"),
    ),
    Field(
        "site",
        PLACE,
        pgettext_lazy("备案表", "场所名称"),
        "N14",
        True,
        hint=pgettext_lazy("备案表", "安装视频系统的场所名称，例如：第一小学本部。"),
    ),
    Field(
        "address",
        PLACE,
        pgettext_lazy("备案表", "场所地址"),
        "N14",
        True,
        200,
        pgettext_lazy("备案表", "写到门牌号，例如：林廓北路 8 号。"),
    ),
    Field("division", PLACE, pgettext_lazy("备案表", "所在县（区）"), "N14", True, 60),
    Field(
        "places",
        PLACE,
        pgettext_lazy("备案表", "点位和采集范围"),
        "N14",
        True,
        20_000,
        pgettext_lazy("备案表", "每行一个点位：编号、名称、安装位置。由登记的点位生成，请核对。"),
        SPOTS,
    ),
    Field(
        "devices",
        DEVICES,
        pgettext_lazy("备案表", "设备数量及类型"),
        "N14",
        True,
        1_000,
        pgettext_lazy("备案表", "摄像机、录像机各多少台，例如：枪式摄像机 4 台，录像机 1 台。"),
    ),
    Field(
        "retention",
        DEVICES,
        pgettext_lazy("备案表", "存储期限（日）"),
        "N14",
        True,
        4,
        pgettext_lazy("备案表", "录像保存多少天，只写数字，例如：30。"),
    ),
    Field(
        "network",
        DEVICES,
        pgettext_lazy("备案表", "所在网络"),
        "S12.1",
        False,
        60,
        pgettext_lazy("备案表", "摄像机接在什么网络上，例如：单位内部网络。问安装公司即可知道。"),
        PROTECTION,
    ),
    Field(
        "mlps",
        DEVICES,
        pgettext_lazy("备案表", "网络安全等级保护级别和备案号"),
        "S12.1",
        False,
        80,
        pgettext_lazy(
            "备案表", "办过等级保护备案的填写，例如：第二级 54010012345。没有办过或者不知道的，选“暂不清楚”。"
        ),
        PROTECTION,
    ),
    Field(
        "norm",
        WORKS,
        pgettext_lazy("备案表", "适用的建设技术规范"),
        "S12.2",
        False,
        hint=pgettext_lazy("备案表", "设计方案首页通常写明；不知道的，选“暂不清楚”。"),
    ),
    Field(
        "designer",
        WORKS,
        pgettext_lazy("备案表", "设计单位"),
        "S17",
        False,
        hint=pgettext_lazy("备案表", "设计公司的全称；由安装公司一并设计的，写安装公司。"),
    ),
    Field(
        "constructor",
        WORKS,
        pgettext_lazy("备案表", "施工单位"),
        "S17",
        False,
        hint=pgettext_lazy("备案表", "安装公司的全称。"),
    ),
    Field(
        "maintainer",
        WORKS,
        pgettext_lazy("备案表", "维护单位"),
        "S31.1",
        False,
        hint=pgettext_lazy("备案表", "负责维修的公司；由本单位自行维护的，写本单位。"),
    ),
    Field(
        "accepted",
        WORKS,
        pgettext_lazy("备案表", "验收合格日期"),
        "S16.2a",
        False,
        10,
        pgettext_lazy("备案表", "验收报告上的日期。"),
    ),
    Field(
        "used",
        WORKS,
        pgettext_lazy("备案表", "投入使用日期"),
        "N14",
        False,
        10,
        pgettext_lazy("备案表", "从哪天开始正式使用；记不清的，选“暂不清楚”。"),
    ),
)
BY_KEY = {field.key: field for field in FIELDS}
REQUIRED = tuple(field for field in FIELDS if field.required)
OPTIONAL = tuple(field for field in FIELDS if not field.required)


#: Pages of the form, in the order in which they are asked.
PAGES = tuple(dict.fromkeys(field.page or field.section for field in FIELDS))


def asked_on(page: str) -> tuple[Field, ...]:
    """The fields of one page of the form."""
    return tuple(field for field in FIELDS if (field.page or field.section) == page)
