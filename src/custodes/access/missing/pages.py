"""The pages of missing persons' cases (S29): the list, opening one on one page, completing it, places and times, a case with its one next step
and the line of steps over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.access.missing.case import MISSING, MOST_CAMERAS, is_own
from custodes.access.missing.clock import over, provisional_until
from custodes.access.missing.facts import to_admit
from custodes.access.missing.forms import STATED, CaseForm, CasePaperForm, ScopeForm
from custodes.access.missing.reach import (
    at_the_platform,
    choosable,
    desk_of,
    elsewhere,
    handled_cases,
    reviewed_cases,
    visible_cases,
)
from custodes.access.models import MissingCase, MissingPaper, MissingState, SupervisedSession
from custodes.access.models.missing import LOOKING, RUNNING, Protected
from custodes.access.supervised.page import lasted, said_of, sessions_of, waited
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.cases.views import INVALID, Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.people.forms import faults_of
from custodes.people.lawful import StepRefused
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Paper
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import PaperRefused, takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, only_reads
from custodes.places.lifecycle import said
from custodes.places.models import Camera
from custodes.places.scope import exact_cameras, told_exactly

MOST_SHOWN = 60
"""Cameras of one search; a narrower word shows others."""
HANDLE, REVIEW = Permission.HANDLE_MISSING, Permission.REVIEW_MISSING
Refused = list[dict[str, str]]
_LIST: list[tuple[Any, Any]] = [(pgettext_lazy("走失人员", "走失查看"), reverse_lazy("access:missing_list"))]


def more(viewer: Viewer, row: MissingCase, today: date, terms: LegalTerms) -> dict[str, Any]:
    """Where the case is, its one next step, who looks and looked, its papers and times."""
    handles = handled_cases(viewer.person, viewer.at).filter(pk=row.pk).exists()
    reviews = reviewed_cases(viewer.person, viewer.at).filter(pk=row.pk).exists()
    step, own, is_open = next_of(row, viewer.at), is_own(row, viewer.person), row.state in RUNNING
    return {
        **sessions_of(viewer, row),
        "step": step,
        "handles": handles,
        "reviews": reviews and not own,
        "own": own,
        "open": is_open,
        "narrowable": is_open and row.state != MissingState.OPENED and step.name != "told",
        "alone": row.state in LOOKING,
        "unmet": lines(to_admit(row, viewer.at)) if row.state == MissingState.OPENED else [],
        "steps": stepper(row),
        "until": provisional_until(row) if is_open else None,
        "over": over(row, viewer.at),
        "to_first": lasted(row.to_first_picture),
        "to_shown": lasted(row.to_first_shown),
        "waiting": waited(row, viewer.at) if is_open and row.first_picture_at is None else "",
        "turned": row.turned.select_related("unit"),
        "held_papers": row.papers.select_related("paper", "by__unit"),
        "own_paper_form": CasePaperForm(auto_id="id_paper_%s"),
        "crumbs": [*_LIST, (str(row), "")],
    }


MISSINGS = CasePages(
    MISSING,
    Around(
        above_parent=lambda unit: _LIST,
        above=lambda row: _LIST,
        above_list=[],
        template="access/missing/case.html",
        more=more,
        list_template="access/missing/list.html",
        may=(HANDLE, REVIEW),
        told=said_of,
    ),
)


def routes() -> list[URLPattern]:
    """Of the case, its steps and its list: for who holds the permission at the police."""
    found = MISSINGS.urls("missing/", {})
    for route in found:
        event = route.default_args.get("event")
        permissions = MISSING.event(event).actor.permissions if event else (HANDLE, REVIEW)
        route.callback = at_the_platform(*permissions)(route.callback)
    return found


@at_the_platform(HANDLE)
def missing_open(request: HttpRequest) -> HttpResponse:
    """One page: who is lost, who asks, the report, the question about protection."""
    viewer = Viewer.of(request)
    form = CaseForm(request.POST or None, instance=MissingCase())
    if request.method == "POST" and form.is_valid():
        desk, opening = desk_of(viewer.person, viewer.at), _step(viewer, **form.cleaned_data)
        row = begin(MISSING, "open", desk, opening, terms_now())
        if row.state == MissingState.ADMITTED:
            messages.success(request, MISSING.event("open").said)
            return redirect("access:missing_scope", row.pk)
        messages.warning(request, _("已受理。还有未满足的条件，补齐后即可选定点位和时段。"))
        return redirect(row)
    return _case_page(request, viewer, form, None)


@only_reads
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
            done = take(MISSING, row, "complete", _step(viewer, **form.cleaned_data), terms_now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, MISSING.event("complete").said)
            return redirect(done)
    return _case_page(request, viewer, form, row)


@at_the_platform(HANDLE)
def missing_scope(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose places and times: a search by word within the division, and a span."""
    viewer = Viewer.of(request)
    row = get_object_or_404(handled_cases(viewer.person, viewer.at).select_related("unit"), pk=pk)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    mine = choosable(viewer.person, viewer.at).select_related("system").order_by("number")
    # What was ticked stays on the page while one searches on.
    ticked = request.POST.getlist("cameras") or request.GET.getlist("cameras")
    chosen = ticked or [str(pk) for pk in row.cameras.values_list("pk", flat=True)]
    chosen = [one for one in chosen if is_uuid(one)][:MOST_SHOWN]
    exact = exact_cameras(viewer.person, viewer.at)
    named = _named(query, exact)
    shown = list(told_exactly(mine.filter(named | Q(pk__in=chosen)), exact)[:MOST_SHOWN])
    initial = {"span_from": row.span_from, "span_to": row.span_to}
    form = ScopeForm(request.POST or None, cameras=mine, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            done = take(MISSING, row, "narrow", _step(viewer, **form.cleaned_data), terms_now())
        except StepRefused as refusal:
            form.add_error(None, " ".join([str(refusal), *(_told(one) for one in refusal.unmet)]))
        else:
            messages.success(request, MISSING.event("narrow").said)
            return redirect(done)
    context = {
        "case": row,
        "form": form,
        "query": query,
        "cameras": [(camera, str(camera.pk) in chosen) for camera in shown],
        "more": mine.filter(named).count() > len(shown),
        "elsewhere": elsewhere(viewer.person, viewer.at).filter(named).count() if query else 0,
        "most": MOST_CAMERAS,
        "subject": f"missing:{row.pk}",
        "may_hold": viewer.may(Permission.PLACE_HOLDS),
        "hours": terms_now().assumed.request_hours,
        "crumbs": crumbs(row, _("选定点位和时段")),
    }
    return render(request, "access/missing/scope.html", context, status=INVALID if form.errors else 200)


@require_POST
@takes_papers()
@at_the_platform(HANDLE)
def missing_paper_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a paper."""
    viewer = Viewer.of(request)
    row = get_object_or_404(handled_cases(viewer.person, viewer.at), pk=pk)
    form = CasePaperForm(request.POST, request.FILES, auto_id="id_paper_%s")
    if form.is_valid():
        try:
            with transaction.atomic():
                paper = keep_paper(form.cleaned_data["file"], by=viewer.person, at=viewer.at, about=_about(row))
                adding = _step(viewer, papers=(paper,), kind=form.cleaned_data["kind"])
                take(MISSING, row, "paper", adding, terms_now())
        except PaperRefused as refusal:
            form.add_error("file", str(refusal))
        except StepRefused as refusal:
            return MISSINGS.page(request, viewer, pk, str(refusal))
        else:
            messages.success(request, MISSING.event("paper").said)
            return redirect(row)
    return MISSINGS.page(request, viewer, pk, faults_of(form), own_paper_form=form)


@require_safe
@at_the_platform(HANDLE, REVIEW)
def missing_paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """One paper, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    rows = MissingPaper.objects.filter(missing__in=visible_cases(viewer.person, viewer.at).values("pk"), missing=pk)
    held = get_object_or_404(rows.select_related("paper", "missing"), pk=paper)
    return serve(held.paper, by=viewer.person, at=viewer.at, about=_about(held.missing))


def _about(row: MissingCase) -> str:
    return f"access.missingcase:{row.pk}"


def _step(viewer: Viewer, papers: tuple[Paper, ...] = (), **data: Any) -> StepInput:
    return StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), papers=papers, data=data)


