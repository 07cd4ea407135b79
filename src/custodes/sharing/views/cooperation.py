"""配合联网请求 (S24): the office's list and the unit's, one request's page, its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.telling import story_of
from custodes.people.forms.faults import faults_of
from custodes.people.models import Unit, UnitKind
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.models import System
from custodes.sharing.cooperation import steps
from custodes.sharing.directory.added import clause_of
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.forms.cooperation import AgainForm, AnswerForm, CooperationForm
from custodes.sharing.forms.links import StepForm, in_reach
from custodes.sharing.letters.urged import urging_step
from custodes.sharing.models import Cooperation, CooperationState
from custodes.sharing.reach import answered_cooperations, handled_cooperations, offices, read_cooperations
from custodes.sharing.stepping import StepRefused, Taken
from custodes.sharing.views.common import INVALID, act_with, crumbs_of
from custodes.sharing.views.links import papers_of
from custodes.sharing.words import step_words

PER_PAGE = 50
MOST = 200
"""Units and systems that the choices of the form hold; a search narrows them down."""
BADGES = {
    CooperationState.ASKED: "attention",
    CooperationState.AGREED: "fine",
    CooperationState.DECLINED: "danger",
    CooperationState.CLOSED: "off",
    CooperationState.WITHDRAWN: "off",
}
OFFICE = ("remind", "ask_again", "close", "withdraw")
UNIT = ("agree", "decline")
_DONE = {
    "remind": _("已催办，列入对方的待办。"),
    "ask_again": _("已再次请求。"),
    "close": _("已办结。"),
    "withdraw": _("已撤回。"),
    "agree": _("已答复：同意配合。"),
    "decline": _("已答复：不予配合。"),
}


@require_safe
@needs(Permission.VIEW_SHARING)
def cooperations(request: HttpRequest) -> HttpResponse:
    """Those that the person handles, reads, or answers for their unit."""
    viewer = Viewer.of(request)
    today = timezone.localdate(viewer.at)
    table = Table.of(
        request,
        Column(_("编号"), "number"),
        Column(_("被请求单位"), "unit__name"),
        Column(_("公安机关"), "office__name"),
        Column(_("答复期限"), "due"),
        Column(_("状态"), "state"),
        default="-number",
    )
    rows = read_cooperations(viewer.person, viewer.at).select_related("unit", "office")
    if late := request.GET.get("late") == "1":
        rows = rows.filter(state=CooperationState.ASKED, due__lt=today)
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "cooperations",
        "table": table,
        "page": page,
        "late": late,
        "rows": [(row, BADGES[CooperationState(row.state)], row.late(today)) for row in page],
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
        initial={"due": steps.due_from(timezone.localdate(viewer.at))},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = act_with(
                request, viewer, f"people.unit:{data['unit'].uuid}", data,
                lambda taken: steps.ask(
                    office, data["unit"], data["need"], data["wanted"], data["due"],
                    Taken(taken.by, taken.at, data["need"][:400], taken.papers), data["system"],
                ),
            )  # fmt: skip
        except (StepRefused, PaperRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已请求配合，列入对方的待办。"))
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


@require_safe
@needs(Permission.VIEW_SHARING)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request's page, for both sides."""
    viewer = Viewer.of(request)
    return _draw(request, viewer, _seen(viewer, pk))


@takes_papers()
@require_POST
@needs(Permission.MANAGE_SHARING, Permission.ANSWER_SHARING)
def act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """Take a step of the office's, or the unit's."""
    viewer = Viewer.of(request)
    if event not in (*OFFICE, *UNIT):
        raise Http404
    reach = handled_cooperations if event in OFFICE else answered_cooperations
    row = get_object_or_404(reach(viewer.person, viewer.at), pk=pk)
    form = _form(event)(request.POST, request.FILES, required=event != "remind")
    if not form.is_valid():
        return _draw(request, viewer, _seen(viewer, pk), error=faults_of(form), status=INVALID)
    data = form.cleaned_data
    try:
        act_with(request, viewer, f"sharing.cooperation:{row.pk}", data, lambda taken: _take(row, event, data, taken))
    except (StepRefused, PaperRefused) as refused:
        return _draw(request, viewer, _seen(viewer, pk), error=str(refused), status=INVALID)
    messages.success(request, _DONE[event])
    return redirect(row)


def _form(event: str) -> type[StepForm]:
    return {"agree": AnswerForm, "ask_again": AgainForm}.get(event, StepForm)


def _take(row: Cooperation, event: str, data: dict[str, Any], taken: Taken) -> None:
    acts: dict[str, Callable[[], Cooperation]] = {
        "remind": lambda: steps.remind(row, taken),
        "agree": lambda: steps.agree(row, data["words"], data["promised_on"], taken),
        "decline": lambda: steps.decline(row, data["words"], taken),
        "ask_again": lambda: steps.ask_again(row, data["due"], taken),
        "close": lambda: steps.close(row, taken),
        "withdraw": lambda: steps.withdraw(row, taken),
    }
    acts[event]()


@require_safe
@needs(Permission.VIEW_SHARING)
def paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """A paper of one of its steps; each reading is on record."""
    viewer = Viewer.of(request)
    row = _seen(viewer, pk)
    found = get_object_or_404(papers_of(row), pk=paper)
    return serve(found, by=viewer.person, at=viewer.at, about=f"sharing.cooperation:{row.pk}")


def _seen(viewer: Viewer, pk: UUID) -> Cooperation:
    rows = read_cooperations(viewer.person, viewer.at)
    return get_object_or_404(
        rows.select_related("office", "unit", "system", "asked_by__unit", "answered_by__unit"), pk=pk
    )


def _draw(
    request: HttpRequest, viewer: Viewer, row: Cooperation, *, error: str = "", status: int = 200
) -> HttpResponse:
    today = timezone.localdate(viewer.at)
    handles = handled_cooperations(viewer.person, viewer.at).filter(pk=row.pk).exists()
    answers = answered_cooperations(viewer.person, viewer.at).filter(pk=row.pk).exists()
    again = {"due": steps.due_from(today)}
    context = {
        "tab": "cooperations",
        "row": row,
        "badge": BADGES[CooperationState(row.state)],
        "late": row.late(today),
        "days": (row.due - today).days,
        "handles": handles,
        "answers": answers,
        "links": row.system.links.order_by("-asked_at")[:3] if row.system else [],
        "agree_form": AnswerForm(auto_id="id_agree_%s", label=_("答复"), required=True),
        "decline_form": StepForm(auto_id="id_decline_%s", label=_("不予配合的理由"), required=True),
        "remind_form": StepForm(auto_id="id_remind_%s"),
        "again_form": AgainForm(auto_id="id_again_%s", label=_("再次请求的理由"), required=True, initial=again),
        "close_form": StepForm(auto_id="id_close_%s", label=_("办理结果"), required=True),
        "withdraw_form": StepForm(auto_id="id_withdraw_%s", label=_("撤回的原因"), required=True),
        "error": error,
        "papers": papers_of(row),
        "urged": urging_step(row) is not None,
        "story": story_of(row, lambda event: step_words("cooperation", event), "case"),
        "crumbs": _crumbs((row.number, "")),
    }
    return render(request, "sharing/cooperation.html", context, status=status)


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return crumbs_of((_("配合联网请求"), reverse("sharing:cooperations")), *more)
