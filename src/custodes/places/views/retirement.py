"""Taking a camera out of use: asked for with a day, decided by another person; alone only before acceptance or where nothing may stand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.deciding import RequestRefused, standing
from custodes.places.forms.deciding import RetirementForm
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, Retirement
from custodes.places.retiring import REASON, RULES, ask, needs_another, take_out, waiting_for
from custodes.places.scope import editable_cameras, exact_cameras, visible_cameras
from custodes.places.views.deciding import INVALID, RequestedPage, decision_context, refused_words
from custodes.places.views.system import crumbs_of


@needs(Permission.MANAGE_CAMERAS)
def camera_retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for it; of what one person may stop alone, do it."""
    viewer = Viewer.of(request)
    rows = editable_cameras(viewer.person, viewer.at).select_related("system__site", "node")
    row = get_object_or_404(rows, pk=pk)
    if not needs_another(row):
        return _alone(request, viewer, row)
    form = RetirementForm(request.POST or None, instance=Retirement(camera=row))
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask(form.save(commit=False), viewer.person, viewer.at)
        except RequestRefused as refusal:
            form.add_error(None, refused_words(refusal))
        else:
            messages.success(request, _("已提交，由运行单位的另一人批准后停用。"))
            return redirect(asked)
    context = {
        "form": form,
        "camera": row,
        "waiting": waiting_for(row),
        "crumbs": crumbs_of(row.system, (row.name, row.get_absolute_url()), (_("停用点位"), "")),
    }
    return render(request, "places/retire.html", context, status=INVALID if form.errors else 200)


def _alone(request: HttpRequest, viewer: Viewer, row: Camera) -> HttpResponse:
    if request.method == "POST":
        try:
            take_out(row, viewer.person, request.POST.get("reason", "").strip()[:REASON], viewer.at)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("点位已停用。已有录像保留至存储期限届满。"))
    return redirect(row)


@require_safe
@needs(Permission.VIEW_PLACES)
def retirement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request, and what became of it."""
    viewer = Viewer.of(request)
    return _page(request, viewer, _seen(viewer, pk))


def _seen(viewer: Viewer, pk: UUID) -> Retirement:
    rows = Retirement.objects.filter(camera__in=visible_cameras(viewer.person, viewer.at).values("pk"))
    people = ("asked_by__unit", "decided_by__unit", "ended_by__unit")
    return get_object_or_404(rows.select_related("camera__system__site", *people), pk=pk)


def _page(request: HttpRequest, viewer: Viewer, row: Retirement, error: str = "", status: int = 200) -> HttpResponse:
    camera = row.camera
    camera.exact = exact_cameras(viewer.person, viewer.at).filter(pk=camera.pk).exists()
    facts = [(_("点位"), camera), (_("安装位置"), camera.place_told), (_("停用依据"), row.get_basis_display())]
    if row.order_number:
        facts += [(_("作出要求的机关"), row.issuer), (_("文号"), row.order_number)]
    facts += [(_("不迟于该日恢复"), row.until), (_("停用理由"), row.words)]
    context = decision_context(row, RULES, viewer, standing(row), error) | {
        "retirement": row,
        "facts": facts,
        "overdue": row.overdue(timezone.localdate(viewer.at)),
        "crumbs": crumbs_of(camera.system, (camera.name, camera.get_absolute_url()), (_("停用点位"), "")),
    }
    return render(request, "places/retirement.html", context, status=status)


PAGE = RequestedPage(
    RULES,
    _seen,
    _page,
    _("已批准，点位已停用；恢复接入或者办理拆除后本件办结。"),
    deciders=(Permission.APPROVE_PLANS,),
    enders=(Permission.MANAGE_CAMERAS, Permission.APPROVE_PLANS),
)
"""For the views that decide and end."""
