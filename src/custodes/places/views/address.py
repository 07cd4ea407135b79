"""Trying a camera's address: fill in, probe on the node, look at one still (`access`), adopt.

While the form is being filled in, the address is shown as a template will spell it.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.doubts import SpotRefused
from custodes.places.forms.address import AddressForm
from custodes.places.forms.batch import MakerAddress
from custodes.places.makers import BadChannel, channels_of, maker_of
from custodes.places.models import Camera, Probe, TrialAddress
from custodes.places.probing import failure_words, fresh_probe, grouped, last_probe, probe_trial
from custodes.places.register import adopt_trial, confirm_certificate
from custodes.places.scope import editable_cameras
from custodes.places.steps import trial_steps
from custodes.places.views.camera import put_on_trial
from custodes.places.views.system import crumbs_of


@require_GET
@needs(Permission.MANAGE_CAMERAS)
def address_preview(request: HttpRequest) -> HttpResponse:
    """Main and sub stream of the first channel, and of the last where there are several; nothing until it can be said.

    The form's login is no part of the request: nothing of it belongs in an address.
    """
    form = MakerAddress(request.GET)
    addresses = []
    if form.is_valid():
        maker, data = maker_of(form.cleaned_data["maker"]), form.cleaned_data
        try:
            channels = channels_of(request.GET.get("channel") or request.GET.get("channels") or "1")
        except BadChannel:
            channels = []
        shown = channels[:1] + channels[1:][-1:]
        addresses = [(channel, maker.spell(data["host"], data["port"], channel)) for channel in shown]
    return render(request, "places/address_preview.html", {"addresses": addresses})


def _camera(request: HttpRequest, pk: UUID) -> Camera:
    rows = editable_cameras(Viewer.of(request).person, timezone.now()).select_related(
        "system__site", "system__unit", "node"
    )
    return get_object_or_404(rows, pk=pk)


def _trial(request: HttpRequest, pk: UUID) -> tuple[Camera, TrialAddress]:
    camera = _camera(request, pk)
    return camera, get_object_or_404(TrialAddress, camera=camera)


@needs(Permission.MANAGE_CAMERAS)
def address(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a camera an address to try. What is recorded now goes on until the new address is adopted."""
    camera = _camera(request, pk)
    # What was typed and tried before is mended, not typed again; the sealed password stays with its host.
    trial = TrialAddress.objects.filter(camera=camera).first()
    form = AddressForm(request.POST or None, camera=trial or camera, system=camera.system)
    if request.method == "POST" and form.is_valid():
        put_on_trial(camera, form, request)
        return redirect("places:check", pk=camera.pk)
    crumbs = crumbs_of(camera.system, (camera.name, camera.get_absolute_url()), (_("更换地址"), ""))
    context = {"form": form, "title": _("更换地址"), "crumbs": crumbs, "submit": _("下一步：检测地址")}
    return render(request, "places/form.html", context, status=400 if form.errors else 200)


@needs(Permission.MANAGE_CAMERAS)
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The address on trial, and what its last probe found."""
    camera, trial = _trial(request, pk)
    probe = last_probe(camera, trial)
    adoptable = fresh_probe(camera, trial, timezone.now()) is not None
    return render(
        request,
        "places/check.html",
        {
            "camera": camera,
            "trial": trial,
            "probe": probe,
            "failure": failure_words(probe.failure) if probe is not None and not probe.ok else None,
            "adoptable": adoptable,
            "fingerprint": grouped(probe.certificate) if _unconfirmed(probe) and probe is not None else "",
            "steps": trial_steps(trial.naming, probe is not None and probe.ok, bool(probe and probe.still_grant)),
            "crumbs": crumbs_of(camera.system, (camera.name, camera.get_absolute_url()), (_("检测地址"), "")),
        },
    )


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def probe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Probe the address on trial on the camera's node."""
    camera, trial = _trial(request, pk)
    result = probe_trial(camera, trial, Viewer.of(request).person, timezone.now())
    if result.failure == "rate":
        words = failure_words("rate")
        messages.warning(request, f"{words.reason}。{words.remedy}")
    return redirect(reverse("places:check", args=[camera.pk]))


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm the certificate that the last probe was shown: from now on the camera must show this one."""
    camera, trial = _trial(request, pk)
    probe = last_probe(camera, trial)
    if probe is None or not _unconfirmed(probe) or request.POST.get("certificate") != probe.certificate:
        messages.error(request, _("请先检测地址，再核对证书指纹。"))
        return redirect("places:check", pk=camera.pk)
    confirm_certificate(camera, trial, probe, Viewer.of(request).person, timezone.now())
    messages.success(request, _("证书已确认。请重新检测地址。"))
    return redirect("places:check", pk=camera.pk)


def _unconfirmed(probe: Probe | None) -> bool:
    return probe is not None and probe.failure == "certificate" and len(probe.certificate) == 64


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def adopt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the probed address the camera's own and begin to record it."""
    camera, trial = _trial(request, pk)
    now = timezone.now()
    probe = fresh_probe(camera, trial, now)
    if probe is None:
        messages.error(request, _("请先检测地址。检测成功后十分钟内可以确认接入。"))
        return redirect("places:check", pk=camera.pk)
    try:
        adopt_trial(camera, trial, probe, Viewer.of(request).person, now)
    except SpotRefused as refused:
        messages.error(request, str(refused))
        return redirect(camera)
    if camera.in_use:
        messages.success(request, _("点位已接入，媒体节点将在片刻后开始录像。"))
    else:
        messages.success(request, _("点位已接入。系统开始试运行后才录像。"))
    return redirect(camera)
