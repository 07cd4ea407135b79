"""查阅、调取、复制登记: the register of requests, found by word, narrowed by state and way, and as a file. How many approve at the own unit:
set by whoever refuses or approves there, on record; a lower number waits for a second person.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from custodes.access.agency.approvals import FEW, approvers_at, needed_at
from custodes.access.agency.case import BADGES
from custodes.access.agency.deciding import in_a_row
from custodes.access.agency.numbers import set_number
from custodes.access.agency.reach import above, intake_units
from custodes.access.forms.agency import ApprovalsForm
from custodes.access.models import AgencyRequest, AgencyState, Way
from custodes.access.views.agency import common
from custodes.law.grounds.ground import Unmet
from custodes.people.entrusting import EntrustmentRefused
from custodes.people.exporting import ExportedList, ExportField
from custodes.people.models import Entrustment, EntrustmentKind, EntrustmentState
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import kinds_with
from custodes.settings import get_settings

PER_PAGE = 50
QUERY_LENGTH = 80


def table_of(request: HttpRequest) -> Table:
    """The columns of the register."""
    return Table.of(
        request,
        TableColumn(_("登记号"), "number"),
        TableColumn(_("申请单位"), "unit_name"),
        TableColumn(_("事由")),
        TableColumn(_("方式"), "way"),
        TableColumn(_("持有单位"), "holder__name"),
        TableColumn(_("提交时间"), "submitted_at"),
        TableColumn(_("状态"), "state"),
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
            "rows": [(row, BADGES[row.state]) for row in page],
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
        ExportField(_("登记号"), lambda row: row.number),
        ExportField(_("登记日期"), lambda row: row.registered_on),
        ExportField(_("申请单位"), lambda row: row.unit_name),
        ExportField(_("工作人员（证件号）"), _named),
        ExportField(_("介绍信函文号"), lambda row: row.letter_number),
        ExportField(_("依据"), lambda row: row.get_basis_display()),
        ExportField(_("方式"), lambda row: row.get_way_display()),
        ExportField(_("事由"), lambda row: row.purpose),
        ExportField(_("内容"), lambda row: row.content),
        ExportField(_("持有单位"), lambda row: row.holder.name),
        ExportField(_("点位"), lambda row: "、".join(camera.name for camera in row.cameras.all())),
        ExportField(_("起"), lambda row: row.span_from),
        ExportField(_("止"), lambda row: row.span_to),
        ExportField(_("状态"), lambda row: row.get_state_display()),
        ExportField(_("缺少的条件"), lambda row: in_a_row(Unmet(**one) for one in row.missing)),
    ),
).view()


_SAVED = _("已保存。以后登记的申请按此人数审批。")


_WAITS = _("调低审批人数须经两人：已提出，由审计管理员，或者本单位及其上级单位的其他审批人确认后生效。")


_SETS = (Permission.REFUSE_REQUESTS, Permission.APPROVE_REQUESTS)


@needs(*_SETS)
def approvals(request: HttpRequest) -> HttpResponse:
    """The number for the unit of the viewer's post."""
    viewer = Viewer.of(request)
    posts = held_posts(viewer.person, viewer.at, kinds_with(_SETS[0]) | kinds_with(_SETS[1]))
    if not posts:
        raise PermissionDenied
    unit = posts[0].unit
    now, holders = needed_at(unit, viewer.at), approvers_at(unit, viewer.at)
    form = ApprovalsForm(request.POST or None, initial={"count": now})
    if request.method == "POST" and form.is_valid():
        count = form.cleaned_data["count"]
        try:
            waits = set_number(unit, count, by=viewer.person, at=viewer.at)
        except EntrustmentRefused as refusal:
            form.add_error("count", str(refusal))
        else:
            messages.success(request, _WAITS if waits else _SAVED)
            return redirect("access:requests" if count <= holders else "access:request_approvals")
    asked = Entrustment.objects.filter(kind=EntrustmentKind.FEWER, unit=unit, state=EntrustmentState.WAITING)
    context = {
        "form": form,
        "unit": unit,
        "few": FEW,
        "now": now,
        "waiting": asked.first(),
        "holders": holders,
        "above": above(unit, viewer.at),
        "usual": get_settings().law_holder_approvals,
        "crumbs": common.crumbs(None, (_("审批人数"), "")),
    }
    return render(request, "access/agency/approvals.html", context, status=common.INVALID if form.errors else 200)
