"""Switching the sound of a camera on, with a reason, and off."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.law.grounds.ground import Unmet
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.forms.sound import SoundForm
from custodes.places.models import CameraState, SoundOrder
from custodes.places.scope import editable_cameras
from custodes.places.sound import SoundRefused, order_of, switch_off, switch_on
from custodes.places.views.system import crumbs_of


@needs(Permission.MANAGE_CAMERAS)
def sound(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form, and the leave."""
    viewer = Viewer.of(request)
    rows = editable_cameras(viewer.person, viewer.at).filter(state=CameraState.CONNECTED)
    row = get_object_or_404(rows.select_related("system__site", "node"), pk=pk)
    form = SoundForm(request.POST or None, instance=SoundOrder(camera=row))
    if request.method == "POST" and form.is_valid():
        try:
            switch_on(form.save(commit=False), viewer.person, viewer.at)
        except SoundRefused as error:
            for one in error.unmet:
                form.add_error(None, _said(one))
        else:
            messages.success(request, _("已登记。媒体节点将在片刻后开始采集声音；请在现场设置告知标识。"))
            return redirect(row)
    context = {
        "form": form,
        "camera": row,
        "order": order_of(row),
        "crumbs": crumbs_of(row.system, (row.name, row.get_absolute_url()), (_("采集声音"), "")),
    }
    return render(request, "places/sound.html", context, status=400 if form.errors else 200)


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


def _said(one: Unmet) -> str:
    if (get_language() or "").startswith("en"):
        return f"{one.reason_en[:1].upper()}{one.reason_en[1:]} ({one.clause}): {one.remedy_en}."
    return f"{one.reason_zh}（{one.clause}）。{one.remedy_zh}。"
