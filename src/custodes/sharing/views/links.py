"""平台和联网 (S22, S23): platforms, links with state and what was measured of them; one link's page, and those of its grants; what its upper
platform asked for, what it got, on what that rests, and when it ended (S33.1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.cases.views import Around, CasePages, Lead
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import bilingual
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera, System
from custodes.places.scope import visible_devices
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.forms.links import TrialForm
from custodes.sharing.grants.case import LINK_GRANT, came_later
from custodes.sharing.links import certificates, passwords
from custodes.sharing.links.case import LINK
from custodes.sharing.links.joined import device_of
from custodes.sharing.links.passwords import outdated, why_not
from custodes.sharing.links.standing import stale, standing_of, standings_of
from custodes.sharing.links.testing import last_of, lasts_of, may_call, waits, why_not_tried
from custodes.sharing.models import GrantState, Link, LinkGrant, LinkTrial, Platform, PlatformRole, Served
from custodes.sharing.models.link import OPEN, TRIED
from custodes.sharing.offices import joining_offices, linkable_systems
from custodes.sharing.stated.checking import entry_of
from custodes.sharing.views.common import link_crumbs

PER_PAGE = 50


@require_safe
@needs(Permission.VIEW_SHARING)
def links(request: HttpRequest) -> HttpResponse:
    """Platforms, and the links that the person sees."""
    viewer = Viewer.of(request)
    heads = (
        TableColumn(_("编号"), "number"),
        TableColumn(_("联网对象")),
        TableColumn(_("公安机关"), "office__name"),
        TableColumn(_("状态"), "state"),
        TableColumn(_("实测状态")),
        TableColumn(_("延迟"), numeric=True),
        TableColumn(_("最近故障")),
    )
    table = Table.of(request, *heads, default="-number")
    rows = Link.visible_to(viewer.person, viewer.at).select_related("office", "platform", "system__unit")
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    tried = lasts_of(row for row in page if row.state in TRIED)
    measured = {pk: one for pk, one in standings_of(page).items() if not stale(one, viewer.at)}
    platforms = Platform.visible_to(viewer.person, viewer.at).select_related("office")
    shown = (_("平台"), _("与本级的关系"), _("平台级别"), _("平台编码"), _("管理单位"))
    context = {
        "tab": "links",
        **_renewing(viewer),
        "table": table,
        "page": page,
        "rows": [
            (row, LINK.badges[row.state], measured.get(row.pk), _trial_badge(tried.get(row.pk), viewer.at))
            for row in page
        ],
        "platforms": platforms,
        "platform_table": Table.of(request, *(TableColumn(label) for label in shown)),
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
    mine = Platform.kept_by(viewer.person, viewer.at).filter(pk__in=certificates.speaking().values("pk"))
    if platform is not None:
        mine = mine.filter(pk=platform.pk)
    told = certificates.next_one() if mine.exists() else None
    return {"renewing": told, "owed": mine.exclude(handed_certificate=told.sha256) if told else ()}


def seen(viewer: Viewer, pk: UUID) -> Link:
    """The row as the viewer may read it; `Http404` where they may not."""
    rows = Link.visible_to(viewer.person, viewer.at).select_related(
        "office__division", "platform", "system__unit", "unit__division", "asked_by__unit",
        "alarms_asked_by", "alarms_by", "positions_asked_by", "positions_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def own(viewer: Viewer, pk: UUID) -> Link:
    """The row as the viewer may handle it; `Http404` where they may not."""
    rows = Link.handled_by(viewer.person, viewer.at).select_related("office__division", "platform", "system", "unit")
    return get_object_or_404(rows, pk=pk)


def _more(viewer: Viewer, row: Link, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What the page of a link says besides: what was measured and tried of it, its tests, grants, password."""
    handles = Link.handled_by(viewer.person, viewer.at).filter(pk=row.pk).exists()
    key, standing = passwords.gateway_key(), standing_of(row)
    below = row.platform is not None and row.platform.role == PlatformRole.LOWER
    return {
        "tab": "links",
        "handles": handles,
        "tried": row.state in TRIED,
        "is_open": row.state in OPEN,
        "tests": row.tests.select_related("by__unit", "trial"),
        "measured": standing,
        **_renewing(viewer, row.platform),
        "stale": stale(standing, viewer.at),
        "grants": [_told(one, today, viewer) for one in _grants(row)] if row.upper else [],
        "no_password": why_not(key),
        "outdated": outdated(row, key),
        "below": below,
        **(_device(row, viewer) if below else {}),
        "shared": row.shared.filter(node__isnull=False).count() if row.upper else 0,
        "trial": (trial := last_of(row)),
        "trial_waits": trial is not None and waits(trial, viewer.at),
        "no_trial": why_not_tried(row) if handles and row.state in TRIED else "",
        "trial_form": TrialForm(auto_id="id_trial_%s") if may_call(row) else None,
        "viewer_person": viewer.person,
        "crumbs": link_crumbs((str(row), "")),
    }


