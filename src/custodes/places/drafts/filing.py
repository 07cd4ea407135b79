"""A filing (S16.2, N14) page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.places.drafts.matter import Asking, MakesPage, Matter, PageOf
from custodes.places.filing import workflow
from custodes.places.filing.fields import DEVICES, PLACE, PROTECTION, SPOTS, UNIT, WORKS
from custodes.places.filing.prefill import content_of
from custodes.places.filing.workflow import Said
from custodes.places.forms.filing import FilingPage, PapersPage
from custodes.places.forms.page import Page
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Draft, DraftKind, Filing, FilingState, System

PAPERS = "papers"


def begin(system: System) -> dict[str, Any]:
    """What was said before, where police sent it back or it was put aside; otherwise what the register knows, and for a change what
    was filed and the register does not know."""
    former = system.filings.filter(state__in=[FilingState.DRAFT, FilingState.RETURNED]).first()
    if former is not None:
        items = [str(pk) for pk in former.items.values_list("pk", flat=True)]
        return {**former.content, **_unclear(former), "items": items}
    filed = system.filings.filter(state=FilingState.FILED).order_by("-filed_on", "-drafted_at").first()
    before = {} if filed is None else {**filed.content, **_unclear(filed)}
    known = {key: value for key, value in content_of(system).items() if value}
    return {**before, **known, "items": [str(one.pk) for one in workflow.latest_papers(system)]}


def _unclear(filing: Filing) -> dict[str, str]:
    return {f"unclear_{key}": "on" for key in filing.unclear if not filing.content.get(key)}


def hand_in(draft: Draft, pages: Mapping[str, Page], asking: Asking) -> Filing:
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
        filing = workflow.begin(draft.system, asking.by, asking.at, on_behalf=draft.on_behalf)
        filing = workflow.save(filing, Said(content, unclear, items.chosen()))
        return workflow.submit(filing, Taken(asking.by, asking.at, timezone.localdate(asking.at)))


def _asks(page: str) -> MakesPage:
    def made(draft: Draft, asking: Asking, **kwargs: Any) -> Page:
        return FilingPage(page=page, **kwargs)

    return made


def _papers(draft: Draft, asking: Asking, **kwargs: Any) -> Page:
    return PapersPage(system=draft.system, **kwargs)


FILING = Matter(
    kind=DraftKind.FILING,
    title=_("办理备案"),
    verb=_("提交备案"),
    said=_("备案已提交。"),
    clauses=("S16.2a", "N14"),
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
            _("不知道型号的，数清台数即可。"),
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
    check=workflow.check_fileable,
    begin=begin,
    hand_in=hand_in,
)
