"""The sound of a camera: asked for with a reason, decided by another person, switched off by anybody who tends it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.deciding import RequestRefused, standing
from custodes.places.forms.deciding import SoundForm
from custodes.places.models import CameraState, Decision, SoundOrder
from custodes.places.scope import editable_cameras, exact_cameras, visible_cameras
from custodes.places.sound import RULES, SoundRefused, ask, order_of, switch_off, waiting_for
from custodes.places.views.deciding import RequestedPage, decision_context, refused_words
from custodes.places.views.system import crumbs_of


@needs(Permission.MANAGE_CAMERAS)
def sound(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form, and the request."""
    viewer = Viewer.of(request)
    rows = editable_cameras(viewer.person, viewer.at).filter(state=CameraState.CONNECTED)
    row = get_object_or_404(rows.select_related("system__site", "node"), pk=pk)
    form = SoundForm(request.POST or None, instance=SoundOrder(camera=row))
    if request.method == "POST" and form.is_valid():
        try:
            order = ask(form.save(commit=False), viewer.person, viewer.at)
        except SoundRefused as error:
            form.add_error(None, str(error))
        except RequestRefused as error:
            form.add_error(None, refused_words(error))
        else:
            messages.success(request, _("已提交，由另一人批准后开始采集声音。"))
            return redirect(order)
    context = {
        "form": form,
        "camera": row,
        "waiting": waiting_for(row),
        "crumbs": crumbs_of(row.system, (row.name, row.get_absolute_url()), (_("采集声音"), "")),
    }
    return render(request, "places/sound.html", context, status=400 if form.errors else 200)


@require_safe
@needs(Permission.VIEW_PLACES)
def sound_order(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and what became of it."""
    viewer = Viewer.of(request)
    return _page(request, viewer, _seen(viewer, pk))


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def sound_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No more sound from now on."""
    viewer = Viewer.of(request)
    row = get_object_or_404(editable_cameras(viewer.person, viewer.at).select_related("node", "system"), pk=pk)
    if switch_off(row, viewer.person, viewer.at):
        messages.success(request, _("已关闭，不再采集声音。已有录像按存储期限保留。"))
    else:
        messages.info(request, _("该点位没有采集声音。"))
    return redirect(row)


def _seen(viewer: Viewer, pk: int) -> SoundOrder:
    rows = SoundOrder.objects.filter(camera__in=visible_cameras(viewer.person, viewer.at).values("pk"))
    people = ("asked_by__unit", "decided_by__unit", "ended_by__unit")
    return get_object_or_404(rows.select_related("camera__system__site", *people), pk=pk)


def _page(request: HttpRequest, viewer: Viewer, row: SoundOrder, error: str = "", status: int = 200) -> HttpResponse:
    camera = row.camera
    camera.exact = exact_cameras(viewer.person, viewer.at).filter(pk=camera.pk).exists()
    facts = [(_("点位"), camera), (_("安装位置"), camera.place_told), (_("采集范围"), camera.view or _("未填写"))]
    facts.append((_("事由"), row.reason_words))
    if row.statute:
        facts.append((_("法律、行政法规及条款"), row.statute))
    facts.append((_("必要性"), row.why))
    if row.approver:
        facts.append((_("批准人（登记的姓名）"), row.approver))
    context = decision_context(row, RULES, viewer, standing(row), error) | {
        "order": row,
        "facts": facts,
        "former": order_of(camera) if row.state == Decision.WAITING else None,
        "running": row.state == Decision.APPROVED,
        "crumbs": crumbs_of(camera.system, (camera.name, camera.get_absolute_url()), (_("采集声音"), "")),
    }
    return render(request, "places/sound_order.html", context, status=status)


PAGE = RequestedPage(
    RULES,
    _seen,
    _page,
    _("已批准。媒体节点将在片刻后开始采集声音；请在现场设置告知标识。"),
    deciders=(Permission.APPROVE_SOUND,),
    enders=(Permission.MANAGE_CAMERAS, Permission.APPROVE_SOUND),
)
"""For the views that decide and end."""
