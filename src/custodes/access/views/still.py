"""The commissioning still: one look, on the page that answers the form and nowhere else."""

from __future__ import annotations

import base64
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.access.commissioning import take_still
from custodes.access.grants import Denied, NotaryDown
from custodes.access.words import notary_down, spoken
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import TrialAddress
from custodes.places.node_client import NodeBusy, NodeUnreachable
from custodes.places.scope import editable_cameras
from custodes.places.steps import trial_steps
from custodes.places.views.system import crumbs_of


@require_POST
@never_cache
@needs(Permission.MANAGE_CAMERAS)
def still(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record the look, fetch the picture, show it once."""
    viewer = Viewer.of(request)
    rows = editable_cameras(viewer.person, viewer.at).select_related("system__site", "system__unit", "node")
    camera = get_object_or_404(rows, pk=pk)
    trial = TrialAddress.objects.filter(camera=camera).first()
    try:
        answer = take_still(camera, trial, viewer.person, True, viewer.at)
    except NotaryDown:
        refusal = notary_down()["refusal"][0]
        messages.error(request, f"{refusal['reason']}。{refusal['remedy']}")
        return redirect("places:check", pk=camera.pk) if trial else redirect(camera)
    except (NodeUnreachable, NodeBusy):
        messages.error(request, _("媒体节点没有给出画面。请重新检测地址后再核对。"))
        return redirect("places:check", pk=camera.pk)
    if isinstance(answer, Denied):
        for item in spoken(answer.refused.unmet):
            messages.error(request, f"{item['reason']}。{item['remedy']}。")
        return redirect("places:check", pk=camera.pk) if trial else redirect(camera)
    response = render(
        request,
        "access/still.html",
        {
            "camera": camera,
            "trial": trial,
            "picture": base64.b64encode(answer.jpeg).decode("ascii"),
            "index": answer.index,
            "watermark": answer.watermark,
            "at": viewer.at,
            "steps": trial_steps(trial is not None and trial.naming, True, True),
            "crumbs": crumbs_of(camera.system, (camera.name, camera.get_absolute_url()), (_("核对画面"), "")),
        },
    )
    response["Cache-Control"] = "no-store, private"
    return response
