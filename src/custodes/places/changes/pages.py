"""The pages of changes: the list, one change with its cameras and pictures, a request that is amended (S34(7), N14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.cases.step import StepInput
from custodes.cases.taking import reaches, take
from custodes.cases.views import INVALID, Around, CasePages, Crumbs
from custodes.law.duties.finding import LegalTerms
from custodes.people.forms import faults_of
from custodes.people.lawful import StepRefused, finding_text
from custodes.people.lawful import terms as terms_now
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import PaperRefused, is_picture, takes_papers
from custodes.people.papers.serving import serve, serve_thumbnail
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.case import BADGES, CHANGE, UNIT, decided_alone
from custodes.places.changes.clock import days_late, finding_of
from custodes.places.changes.gate import GUARDED
from custodes.places.changes.gathering import facts_of, in_words
from custodes.places.changes.reach import asked_changes, has_approver, visible_changes
from custodes.places.forms.change import ChangeForm, PictureForm
from custodes.places.lifecycle import said
from custodes.places.models import ChangeCase, ChangePicture, ChangeState, FilingState, Moment, System
from custodes.places.models.change import PICTURES
from custodes.places.scope import built_systems, tended_systems
from custodes.places.views.cases import Beginning
from custodes.places.views.system import crumbs_of

PER_PAGE = 50


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
        TableColumn(_("系统"), "system__name"),
        TableColumn(_("变更事项"), "kind"),
        TableColumn(_("申请日期"), "asked_at"),
        TableColumn(_("实施日期"), "done_on"),
        TableColumn(_("状态"), "state"),
        default="-asked_at",
    )
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "changes",
        "beginning": Beginning.of(
            _("申请变更"), built_systems(viewer.person, viewer.at).filter(state__in=GUARDED), "places:change_request"
        ),
        "table": table,
        "page": page,
        "rows": [(row, BADGES[row.state]) for row in page],
        "state": state,
        "states": ChangeState.choices,
        "crumbs": [(pgettext_lazy("列表", "点位"), reverse("places:camera_list")), (pgettext_lazy("变更", "变更"), "")],
    }
    return render(request, "places/change_list.html", context)


@needs(Permission.MANAGE_PLACES)
def change_amend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say it otherwise while nobody has decided."""
    viewer = Viewer.of(request)
    case = get_object_or_404(_with_system(asked_changes(viewer.person, viewer.at)), pk=pk)
    if case.state != ChangeState.REQUESTED:
        return redirect(case)
    form = ChangeForm.of(case, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"revision": form.cleaned_data.get("revision") or 0}
        try:
            take(CHANGE, case, "amend", _step(viewer, given), terms_now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, CHANGE.event("amend").said)
            return redirect(case)
    title = _("修改变更申请")
    context = {"form": form, "title": title, "crumbs": [*_life(case.system), (title, "")], "submit": _("保存申请")}
    return render(request, "places/form.html", context, status=INVALID if form.errors else 200)


@require_POST
@takes_papers()
@needs(Permission.MANAGE_PLACES)
def change_picture_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a picture of how it was or is."""
    viewer = Viewer.of(request)
    case = get_object_or_404(_with_system(asked_changes(viewer.person, viewer.at)), pk=pk)
    form = PictureForm(request.POST, request.FILES, case=case, moments=_moments(case))
    error = ""
    if form.is_valid():
        try:
            with transaction.atomic():
                upload = form.cleaned_data["file"]
                paper = keep_paper(upload, by=viewer.person, at=viewer.at, kinds=form.kinds, about=_about(case))
                given = replace(_step(viewer, form.cleaned_data), papers=(paper,))
                take(CHANGE, case, "picture", given, terms_now())
        except PaperRefused as refusal:
            form.add_error("file", str(refusal))
        except StepRefused as refusal:
            error = str(refusal)
        else:
            messages.success(request, CHANGE.event("picture").said)
            return redirect(case)
    return CHANGES.page(request, viewer, pk, error or faults_of(form), picture_form=form)


@require_safe
@needs(Permission.VIEW_PLACES)
def change_picture(request: HttpRequest, pk: UUID, picture: UUID) -> HttpResponseBase:
    """One picture or paper, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    held = _picture(viewer, pk, picture)
    return serve(held.paper, by=viewer.person, at=viewer.at, about=_about(held.case))


