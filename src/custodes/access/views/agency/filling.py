"""Filling a request in: begun at the counter or online, page by page, handed in. The cameras are chosen in `choosing.py`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.agency.case import AGENCY, state
from custodes.access.agency.reach import holders, intake_units
from custodes.access.forms.agency import PAGES, AgencyPaperForm, BeginForm
from custodes.access.models import AgencyPaper, AgencyRequest, AgencyState, Intake
from custodes.access.views.agency import common
from custodes.cases import taking
from custodes.cases.step import StepInput
from custodes.people.forms import faults_of
from custodes.people.lawful import StepRefused, terms
from custodes.people.models import Paper, PostKind
from custodes.people.models.account import held_posts
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS, PaperRefused, takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.steps import Step

KEYS = list(PAGES)


@needs(*common.ASKS_OR_TAKES)
def begin(request: HttpRequest) -> HttpResponse:
    """To whom: at the counter the own unit, online any unit that holds footage."""
    viewer = Viewer.of(request)
    counter = intake_units(viewer.person, viewer.at)
    takes = counter.exists()
    posts = held_posts(viewer.person, viewer.at, {PostKind.AGENCY_OFFICER})
    if not takes and not posts:
        raise PermissionDenied
    form = BeginForm(request.POST or None, holders=counter if takes else holders())
    if request.method == "POST" and form.is_valid():
        intake = Intake.COUNTER if takes else Intake.ONLINE
        step = _step(viewer, intake=intake, unit=None if takes else posts[0].unit)
        row = taking.begin(AGENCY, "begin", form.cleaned_data["holder"], step, terms())
        return redirect("access:request_fill", row.pk, KEYS[0])
    title = _("登记来访申请") if takes else _("申请查阅、调取、复制")
    context = {"form": form, "title": title, "counter": takes, "crumbs": common.crumbs(None, (title, ""))}
    return render(request, "access/agency/begin.html", context, status=common.INVALID if form.errors else 200)


@require_POST
@needs(*common.ASKS_OR_TAKES)
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Complete what was refused: a new draft that names the old request."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if row.state != AgencyState.REFUSED or not (part.asks or part.takes):
        raise Http404
    intake = Intake.ONLINE if part.asks else Intake.COUNTER
    with transaction.atomic():  # whoever may complete it begins it too, also of a unit below
        step = _step(viewer, intake=intake, unit=row.unit, earlier=row)
        made = taking.begin_inside(AGENCY, "begin", row.holder, step, terms())
    messages.info(request, _("已带入原申请的内容。请补齐缺少的条件后提交。"))
    return redirect("access:request_fill", made.pk, KEYS[0])


@needs(*common.ASKS_OR_TAKES, Permission.APPROVE_REQUESTS)
def fill(request: HttpRequest, pk: UUID, page: str) -> HttpResponse:
    """One page of it; saved when it is sent."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if page not in PAGES or not part.edits(row):
        raise Http404
    title, kind = PAGES[page]
    form = kind(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        officers = form.officers() if page == "who" else None  # type: ignore[attr-defined]
        try:
            revision, values = revision_of(request), form.values()
            row = state(row, viewer.person, viewer.at, revision=revision, values=values, officers=officers)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(*_next(request, row, page, part))
    context = {
        "row": row,
        "form": form,
        "title": title,
        "page": page,
        "part": part,
        "steps": steps_of(page, part.chooses(row)),
        "back": KEYS[KEYS.index(page) - 1] if page != KEYS[0] else "",
        "crumbs": common.crumbs(row, (title, "")),
        "paper_form": AgencyPaperForm() if page == "papers" else None,
        "papers": row.papers.select_related("paper", "by__unit"),
        "begins_at": row.span_from,
    }
    return render(request, "access/agency/fill.html", context, status=common.INVALID if form.errors else 200)


@require_POST
@takes_papers()
@needs(*common.ASKS_OR_TAKES)
def paper_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a paper that was shown."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if not (part.takes or part.edits(row)):
        raise Http404
    form = AgencyPaperForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with transaction.atomic():
                paper = keep_paper(
                    form.cleaned_data["file"], by=viewer.person, at=viewer.at, kinds=SCANS, about=common.about(row)
                )
                step = _step(viewer, papers=(paper,), kind=form.cleaned_data["kind"])
                taking.take(AGENCY, row, "paper", step, terms())
        except (PaperRefused, StepRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已加入。"))
    else:
        messages.error(request, faults_of(form))
    # Whoever adds it while they fill in stays on that page, with what they have typed there (`page/typed.ts`).
    if row.state == AgencyState.DRAFT or ("filling" in request.POST and part.edits(row)):
        return redirect("access:request_fill", row.pk, "papers")
    return redirect(row)


@require_safe
@needs(*common.ANY)
def paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """One paper, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    held = get_object_or_404(AgencyPaper.objects.select_related("paper"), request=row, pk=paper)
    return serve(held.paper, by=viewer.person, at=viewer.at, about=common.about(row))


def _step(viewer: Viewer, papers: tuple[Paper, ...] = (), **data: Any) -> StepInput:
    return StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), papers=papers, data=data)


def revision_of(request: HttpRequest) -> int:
    """Of the row as the form was drawn with; -1 where the form says none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _next(request: HttpRequest, row: AgencyRequest, page: str, part: common.AgencyRole) -> tuple[Any, ...]:
    if "aside" in request.POST or row.state != AgencyState.DRAFT or page == KEYS[-1]:
        return (row,)
    if page == "where" and part.chooses(row):
        return ("access:request_cameras", row.pk)
    return ("access:request_fill", row.pk, KEYS[KEYS.index(page) + 1])


def steps_of(page: str, chooses: bool) -> list[Step]:
    """The stepper."""
    labels = [(key, PAGES[key][0]) for key in KEYS]
    if chooses:
        labels.insert(3, ("cameras", _("选择点位和时段")))
    labels.append(("check", _("核对并提交")))
    keys = [key for key, _label in labels]
    now = keys.index(page)
    return [
        Step(label, "done" if place < now else "current" if place == now else "todo")
        for place, (_key, label) in enumerate(labels)
    ]
