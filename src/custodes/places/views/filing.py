"""Filings: the list of what is on its way, one filing's form and page, what police answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
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
from custodes.places.filing import workflow
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.fields import FIELDS, SECTIONS
from custodes.places.filing.reach import editable_filings, handled_filings, visible_filings
from custodes.places.forms.filing import AnswerForm, FilingForm, NationalForm
from custodes.places.forms.receipt import RevokeForm
from custodes.places.lifecycle import said
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.lifecycle.story import story_of_object
from custodes.places.models import Filing, FilingState
from custodes.places.scope import built_systems, handled_systems
from custodes.places.views.acting import INVALID, act_on
from custodes.places.views.editing import edit_row
from custodes.places.views.system import crumbs_of

PER_PAGE = 50
BADGES = {
    FilingState.DRAFT: "neutral",
    FilingState.SUBMITTED: "attention",
    FilingState.RETURNED: "danger",
    FilingState.FILED: "fine",
    FilingState.WITHDRAWN: "off",
}


@require_safe
@needs(Permission.VIEW_PLACES)
def filing_list(request: HttpRequest) -> HttpResponse:
    """Filings of the systems that the person may see; drafts only their own unit's."""
    viewer = Viewer.of(request)
    state = request.GET.get("state", "")
    rows = visible_filings(viewer.person, viewer.at).select_related("system__site__division", "system__unit")
    if state in FilingState.values:
        rows = rows.filter(state=state)
    table = Table.of(
        request,
        Column(_("系统"), "system__name"),
        Column(_("备案事项")),
        Column(_("所在县（区）"), "system__site__division__path"),
        Column(_("提交日期"), "submitted_on"),
        Column(_("状态"), "state"),
        default="-submitted_on",
    )
    shown = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "filings",
        "table": table,
        "page": shown,
        "rows": [(row, BADGES[FilingState(row.state)]) for row in shown],
        "state": state,
        "states": FilingState.choices,
        "crumbs": [(pgettext_lazy("列表", "点位"), reverse("places:camera_list")), (_("备案"), "")],
    }
    return render(request, "places/filing_list.html", context)


@require_POST
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a filing of this system, or go on with the one that is on its way. Counter staff do it for a unit."""
    viewer = Viewer.of(request)
    own = built_systems(viewer.person, viewer.at).filter(pk=pk)
    handled = handled_systems(viewer.person, viewer.at).filter(pk=pk)
    row = get_object_or_404(own | handled, pk=pk)
    try:
        filing = workflow.begin(row, viewer.person, viewer.at, on_behalf=not own.exists())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("places:life", pk=pk)
    if filing.state in (FilingState.DRAFT, FilingState.RETURNED):
        return redirect("places:filing_edit", pk=filing.pk)
    return redirect(filing)


@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fill it in; kept at every press, complete or not, unless somebody else changed it meanwhile (R8)."""
    viewer = Viewer.of(request)
    rows = _with_system(editable_filings(viewer.person, viewer.at))
    return edit_row(request, rows, pk, lambda row: _edit(request, viewer, row))


def _edit(request: HttpRequest, viewer: Viewer, row: Filing) -> HttpResponse:
    if row.state not in (FilingState.DRAFT, FilingState.RETURNED):
        return redirect(row)
    stay = "stay" in request.POST
    form = FilingForm(request.POST or None, filing=row, complete=not stay)
    if request.method == "POST":
        complete = form.is_valid()
        if not form.foreign:
            # What was typed is kept, complete or not.
            workflow.save(row, form.said(), viewer.person, viewer.at)
        if complete:
            messages.success(request, _("草稿已保存。"))
            return redirect("places:filing_edit" if stay else "places:filing", pk=row.pk)
    context = {"filing": row, "form": form, "crumbs": _crumbs(row, (_("填写"), ""))}
    return render(request, "places/filing_edit.html", context, status=INVALID if form.errors else 200)


@require_safe
@needs(Permission.VIEW_PLACES)
def filing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One filing: check the answers, hand it in, or take it."""
    viewer = Viewer.of(request)
    return page(request, viewer, get_object_or_404(_with_system(visible_filings(viewer.person, viewer.at)), pk=pk))


@require_POST
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand in what was checked."""
    viewer = Viewer.of(request)
    revision = request.POST.get("revision", "")
    seen = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else None

    def hand_in(one: Filing, taken: Taken) -> Filing:
        return workflow.submit(one, taken, seen)

    return _do(request, viewer, _editable(viewer, pk), hand_in, _("备案已提交。"))


