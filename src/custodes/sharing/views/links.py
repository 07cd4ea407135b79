"""平台和联网 (S22, S23): platforms, links with state and what was measured of them; one link's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.access.telling import story_of
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Paper
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.tasks import tasks_of
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.reach import visible_devices
from custodes.sharing.forms.links import DayForm, StepForm, TrialForm
from custodes.sharing.links import passwords, renewing
from custodes.sharing.links.below import device_of
from custodes.sharing.links.granting import came_later
from custodes.sharing.links.passwords import outdated, why_not
from custodes.sharing.links.standing import stale, standing_of, standings_of
from custodes.sharing.links.steps import before_examining, before_putting
from custodes.sharing.links.tried import last_of, lasts_of, waits
from custodes.sharing.links.trying import may_call, why_not_tried
from custodes.sharing.models import (
    GrantState,
    Link,
    LinkGrant,
    LinkState,
    LinkTrial,
    Platform,
    PlatformRole,
    SharingStep,
)
from custodes.sharing.models.link import OPEN, TRIED
from custodes.sharing.reach import (
    handled_links,
    joining_offices,
    kept_platforms,
    linkable_systems,
    read_links,
    read_platforms,
)
from custodes.sharing.stepping import Taken
from custodes.sharing.views.common import link_crumbs
from custodes.sharing.words import step_words

PER_PAGE = 50
BADGES = {
    LinkState.ASKED: "attention",
    LinkState.EXAMINED: "attention",
    LinkState.TESTED: "attention",
    LinkState.IN_FORCE: "fine",
    LinkState.SUSPENDED: "danger",
    LinkState.ENDED: "off",
    LinkState.REFUSED: "off",
}
GRANT_BADGES = {
    GrantState.PROPOSED: "attention",
    GrantState.IN_FORCE: "fine",
    GrantState.REFUSED: "off",
    GrantState.ENDED: "off",
}


@require_safe
@needs(Permission.VIEW_SHARING)
def links(request: HttpRequest) -> HttpResponse:
    """Platforms, and the links that the person sees."""
    viewer = Viewer.of(request)
    heads = (
        Column(_("编号"), "number"),
        Column(_("联网对象")),
        Column(_("公安机关"), "office__name"),
        Column(_("状态"), "state"),
        Column(_("实测状态")),
        Column(_("延迟"), numeric=True),
        Column(_("最近故障")),
    )
    table = Table.of(request, *heads, default="-number")
    rows = read_links(viewer.person, viewer.at).select_related("office", "platform", "system__unit")
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    tried = lasts_of(row for row in page if row.state in TRIED)
    measured = {pk: one for pk, one in standings_of(page).items() if not stale(one, viewer.at)}
    platforms = read_platforms(viewer.person, viewer.at).select_related("office")
    shown = (_("平台"), _("与本级的关系"), _("平台级别"), _("平台编码"), _("管理单位"))
    context = {
        "tab": "links",
        **_renewing(viewer),
        "table": table,
        "page": page,
        "rows": [
            (row, BADGES[LinkState(row.state)], measured.get(row.pk), _trial_badge(tried.get(row.pk), viewer.at))
            for row in page
        ],
        "platforms": platforms,
        "platform_table": Table.of(request, *(Column(label) for label in shown)),
        "may_keep": joining_offices(viewer.person, viewer.at).exists(),
        "may_ask": linkable_systems(viewer.person, viewer.at).exists(),
    }
    return render(request, "sharing/links.html", context)


def _trial_badge(trial: LinkTrial | None, at: datetime) -> tuple[str, str] | None:
    """A badge's kind and words: what came of the last trial. Whether the test is passed is for a person to say."""
    if trial is None:
        return None
    if waits(trial, at):
        return "info", gettext("正在试联")
    if trial.told_at is None:
        return "attention", gettext("试联没有结果")
    failed = sum(part["outcome"] == "failed" for part in trial.parts)
    if failed:
        return "attention", ngettext("试联 %(count)d 项未通过", "试联 %(count)d 项未通过", failed) % {"count": failed}
    return "fine", gettext("试联未发现问题")


def _renewing(viewer: Viewer, platform: Platform | None = None) -> dict[str, Any]:
    """That our certificate of the side channel is being replaced, and which of the platforms that the viewer keeps have not entered the next one.

    Args:
        platform: of a link's page, that one alone; None: all.
    """
    mine = kept_platforms(viewer.person, viewer.at).filter(pk__in=renewing.speaking().values("pk"))
    if platform is not None:
        mine = mine.filter(pk=platform.pk)
    told = renewing.next_one() if mine.exists() else None
    return {"renewing": told, "owed": mine.exclude(handed_certificate=told.sha256) if told else ()}


@require_safe
@needs(Permission.VIEW_SHARING)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One link's page."""
    viewer = Viewer.of(request)
    return draw(request, viewer, seen(viewer, pk))


