"""Removals: planned, reported, carried out, each with the day that the law leaves for it (S18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.people.lawful import terms as terms_now
from custodes.people.lawful import words
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.forms.filing import AnswerForm
from custodes.places.forms.removal import PutOffForm, ReasonForm, RemovalForm
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.lifecycle.story import story_of_object
from custodes.places.models import Removal, RemovalState
from custodes.places.models.removal import AHEAD
from custodes.places.removal import workflow
from custodes.places.scope import built_systems, handled_systems, papered_systems, visible_systems
from custodes.places.views.acting import INVALID, act_on
from custodes.places.views.system import crumbs_of

PER_PAGE = 50
BADGES = {
    RemovalState.PLANNED: "neutral",
    RemovalState.REPORTED: "attention",
    RemovalState.ACKNOWLEDGED: "info",
    RemovalState.REMOVED: "fine",
    RemovalState.CANCELLED: "off",
}


def removals_asked(request: HttpRequest) -> QuerySet[Removal]:
    """The removals that the person may see."""
    return _visible(Viewer.of(request)).select_related("system__site__division", "system__unit")


def removal_table(request: HttpRequest) -> Table:
    """The columns of the list of removals."""
    return Table.of(
        request,
        Column(_("系统"), "system__name"),
        Column(_("拆除理由")),
        Column(_("报告日期"), "reported_on"),
        Column(_("拟拆除日期"), "planned"),
        Column(_("状态"), "state"),
        default="-planned",
    )


@require_safe
@needs(Permission.VIEW_PLACES)
def removal_list(request: HttpRequest) -> HttpResponse:
    """Removals of the systems that the person may see."""
    table = removal_table(request)
    page = Paginator(table.order(removals_asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    crumbs = [(pgettext_lazy("列表", "点位"), reverse("places:camera_list")), (_("拆除"), "")]
    context = {
        "tab": "removals",
        "table": table,
        "page": page,
        "rows": [(row, BADGES[RemovalState(row.state)]) for row in page],
        "crumbs": crumbs,
    }
    return render(request, "places/removal_list.html", context)


@needs(Permission.MANAGE_PLACES)
def removal_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Plan a removal."""
    viewer = Viewer.of(request)
    row = get_object_or_404(built_systems(viewer.person, viewer.at).select_related("site"), pk=pk)
    chosen = request.GET.getlist("camera")
    form = RemovalForm(request.POST or None, system=row, initial={"cameras": chosen} if chosen else None)
    if request.method == "POST" and form.is_valid():
        try:
            removal = workflow.plan(row, form.wanted(), viewer.person, viewer.at)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记拟拆除，请核对后向公安机关报告。"))
            return redirect(removal)
    crumbs = crumbs_of(row, (_("办理与经过"), reverse("places:life", args=[pk])), (_("拆除"), ""))
    context = {"form": form, "title": _("拆除系统或者点位"), "crumbs": crumbs, "submit": _("下一步：核对报告")}
    return render(request, "places/form.html", context, status=INVALID if form.errors else 200)


@require_safe
@needs(Permission.VIEW_PLACES)
def removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One removal: until when to report, from when it may be done."""
    viewer = Viewer.of(request)
    return _page(request, viewer, _seen(viewer, pk))


@require_POST
@needs(Permission.MANAGE_PLACES)
def removal_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Report it to the county's police."""
    viewer = Viewer.of(request)
    return _do(request, viewer, _built(viewer, pk), workflow.report, _("已向所在县（区）公安机关报告。"))


@require_POST
@needs(Permission.MANAGE_PLACES)
def removal_put_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Plan it for another day."""
    viewer = Viewer.of(request)
    row, form = _built(viewer, pk), PutOffForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, row, error=_("请填写新的拟拆除日期。"), status=INVALID)

    def put_off(one: Removal, taken: Taken) -> Removal:
        return workflow.put_off(one, form.cleaned_data["planned"], taken.by, taken.at)

    return _do(request, viewer, row, put_off, _("已改期。"))


@require_POST
@needs(Permission.MANAGE_PLACES)
def removal_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It stays."""
    viewer = Viewer.of(request)
    return _do(request, viewer, _built(viewer, pk), workflow.cancel, _("已登记不再拆除。"))


@require_POST
@needs(Permission.MANAGE_PLACES)
def removal_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was removed."""
    viewer = Viewer.of(request)

    def carry_out(one: Removal, taken: Taken) -> Removal:
        return workflow.carry_out(one, taken, terms_now())

    return _do(request, viewer, _built(viewer, pk), carry_out, _("已登记拆除；录像保留至存储期限届满。"))


@require_POST
@needs(Permission.HANDLE_FILINGS)
def removal_acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Police have read the report."""
    viewer = Viewer.of(request)
    handled = handled_systems(viewer.person, viewer.at).values("pk")
    row = get_object_or_404(_with_system(Removal.objects.filter(system__in=handled)), pk=pk)
    return _do(request, viewer, row, workflow.acknowledge, _("已登记收悉。"))


def _do(
    request: HttpRequest, viewer: Viewer, row: Removal, act: Callable[[Removal, Taken], Removal], said_then: Any
) -> HttpResponse:
    return act_on(request, viewer, row, act, said_then, _page)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    row: Removal,
    error: Any = "",
    status: int = 200,
    answer: AnswerForm | None = None,
) -> HttpResponse:
    today, terms = timezone.localdate(viewer.at), terms_now()
    beforehand, first = workflow.latest_report(row, terms), workflow.first_day(row, terms)
    finding = workflow.finding_of(row, today, terms)
    ahead = row.state in AHEAD
    mine = ahead and built_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists()
    reported = row.reported_on is not None
    return render(
        request,
        "places/removal.html",
        {
            "removal": row,
            "system": row.system,
            "badge": BADGES[RemovalState(row.state)],
            "cameras": workflow.leaving(row).order_by("number")[:200],
            "error": error,
            "beforehand": beforehand,
            "report_days": (beforehand.latest - today).days,
            "first": first,
            "first_days": None if first is None else (first - today).days,
            "too_soon": first is not None and row.planned < first,
            "finding": finding,
            "finding_words": words(finding),
            "ahead": ahead,
            "may_report": mine and not reported,
            "may_do": mine and first is not None and first <= today,
            "may_change": mine,
            "may_print": papered_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists(),
            "may_acknowledge": row.state == RemovalState.REPORTED
            and handled_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists(),
            "answer_form": answer or AnswerForm(),
            "put_off_form": PutOffForm(initial={"planned": first or beforehand.event}),
            "reason_form": ReasonForm(auto_id="id_cancel_%s"),
            "story": story_of_object(row),
            "crumbs": crumbs_of(
                row.system, (_("办理与经过"), reverse("places:life", args=[row.system_id])), (_("拆除"), "")
            ),
        },
        status=status,
    )


def _visible(viewer: Viewer) -> QuerySet[Removal]:
    return Removal.objects.filter(system__in=visible_systems(viewer.person, viewer.at).values("pk"))


def _seen(viewer: Viewer, pk: UUID) -> Removal:
    return get_object_or_404(_with_system(_visible(viewer)), pk=pk)


def _built(viewer: Viewer, pk: UUID) -> Removal:
    rows = Removal.objects.filter(system__in=built_systems(viewer.person, viewer.at).values("pk"))
    return get_object_or_404(_with_system(rows), pk=pk)


def _with_system(rows: QuerySet[Removal]) -> QuerySet[Removal]:
    return rows.select_related("system__site__division", "system__unit")