@require_POST
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it back."""
    viewer = Viewer.of(request)
    return _do(request, viewer, _editable(viewer, pk), workflow.withdraw, _("备案已撤回。"))


@require_POST
@needs(Permission.HANDLE_FILINGS)
def filing_receive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Police take it and give its receipt, or send it back with words."""
    viewer = Viewer.of(request)
    row = _handled(viewer, pk)
    if "back" in request.POST:
        return _do(request, viewer, row, workflow.send_back, _("已退回补正。"))
    return _do(request, viewer, row, workflow.receive, _("已备案，回执编号已生成。"))


@require_POST
@needs(Permission.HANDLE_FILINGS)
def filing_national(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the national platform's number."""
    viewer = Viewer.of(request)
    row = _handled(viewer, pk)
    form = NationalForm(request.POST)
    if not form.is_valid():
        return page(request, viewer, row, error=" ".join(str(one) for one in form.errors["number"]), status=INVALID)

    def keep(one: Filing, taken: Taken) -> Filing:
        return workflow.keep_national_number(one, form.cleaned_data["number"], taken)

    return _do(request, viewer, row, keep, _("已登记全国备案平台回执号。"))


def _do(
    request: HttpRequest, viewer: Viewer, row: Filing, act: Callable[[Filing, Taken], Filing], said_then: Any
) -> HttpResponse:
    return act_on(request, viewer, row, act, said_then, page)


def page(
    request: HttpRequest,
    viewer: Viewer,
    row: Filing,
    error: Any = "",
    status: int = 200,
    answer: BaseForm | None = None,
) -> HttpResponse:
    """Draw the page of a filing, with what went wrong and what was typed."""
    today = timezone.localdate(viewer.at)
    draft = row.state in (FilingState.DRAFT, FilingState.RETURNED)
    return render(
        request,
        "places/filing.html",
        {
            "filing": row,
            "system": row.system,
            "badge": BADGES[FilingState(row.state)],
            "error": error,
            "unmet": [(said.reason(one), said.remedy(one), one.clause) for one in workflow.unmet_of(row)]
            if draft
            else [],
            "sections": [] if row.elsewhere else _answers(row),
            "items": row.items.select_related("paper"),
            "clocks": [(clock, words(clock.finding)) for clock in clocks_of(row.system, today, terms_now())],
            "may_edit": draft and editable_filings(viewer.person, viewer.at).filter(pk=row.pk).exists(),
            "may_withdraw": row.state in (FilingState.DRAFT, FilingState.SUBMITTED, FilingState.RETURNED)
            and editable_filings(viewer.person, viewer.at).filter(pk=row.pk).exists(),
            "may_take": row.state == FilingState.SUBMITTED and _handles(viewer, row),
            "may_revoke": row.elsewhere
            and row.state == FilingState.FILED
            and (_handles(viewer, row) or editable_filings(viewer.person, viewer.at).filter(pk=row.pk).exists()),
            "may_number": row.state == FilingState.FILED and _handles(viewer, row),
            "answer_form": answer if isinstance(answer, AnswerForm) else AnswerForm(),
            "revoke_form": answer if isinstance(answer, RevokeForm) else RevokeForm(auto_id="id_revoke_%s"),
            "national_form": NationalForm(initial={"number": row.national_number}),
            "story": story_of_object(row),
            "crumbs": _crumbs(row),
        },
        status=status,
    )


def _answers(row: Filing) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Sections with their labels and answers."""
    return [
        (title, [(field.label, _answer(row, field.key)) for field in FIELDS if field.section == key])
        for key, title in SECTIONS
    ]


def _answer(row: Filing, key: str) -> Any:
    return row.content.get(key) or (_("暂不清楚") if key in row.unclear else _("未填写"))


def _editable(viewer: Viewer, pk: UUID) -> Filing:
    return get_object_or_404(_with_system(editable_filings(viewer.person, viewer.at)), pk=pk)


def _handled(viewer: Viewer, pk: UUID) -> Filing:
    return get_object_or_404(_with_system(handled_filings(viewer.person, viewer.at)), pk=pk)


def _handles(viewer: Viewer, row: Filing) -> bool:
    return handled_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists()


def _with_system(rows: QuerySet[Filing]) -> QuerySet[Filing]:
    return rows.select_related("system__site__division", "system__unit", "drafted_by__unit")


def _crumbs(row: Filing, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    life = (_("办理与经过"), reverse("places:life", args=[row.system_id]))
    return crumbs_of(row.system, life, (_("备案"), reverse("places:filing", args=[row.pk]) if more else ""), *more)
