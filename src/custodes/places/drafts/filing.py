"""A filing (S16.2, N14) page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.law.grounds.ground import Unmet
from custodes.places.changes.covering import UncoveredChange, unsaid
from custodes.places.changes.reach import visible_changes
from custodes.places.drafts.matter import DraftAuthor, DraftMatter, MakesPage, PageOf
from custodes.places.filing.case import FILING as CASE
from custodes.places.filing.case import draw_up
from custodes.places.filing.fields import (
    CLAUSES,
    DEVICES,
    PLACE,
    PROTECTION,
    SPOTS,
    UNIT,
    WORKS,
    FilingAnswers,
    check_fileable,
    kind_for,
    latest_papers,
    save,
)
from custodes.places.filing.findings import findings_of
from custodes.places.filing.spots import content_of
from custodes.places.forms.filing import FilingPage, PapersPage
from custodes.places.forms.page import DraftPage
from custodes.places.models import ChangeState, Draft, DraftKind, Filing, FilingState, System

PAPERS = "papers"


def begin(system: System) -> dict[str, Any]:
    """What was said before, where police sent it back or it was put aside; otherwise what the register knows, and for a change what
    was filed and the register does not know."""
    former = _on_its_way(system)
    if former is not None:
        items = [str(pk) for pk in former.items.values_list("pk", flat=True)]
        return {**former.content, **_unclear(former), "items": items}
    filed = system.filings.filter(state=FilingState.FILED).order_by("-filed_on", "-drafted_at").first()
    before = {} if filed is None else {**filed.content, **_unclear(filed)}
    known = {key: value for key, value in content_of(system).items() if value}
    return {**before, **known, "items": [str(one.pk) for one in latest_papers(system)]}


def _on_its_way(system: System) -> Filing | None:
    return system.filings.filter(state__in=[FilingState.DRAFT, FilingState.RETURNED]).first()


def _unsaid(draft: Draft, asking: DraftAuthor) -> tuple[UncoveredChange, ...]:
    cases = visible_changes(asking.by, asking.at).filter(system=draft.system_id, state=ChangeState.DONE)
    return unsaid(cases.order_by("asked_at"), str(draft.answers.get("places", "")))


def _findings(draft: Draft, pages: Mapping[str, DraftPage]) -> tuple[Unmet, ...]:
    papers = pages[PAPERS]
    assert isinstance(papers, PapersPage)
    return findings_of(draft.system, kind_for(draft.system), draft.answers, papers=bool(papers.chosen()))


def _clauses(system: System) -> tuple[str, ...]:
    return CLAUSES[kind_for(system)]


def _unclear(filing: Filing) -> dict[str, str]:
    return {f"unclear_{key}": "on" for key in filing.unclear if not filing.content.get(key)}


def hand_in(draft: Draft, pages: Mapping[str, DraftPage], asking: DraftAuthor) -> Filing:
    """Draw it up, keep what was said, hand it in: all or nothing.

    Raises:
        StepRefused: the system can't be filed, or a filing is with the police already.
    """
    content: dict[str, str] = {}
    unclear: frozenset[str] = frozenset()
    items = pages[PAPERS]
    assert isinstance(items, PapersPage)
    for page in pages.values():
        if isinstance(page, FilingPage):
            content |= page.content()
            unclear |= page.unclear()
    with transaction.atomic():
        step = StepInput(asking.by, asking.at, timezone.localdate(asking.at))
        filing = draw_up(draft.system, replace(step, data={"on_behalf": draft.on_behalf}), asking.terms)
        filing = save(filing, FilingAnswers(content, unclear, items.chosen()))
        done: Filing = take(CASE, filing, "submit", replace(step, words=asking.words), asking.terms)
        return done


def _asks(page: str) -> MakesPage:
    def made(draft: Draft, asking: DraftAuthor, **kwargs: Any) -> DraftPage:
        return FilingPage(page=page, **kwargs)

    return made


def _papers(draft: Draft, asking: DraftAuthor, **kwargs: Any) -> DraftPage:
    return PapersPage(system=draft.system, **kwargs)


FILING = DraftMatter(
    kind=DraftKind.FILING,
    title=_("办理备案"),
    verb=_("提交备案"),
    said=_("备案已提交。"),
    clauses=_clauses,
    pages=(
        PageOf(
            UNIT,
            pgettext_lazy("备案表", "单位基本情况"),
            _("登记时写过的已经填好，请核对；不对的直接修改。"),
            _asks(UNIT),
        ),
        PageOf(PLACE, pgettext_lazy("备案表", "建设位置"), _("视频系统装在哪里。"), _asks(PLACE)),
        PageOf(
            SPOTS,
            pgettext_lazy("备案表", "点位和采集范围"),
            _("一台摄像机是一个点位。写明装在哪里、拍摄什么。"),
            _asks(SPOTS),
        ),
        PageOf(
            DEVICES,
            pgettext_lazy("备案表", "设备数量、类型和存储期限"),
            _("型号不详的，写明台数即可。"),
            _asks(DEVICES),
        ),
        PageOf(
            PROTECTION,
            pgettext_lazy("备案表", "网络和安全保护"),
            _("这一页都可以选“暂不清楚”，以后再补。"),
            _asks(PROTECTION),
        ),
        PageOf(
            WORKS,
            pgettext_lazy("备案表", "建设和维护情况"),
            _("这一页都可以选“暂不清楚”，以后再补。"),
            _asks(WORKS),
        ),
        PageOf(PAPERS, pgettext_lazy("备案表", "材料"), _("从本系统的案卷中选择随备案报送的材料。"), _papers),
    ),
    check=check_fileable,
    begin=begin,
    hand_in=hand_in,
    unsaid=_unsaid,
    findings=_findings,
)
