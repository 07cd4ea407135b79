"""Starting a GB/T 28181 device again: a page of its own, for whoever has that right."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from custodes.people.forms.plain import PlainText
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.entering import REASON, cameras_of
from custodes.places.devices.reach import rebootable_devices
from custodes.places.devices.rebooting import Outcome, reboot_device
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import CameraState, GbDevice, Standing
from custodes.places.views.device_row import device_crumbs, gateway_context
from custodes.places.views.device_words import badge_of

_TOLD = {
    Outcome.SENT: (messages.success, _("设备已收到重启指令，重新注册后恢复录像。")),
    Outcome.UNRECORDED: (messages.error, _("存证日志暂不可用，重启没有下发。请联系系统管理员。")),
    Outcome.NOT_REGISTERED: (messages.warning, _("设备没有注册，重启没有下发。请到现场检查设备。")),
    Outcome.NO_ANSWER: (messages.warning, _("重启已下发，设备没有应答，是否收到不明。请等待设备重新注册后再看。")),
    Outcome.REFUSED: (messages.error, _("设备没有接受重启，或者刚刚重启过。请稍后再看设备状态。")),
    Outcome.UNKNOWN: (messages.error, _("国标网关没有应答，是否下发不明。请由系统管理员检查网关。")),
}


class RebootForm(PlainText, forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("重启理由"), max_length=REASON, help_text=_("写明故障现象或者维护单号，写入存证日志。")
    )


@never_cache
@needs(Permission.REBOOT_DEVICES)
def device_reboot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What it would interrupt, and the reason; then it is sent."""
    now, person = timezone.now(), Viewer.of(request).person
    rows = rebootable_devices(person, now).filter(retired_at__isnull=True)
    row = get_object_or_404(rows.select_related("system__site", "system__unit"), pk=pk)
    form = RebootForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = reboot_device(row, form.cleaned_data["reason"], person, now)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell, words = _TOLD[outcome]
            tell(request, words)
            return redirect(row)
    context = {
        "form": form,
        "device": row,
        "badge": badge_of(row),
        "online": row.standing == Standing.ONLINE,
        "recorded": _recorded(row),
        **gateway_context(now),
        "crumbs": device_crumbs((row.name, row.get_absolute_url()), (_("重启设备"), "")),
    }
    return render(request, "places/device_reboot.html", context, status=400 if form.errors else 200)


def _recorded(device: GbDevice) -> int:
    """Cameras of it that have a gap until it is back."""
    return cameras_of(device).filter(state=CameraState.CONNECTED, record=True).count()
