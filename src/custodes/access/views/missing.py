"""走失人员查看: the list, opening a case on one page, what is missing as it is typed, completing it, choosing places and times."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.access.missing import platform, workflow
from custodes.access.missing.facts import to_admit
from custodes.access.missing.forms import CaseForm, ScopeForm
from custodes.access.missing.reach import at_the_platform, desk_of, handled_cases, visible_cases
from custodes.access.models import MissingCase, MissingState
from custodes.access.supervised.stepping import Taken
from custodes.people.held import reads
from custodes.people.lawful import terms
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer
from custodes.places.lifecycle import said
from custodes.places.lifecycle.stepping import StepRefused

INVALID = 422
PER_PAGE = 50
MOST_SHOWN = 60
"""Cameras of one search; a narrower word shows others."""
BADGES = {
    MissingState.OPENED: "attention",
    MissingState.ADMITTED: "attention",
    MissingState.SCHEDULED: "attention",
    MissingState.VIEWED: "info",
    MissingState.CLOSED: "attention",
    MissingState.ARCHIVED: "fine",
}
HANDLE, REVIEW = Permission.HANDLE_MISSING, Permission.REVIEW_MISSING
Refused = list[dict[str, str]]


@require_safe
@at_the_platform(HANDLE, REVIEW)
def missing_list(request: HttpRequest) -> HttpResponse:
    """Cases of the unit, by state and by word."""
    viewer = Viewer.of(request)
    state, query = request.GET.get("state", ""), request.GET.get("q", "").replace("\x00", "").strip()[:80]
    rows = visible_cases(viewer.person, viewer.at).select_related("unit", "opened_by")
    if state in MissingState.values:
        rows = rows.filter(state=state)
    if query:
        named = Q(lost_name__icontains=query) | Q(applicant__icontains=query)
        rows = rows.filter(named | Q(number__icontains=query) | Q(report_number__icontains=query))
    table = Table.of(
        request,
        Column(_("编号"), "number"),
        Column(_("走失人员"), "lost_name"),
        Column(_("申请人"), "applicant"),
        Column(_("受理时间"), "opened_at"),
        Column(_("从受理到首次显示画面")),
        Column(_("状态"), "state"),
        default="-opened_at",
    )
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table": table,
        "page": page,
        "rows": [(row, BADGES[MissingState(row.state)]) for row in page],
        "state": state,
        "states": MissingState.choices,
        "query": query,
        "may_open": desk_of(viewer.person, viewer.at) is not None,
    }
    return render(request, "access/missing/list.html", context)


@at_the_platform(HANDLE)
def missing_open(request: HttpRequest) -> HttpResponse:
    """One page: who is lost, who asks, the report, the question about protection."""
    viewer = Viewer.of(request)
    unit = desk_of(viewer.person, viewer.at)
    assert unit is not None
    form = CaseForm(request.POST or None, instance=MissingCase())
    if request.method == "POST" and form.is_valid():
        row = workflow.open_case(form.save(commit=False), unit, Taken(viewer.person, viewer.at))
        if row.state == MissingState.ADMITTED:
            messages.success(request, _("已受理并核实。请选定点位和时段。"))
            return redirect("access:missing_scope", row.pk)
        messages.warning(request, _("已受理。还有未满足的条件，补齐后即可选定点位和时段。"))
        return redirect(row)
    return _case_page(request, viewer, form, None)


@reads
@require_POST
@at_the_platform(HANDLE)
def missing_check(request: HttpRequest) -> HttpResponse:
    """What is still missing of a form that is being filled in. It keeps nothing."""
    viewer = Viewer.of(request)
    return render(request, "access/missing/lacking.html", {"unmet": _lacking(CaseForm(request.POST), viewer)})


@at_the_platform(HANDLE)
def missing_facts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter what came later."""
    viewer = Viewer.of(request)
    row = get_object_or_404(handled_cases(viewer.person, viewer.at).select_related("unit"), pk=pk)
    form = CaseForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            done = workflow.complete(
                row, form.cleaned_data, form.cleaned_data["revision"], Taken(viewer.person, viewer.at)
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已补充登记。"))
            return redirect(done)
    return _case_page(request, viewer, form, row)


@at_the_platform(HANDLE)
def missing_scope(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose places and times: a search by word within the division, and a span."""
    viewer = Viewer.of(request)
    row = get_object_or_404(handled_cases(viewer.person, viewer.at).select_related("unit"), pk=pk)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    mine = platform.choosable(viewer.person, viewer.at).select_related("system").order_by("number")
    # What was ticked stays on the page while one searches on.
    ticked = request.POST.getlist("cameras") or request.GET.getlist("cameras")
    chosen = ticked or [str(pk) for pk in row.cameras.values_list("pk", flat=True)]
    chosen = [one for one in chosen if is_uuid(one)][:MOST_SHOWN]
    named = _named(query)
    shown = list(mine.filter(named | Q(pk__in=chosen))[:MOST_SHOWN])
    initial = {"span_from": row.span_from, "span_to": row.span_to}
    form = ScopeForm(request.POST or None, cameras=mine, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = workflow.Chosen(tuple(data["cameras"]), data["span_from"], data["span_to"])
        try:
            done = workflow.narrow(row, wanted, Taken(viewer.person, viewer.at))
        except StepRefused as refusal:
            form.add_error(None, " ".join([str(refusal), *(_told(one) for one in refusal.unmet)]))
        else:
            messages.success(request, _("已选定。请先行查看该时段，再请申请人查看。"))
            return redirect(done)
    context = {
        "case": row,
        "form": form,
        "query": query,
        "cameras": [(camera, str(camera.pk) in chosen) for camera in shown],
        "more": mine.filter(named).count() > len(shown),
        "elsewhere": platform.elsewhere(viewer.person, viewer.at).filter(named).count() if query else 0,
        "most": workflow.MOST_CAMERAS,
        "subject": f"missing:{row.pk}",
        "may_hold": viewer.may(Permission.PLACE_HOLDS),
        "hours": terms().assumed.request_hours,
        "crumbs": crumbs(row, _("选定点位和时段")),
    }
    return render(request, "access/missing/scope.html", context, status=INVALID if form.errors else 200)


def is_uuid(text: str) -> bool:
    """Whether it may be asked of the database as an id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _named(query: str) -> Q:
    if not query:
        return Q()
    named = Q()
    for word in query.split():
        named &= (
            Q(name__icontains=word)
            | Q(number__icontains=word)
            | Q(place__icontains=word)
            | Q(system__name__icontains=word)
        )
    return named


def _case_page(request: HttpRequest, viewer: Viewer, form: CaseForm, row: MissingCase | None) -> HttpResponse:
    context = {
        "form": form,
        "case": row,
        "unmet": _lacking(form, viewer),
        "minutes": terms().assumed.provisional_minutes,
        "crumbs": crumbs(row, _("补充登记") if row else _("受理")),
    }
    return render(request, "access/missing/open.html", context, status=INVALID if form.errors else 200)


def _lacking(form: CaseForm, viewer: Viewer) -> Refused:
    """What the ground would say of the form as it stands; what the form itself refuses counts as not filled in."""
    if form.is_bound:
        form.is_valid()
        row = MissingCase(opened_at=viewer.at if form.instance._state.adding else form.instance.opened_at)
        for name in workflow.STATED:
            if name in form.cleaned_data:
                setattr(row, name, form.cleaned_data[name])
    else:
        row = form.instance
        row.opened_at = row.opened_at or viewer.at
    return lines(to_admit(row, viewer.at))


def lines(unmet: Any) -> Refused:
    """Conditions as the page's part draws them."""
    return [{"reason": said.reason(one), "remedy": said.remedy(one), "clause": one.clause} for one in unmet]


def _told(one: Any) -> str:
    return f"{said.reason(one)}（{one.clause}）"


def crumbs(row: MissingCase | None, here: Any) -> list[tuple[Any, str]]:
    """The way to a page of the case, or of a new one."""
    found: list[tuple[Any, str]] = [(pgettext_lazy("走失人员", "走失查看"), reverse("access:missing_list"))]
    if row is not None:
        found.append((str(row), row.get_absolute_url()))
    return [*found, (here, "")]
