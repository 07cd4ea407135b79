"""录像时段: hours of the week at which a camera is recorded, where the law lets them: asking, one, deciding, ending."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places import planning
from custodes.places.deciding import RequestRefused
from custodes.places.models import CameraState, Decision, RecordingHours
from custodes.places.scope import plannable_cameras
from custodes.places.views.deciding import decision_context, refused_words
from custodes.upkeep.forms.plans import HoursForm
from custodes.upkeep.plans import special_ahead, standing, visible_hours, week_words
from custodes.upkeep.views.planned import planned_page


@needs(Permission.ASK_PLANS)
def hours_new(request: HttpRequest, camera: UUID) -> HttpResponse:
    """Ask for them; where the law wants recording without a break the form says which clause."""
    viewer = Viewer.of(request)
    rows = plannable_cameras(viewer.person, viewer.at).filter(state=CameraState.CONNECTED)
    row = get_object_or_404(rows.select_related("system__site"), pk=camera)
    basis = row.system.site.law_basis
    form = HoursForm(request.POST or None, initial={"place": basis.kind.value} if basis is not None else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = planning.ask_hours(form.hours(row), viewer.person, viewer.at)
        except RequestRefused as refusal:
            form.add_error(None, refused_words(refusal))
        else:
            messages.success(request, _("已提交，由另一人批准后生效。"))
            return redirect(asked)
    context = {
        "form": form,
        "camera": row,
        "crumbs": [(_("计划"), reverse("upkeep:plans")), (row.name, row.get_absolute_url()), (_("申请录像时段"), "")],
    }
    return render(request, "upkeep/plans/hours_new.html", context, status=400 if form.errors else 200)


@require_safe
@needs(Permission.VIEW_COMPLETENESS)
def hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One."""
    viewer = Viewer.of(request)
    return _page(request, viewer, _seen(viewer, pk))


def _seen(viewer: Viewer, pk: UUID) -> RecordingHours:
    rows = visible_hours(viewer.person, viewer.at).select_related(
        "camera__system__site", "asked_by__unit", "decided_by__unit", "ended_by__unit"
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: HttpRequest, viewer: Viewer, row: RecordingHours, error: str = "", status: int = 200
) -> HttpResponse:
    special, unsettled = special_ahead(row, viewer.at)
    context = decision_context(row, planning.RULES, viewer, standing(row, viewer.at), error) | {
        "hours": row,
        "lines": week_words(row),
        "special": special,
        "unsettled": unsettled,
        "facts": [
            (_("点位"), row.camera),
            (_("依据"), row.get_basis_display()),
            (_("场所属于"), row.get_place_display()),
            (_("节假日"), row.get_calendar_display()),
            (_("文号"), row.order_number or _("无")),
            (_("理由"), row.words),
        ],
        "running": row.state == Decision.APPROVED,
        "crumbs": [(_("计划"), reverse("upkeep:plans")), (_("录像时段"), "")],
    }
    return render(request, "upkeep/plans/hours.html", context, status=status)


PAGE = planned_page(_seen, _page)
"""For the views that decide and end."""
