"""查阅、调取、复制登记: the register of requests, found by word, narrowed by state and way, and as a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from custodes.access.agency.naming import in_a_row
from custodes.access.agency.reach import intake_units
from custodes.access.models import AgencyRequest, AgencyState, Way
from custodes.access.views.agency import common
from custodes.law.grounds.ground import Unmet
from custodes.people.exporting.serving import ExportedList, Field
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs

PER_PAGE = 50
QUERY_LENGTH = 80


def table_of(request: HttpRequest) -> Table:
    """The columns of the register."""
    return Table.of(
        request,
        Column(_("登记号"), "number"),
        Column(_("申请单位"), "unit_name"),
        Column(_("事由")),
        Column(_("方式"), "way"),
        Column(_("持有单位"), "holder__name"),
        Column(_("提交时间"), "submitted_at"),
        Column(_("状态"), "state"),
        default="-submitted_at",
    )


def asked(request: HttpRequest) -> QuerySet[AgencyRequest]:
    """The rows that the address asks for, of those that the person may see."""
    found = common.rows(Viewer.of(request))
    query = request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_LENGTH]
    state, way = request.GET.get("state", ""), request.GET.get("way", "")
    if query:
        named = AgencyRequest.objects.filter(
            Q(officers__name__icontains=query) | Q(cameras__name__icontains=query)
        ).values("pk")
        found = found.filter(
            Q(number__icontains=query)
            | Q(unit_name__icontains=query)
            | Q(purpose__icontains=query)
            | Q(letter_number__icontains=query)
            | Q(holder__name__icontains=query)
            | Q(pk__in=named)
        )
    if state in AgencyState.values:
        found = found.filter(state=state)
    if way in Way.values:
        found = found.filter(way=way)
    return found


@require_safe
@needs(*common.ANY)
def requests(request: HttpRequest) -> HttpResponse:
    """The register."""
    viewer = Viewer.of(request)
    table = table_of(request)
    page = Paginator(table.order(asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "access/agency/list.html",
        {
            "table": table,
            "page": page,
            "rows": [(row, common.BADGES[AgencyState(row.state)]) for row in page],
            "query": request.GET.get("q", "")[:QUERY_LENGTH],
            "state": request.GET.get("state", ""),
            "way": request.GET.get("way", ""),
            "states": AgencyState.choices,
            "ways": Way.choices,
            "begins": viewer.may(Permission.REQUEST_FOOTAGE) or intake_units(viewer.person, viewer.at).exists(),
            "counter": viewer.may(Permission.TAKE_REQUESTS),
            "sets": viewer.may(Permission.APPROVE_REQUESTS) or viewer.may(Permission.REFUSE_REQUESTS),
        },
    )


def _named(row: Any) -> str:
    return "；".join(f"{one.name}（{one.card}）" for one in row.officers.all())


export = ExportedList(
    "requests",
    pgettext_lazy("列表", "查阅调取登记"),
    common.ANY,
    lambda request: table_of(request).order(asked(request)).prefetch_related("officers", "cameras"),
    (
        Field(_("登记号"), lambda row: row.number),
        Field(_("登记日期"), lambda row: row.registered_on),
        Field(_("申请单位"), lambda row: row.unit_name),
        Field(_("工作人员（证件号）"), _named),
        Field(_("介绍信函文号"), lambda row: row.letter_number),
        Field(_("依据"), lambda row: row.get_basis_display()),
        Field(_("方式"), lambda row: row.get_way_display()),
        Field(_("事由"), lambda row: row.purpose),
        Field(_("内容"), lambda row: row.content),
        Field(_("持有单位"), lambda row: row.holder.name),
        Field(_("点位"), lambda row: "、".join(camera.name for camera in row.cameras.all())),
        Field(_("起"), lambda row: row.span_from),
        Field(_("止"), lambda row: row.span_to),
        Field(_("状态"), lambda row: row.get_state_display()),
        Field(_("缺少的条件"), lambda row: in_a_row(Unmet(**one) for one in row.missing)),
    ),
).view()
