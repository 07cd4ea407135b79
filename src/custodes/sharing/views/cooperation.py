"""配合联网请求 (S24): the office's list and the unit's, asking, one request's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.cases.taking import begin
from custodes.cases.views import Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Unit, UnitKind
from custodes.people.papers.kinds import PaperRefused, takes_papers
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.models import System
from custodes.sharing.cooperation.case import COOPERATION, due_from
from custodes.sharing.directory.added import clause_of
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.forms.cooperation import CooperationForm
from custodes.sharing.forms.links import in_reach
from custodes.sharing.models import Cooperation, CooperationState
from custodes.sharing.offices import offices
from custodes.sharing.views.common import INVALID, act_with, crumbs_of

PER_PAGE = 50


@require_safe
@needs(Permission.VIEW_SHARING)
def cooperations(request: HttpRequest) -> HttpResponse:
    """Those that the person handles, reads, or answers for their unit."""
    viewer = Viewer.of(request)
    today = timezone.localdate(viewer.at)
    table = Table.of(
        request,
        TableColumn(_("编号"), "number"),
        TableColumn(_("被请求单位"), "unit__name"),
        TableColumn(_("公安机关"), "office__name"),
        TableColumn(_("答复期限"), "due"),
        TableColumn(_("状态"), "state"),
        default="-number",
    )
    rows = Cooperation.visible_to(viewer.person, viewer.at).select_related("unit", "office")
    if late := request.GET.get("late") == "1":
        rows = rows.filter(state=CooperationState.ASKED, due__lt=today)
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "cooperations",
        "table": table,
        "page": page,
        "late": late,
        "rows": [(row, COOPERATION.badges[row.state], row.late(today)) for row in page],
        "may_ask": offices(viewer.person, viewer.at).exists(),
    }
    return render(request, "sharing/cooperations.html", context)


@takes_papers()
@needs(Permission.MANAGE_SHARING)
def new(request: HttpRequest) -> HttpResponse:
    """Ask a unit to cooperate."""
    viewer = Viewer.of(request)
    office = offices(viewer.person, viewer.at).order_by("division__path").first()
    if office is None:
        raise Http404
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    form = CooperationForm(
        request.POST or None, request.FILES or None, units=_units(office, query), systems=_systems(office, query),
        initial={"due": due_from(timezone.localdate(viewer.at))},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = act_with(
                request, viewer, f"people.unit:{data['unit'].uuid}", data,
                lambda step: begin(
                    COOPERATION, "ask", office, replace(step, words=data["need"][:400]), terms_now()
                ),
            )  # fmt: skip
        except (StepRefused, PaperRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, COOPERATION.event("ask").done("ask"))
            return redirect(row)
    context = {"form": form, "query": query, "office": office, "crumbs": _crumbs((_("请求配合"), ""))}
    return render(request, "sharing/cooperation_new.html", context, status=INVALID if form.errors else 200)


def _units(office: Unit, query: str) -> QuerySet[Unit]:
    """Units of the district that S24 reaches, as far as their kind says."""
    rows = Unit.objects.filter(division__path__startswith=office.division.path).exclude(kind=UnitKind.PUBLIC_SECURITY)
    kinds = [
        kind for kind in UnitKind.values if clause_of(Unit(kind=kind, division=office.division), office).clause == "S24"
    ]
    rows = rows.filter(kind__in=kinds).order_by("name", "pk")
    return rows.filter(name__icontains=query) if query else rows


def _systems(office: Unit, query: str) -> QuerySet[System]:
    rows = nameable(System.objects.filter(unit__in=_units(office, "").values("pk")))
    return in_reach(rows, query).select_related("unit").order_by("name", "pk")


def more(viewer: Viewer, row: Cooperation, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What the page says besides: how late an answer is, and links of the system."""
    return {
        "late": row.late(today),
        "days": (row.due - today).days,
        "handles": Cooperation.handled_by(viewer.person, viewer.at).filter(pk=row.pk).exists(),
        "links": row.system.links.order_by("-asked_at")[:3] if row.system else [],
        "crumbs": _crumbs((row.number, "")),
    }


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return crumbs_of((_("配合联网请求"), reverse("sharing:cooperations")), *more)


COOPERATIONS = CasePages(
    COOPERATION,
    Around(
        above_parent=lambda office: _crumbs(),
        above=lambda row: _crumbs(),
        above_list=[],
        template="sharing/cooperation.html",
        more=more,
    ),
)