def seen(viewer: Viewer, pk: UUID) -> Link:
    """The row as the viewer may read it; `Http404` where they may not."""
    rows = read_links(viewer.person, viewer.at).select_related(
        "office__division", "platform", "system__unit", "unit__division", "asked_by__unit",
        "alarms_asked_by", "alarms_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def own(viewer: Viewer, pk: UUID) -> Link:
    """The row as the viewer may handle it; `Http404` where they may not."""
    rows = handled_links(viewer.person, viewer.at).select_related("office__division", "platform", "system", "unit")
    return get_object_or_404(rows, pk=pk)


def draw(
    request: HttpRequest,
    viewer: Viewer,
    row: Link,
    *,
    error: str = "",
    unmet: tuple[Unmet, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The page of one link, with what could not be done and what was in its way."""
    handles = handled_links(viewer.person, viewer.at).filter(pk=row.pk).exists()
    key = passwords.gateway_key()
    today = timezone.localdate(viewer.at)
    standing = standing_of(row)
    below = row.platform is not None and row.platform.role == PlatformRole.LOWER
    context = {
        "tab": "links",
        "row": row,
        "badge": BADGES[LinkState(row.state)],
        "handles": handles,
        "before": tasks_of(_before(row, viewer)) if handles else [],
        "tried": row.state in TRIED,
        "is_open": row.state in OPEN,
        "tests": row.tests.select_related("by__unit", "trial"),
        "standing": standing,
        **_renewing(viewer, row.platform),
        "stale": stale(standing, viewer.at),
        "grants": [_told(one, today, viewer) for one in _grants(row)] if row.upper else [],
        "grant_table": Table.of(
            request, *(Column(label) for label in (_("授权内容"), _("范围"), _("期限"), _("每日时段"), _("状态")))
        ),
        "no_password": why_not(key),
        "outdated": outdated(row, key),
        "below": below,
        **(_device(row, viewer) if below else {}),
        "shared": row.shared.filter(node__isnull=False).count() if row.upper else 0,
        "examine_form": DayForm(auto_id="id_examine_%s"),
        "day_form": DayForm(auto_id="id_day_%s", initial={"test_on": row.test_on}),
        "put_form": StepForm(auto_id="id_put_%s"),
        "refuse_form": StepForm(auto_id="id_refuse_%s", label=_("不予联网的原因"), required=True),
        "suspend_form": StepForm(auto_id="id_suspend_%s", label=_("暂停的原因"), required=True),
        "end_form": StepForm(auto_id="id_end_%s", label=_("终止的原因"), required=True),
        "trial": (trial := last_of(row)),
        "trial_waits": trial is not None and waits(trial, viewer.at),
        "no_trial": why_not_tried(row) if handles and row.state in TRIED else "",
        "trial_form": TrialForm(auto_id="id_trial_%s") if may_call(row) else None,
        "alarms_approves": row.alarms_asked_by_id != viewer.person.pk,
        "alarms_ask_form": StepForm(auto_id="id_alarms_ask_%s", label=_("需要上报的原因"), required=True),
        "alarms_on_form": StepForm(auto_id="id_alarms_on_%s"),
        "alarms_off_form": StepForm(auto_id="id_alarms_off_%s", label=_("停止的原因"), required=True),
        "error": error,
        "unmet": tasks_of(unmet),
        "papers": papers_of(row),
        "story": story_of(row, lambda event: step_words("link", event), "case"),
        "crumbs": link_crumbs((str(row), "")),
    }
    return render(request, "sharing/link.html", context, status=status)


def _device(row: Link, viewer: Viewer) -> dict[str, Any]:
    """By what a platform below registers, and where whoever may see it, or may enter it, finds it."""
    device = device_of(row)
    seen = device is not None and visible_devices(viewer.person, viewer.at).filter(pk=device.pk).exists()
    enters = device is None and viewer.may(Permission.MANAGE_CAMERAS)
    return {
        "device": device,
        "device_url": device.get_absolute_url() if device is not None and seen else "",
        "enter_url": f"{reverse('places:device_choose')}?{urlencode({'id': row.platform.gb_id})}"
        if enters and row.platform
        else "",
    }


def _before(row: Link, viewer: Viewer) -> tuple[Unmet, ...]:
    """What is in the way of the next step."""
    taken = Taken(viewer.person, viewer.at)
    if row.state == LinkState.ASKED:
        return before_examining(row, taken)
    return before_putting(row, taken) if row.state in (LinkState.TESTED, LinkState.SUSPENDED) else ()


def _grants(row: Link) -> list[LinkGrant]:
    rows = row.grants.select_related("node", "proposed_by__unit", "approved_by__unit", "link__platform")
    return list(rows.annotate(came_later=came_later()).order_by("-proposed_at")[:PER_PAGE])


def _told(one: LinkGrant, today: Any, viewer: Viewer) -> dict[str, Any]:
    """A grant with what its row says today, and what the viewer may do about it."""
    over = one.state == GrantState.IN_FORCE and one.until_on < today
    ahead = one.state == GrantState.IN_FORCE and one.from_on > today
    label: Any = _("已到期") if over else _("尚未开始") if ahead else one.get_state_display()
    return {
        "row": one,
        "badge": "off" if over else "info" if ahead else GRANT_BADGES[GrantState(one.state)],
        "label": label,
        "later": getattr(one, "came_later", 0) if one.state == GrantState.IN_FORCE and not over else 0,
        "approves": one.state == GrantState.PROPOSED and one.proposed_by_id != viewer.person.pk,
        "ends": one.state == GrantState.IN_FORCE and not over,
    }


def papers_of(row: Any) -> Any:
    """Papers of its steps."""
    kind = type(row)._meta.model_name
    through = SharingStep.papers.through.objects.filter(**{f"sharingstep__{kind}": row})
    return Paper.objects.filter(pk__in=through.values("paper")).order_by("at")


@require_safe
@needs(Permission.VIEW_SHARING)
def paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """A paper of one of the link's steps; each reading is on record."""
    viewer = Viewer.of(request)
    row = seen(viewer, pk)
    found = get_object_or_404(papers_of(row), pk=paper)
    return serve(found, by=viewer.person, at=viewer.at, about=f"sharing.link:{row.pk}")
