"""A filing (S16.2, N14) page by page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.places.changes.covering import Unsaid, unsaid
from custodes.places.changes.reach import visible_changes
from custodes.places.drafts.matter import Asking, MakesPage, Matter, PageOf
from custodes.places.filing import workflow
from custodes.places.filing.fields import DEVICES, PLACE, PROTECTION, SPOTS, UNIT, WORKS
from custodes.places.filing.prefill import content_of
from custodes.places.filing.workflow import Said
from custodes.places.forms.filing import FilingPage, PapersPage
from custodes.places.forms.page import Page
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import ChangeState, Draft, DraftKind, Filing, FilingState, System

PAPERS = "papers"
SEEN = "seen_filing"
"""Among the answers: which filing was on its way when the draft was begun, and what it said."""


def begin(system: System) -> dict[str, Any]:
    """What was said before, where police sent it back or it was put aside; otherwise what the register knows, and for a change what
    was filed and the register does not know."""
    former = _on_its_way(system)
    seen = {SEEN: _mark(former)}
    if former is not None:
        items = [str(pk) for pk in former.items.values_list("pk", flat=True)]
        return {**former.content, **_unclear(former), "items": items, **seen}
    filed = system.filings.filter(state=FilingState.FILED).order_by("-filed_on", "-drafted_at").first()
    before = {} if filed is None else {**filed.content, **_unclear(filed)}
    known = {key: value for key, value in content_of(system).items() if value}
    return {**before, **known, "items": [str(one.pk) for one in workflow.latest_papers(system)], **seen}


def _on_its_way(system: System) -> Filing | None:
    return system.filings.filter(state__in=[FilingState.DRAFT, FilingState.RETURNED]).first()


def _mark(filing: Filing | None) -> str:
    """Which filing it is and what it says; empty for none."""
    if filing is None:
        return ""
    items = sorted(str(pk) for pk in filing.items.values_list("pk", flat=True))
    said = json.dumps([filing.content, sorted(filing.unclear), items], sort_keys=True)
    return f"{filing.pk}:{sha256(said.encode()).hexdigest()}"


def _check_unchanged(draft: Draft) -> None:
    """Programs and pages write in one draft; an import may still begin a filing of its own, and police send one back. What the draft
    has not seen of it is not replaced unseen (R8)."""
    former = _on_its_way(System.objects.select_for_update().get(pk=draft.system_id))
    if former is not None and _mark(former) != draft.answers.get(SEEN, ""):
        raise StepRefused(
            gettext(
                "开始填写本草稿后，该系统的备案另有内容保存（%(name)s 起草），提交本草稿将把它覆盖。"
                "请在“办理与经过”查看该备案：以该备案为准的，删除本草稿，重新办理；以本草稿为准的，先撤回该备案，再提交。"
            )
            % {"name": former.drafted_by.name}
        )


def _unsaid(draft: Draft, asking: Asking) -> tuple[Unsaid, ...]:
    cases = visible_changes(asking.by, asking.at).filter(system=draft.system_id, state=ChangeState.DONE)
    return unsaid(cases.order_by("asked_at"), str(draft.answers.get("places", "")))


def _clauses(system: System) -> tuple[str, ...]:
    return workflow.CLAUSES[workflow.kind_for(system)]


def _unclear(filing: Filing) -> dict[str, str]:
    return {f"unclear_{key}": "on" for key in filing.unclear if not filing.content.get(key)}


def hand_in(draft: Draft, pages: Mapping[str, Page], asking: Asking) -> Filing:
    """Draw it up, keep what was said, hand it in: all or nothing.

    Raises:
        StepRefused: the system can't be filed, a filing is with the police already, or one says something that the draft has not seen.
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
        _check_unchanged(draft)
        filing = workflow.begin(draft.system, asking.by, asking.at, on_behalf=draft.on_behalf)
        filing = workflow.save(filing, Said(content, unclear, items.chosen()))
        return workflow.submit(filing, Taken(asking.by, asking.at, timezone.localdate(asking.at), asking.words))


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
    check=workflow.check_fileable,
    begin=begin,
    hand_in=hand_in,
    unsaid=_unsaid,
)
