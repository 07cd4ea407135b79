"""What of a device moves: entered and ended by who tends it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.channel import Channel
from custodes.places.devices.findings import is_channel
from custodes.places.devices.making import cameras_by_url
from custodes.places.devices.moving import end_mobile, enter_mobile
from custodes.places.forms.mobile import MobileForm
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import GbDevice, GbMobile
from custodes.places.views.device_row import device_crumbs, gateway_context, tended_device
from custodes.places.views.lists import search_of
from custodes.places.views.mobile_words import words_of

PICKED_FROM = 300
"""Channels that are offered at once; of more some are looked for first."""


def mobiles_shown(device: GbDevice, now: Any) -> list[dict[str, Any]]:
    """All of a device, each with its words and its camera."""
    rows = list(device.mobiles.select_related("device", "entered_by"))
    names = dict(
        device.channels.filter(channel_id__in=[row.channel_id for row in rows]).values_list("channel_id", "name")
    )
    cameras = cameras_by_url(device, [Channel(device.gb_id, row.channel_id).url for row in rows])
    return [
        {
            "words": words_of(row, now),
            "name": _("整台设备") if row.whole_device else names.get(row.channel_id) or row.channel_id,
            "camera": cameras.get(Channel(device.gb_id, row.channel_id).url),
        }
        for row in rows
    ]


@needs(Permission.MANAGE_CAMERAS)
def device_mobile_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter a channel, or the whole device."""
    row, now = tended_device(request, pk), timezone.now()
    if row.retired_at is not None:
        messages.error(request, _("该设备已经停用。"))
        return redirect(row)
    query = search_of(request)
    channels, more = _channels(row, query)
    form = MobileForm(request.POST or None, instance=GbMobile(device=row), channels=channels)
    if request.method == "POST" and form.is_valid():
        try:
            enter_mobile(form.save(commit=False), Viewer.of(request).person, now)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记为移动设备，网关将在片刻后订阅其位置。"))
            return redirect(row)
    context = {
        "form": form,
        "device": row,
        "query": query,
        "more": more,
        **gateway_context(now),
        "crumbs": device_crumbs((row.name, row.get_absolute_url()), (_("登记移动设备"), "")),
    }
    return render(request, "places/device_mobile.html", context, status=400 if form.errors else 200)


def _channels(device: GbDevice, query: str) -> tuple[list[tuple[str, str]], bool]:
    """What may be entered, and whether there is more than is offered."""
    entered = set(device.mobiles.values_list("channel_id", flat=True))
    rows = device.channels.exclude(channel_id__in=entered).order_by("order", "pk")
    if query:
        rows = rows.filter(Q(name__icontains=query) | Q(channel_id__icontains=query))
    found = list(rows.values_list("channel_id", "name")[: PICKED_FROM + 1])
    offered = [(id, f"{name} · {id}" if name else id) for id, name in found[:PICKED_FROM] if is_channel(id)]
    own = [] if device.gb_id in entered else [(device.gb_id, f"{_('整台设备')} · {device.gb_id}")]
    return [*own, *offered], len(found) > PICKED_FROM


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def device_mobile_end(request: HttpRequest, pk: UUID, mobile: int) -> HttpResponse:
    """It is subscribed to no more, and its last place is gone."""
    row = tended_device(request, pk)
    try:
        end_mobile(row, mobile, Viewer.of(request).person, timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已取消，最后位置已经删除。"))
    return redirect(row)
