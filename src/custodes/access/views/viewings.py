"""Who looked at what: one's own looks, and for those who watch the watchers everybody's within their scope."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from custodes.access.models import Grant
from custodes.access.revocation import revoke
from custodes.access.viewings import own_viewings, visible_viewings
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs

PER_PAGE = 50
REASON_LENGTH = 200


def mine(request: HttpRequest) -> HttpResponse:
    """我的查看记录."""
    viewer = Viewer.of(request)
    table = Table.of(
        request,
        Column(_("时间"), "asked_at"),
        Column(pgettext_lazy("列表", "点位")),
        Column(_("范围")),
        Column(_("事由和内容")),
        Column(_("状态")),
        Column(_("存证"), "index", numeric=True),
        default="-asked_at",
    )
    page = Paginator(table.order(own_viewings(viewer.person)), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "access/viewings.html",
        {"table": table, "page": page, "own": True, "may_read": viewer.may(Permission.VIEW_GRANTS)},
    )


@needs(Permission.VIEW_GRANTS)
def everybody(request: HttpRequest) -> HttpResponse:
    """查看记录 of the persons within the reader's scope."""
    viewer = Viewer.of(request)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    rows = visible_viewings(viewer.person, viewer.at)
    if query:
        named = Grant.objects.filter(cameras__name__icontains=query).values("pk")
        rows = rows.filter(
            Q(person__name__icontains=query)
            | Q(unit__name__icontains=query)
            | Q(purpose__icontains=query)
            | Q(pk__in=named)
        )
    table = Table.of(
        request,
        Column(_("时间"), "asked_at"),
        Column(_("人员"), "person__name"),
        Column(pgettext_lazy("列表", "点位")),
        Column(_("范围")),
        Column(_("事由和内容")),
        Column(_("状态")),
        Column(_("存证"), "index", numeric=True),
        default="-asked_at",
    )
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {"table": table, "page": page, "own": False, "query": query, "may_read": True}
    return render(request, "access/viewings.html", context)


@require_POST
@needs(Permission.REVOKE_GRANTS)
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop somebody's running look, with the reason."""
    viewer = Viewer.of(request)
    row = get_object_or_404(visible_viewings(viewer.person, viewer.at, Permission.REVOKE_GRANTS), pk=pk)
    reason = request.POST.get("reason", "").strip()[:REASON_LENGTH]
    if not reason:
        messages.error(request, _("收回查看应当说明理由。请填写理由后再收回。"))
    elif revoke(Grant.objects.filter(pk=row.pk), by=str(viewer.person.uuid), reason=reason, clause="S33.1"):
        messages.success(request, _("已收回，画面随即停止。"))
    else:
        messages.info(request, _("这次查看已经结束。"))
    return redirect("access:viewings_all")
