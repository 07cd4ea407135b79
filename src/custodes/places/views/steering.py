"""Whether a camera can be steered: asked of the device, kept in the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.channel import PREFIX
from custodes.places.models import Camera, CameraState
from custodes.places.onvif import NotLooked, look_at_channel, look_at_steering
from custodes.places.probing import failure_words
from custodes.places.scope import editable_cameras

UNTOLD = "untold"
"""A channel of whose kind the catalogue says nothing."""

ABILITIES: dict[str, Promise] = {
    "move": gettext_lazy("转动"),
    "zoom": gettext_lazy("变倍"),
    "focus": gettext_lazy("聚焦"),
    "iris": gettext_lazy("光圈"),
    "presets": gettext_lazy("预置位"),
    "home": gettext_lazy("归位"),
}


def steering_words(camera: Camera) -> str:
    """What is known of how a camera can be steered, for its page."""
    if camera.steering is None:
        return _("未检测")
    able = [str(word) for name, word in ABILITIES.items() if camera.steering.get(name)]
    return _("、").join(able) if able else _("固定，不能操控")


def _look(row: Camera, person: Person, at: datetime) -> str:
    """Find out how a camera turns, each protocol in its way; why it could not be found out, empty where it was."""
    if row.main_url.startswith(PREFIX):
        return UNTOLD if look_at_channel(row, person, at) is None else ""
    try:
        found: Any = look_at_steering(row, person, at)
    except NotLooked as error:
        return error.failure
    return str(found.failure)


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def camera_steering(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the device how it can be steered."""
    now, person = timezone.now(), Viewer.of(request).person
    reached = Q(onvif_port__isnull=False) | Q(main_url__startswith=PREFIX)
    rows = editable_cameras(person, now).filter(reached, state=CameraState.CONNECTED)
    row = get_object_or_404(rows.select_related("node", "system"), pk=pk)
    failure = _look(row, person, now)
    if failure == UNTOLD:
        messages.error(request, _("设备目录没有标明该通道的云台类型。请在设备上设置后重新获取目录，再检测云台。"))
    elif failure:
        words = failure_words(failure)
        messages.error(request, f"{words.reason}。{words.remedy}")
    elif row.steerable:
        messages.success(request, _("该点位可以操控：%(words)s。") % {"words": steering_words(row)})
    else:
        messages.info(request, _("设备没有提供云台功能，该点位固定不动。"))
    return redirect(row)