def is_uuid(text: str) -> bool:
    """Whether it may be asked of the database as an id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _named(query: str, exact: QuerySet[Camera]) -> Q:
    """Cameras that each word finds; a word in where one is mounted, those of whom the officer reads that (S33.1)."""
    if not query:
        return Q()
    named = Q()
    for word in query.split():
        named &= (
            Q(name__icontains=word)
            | Q(number__icontains=word)
            | Q(place__icontains=word, pk__in=exact.values("pk"))
            | Q(system__name__icontains=word)
            | Q(system__site__name__icontains=word)
            | Q(system__site__address__icontains=word)
        )
    return named


def _case_page(request: HttpRequest, viewer: Viewer, form: CaseForm, row: MissingCase | None) -> HttpResponse:
    context = {
        "form": form,
        "case": row,
        "unmet": _lacking(form, viewer),
        "minutes": terms_now().assumed.provisional_minutes,
        "crumbs": crumbs(row, _("补充登记") if row else _("受理")),
    }
    return render(request, "access/missing/open.html", context, status=INVALID if form.errors else 200)


def _lacking(form: CaseForm, viewer: Viewer) -> Refused:
    """What the ground would say of the form as it stands; what the form itself refuses counts as not filled in."""
    if form.is_bound:
        form.is_valid()
        row = MissingCase(opened_at=viewer.at if form.instance._state.adding else form.instance.opened_at)
        for name in STATED:
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


def crumbs(row: MissingCase | None, here: Any) -> list[tuple[Any, Any]]:
    """The way to a page of the case, or of a new one."""
    return [*_LIST, *([(str(row), row.get_absolute_url())] if row is not None else []), (here, "")]


@dataclass(frozen=True)
class ToDoNow:
    """What is to be done now.

    Attributes:
        name: for the page: ``complete``, ``scope``, ``preview``, ``session``, ``police``, ``running``, ``told``, ``prove``, ``review``, ``nothing``.
        session: that is running.
    """

    name: str
    session: SupervisedSession | None = None


def next_of(row: MissingCase, at: datetime) -> ToDoNow:
    """It follows from the case alone."""
    running = row.sessions.filter(ended_at__isnull=True).select_related("officer__unit").first()
    if running is not None:
        return ToDoNow("running", running)
    if row.state == MissingState.ARCHIVED:
        return ToDoNow("nothing")
    if row.state == MissingState.CLOSED:
        return ToDoNow("review")
    if row.found_at is not None:
        return ToDoNow("told")
    if row.state == MissingState.OPENED:
        return ToDoNow("complete")
    if row.state == MissingState.ADMITTED:
        return ToDoNow("scope")
    if row.protected == Protected.YES:
        return ToDoNow("police")
    if over(row, at):
        return ToDoNow("prove")
    return ToDoNow("session" if row.previewed_at else "preview")


def stepper(row: MissingCase) -> list[dict[str, Any]]:
    """Where the case is, of its seven steps."""
    closed = row.state in (MissingState.CLOSED, MissingState.ARCHIVED)
    done = [
        True,
        row.state != MissingState.OPENED,
        row.span is not None and row.cameras.exists(),
        row.previewed_at is not None or (row.protected == Protected.YES and row.first_picture_at is not None),
        row.first_shown_at is not None or (row.protected == Protected.YES and row.first_picture_at is not None),
        closed,
        row.state == MissingState.ARCHIVED,
    ]
    labels = [_("受理"), _("核实"), _("选定范围"), _("先行查看"), _("陪同查看"), _("办结"), _("复核")]
    current = next((at for at, one in enumerate(done) if not one), len(done))
    if closed:
        current = max(current, 6)
    return [
        {
            "label": label,
            "state": "done" if one else "current" if at == current else "todo",
        }
        for at, (label, one) in enumerate(zip(labels, done, strict=True))
    ]
