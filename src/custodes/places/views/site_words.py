"""A site in words: its facts, who has to build there and why, and what the law still asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.building.builder import Builder
from custodes.law.duties.finding import Status
from custodes.people.lawful import words
from custodes.people.said import in_english
from custodes.places.lifecycle.events import BY_NAME
from custodes.places.models import Site
from custodes.places.siteduties import checked, covering, gap_of

_SUBJECTS = {
    "gap": _("应当建设的系统（第九条）"),
    "basis": _("安装依据"),
    "installer": _("安装主体和必要性"),
    "key_parts": _("重点部位的确定"),
    "neighbour": _("周边军事单位、涉密单位"),
}
STATES = {
    Status.MET: ("fine", _("符合")),
    Status.NOT_APPLICABLE: ("off", _("不涉及")),
    Status.MISSING: ("attention", _("缺少")),
    Status.REVIEW: ("attention", _("待核对")),
    Status.BREACH: ("danger", _("不符合")),
    Status.DUE: ("info", _("办理中")),
    Status.LATE: ("danger", _("逾期")),
}
#: The steps of a system on its way to use.
_TO_USE = ("screen", "design_ok", "start", "complete", "begin_trial", "accept", "put_in_use")
_MISSING = {
    "owner": _("请先登记所有者。"),
    "manager": _("请先登记管理者。"),
    "agreement": _("请补充约定文件。"),
}


@dataclass(frozen=True)
class ToldBuilder:
    """Who has to build, for the page."""

    name: str
    carried_out_by: str
    why: tuple[str, ...]
    clauses: tuple[str, ...]
    remedies: tuple[Any, ...]
    review: bool


def told_builder(builder: Builder) -> ToldBuilder:
    """The law's answer in the language of the page."""
    return ToldBuilder(
        builder.name,
        builder.carried_out_by,
        builder.en if in_english() else builder.zh,
        builder.clauses,
        tuple(_MISSING[key] for key in builder.missing if key in _MISSING),
        bool(builder.review),
    )


@dataclass(frozen=True)
class ToldGap:
    """That a place has no system (S9), for the page.

    Attributes:
        review: whether it has to have one waits for a written decision (S9(14)).
        ahead: what has to be done, in order.
    """

    words: str
    clauses: tuple[str, ...]
    review: bool
    ahead: tuple[Any, ...]


def told_gap(site: Site, day: date) -> ToldGap | None:
    """What is missing at a place without a system, and what it takes; None where one is recorded."""
    if covering(site):
        return None
    finding = gap_of(site, day)
    steps = [BY_NAME[name].verb for name in _TO_USE]
    ahead = (_("登记系统"), *steps, _("办理备案"))
    return ToldGap(words(finding), finding.clauses, finding.status is Status.REVIEW, ahead)


def checks_of(site: Site, day: date, *, exact: bool) -> list[dict[str, Any]]:
    """What is asked of the place, as rows of the part `tasks`.

    Args:
        exact: the reader may know that a secret or military unit is near (S30.1, S33.1).
    """
    rows = []
    for one in checked(site, day):
        if one.subject == "neighbour" and not exact:
            continue
        state, label = STATES[one.finding.status]
        clauses = "、".join(one.finding.clauses)
        hint = f"{words(one.finding)}（{clauses}）"
        rows.append({"label": _SUBJECTS[one.subject], "hint": hint, "state": state, "state_label": label})
    return rows


def site_facts(site: Site, *, exact: bool) -> list[tuple[Any, Any]]:
    """What the register holds of a place.

    Args:
        exact: the reader may read the position (R9).
    """
    facts: list[tuple[Any, Any]] = [
        (_("场所类别"), site.get_category_display()),
        (_("地址"), site.address),
        (_("所在行政区划"), site.division),
        (pgettext_lazy("登记的单位", "登记单位"), site.unit),
        (_("安装依据"), site.get_basis_display() if site.basis else _("未登记")),
    ]
    optional = (
        (_("列入应建范围的书面决定"), site.decision),
        (_("必要性说明"), site.necessity),
        (_("确定重点部位的文件"), site.key_parts),
        (_("周边涉密单位同意的文号"), site.consent if exact else ""),
        (_("约定文件"), site.agreement),
        (_("号牌"), site.plate),
        (_("运营线路"), site.route),
    )
    facts += [(label, value) for label, value in optional if value]
    if site.key_target:
        facts.append(
            (
                _("防范恐怖袭击重点目标"),
                _("是，录像保存不少于九十日；%(document)s") % {"document": site.key_target_document},
            )
        )
    if site.state_owned:
        facts.append((_("产权"), _("国家所有")))
    if exact and site.longitude is not None:
        facts.append((_("经度、纬度"), f"{site.longitude}, {site.latitude}"))
    return facts