@require_safe
@needs(Permission.VIEW_PLACES)
def change_thumbnail(request: HttpRequest, pk: UUID, picture: UUID) -> HttpResponseBase:
    """A small picture of it."""
    viewer = Viewer.of(request)
    held = _picture(viewer, pk, picture)
    return serve_thumbnail(held.paper, by=viewer.person, at=viewer.at, about=_about(held.case))


def _picture(viewer: Viewer, pk: UUID, picture: UUID) -> ChangePicture:
    rows = ChangePicture.objects.filter(case__in=visible_changes(viewer.person, viewer.at).values("pk"), case=pk)
    return get_object_or_404(rows.select_related("paper", "case"), pk=picture)


def more(viewer: Viewer, case: ChangeCase, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What the page says besides: cameras as they were and are, pictures, what is missing for who does not decide, until when to file."""
    mine = reaches(UNIT, case, viewer.person, viewer.at)
    finding = finding_of(case, today, terms)
    alone = case.state in (ChangeState.REQUESTED, ChangeState.FOUND) and decided_alone(case, viewer.person, viewer.at)
    tended = tended_systems(viewer.person, viewer.at).filter(pk=case.system_id)
    moments = _moments(case) if mine else []
    return {
        "case": case,
        "system": case.system,
        "may_file": mine and case.state == ChangeState.DONE,
        "may_amend": mine and case.state == ChangeState.REQUESTED,
        "may_edit": case.state in (ChangeState.APPROVED, ChangeState.FOUND) and tended.exists(),
        "alone": alone and any(reaches(one.actor, case, viewer.person, viewer.at) for one in _decisions(case)),
        "others": _of_others(viewer, case, today, terms),
        "cameras": [
            (row.camera, in_words(row.before), in_words(row.after)) for row in case.cameras.select_related("camera")
        ],
        "pictures": [
            (moment.label, [(one, is_picture(one.paper.media_type)) for one in held])
            for moment in Moment
            if (held := case.pictures.filter(moment=moment).select_related("paper", "camera", "by"))
        ],
        "picture_form": PictureForm(case=case, moments=moments) if moments else None,
        "nobody": mine and case.state == ChangeState.REQUESTED and not alone and not has_approver(case, viewer.at),
        "finding": finding,
        "finding_words": finding_text(finding) if finding is not None else "",
        "due_days": (finding.due - today).days if finding is not None and finding.due else None,
        "late": days_late(case, finding),
        "filed_before": case.system.filings.filter(state=FilingState.FILED).exists(),
    }


def _of_others(viewer: Viewer, case: ChangeCase, today: date, terms: LegalTerms) -> list[dict[str, Any]]:
    """What the steps of others wait for: whoever reads the change may see to it."""
    found = []
    for event in CHANGE.open_events(case.state):
        if event.guard is None or event.quiet or reaches(event.actor, case, viewer.person, viewer.at):
            continue
        unmet = event.guard(facts_of(case), today, today)
        whose = _("由管理本系统的单位办理。") if event.actor is UNIT else _("由管理本系统的单位的审批人决定。")
        found.append(
            {
                "name": event.name,
                "title": event.title or event.verb,
                "unmet": [said.line(one) for one in unmet],
                "whose": whose,
            }
        )
    return found


def _decisions(case: ChangeCase) -> list[Any]:
    return [event for event in CHANGE.open_events(case.state) if event.binds is not None]


def _moments(case: ChangeCase) -> list[Moment]:
    return [moment for moment, states in PICTURES.items() if case.state in states]


def _step(viewer: Viewer, given: dict[str, Any]) -> StepInput:
    return StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), data=given)


def _about(case: ChangeCase) -> str:
    return f"places.changecase:{case.pk}"


def _life(system: System) -> Crumbs:
    return crumbs_of(system, (_("办理与经过"), reverse("places:life", args=[system.pk])))


def _with_system(rows: Any) -> Any:
    return rows.select_related(*CHANGE.related)


def _begin(viewer: Viewer, system: System, request: HttpRequest) -> dict[str, Any]:
    chosen = request.GET.getlist("camera")
    return {"system": system, "initial": {"cameras": chosen} if chosen else None}


CHANGES = CasePages(
    CHANGE,
    Around(
        above_parent=_life,
        above=lambda case: _life(case.system),
        above_list=[],
        begin_form=_begin,
        template="places/change.html",
        more=more,
    ),
)
