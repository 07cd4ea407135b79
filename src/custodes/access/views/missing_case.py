"""One case of a missing person: its page with the one next step, and the steps that are taken on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.access.missing import workflow
from custodes.access.missing.clock import over, provisional_until
from custodes.access.missing.facts import to_admit
from custodes.access.missing.forms import CasePaperForm, NotFoundForm, ReviewForm, StopForm, ToldForm
from custodes.access.missing.reach import at_the_platform, handled_cases, reviewed_cases, visible_cases
from custodes.access.missing.steps import next_of, stepper
from custodes.access.missing.telling import lasted, story_of, waited
from custodes.access.models import MissingCase, MissingPaper, MissingState
from custodes.access.models.missing import LOOKING, RUNNING
from custodes.access.supervised.stepping import Taken
from custodes.access.views.missing import BADGES, HANDLE, INVALID, REVIEW, lines
from custodes.law.grounds.ground import Unmet
from custodes.people.forms.faults import faults_of
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.viewer import Viewer
from custodes.places.lifecycle.said import reason, remedy
from custodes.places.lifecycle.stepping import StepRefused


@require_safe
@at_the_platform(HANDLE, REVIEW)
def missing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The case."""
    viewer = Viewer.of(request)
    return page(request, viewer, get_object_or_404(_rows(visible_cases(viewer.person, viewer.at)), pk=pk))


@require_POST
@at_the_platform(HANDLE)
def missing_found(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The police that search were told: whom, when."""
    form = ToldForm(request.POST, auto_id="id_told_%s")

    def act(row: MissingCase, taken: Taken) -> MissingCase:
        return workflow.close_found(row, form.cleaned_data["told"], form.cleaned_data["told_at"], taken)

    return _step(request, pk, "told", form, act, _("已办结。请交由另一名人员复核。"))


@require_POST
@at_the_platform(HANDLE)
def missing_not_found(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a find back that was none, and say why."""
    form = NotFoundForm(request.POST, auto_id="id_not_found_%s")
    return _step(request, pk, "not_found", form, workflow.not_found, _("已撤回发现登记，可以继续查看。"))


@require_POST
@at_the_platform(HANDLE)
def missing_stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End it without a find."""
    form = StopForm(request.POST, auto_id="id_stop_%s")
    return _step(request, pk, "stop", form, workflow.stop, _("已停止。请交由另一名人员复核。"))


@require_POST
@at_the_platform(REVIEW)
def missing_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another person has gone over it."""
    form = ReviewForm(request.POST, auto_id="id_review_%s")
    return _step(request, pk, "review", form, workflow.review, _("已复核归档。"), reviewed_cases)


@require_POST
@takes_papers()
@at_the_platform(HANDLE)
def missing_paper_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a paper."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_rows(handled_cases(viewer.person, viewer.at)), pk=pk)
    form = CasePaperForm(request.POST, request.FILES, auto_id="id_paper_%s")
    if form.is_valid():
        try:
            with transaction.atomic():
                paper = keep_paper(form.cleaned_data["file"], by=viewer.person, at=viewer.at, about=_about(row))
                workflow.add_paper(row, form.cleaned_data["kind"], paper, Taken(viewer.person, viewer.at))
        except PaperRefused as refusal:
            form.add_error("file", str(refusal))
        except StepRefused as refusal:
            return page(request, viewer, row, str(refusal), INVALID)
        else:
            messages.success(request, _("已加入。"))
            return redirect(row)
    return page(request, viewer, row, faults_of(form), INVALID, {"paper": form})


@require_safe
@at_the_platform(HANDLE, REVIEW)
def missing_paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """One paper, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    rows = MissingPaper.objects.filter(missing__in=visible_cases(viewer.person, viewer.at).values("pk"), missing=pk)
    held = get_object_or_404(rows.select_related("paper", "missing"), pk=paper)
    return serve(held.paper, by=viewer.person, at=viewer.at, about=_about(held.missing))


def page(
    request: HttpRequest,
    viewer: Viewer,
    row: MissingCase,
    error: Any = "",
    status: int = 200,
    forms: dict[str, BaseForm] | None = None,
) -> HttpResponse:
    """The case's page, with what went wrong and the form as it was sent."""
    bound = forms or {}
    handles = handled_cases(viewer.person, viewer.at).filter(pk=row.pk).exists()
    reviews = reviewed_cases(viewer.person, viewer.at).filter(pk=row.pk).exists()
    step = next_of(row, viewer.at)
    own = workflow.is_own(row, viewer.person)
    is_open = row.state in RUNNING
    context = {
        "case": row,
        "badge": BADGES[MissingState(row.state)],
        "error": error,
        "step": step,
        "own_session": step.session is not None and step.session.officer_id == viewer.person.pk,
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
        "cameras": row.cameras.order_by("number"),
        "sessions": row.sessions.select_related("officer__unit").order_by("-begun_at"),
        "turned": row.turned.select_related("unit"),
        "papers": row.papers.select_related("paper", "by__unit"),
        "told_form": bound.get("told") or ToldForm(auto_id="id_told_%s", initial={"told_at": viewer.at}),
        "not_found_form": bound.get("not_found") or NotFoundForm(auto_id="id_not_found_%s"),
        "stop_form": bound.get("stop") or StopForm(auto_id="id_stop_%s"),
        "review_form": bound.get("review") or ReviewForm(auto_id="id_review_%s"),
        "paper_form": bound.get("paper") or CasePaperForm(auto_id="id_paper_%s"),
        "story": story_of(row),
        "crumbs": [(pgettext_lazy("走失人员", "走失查看"), reverse("access:missing_list")), (str(row), "")],
    }
    return render(request, "access/missing/case.html", context, status=status)


def _step(
    request: HttpRequest,
    pk: UUID,
    name: str,
    form: Any,
    act: Callable[[MissingCase, Taken], MissingCase],
    told: Any,
    reach: Callable[[Any, Any], Any] = handled_cases,
) -> HttpResponse:
    viewer = Viewer.of(request)
    row = get_object_or_404(_rows(reach(viewer.person, viewer.at)), pk=pk)
    if not form.is_valid():
        return page(request, viewer, row, faults_of(form), INVALID, {name: form})
    try:
        done = act(row, Taken(viewer.person, viewer.at, form.cleaned_data.get("words", "")))
    except StepRefused as refusal:
        row = _rows(MissingCase.objects).get(pk=row.pk)
        return page(request, viewer, row, said_of(refusal), INVALID, {name: form})
    messages.success(request, told)
    return redirect(done)


def said_of(refusal: StepRefused) -> str:
    """A refused step in one line, each condition with its clause and what to do."""
    parts = (str(_("%(reason)s（%(clause)s）：%(remedy)s。") % _said(one)) for one in refusal.unmet)
    return " ".join([str(refusal), *parts])


def _said(one: Unmet) -> dict[str, str]:
    return {"reason": reason(one), "clause": one.clause, "remedy": remedy(one).rstrip("。.")}


def _rows(rows: Any) -> Any:
    return rows.select_related("unit", "opened_by__unit", "found_camera", "reviewed_by__unit")


def _about(row: MissingCase) -> str:
    return f"access.missingcase:{row.pk}"
