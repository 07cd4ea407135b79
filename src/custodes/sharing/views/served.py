"""上级平台的请求和提供: what an upper asked for, what it got, on what it rests, and when it ended (S22, S33.1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from custodes.people.permissions import Permission
from custodes.people.said import said
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera, System
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.models import Served
from custodes.sharing.stated.grounds import entry_of
from custodes.sharing.views.common import link_crumbs
from custodes.sharing.views.links import seen

PER_PAGE = 50


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
    table = Table.of(request, *(Column(label) for label in heads))
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
    return "" if entry is None else str(said(entry.zh, entry.en))


def _names(rows: list[Served]) -> dict[Any, str]:
    """Of cameras that may be named (S20)."""
    cameras = Camera.objects.filter(pk__in={row.camera_id for row in rows if row.camera_id is not None})
    systems = nameable(System.objects.filter(pk__in=cameras.values("system")))
    return dict(cameras.filter(system__in=systems.values("pk")).values_list("pk", "name"))
