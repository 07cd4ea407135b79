"""Changes of systems in use: the list, the request, what was found changed, and the page of one change (S34(7), N14)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from custodes.people.lawful import terms as terms_now
from custodes.people.lawful import words
from custodes.people.papers.kinds import is_picture
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.changes import workflow
from custodes.places.changes.clock import days_late, finding_of
from custodes.places.changes.gathering import facts_of, in_words
from custodes.places.changes.guards import GUARDS
from custodes.places.changes.reach import (
    asked_changes,
    decided_changes,
    findable_systems,
    has_approver,
    visible_changes,
)
from custodes.places.forms.change import ChangeForm, DecideForm, DoneForm, FoundForm, PictureForm, WordsForm
from custodes.places.lifecycle import said
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.lifecycle.story import story_of_object
from custodes.places.models import ChangeCase, ChangeState, FilingState, Moment, System
from custodes.places.scope import built_systems, tended_systems
from custodes.places.views.acting import INVALID
from custodes.places.views.system import crumbs_of

PER_PAGE = 50
BADGES = {
    ChangeState.REQUESTED: "attention",
    ChangeState.APPROVED: "info",
    ChangeState.REFUSED: "off",
    ChangeState.FOUND: "danger",
    ChangeState.DONE: "attention",
    ChangeState.FILING: "info",
    ChangeState.CLOSED: "fine",
    ChangeState.RESTORED: "fine",
    ChangeState.WITHDRAWN: "off",
}
#: The state in which an event is asked for, in the order of the page.
NEXT = {
    ChangeState.REQUESTED: ("approve", "refuse"),
    ChangeState.APPROVED: ("carry_out",),
    ChangeState.FOUND: ("keep", "restore"),
}


@require_safe
@needs(Permission.VIEW_PLACES)
def change_list(request: HttpRequest) -> HttpResponse:
    """Changes that the person may see, by state where one is asked for."""
    viewer = Viewer.of(request)
    state = request.GET.get("state", "")
    rows = visible_changes(viewer.person, viewer.at).select_related("system__site__division", "system__unit")
    if state in ChangeState.values:
        rows = rows.filter(state=state)
    table = Table.of(
        request,
        Column(_("系统"), "system__name"),
        Column(_("变更事项"), "kind"),
        Column(_("申请日期"), "asked_at"),
        Column(_("实施日期"), "done_on"),
        Column(_("状态"), "state"),
        default="-asked_at",
    )
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "changes",
        "table": table,
        "page": page,
        "rows": [(row, BADGES[ChangeState(row.state)]) for row in page],
        "state": state,
        "states": ChangeState.choices,
        "crumbs": [(pgettext_lazy("列表", "点位"), reverse("places:camera_list")), (pgettext_lazy("变更", "变更"), "")],
    }
    return render(request, "places/change_list.html", context)


@needs(Permission.MANAGE_PLACES)
def change_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for leave to change a system in use."""
    viewer = Viewer.of(request)
    row = get_object_or_404(built_systems(viewer.person, viewer.at).select_related("site"), pk=pk)
    chosen = request.GET.getlist("camera")
    form = ChangeForm(request.POST or None, system=row, initial={"cameras": chosen} if chosen else None)
    if request.method == "POST" and form.is_valid():
        try:
            case = workflow.request(row, form.asked(), viewer.person, viewer.at)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("变更已申请。请上传变更前的画面，由本单位审批人审批。"))
            return redirect(case)
    return _form(request, row, form, _("申请变更"), _("申请变更"))


@needs(Permission.MANAGE_PLACES)
def change_amend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say it otherwise while nobody has decided."""
    viewer = Viewer.of(request)
    case = get_object_or_404(_with_system(asked_changes(viewer.person, viewer.at)), pk=pk)
    if case.state != ChangeState.REQUESTED:
        return redirect(case)
    form = ChangeForm.of(case, request.POST or None)
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data.get("revision") or 0
        try:
            workflow.amend(case, form.asked(), revision, viewer.person, viewer.at)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("申请已修改。"))
            return redirect(case)
    return _form(request, case.system, form, _("修改变更申请"), _("保存申请"))


@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def change_find(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter what was changed without leave: the unit does it, or who supervises it."""
    viewer = Viewer.of(request)
    row = get_object_or_404(findable_systems(viewer.person, viewer.at).select_related("site"), pk=pk)
    chosen = request.GET.getlist("camera")
    form = FoundForm(request.POST or None, system=row, initial={"cameras": chosen} if chosen else None)
    if request.method == "POST" and form.is_valid():
        taken = Taken(viewer.person, viewer.at, form.cleaned_data["on"], form.cleaned_data["why"])
        try:
            case = workflow.find(row, form.asked(), taken)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记擅自改变，须恢复原状，或者由审批人决定保留并办理变更备案。"))
            return redirect(case)
    return _form(request, row, form, _("登记擅自改变"), _("登记擅自改变"))


