"""Who looked at what: one's own looks, and for those who watch the watchers everybody's within their scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from custodes.access.looks.reach import KnownOfLook, known_of, named_by, readable_looks, served_by
from custodes.access.models import Embargo, Grant, grounds
from custodes.access.revocation import revoke
from custodes.people.exporting import ExportedList, ExportField
from custodes.people.models import Person
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, scope_for, within
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import kinds_with

PER_PAGE = 50
MOST_EXPORTED = 20_000
"""Looks of one file; whoever needs more narrows them down."""
OF = {"own": _("本单位提供"), "others": _("平台和其他单位")}
_READS = kinds_with(Permission.VIEW_GRANTS)
REASON_LENGTH = 200


def mine(request: HttpRequest) -> HttpResponse:
    """我的查看记录."""
    viewer = Viewer.of(request)
    table = Table.of(
        request,
        TableColumn(_("时间"), "asked_at"),
        TableColumn(pgettext_lazy("列表", "点位")),
        TableColumn(_("范围")),
        TableColumn(_("事由和内容")),
        TableColumn(_("状态")),
        TableColumn(_("存证"), "index", numeric=True),
        default="-asked_at",
    )
    page = Paginator(table.order(own_viewings(viewer.person)), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "access/viewings.html",
        {
            "table": table,
            "page": page,
            "lines": [ViewingLine(row, KnownOfLook(tuple(row.cameras.all()), True, None)) for row in page],
            "own": True,
            "may_read": viewer.may(Permission.VIEW_GRANTS),
            "may_review": viewer.may(Permission.REVIEW_LOOKS),
        },
    )


def table_of(request: HttpRequest) -> Table:
    """The columns of everybody's."""
    return Table.of(
        request,
        TableColumn(_("时间"), "asked_at"),
        TableColumn(_("人员"), "person__name"),
        TableColumn(pgettext_lazy("列表", "点位")),
        TableColumn(_("范围")),
        TableColumn(_("事由和内容")),
        TableColumn(_("状态")),
        TableColumn(_("存证"), "index", numeric=True),
        default="-asked_at",
    )


def asked(request: HttpRequest) -> QuerySet[Grant]:
    """The rows that the address asks for, of those that the person may read."""
    viewer = Viewer.of(request)
    rows = visible_viewings(viewer.person, viewer.at)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    ground, of = request.GET.get("ground", ""), request.GET.get("of", "")
    if query:
        named = named_by(viewer.person, viewer.at, query).values("pk")
        rows = rows.filter(
            Q(person__name__icontains=query)
            | Q(unit__name__icontains=query)
            | Q(purpose__icontains=query)
            | Q(pk__in=named)
        )
    if ground in dict(grounds()):
        rows = rows.filter(ground=ground)
    if of in OF:
        scope = DivisionScope(
            unit_paths=frozenset(post.unit.path for post in held_posts(viewer.person, viewer.at, _READS))
        )
        own = Q(within(scope, "unit")) | Q(within(scope, "request__holder")) | Q(within(scope, "session__unit"))
        rows = rows.filter(own) if of == "own" else rows.exclude(pk__in=rows.filter(own).values("pk"))
    return rows


@needs(Permission.VIEW_GRANTS)
def everybody(request: HttpRequest) -> HttpResponse:
    """查看记录 of the persons within the reader's scope, and of those who looked at its cameras."""
    viewer, table = Viewer.of(request), table_of(request)
    page = Paginator(table.order(asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table": table,
        "page": page,
        "lines": lines_of(viewer, page),
        "own": False,
        "query": request.GET.get("q", "")[:80],
        "ground": request.GET.get("ground", ""),
        "of": request.GET.get("of", ""),
        "grounds": grounds(),
        "ofs": OF.items(),
        "may_read": True,
        "may_review": viewer.may(Permission.REVIEW_LOOKS),
    }
    return render(request, "access/viewings.html", context)


@dataclass(frozen=True, slots=True)
class ViewingLine:
    """One look as the list shows it.

    Attributes:
        known: what of it is named to the reader.
        kept: the embargo that still keeps it from the units.
        stops: the reader may take it back.
    """

    grant: Grant
    known: KnownOfLook
    kept: Embargo | None = None
    stops: bool = False


def lines_of(viewer: Viewer, rows: Iterable[Grant]) -> list[ViewingLine]:
    """The lines of these looks."""
    found, kept = list(rows), {}
    wanted = [row.request_id for row in found if row.request_id is not None]
    for one in Embargo.objects.running(viewer.at).filter(request__in=wanted).order_by("ends_at"):
        kept[one.request_id] = one
    stops: set[UUID] = set()
    if viewer.may(Permission.REVOKE_GRANTS):
        theirs = visible_viewings(viewer.person, viewer.at, Permission.REVOKE_GRANTS)
        stops = set(theirs.filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True))
    named = known_of(found, viewer.person, viewer.at)
    return [
        ViewingLine(row, named[row.pk], kept.get(row.request_id) if row.request_id else None, row.pk in stops)
        for row in found
    ]


def _told(row: Grant) -> str:
    """What it rests on, with the request's number in its holder's register."""
    number = row.request.number if row.request is not None else ""
    return f"{row.get_ground_display()} {number}".strip()


def _rows(request: HttpRequest) -> list[Any]:
    viewer = Viewer.of(request)
    return lines_of(viewer, table_of(request).order(asked(request))[:MOST_EXPORTED])


export = ExportedList(
    "viewings",
    _("查看记录"),
    (Permission.VIEW_GRANTS,),
    _rows,
    (
        ExportField(_("时间"), lambda line: line.grant.asked_at),
        ExportField(_("人员"), lambda line: line.grant.person.name),
        ExportField(_("单位"), lambda line: line.grant.unit.name),
        ExportField(_("岗位"), lambda line: line.grant.post.get_kind_display() if line.grant.post else ""),
        ExportField(_("提供单位"), lambda line: served_by(line.grant).name),
        ExportField(_("依据"), lambda line: _told(line.grant)),
        ExportField(_("条款"), lambda line: "、".join(line.grant.clauses)),
        ExportField(_("事由"), lambda line: line.grant.purpose),
        ExportField(_("内容"), lambda line: line.grant.content),
        ExportField(
            pgettext_lazy("列表", "点位"), lambda line: "、".join(camera.name for camera in line.known.cameras)
        ),
        ExportField(_("起"), lambda line: line.grant.span_from),
        ExportField(_("止"), lambda line: line.grant.span_to),
        ExportField(_("结束时间"), lambda line: line.grant.ended_at or line.grant.revoked_at),
        ExportField(_("告知日期"), lambda line: line.known.disclosed),
        ExportField(_("存证序号"), lambda line: line.grant.index),
    ),
).view()


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


def own_viewings(person: Person) -> QuerySet[Grant]:
    """The person's own looks, newest first."""
    return Grant.objects.recorded().filter(person=person).select_related("unit", "post").prefetch_related("cameras")


def visible_viewings(person: Person, at: datetime, permission: Permission = Permission.VIEW_GRANTS) -> QuerySet[Grant]:
    """Looks of everybody that those posts reach that give the permission: to read them, or to take them back (`looks.reach`)."""
    rows = readable_looks(person, at, permission)
    if permission is not Permission.VIEW_GRANTS:
        # Whoever has a camera reads who looked at it; taking a look back is for the unit and the police of whoever looks.
        rows = rows.filter(within(scope_for(person, permission, at), "unit"))
    return rows.select_related("person", "unit", "post", "request__holder", "session__unit").prefetch_related("cameras")