def _tables(request: HttpRequest, row: Link) -> dict[str, Any]:
    heads = (_("授权内容"), _("范围"), _("期限"), _("每日时段"), _("状态"))
    return {"grant_table": Table.of(request, *(TableColumn(label) for label in heads))}


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


def _grants(row: Link) -> list[LinkGrant]:
    rows = row.grants.select_related("node", "proposed_by__unit", "approved_by__unit", "link__platform")
    return list(rows.annotate(came_later=came_later()).order_by("-proposed_at")[:PER_PAGE])


def _told(one: LinkGrant, today: Any, viewer: Viewer) -> dict[str, Any]:
    """A grant with what its row says today, and what the viewer may do about it."""
    over = one.state == GrantState.IN_FORCE and one.until_on < today
    badge, label = told_today(one, today)
    return {
        "row": one,
        "badge": badge,
        "label": label,
        "later": getattr(one, "came_later", 0) if one.state == GrantState.IN_FORCE and not over else 0,
        "approves": one.state == GrantState.PROPOSED and one.proposed_by_id != viewer.person.pk,
        "ends": one.state == GrantState.IN_FORCE and not over,
    }


LINKS = CasePages(
    LINK,
    Around(
        above_parent=lambda platform: link_crumbs((platform.name, platform.get_absolute_url())),
        above=lambda row: link_crumbs(),
        above_list=[],
        template="sharing/link.html",
        more=_more,
        asked=_tables,
    ),
)


def _begin(viewer: Viewer, link: Link, request: HttpRequest) -> dict[str, Any]:
    assert link.platform is not None, "it leads upwards"
    return {
        "nodes": link.nodes.order_by("path"),
        "custodes": link.platform.custodes,
        "initial": {"from_on": timezone.localdate(viewer.at)},
    }


def told_today(grant: LinkGrant, today: date) -> tuple[str, Any]:
    """How a grant stands on a day: its badge and word. One that is approved holds from its first day to its last."""
    if grant.state == GrantState.IN_FORCE and grant.until_on < today:
        return "off", _("已到期")
    if grant.state == GrantState.IN_FORCE and grant.from_on > today:
        return "info", _("尚未开始")
    return LINK_GRANT.badges[grant.state], grant.get_state_display()


def _more_of_grant(viewer: Viewer, grant: LinkGrant, today: date, terms: LegalTerms) -> dict[str, Any]:
    badge, label = told_today(grant, today)
    return {"badge": badge, "state_label": label}


GRANTS = CasePages(
    LINK_GRANT,
    Around(
        above_parent=lambda link: link_crumbs((str(link), link.get_absolute_url())),
        above=lambda grant: link_crumbs((str(grant.link), grant.link.get_absolute_url())),
        above_list=[],
        lead=lambda grant: Lead(grant.link, grant.link.get_absolute_url(), grant.link.office.name),
        begin_form=_begin,
        more=_more_of_grant,
    ),
)


@require_safe
@needs(Permission.VIEW_SHARING)
def served(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list of one link with an upper platform: for the police unit whose link it is and for those above it."""
    viewer = Viewer.of(request)
    link = seen(viewer, pk)
    if not link.upper:
        raise Http404
    heads = (
        _("时间"),
        _("点位"),
        _("请求内容"),
        pgettext_lazy("上级调用", "办案人员和事由"),
        _("结果"),
        _("结束"),
        _("存证"),
    )
    refused_only = request.GET.get("refused") == "1"
    rows = link.served.select_related("stated").filter(**({"status__gt": 0} if refused_only else {}))
    page = Paginator(rows.order_by("-asked_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    names = _names(list(page))
    table = Table.of(request, *(TableColumn(label) for label in heads))
    context = {
        "tab": "links",
        "link": link,
        "page": page,
        "table": table,
        "refused_only": refused_only,
        "rows": [(row, names.get(row.camera_id), row.stands(viewer.at), _ground(row)) for row in page],
        "crumbs": link_crumbs((str(link), link.get_absolute_url()), (_("请求和提供"), "")),
    }
    return render(request, "sharing/served.html", context)


def _ground(row: Served) -> str:
    """On which ground the platform above decided, in words."""
    entry = entry_of(row.stated.ground) if row.stated is not None else None
    return "" if entry is None else str(bilingual(entry.zh, entry.en))


def _names(rows: list[Served]) -> dict[Any, str]:
    """Of cameras that may be named (S20)."""
    cameras = Camera.objects.filter(pk__in={row.camera_id for row in rows if row.camera_id is not None})
    systems = nameable(System.objects.filter(pk__in=cameras.values("system")))
    return dict(cameras.filter(system__in=systems.values("pk")).values_list("pk", "name"))
