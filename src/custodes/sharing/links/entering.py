"""A platform as a kind of case (S21, S22): entered, and changed under the eyes of whoever reads its page. It has no states of its own: its
links have.

Nobody turns a link that two persons put in force towards another place alone: where a change leads elsewhere, the link is tested again, and put in
force by another person than whoever changed it (S33.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases import records
from custodes.cases.kind import Actor, CaseKind, Event
from custodes.cases.models import WORDS, CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Unit
from custodes.people.permissions import Permission
from custodes.people.records import record_language
from custodes.places.devices.assignment import bump_gateways
from custodes.sharing.links import certificates
from custodes.sharing.links.case import unsettle
from custodes.sharing.links.certificates import fingerprints, plain, unfit
from custodes.sharing.links.guards import level_fits
from custodes.sharing.links.platforms import bad_id, bad_log_key, clauses_of, level_of
from custodes.sharing.links.reaching import bad_hosts, bad_media
from custodes.sharing.models import Link, Platform, PlatformRole
from custodes.sharing.models.link import OPEN
from custodes.sharing.models.platform import PlatformState
from custodes.sharing.offices import joining_offices


def turned(before: Platform, after: Platform) -> str:
    """What of a platform leads a link elsewhere, old and new, empty where nothing does."""
    told = [
        (gettext("信令地址"), before.host, after.host),
        (gettext("信令端口"), str(before.port), str(after.port)),
        (gettext("信令传输"), before.transport.upper(), after.transport.upper()),
        (gettext("其他信令地址"), _one_line(before.hosts), _one_line(after.hosts)),
        (gettext("媒体接收网段"), _one_line(before.media), _one_line(after.media)),
        (gettext("对方使用本系统"), _yes(before.custodes), _yes(after.custodes)),
        # No longer asked for, a statement says less than two persons had put in force; asked for, it says more.
        (
            gettext("说明必须写明警号或者工作证号"),
            _yes(before.asks_number),
            _yes(before.asks_number and after.asks_number),
        ),
        (gettext("说明通道地址"), before.statements_url, after.statements_url),
        (gettext("说明通道证书"), *_certificates(before, after)),
    ]
    changed = [f"{name}：{old or gettext('无')} → {new or gettext('无')}" for name, old, new in told if old != new]
    said = "；".join(changed)
    return said if len(said) <= WORDS else said[: WORDS - 1] + "…"


def _certificates(before: Platform, after: Platform) -> tuple[str, str]:
    """The old and the new where one came that was not there; that one of two is dropped leads nowhere else."""
    old, new = (fingerprints(one.statements_certificate) for one in (before, after))
    dropped = bool(new) and set(new) <= set(old)
    return gettext("、").join(old), gettext("、").join(old if dropped else new)


def _one_line(text: str) -> str:
    return gettext("、").join(text.split())


def _yes(value: bool) -> str:
    return gettext("是") if value else gettext("否")


OFFICE = Actor((Permission.MANAGE_SHARING,), Platform.kept_by)
_KEPT = ("id", "office", "handed_certificate", "revision")
"""Fields that no form says."""


def save(row: Platform, step: StepInput, terms: LegalTerms) -> Platform:
    """Keep a platform that was entered, or one that was changed.

    Raises:
        StepRefused: its id, its key or its certificate can't be right, the id is there already, its level does not fit its role, or somebody
            changed it meanwhile.
    """
    row.statements_certificate = plain(row.statements_certificate)
    with transaction.atomic():
        before = Platform.objects.select_for_update().filter(pk=row.pk).first()
        with record_language():
            leads = turned(before, row) if before is not None else ""
        step = replace(step, data={"platform": row, "turned": leads})
        kept: Platform = (
            begin(PLATFORM, "enter", row.office, step, terms)
            if before is None
            else take(PLATFORM, row, "change", step, terms)
        )
    return kept


def _check(row: Platform, step: StepInput) -> None:
    for wrong in (
        bad_id(row.gb_id), bad_log_key(row.log_key), bad_hosts(row.hosts), bad_media(row.media), unfit(row, step.at)
    ):  # fmt: skip
        if wrong:
            raise StepRefused(wrong)
    if not level_fits(row.role, row.level, level_of(row.office)):
        raise StepRefused(
            gettext(
                "平台级别：与本级的关系不符。本级平台与本单位同级；上级、下级平台只能是相邻一级：自治区、市、县（区）逐级联网。"
            ),
            clause=clauses_of(row)[0],
        )


def enter(office: Unit, step: StepInput, terms: LegalTerms) -> Platform:
    """One more."""
    row: Platform = step.data["platform"]
    _check(row, step)
    return row


def ask_change(row: Platform, step: StepInput, terms: LegalTerms) -> None:
    """It can be so, and what a link rests on stays."""
    given: Platform = step.data["platform"]
    _check(given, step)
    if (row.gb_id, row.role) != (given.gb_id, given.role) and row.links.filter(state__in=OPEN).exists():
        raise StepRefused(gettext("该平台有正在办理或者已启用的联网，不能更改平台编码和与本级的关系。请先终止联网。"))


def changed(row: Platform, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """What of it leads a link elsewhere, old and new."""
    return step.data["turned"] or step.words, step.papers


def change(row: Platform, step: StepInput, terms: LegalTerms) -> None:
    """As the form says it."""
    for field in row._meta.concrete_fields:
        if field.name not in _KEPT:
            setattr(row, field.name, getattr(step.data["platform"], field.name))


def tell(row: Platform, step: StepInput, kept: CaseStep) -> None:
    """Its open links are tested again where it leads elsewhere; where it takes statements is told the gateway with its devices."""
    if row.role == PlatformRole.LOWER:
        bump_gateways()
    if told := step.data.get("turned"):
        for link in Link.objects.select_for_update(of=("self",)).filter(platform=row, state__in=OPEN):
            unsettle(link, told, step)


def ask_hand(row: Platform, step: StepInput, terms: LegalTerms) -> None:
    """There is a next certificate of ours."""
    if certificates.next_one() is None:
        raise StepRefused(gettext("本级没有正在更换的说明通道证书，不必登记。"))


def _next() -> str:
    told = certificates.next_one()
    return told.sha256 if told is not None else ""


def hand(row: Platform, step: StepInput, terms: LegalTerms) -> None:
    """It has entered our next certificate, as one of its people said."""
    row.handed_certificate = _next()


_ABOUT: dict[str, Any] = {"actor": OFFICE, "clauses": clauses_of, "stays": True, "apart": True, "after": tell}
PLATFORM = CaseKind(
    model=Platform,
    name=_("联网平台"),
    url="sharing:platform",
    states=PlatformState,
    badges={PlatformState.KEPT: "fine"},
    events=(
        Event(
            name="enter",
            verb=_("登记平台"),
            story=pgettext_lazy("联网平台", "登记平台"),
            said=_("平台已登记。"),
            begins_in=(PlatformState.KEPT,),
            make=enter,
            clash=_("平台编码：本单位已登记该编码，或者已登记本级平台。请打开已有的平台修改。"),
            **_ABOUT | {"actor": Actor((Permission.MANAGE_SHARING,), joining_offices)},
        ),
        Event(
            name="change",
            verb=_("保存平台"),
            story=pgettext_lazy("联网平台", "修改平台登记"),
            said=_("已保存。"),
            sources=(PlatformState.KEPT,),
            ask=ask_change,
            keeps=changed,
            fill=change,
            clash=_("平台编码：本单位已登记该编码，或者已登记本级平台。请打开已有的平台修改。"),
            **_ABOUT,
        ),
        Event(
            name="hand",
            verb=pgettext_lazy("联网平台", "对方已登记本级新证书"),
            story=pgettext_lazy("联网平台", "对方已登记本级新证书"),
            said=_("已登记。"),
            sources=(PlatformState.KEPT,),
            ask=ask_hand,
            keeps=lambda row, step, terms: (_next(), ()),
            fill=hand,
            **_ABOUT,
        ),
    ),
    facts=lambda row, today, terms: None,
    recorder=records.hashed(
        "sharing.step",
        lambda row, step, given: {"kind": "platform", "case": row.pk, "number": row.number, "unit": row.office.uuid},
        lambda row, given: {},
    ),
    unsaid=("id", "state", "revision"),
    view=Permission.VIEW_SHARING,
    shown_to=Platform.visible_to,
    related=("office",),
    revised=True,
)
