"""查看复核: what has to be explained, for those who judge it; one finding, for them and for whoever looked (S7, N25)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.forms.looks import IncidentForm, SaidForm
from custodes.access.looks.review import judging
from custodes.access.looks.review.showing import shown
from custodes.access.looks.stepping import Taken
from custodes.access.looks.words import finding_story
from custodes.access.models import FindingKind, FindingState, LookFinding
from custodes.access.views.agency.filling import revision_of
from custodes.people.exporting.serving import ExportedList, Field
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused

PER_PAGE = 50
INVALID = 422
_S = FindingState
BADGES = {
    _S.WAITING: "attention",
    _S.ASKED: "attention",
    _S.EXPLAINED: "attention",
    _S.IN_ORDER: "fine",
    _S.INCIDENT: "danger",
    _S.SETTLED: "off",
}
DONE = {
    "ask": _("已要求本人说明。"),
    "explain": _("已提交说明。"),
    "in_order": _("已判定情况正常。"),
    "incident": _("已记为事件。"),
    "settle": _("已登记处置。"),
}
OPEN_STATES = ("open", "all", *_S.values)


def table_of(request: HttpRequest) -> Table:
    """The columns of the queue."""
    return Table.of(
        request,
        Column(_("事项"), "kind"),
        Column(_("人员"), "person__name"),
        Column(_("日期"), "day"),
        Column(_("情况")),
        Column(_("复核期限"), "due"),
        Column(_("状态"), "state"),
        default="due",
    )


def asked(request: HttpRequest) -> QuerySet[LookFinding]:
    """The rows that the address asks for, of those that the person judges."""
    viewer = Viewer.of(request)
    rows = judging.reviewed_by(viewer.person, viewer.at).select_related("person", "unit", "grant")
    state, kind = request.GET.get("state", "open"), request.GET.get("kind", "")
    if state in _S.values:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.filter(state__in=list(judging.OPEN))
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
            (one.row, BADGES[_S(one.row.state)], one.told, _late(one.row, today))
            for one in shown(page, viewer.person, viewer.at)
        ],
        "state": request.GET.get("state", "open"),
        "kind": request.GET.get("kind", ""),
        "states": [("open", _("待办理")), ("all", _("全部")), *_S.choices],
        "kinds": FindingKind.choices,
    }
    return render(request, "access/looks/findings.html", context)


def _late(row: LookFinding, today: Any) -> bool:
    return row.state in judging.OPEN and row.due < today


def _rows(request: HttpRequest) -> list[Any]:
    viewer = Viewer.of(request)
    return shown(table_of(request).order(asked(request)), viewer.person, viewer.at)


export = ExportedList(
    "looks-review",
    _("查看复核"),
    (Permission.REVIEW_LOOKS,),
    _rows,
    (
        Field(_("事项"), lambda one: one.row.get_kind_display()),
        Field(_("人员"), lambda one: one.row.person.name if one.row.person else ""),
        Field(_("单位"), lambda one: one.row.unit.name if one.row.unit else ""),
        Field(_("日期"), lambda one: one.row.day),
        Field(_("情况"), lambda one: one.told),
        Field(_("存证序号"), lambda one: "、".join(f"#{leaf}" for leaf in one.leaves)),
        Field(_("复核期限"), lambda one: one.row.due),
        Field(_("状态"), lambda one: one.row.get_state_display()),
        Field(_("条款"), lambda one: one.row.clause),
    ),
).view()


@require_safe
def finding(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them."""
    viewer = Viewer.of(request)
    return _draw(request, viewer, _opened(viewer, pk))


@require_POST
def act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """One step."""
    viewer = Viewer.of(request)
    row = _opened(viewer, pk)
    if event not in DONE:
        raise Http404
    form = _form(event, request.POST)
    if not form.is_valid():
        return _draw(request, viewer, row, _("请核对填写的内容。"), {event: form}, INVALID)
    said = form.cleaned_data
    taken = Taken(viewer.person, viewer.at, said["words"], seen=revision_of(request))
    try:
        if event == "incident":
            judging.incident(row, taken, said["clause"].strip())
        else:
            getattr(judging, event)(row, taken)
    except StepRefused as refusal:
        return _draw(request, viewer, _opened(viewer, pk), str(refusal), {event: form}, INVALID)
    messages.success(request, DONE[event])
    return redirect(row)


def _opened(viewer: Viewer, pk: UUID) -> LookFinding:
    rows = judging.openable(viewer.person, viewer.at).select_related("person__unit", "unit", "grant", "judged_by__unit")
    return get_object_or_404(rows, pk=pk)


def _form(event: str, sent: Any = None) -> Any:
    return (IncidentForm if event == "incident" else SaidForm)(sent, prefix=event)


def _draw(
    request: HttpRequest,
    viewer: Viewer,
    row: LookFinding,
    error: Any = "",
    bound: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    own = row.person_id == viewer.person.pk
    [one] = shown([row], viewer.person, viewer.at)
    judges = not own and judging.reviewed_by(viewer.person, viewer.at).filter(pk=row.pk).exists()
    context = {
        "row": row,
        "badge": BADGES[_S(row.state)],
        "late": _late(row, timezone.localdate(viewer.at)),
        "told": one.told,
        "leaves": one.leaves,
        "error": error,
        "own": own,
        "explains": own and row.state in (_S.WAITING, _S.ASKED),
        "asks": judges and row.state in (_S.WAITING, _S.EXPLAINED) and row.person_id is not None,
        "judges": judges and row.state in judging.JUDGED_FROM,
        "settles": judges and row.state == _S.INCIDENT,
        "forms": {event: (bound or {}).get(event) or _form(event) for event in DONE},
        "story": list(finding_story(row.steps.all())),
        "crumbs": [(_("查看复核"), reverse("access:findings") if judges else ""), (row.get_kind_display(), "")],
        "looks": one.looks(),
    }
    return render(request, "access/looks/finding.html", context, status=status)
