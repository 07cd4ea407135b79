"""查看复核: what has to be explained, for those who judge it; one finding, for them and for whoever looked (S7, N25)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.access.looks.review.case import FINDING
from custodes.access.looks.review.showing import reviewed_by, shown
from custodes.access.models import FINDING_OPEN, FindingKind, FindingState, LookFinding
from custodes.cases.views import Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.people.exporting import ExportedList, ExportField
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs

PER_PAGE = 50
_S = FindingState


def table_of(request: HttpRequest) -> Table:
    """The columns of the queue."""
    return Table.of(
        request,
        TableColumn(_("事项"), "kind"),
        TableColumn(_("人员"), "person__name"),
        TableColumn(_("日期"), "day"),
        TableColumn(_("情况")),
        TableColumn(_("复核期限"), "due"),
        TableColumn(_("状态"), "state"),
        default="due",
    )


def asked(request: HttpRequest) -> QuerySet[LookFinding]:
    """The rows that the address asks for, of those that the person judges."""
    viewer = Viewer.of(request)
    rows = reviewed_by(viewer.person, viewer.at).select_related("person", "unit", "grant")
    state, kind = request.GET.get("state", "open"), request.GET.get("kind", "")
    if state in _S.values:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.filter(state__in=FINDING_OPEN)
    return rows.filter(kind=kind) if kind in FindingKind.values else rows


@require_safe
@needs(Permission.REVIEW_LOOKS)
def findings(request: HttpRequest) -> HttpResponse:
    """The queue."""
    viewer, table = Viewer.of(request), table_of(request)
    page = Paginator(table.order(asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate(viewer.at)
    context = {
        "table": table,
        "page": page,
        "rows": [
            (one.row, FINDING.badges[one.row.state], one.told, _late(one.row, today))
            for one in shown(page, viewer.person, viewer.at)
        ],
        "state": request.GET.get("state", "open"),
        "kind": request.GET.get("kind", ""),
        "states": [("open", _("待办理")), ("all", _("全部")), *_S.choices],
        "kinds": FindingKind.choices,
    }
    return render(request, "access/looks/findings.html", context)


def _late(row: LookFinding, today: Any) -> bool:
    return row.state in FINDING_OPEN and row.due < today


def _rows(request: HttpRequest) -> list[Any]:
    viewer = Viewer.of(request)
    return shown(table_of(request).order(asked(request)), viewer.person, viewer.at)


export = ExportedList(
    "looks-review",
    _("查看复核"),
    (Permission.REVIEW_LOOKS,),
    _rows,
    (
        ExportField(_("事项"), lambda one: one.row.get_kind_display()),
        ExportField(_("人员"), lambda one: one.row.person.name if one.row.person else ""),
        ExportField(_("单位"), lambda one: one.row.unit.name if one.row.unit else ""),
        ExportField(_("日期"), lambda one: one.row.day),
        ExportField(_("情况"), lambda one: one.told),
        ExportField(_("存证序号"), lambda one: "、".join(f"#{leaf}" for leaf in one.leaves)),
        ExportField(_("复核期限"), lambda one: one.row.due),
        ExportField(_("状态"), lambda one: one.row.get_state_display()),
        ExportField(_("条款"), lambda one: one.row.clause),
    ),
).view()


def more(viewer: Viewer, row: LookFinding, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What was found, of looks that are not kept from the reader."""
    own = row.person_id == viewer.person.pk
    [one] = shown([row], viewer.person, viewer.at)
    return {
        "late": _late(row, today),
        "told": one.told,
        "leaves": one.leaves,
        "own": own,
        "explains": own and row.state in FINDING.event("explain").sources,
        "looks": one.looks(),
        "crumbs": [(_("查看复核"), "" if own else reverse("access:findings")), (row.get_kind_display(), "")],
    }


PAGES = CasePages(
    FINDING,
    Around(
        above_parent=lambda parent: [],
        above=lambda row: [],
        above_list=[],
        template="access/looks/finding.html",
        more=more,
    ),
)
