"""What a filing says (S16.2, N14): its fields, which systems are filed, and what has to be there before one is handed in.

Required are N14's own fields; the rest may be answered 暂不清楚 and becomes a task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import StepRefused
from custodes.places.models import (
    USED,
    DossierItem,
    Filing,
    FilingKind,
    FilingState,
    PaperKind,
    System,
    SystemState,
)


@dataclass(frozen=True)
class FilingField:
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
    FilingField(
        "unit",
        UNIT,
        pgettext_lazy("备案表", "单位名称"),
        "N14",
        True,
        hint=pgettext_lazy("备案表", "与公章一致的全称，例如：城关区第一小学。"),
    ),
    FilingField(
        "uscc",
        UNIT,
        pgettext_lazy("备案表", "统一社会信用代码"),
        "N14",
        True,
        18,
        pgettext_lazy("备案表", "营业执照或者法人证书上的 18 位代码，例如：12540102MB1234567X。"),
    ),
    FilingField(
        "contact",
        UNIT,
        pgettext_lazy("备案表", "联系人"),
        "N14",
        True,
        40,
        pgettext_lazy("备案表", "公安机关核对材料时联系的人员姓名。"),
    ),
    FilingField(
        "phone",
        UNIT,
        pgettext_lazy("备案表", "联系电话"),
        "N14",
        True,
        40,
        pgettext_lazy("备案表", "手机，或者带区号的座机，例如：0891-6320000。"),
    ),
    FilingField(
        "unit_address",
        UNIT,
        pgettext_lazy("备案表", "单位地址"),
        "N14",
        False,
        200,
        pgettext_lazy("备案表", "单位办公地址；与场所地址相同的，照填即可。"),
    ),
    FilingField(
        "site",
        PLACE,
        pgettext_lazy("备案表", "场所名称"),
        "N14",
        True,
        hint=pgettext_lazy("备案表", "安装视频系统的场所名称，例如：第一小学本部。"),
    ),
    FilingField(
        "address",
        PLACE,
        pgettext_lazy("备案表", "场所地址"),
        "N14",
        True,
        200,
        pgettext_lazy("备案表", "写到门牌号，例如：林廓北路 8 号。"),
    ),
    FilingField("division", PLACE, pgettext_lazy("备案表", "所在县（区）"), "N14", True, 60),
    FilingField(
        "places",
        PLACE,
        pgettext_lazy("备案表", "点位和采集范围"),
        "N14",
        True,
        60_000,
        pgettext_lazy("备案表", "每行一个点位：编号、名称、安装位置、设备类型、采集范围。由登记的点位生成，请核对。"),
        SPOTS,
    ),
    FilingField(
        "devices",
        DEVICES,
        pgettext_lazy("备案表", "设备数量及类型"),
        "N14",
        True,
        1_000,
        pgettext_lazy("备案表", "摄像机、录像机各多少台，例如：枪式摄像机 4 台，录像机 1 台。"),
    ),
    FilingField(
        "retention",
        DEVICES,
        pgettext_lazy("备案表", "存储期限（日）"),
        "N14",
        True,
        4,
        pgettext_lazy("备案表", "录像保存多少天，只写数字，例如：30。"),
    ),
    FilingField(
        "network",
        DEVICES,
        pgettext_lazy("备案表", "所在网络"),
        "S12.1",
        False,
        60,
        pgettext_lazy("备案表", "摄像机接在什么网络上，例如：单位内部网络。问安装公司即可知道。"),
        PROTECTION,
    ),
    FilingField(
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
    FilingField(
        "norm",
        WORKS,
        pgettext_lazy("备案表", "适用的建设技术规范"),
        "S12.2",
        False,
        hint=pgettext_lazy("备案表", "设计方案首页通常写明；不知道的，选“暂不清楚”。"),
    ),
    FilingField(
        "designer",
        WORKS,
        pgettext_lazy("备案表", "设计单位"),
        "S17",
        False,
        hint=pgettext_lazy("备案表", "设计公司的全称；由安装公司一并设计的，写安装公司。"),
    ),
    FilingField(
        "constructor",
        WORKS,
        pgettext_lazy("备案表", "施工单位"),
        "S17",
        False,
        hint=pgettext_lazy("备案表", "安装公司的全称。"),
    ),
    FilingField(
        "maintainer",
        WORKS,
        pgettext_lazy("备案表", "维护单位"),
        "S31.1",
        False,
        hint=pgettext_lazy("备案表", "负责维修的公司；由本单位自行维护的，写本单位。"),
    ),
    FilingField(
        "accepted",
        WORKS,
        pgettext_lazy("备案表", "验收合格日期"),
        "S16.2a",
        False,
        10,
        pgettext_lazy("备案表", "验收报告上的日期。"),
    ),
    FilingField(
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


def asked_on(page: str) -> tuple[FilingField, ...]:
    """The fields of one page of the form."""
    return tuple(field for field in FIELDS if (field.page or field.section) == page)


CLAUSES = {
    FilingKind.INITIAL: ("S16.2a", "N14"),
    FilingKind.LEGACY: ("S16.2b", "N14"),
    FilingKind.CHANGE: ("N14",),
}
FILEABLE = (SystemState.ACCEPTED, *USED)
#: Kinds of papers of which S16.2a wants at least one (设计方案和验收材料).
SETS = (PaperKind.DESIGN, PaperKind.ACCEPTANCE)


@dataclass(frozen=True, slots=True)
class FilingAnswers:
    """What is answered: every field by key, which are 暂不清楚, and the papers that go with it."""

    content: Mapping[str, str]
    unclear: frozenset[str] = frozenset()
    items: tuple[DossierItem, ...] = ()


def kind_for(system: System) -> FilingKind:
    """What a filing of this system is now: its first, or a change of what was filed."""
    if system.filings.filter(state=FilingState.FILED).exclude(kind=FilingKind.CHANGE).exists():
        return FilingKind.CHANGE
    return FilingKind.LEGACY if system.state == SystemState.LEGACY else FilingKind.INITIAL


def check_fileable(system: System) -> None:
    """It can be filed at all.

    Raises:
        StepRefused: it has not passed acceptance, or is gone.
    """
    if system.state not in FILEABLE:
        raise StepRefused(
            _("系统现为“%(state)s”。验收合格后可以备案（第十六条）。") % {"state": system.get_state_display()}
        )


def save(filing: Filing, said: FilingAnswers) -> Filing:
    """Keep a draft as far as it has come; nothing is asked of it yet.

    Raises:
        StepRefused: it is with the police, or over.
    """
    with transaction.atomic():
        row = Filing.objects.select_for_update().get(pk=filing.pk)
        if row.state not in (FilingState.DRAFT, FilingState.RETURNED):
            raise StepRefused(_("已经提交，不能再修改。"))
        row.content = {field.key: str(said.content.get(field.key, ""))[: field.most] for field in FIELDS}
        row.unclear = sorted(said.unclear & {field.key for field in FIELDS if not field.required})
        row.save(update_fields=["content", "unclear"])
        row.items.set(_own(row, said.items))
    return row


def unmet_of(filing: Filing) -> tuple[Unmet, ...]:
    """What has to be there before it can be handed in: N14's fields, and S16.2a's two sets of papers for a new system."""
    found = [
        Unmet(
            field.clause,
            f"未填写：{field.label}",
            f"not filled in: {field.label}",
            "请填写该项",
            "fill it in",
            otherwise="S16.2a",
        )
        for field in REQUIRED
        if not str(filing.content.get(field.key, "")).strip()
    ]
    found += [
        Unmet(
            field.clause,
            f"未填写，也未选择“暂不清楚”：{field.label}",
            f"neither filled in nor said to be unclear: {field.label}",
            "请填写，或者选择“暂不清楚”",
            "fill it in, or say that it is unclear",
        )
        for field in FIELDS
        if not field.required and not str(filing.content.get(field.key, "")).strip() and field.key not in filing.unclear
    ]
    if filing.kind == FilingKind.INITIAL:
        held = set(filing.items.values_list("kind", flat=True))
        found += [_no_papers(kind) for kind in lacking_papers(held)]
    return tuple(found)


def lacking_papers(held: Iterable[str]) -> list[PaperKind]:
    """The kinds of papers of which a new system's filing has none yet (S16.2a)."""
    there = set(held)
    return [kind for kind in SETS if kind not in there]


def latest_papers(system: System) -> Sequence[DossierItem]:
    """The papers of its file that usually go with a filing (S16.2a)."""
    return list(system.dossier.filter(kind__in=SETS, replaced_by__isnull=True))


def _own(filing: Filing, items: Iterable[DossierItem]) -> list[DossierItem]:
    return [item for item in items if item.system_id == filing.system_id]


def _no_papers(kind: PaperKind) -> Unmet:
    return Unmet(
        "S16.2a",
        f"没有选择{kind.label}",
        f"no papers of this kind: {kind.label}",
        "请将该类资料加入案卷后选入备案",
        "add them to the file, then choose them here",
    )