@require_safe
@needs(Permission.VIEW_PLACES)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One change: what it waits for, and what may be done."""
    viewer = Viewer.of(request)
    return page(request, viewer, get_object_or_404(_with_system(visible_changes(viewer.person, viewer.at)), pk=pk))


def page(
    request: HttpRequest,
    viewer: Viewer,
    case: ChangeCase,
    error: Any = "",
    status: int = 200,
    forms: dict[str, Any] | None = None,
) -> HttpResponse:
    """Draw it; `forms` are those that were sent and could not be taken, by name."""
    today, terms, bound = timezone.localdate(viewer.at), terms_now(), forms or {}
    mine = asked_changes(viewer.person, viewer.at).filter(pk=case.pk).exists()
    decides = decided_changes(viewer.person, viewer.at).filter(pk=case.pk).exists()
    finding, facts = finding_of(case, today, terms), facts_of(case)
    moments = [moment for moment, states in workflow.PICTURES.items() if case.state in states] if mine else []
    may = {
        "decide": decides and case.state == ChangeState.REQUESTED,
        "keep": decides and case.state == ChangeState.FOUND,
        "restore": mine and case.state == ChangeState.FOUND,
        "carry_out": mine and case.state == ChangeState.APPROVED,
        "withdraw": mine and case.state in (ChangeState.REQUESTED, ChangeState.APPROVED),
        "amend": mine and case.state == ChangeState.REQUESTED,
        "file": mine and case.state == ChangeState.DONE,
        "edit": case.state in (ChangeState.APPROVED, ChangeState.FOUND)
        and tended_systems(viewer.person, viewer.at).filter(pk=case.system_id).exists(),
    }
    return render(
        request,
        "places/change.html",
        {
            "case": case,
            "system": case.system,
            "badge": BADGES[ChangeState(case.state)],
            "error": error,
            "may": may,
            "unmet": {
                event: [_line(one) for one in GUARDS[event](facts, _asks(case, viewer, event), today)]
                for event in NEXT.get(ChangeState(case.state), ())
            },
            "cameras": [
                (row.camera, in_words(row.before), in_words(row.after)) for row in case.cameras.select_related("camera")
            ],
            "pictures": [
                (moment.label, [(one, is_picture(one.paper.media_type)) for one in held])
                for moment in Moment
                if (held := case.pictures.filter(moment=moment).select_related("paper", "camera", "by"))
            ],
            "picture_form": bound.get("picture") or (PictureForm(case=case, moments=moments) if moments else None),
            "decide_form": bound.get("decide") or DecideForm(initial={"revision": case.revision}),
            "done_form": bound.get("done") or DoneForm(auto_id="id_done_%s"),
            "keep_form": bound.get("keep") or WordsForm(auto_id="id_keep_%s"),
            "withdraw_form": bound.get("withdraw") or WordsForm(auto_id="id_withdraw_%s"),
            "nobody": may["amend"] and not has_approver(case, viewer.at),
            "finding": finding,
            "finding_words": words(finding) if finding is not None else "",
            "due_days": (finding.due - today).days if finding is not None and finding.due else None,
            "late": days_late(case, finding),
            "filed_before": case.system.filings.filter(state=FilingState.FILED).exists(),
            "story": story_of_object(case),
            "crumbs": _crumbs(case.system, (case.get_kind_display(), "")),
        },
        status=status,
    )


def _asks(case: ChangeCase, viewer: Viewer, event: str) -> Any:
    """Of whom the page asks: of the viewer where they may take the step, else of nobody in particular."""
    deciding = decided_changes(viewer.person, viewer.at).filter(pk=case.pk).exists()
    return viewer.person.pk if deciding or event in ("carry_out", "restore") else None


def _line(unmet: Any) -> dict[str, str]:
    return {"reason": said.reason(unmet), "remedy": said.remedy(unmet), "clause": unmet.clause}


def _form(request: HttpRequest, row: System, form: Any, title: Any, submit: Any) -> HttpResponse:
    context = {"form": form, "title": title, "crumbs": _crumbs(row, (title, "")), "submit": submit}
    return render(request, "places/form.html", context, status=INVALID if form.errors else 200)


def _crumbs(row: System, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return crumbs_of(row, (_("办理与经过"), reverse("places:life", args=[row.pk])), *more)


def _with_system(rows: Any) -> Any:
    return rows.select_related("system__site__division", "system__unit", "asked_by__unit", "decided_by__unit", "filing")
