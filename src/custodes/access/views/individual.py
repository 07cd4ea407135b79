"""个人查阅 (N21): the caretaker's list, the three questions on one page, the request's page with its one next step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.access.individual import workflow
from custodes.access.individual.forms import AskForm, DecideForm
from custodes.access.individual.reach import desk_of, handled_requests
from custodes.access.models import IndividualRequest, IndividualState
from custodes.access.supervised.stepping import Taken
from custodes.access.views import wishes
from custodes.access.views.missing_case import said_of
from custodes.access.views.wishes import HANDLE, INVALID
from custodes.people.forms.faults import faults_of
from custodes.people.table import Column
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused

BADGES = {
    IndividualState.ASKED: "attention",
    IndividualState.CONSENTED: "info",
    IndividualState.REFUSED: "off",
    IndividualState.CLOSED: "fine",
}
LISTING = wishes.Listing(
    "access/individual/list.html",
    (
        Column(_("编号"), "number"),
        Column(_("申请人"), "name"),
        Column(_("事由"), "purpose"),
        Column(_("申请时间"), "asked_at"),
        Column(_("状态"), "state"),
    ),
    ("name", "number", "purpose"),
    IndividualState.choices,
    lambda row: (row, BADGES[IndividualState(row.state)]),
)


@require_safe
@needs(HANDLE)
def individual_list(request: HttpRequest) -> HttpResponse:
    """Requests to the units at which the reader is the caretaker."""
    viewer = Viewer.of(request)
    return wishes.listed(request, handled_requests(viewer.person, viewer.at), LISTING)


@needs(HANDLE)
def individual_new(request: HttpRequest) -> HttpResponse:
    """The three questions."""
    viewer = Viewer.of(request)
    unit = desk_of(viewer.person, viewer.at)
    assert unit is not None
    cameras = wishes.cameras_of(viewer)
    asked = AskForm(request.POST or None, instance=IndividualRequest())
    answer = DecideForm(request.POST or None, cameras=cameras, later=True)
    error = ""
    if request.method == "POST" and asked.is_valid() and answer.is_valid():
        taken = Taken(viewer.person, viewer.at)
        try:
            with transaction.atomic():
                row = workflow.ask(asked.save(commit=False), unit, taken)
                if answer.cleaned_data["answer"] != "later":
                    row = workflow.decide(row, _answer(answer), taken)
        except StepRefused as refusal:
            error = said_of(refusal)
        else:
            return _answered(request, row)
    context = {"asked": asked, "answer": answer, "error": error, "crumbs": _crumbs(_("登记申请"))}
    wrong = bool(error or asked.errors or answer.errors)
    return render(request, "access/individual/new.html", context, status=INVALID if wrong else 200)


@require_safe
@needs(HANDLE)
def individual(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request."""
    viewer = Viewer.of(request)
    return page(request, viewer, _row(viewer, pk))


@require_POST
@needs(HANDLE)
def individual_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer one that was taken in before, or that police have put to the unit."""
    viewer = Viewer.of(request)
    row = _row(viewer, pk)
    form = DecideForm(request.POST, cameras=wishes.cameras_of(viewer), later=False)
    if not form.is_valid():
        return page(request, viewer, row, faults_of(form), INVALID, form)
    return wishes.stepped(
        lambda: workflow.decide(row, _answer(form), Taken(viewer.person, viewer.at)),
        lambda done: _answered(request, done),
        lambda said, status: page(request, viewer, _row(viewer, pk), said, status, form),
    )


@require_POST
@needs(HANDLE)
def individual_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was looked at, or isn't wanted any more."""
    viewer = Viewer.of(request)
    row = _row(viewer, pk)
    return wishes.stepped(
        lambda: workflow.close(row, Taken(viewer.person, viewer.at)),
        lambda done: wishes.told(request, done, _("已办结。")),
        lambda said, status: page(request, viewer, _row(viewer, pk), said, status),
    )


def page(
    request: HttpRequest,
    viewer: Viewer,
    row: IndividualRequest,
    error: Any = "",
    status: int = 200,
    form: DecideForm | None = None,
) -> HttpResponse:
    """The request's page, with what went wrong and the form as it was sent."""
    initial = {"span_from": row.span_from, "span_to": row.span_to}
    context = wishes.page_of(viewer, row) | {
        "badge": BADGES[IndividualState(row.state)],
        "error": error,
        "form": form or DecideForm(cameras=wishes.cameras_of(viewer), later=False, initial=initial),
        "crumbs": _crumbs(str(row)),
    }
    return render(request, "access/individual/request.html", context, status=status)


def _answer(form: DecideForm) -> workflow.Answer:
    data = form.cleaned_data
    consents = data["answer"] == "consent"
    return workflow.Answer(consents, tuple(data["cameras"]), data["span_from"], data["span_to"], data["refusal"])


def _answered(request: HttpRequest, row: IndividualRequest) -> HttpResponse:
    said = {
        IndividualState.ASKED: _("已登记申请，等待答复。"),
        IndividualState.CONSENTED: _("已同意。请打印告知书，请申请人到屏幕前查阅。"),
        IndividualState.REFUSED: _("已登记不同意。请打印告知书交申请人。"),
    }
    messages.success(request, said[IndividualState(row.state)])
    return redirect(row)


def _row(viewer: Viewer, pk: UUID) -> IndividualRequest:
    rows = handled_requests(viewer.person, viewer.at).select_related("unit", "taken_by__unit", "decided_by__unit")
    return get_object_or_404(rows, pk=pk)


def _crumbs(here: Any) -> list[tuple[Any, str]]:
    return [(pgettext_lazy("个人查阅", "个人查阅"), reverse("access:individual_list")), (here, "")]
