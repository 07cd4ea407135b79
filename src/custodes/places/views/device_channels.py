"""The channels of a device: a table with what became of each, cameras made of those that a person picks, and what of the device moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from custodes.people.permissions import Permission
from custodes.people.table import long_page
from custodes.people.viewer import Viewer, needs
from custodes.places.columns import channel_table
from custodes.places.devices.catalogue import is_channel
from custodes.places.devices.channel import Channel
from custodes.places.devices.entering import MOST, batches_by_url, begin_cameras, cameras_by_url, url_of
from custodes.places.devices.moving import end_mobile, enter_mobile
from custodes.places.forms.device import MobileForm, PickForm
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import GbChannel, GbDevice, GbMobile
from custodes.places.views.device_words import device_crumbs, gateway_context, tended_device, words_of
from custodes.places.views.lists import search_of

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
    channels, more = _channels_found(row, query)
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


def _channels_found(device: GbDevice, query: str) -> tuple[list[tuple[str, str]], bool]:
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


PER_PAGE = 100


def channels_shown(request: HttpRequest, device: GbDevice) -> dict[str, Any]:
    """A page of its channels, each with its parent, and the camera or batch that it is in."""
    query = search_of(request)
    rows = device.channels.all()
    if query:
        rows = rows.filter(Q(name__icontains=query) | Q(channel_id__icontains=query) | Q(address__icontains=query))
    page = long_page(request, rows.order_by("order", "pk"), PER_PAGE, _channels)
    urls = [url_of(device, row) for row in page]
    cameras, batches = cameras_by_url(device, urls), batches_by_url(device, urls)
    parents = dict(
        device.channels.filter(channel_id__in={row.parent for row in page}).values_list("channel_id", "name")
    )
    return {
        "table": channel_table(request),
        "page": page,
        "query": query,
        "channels": [
            {
                "row": row,
                "parent": parents.get(row.parent, "") or ("" if row.parent == device.gb_id else row.parent),
                "camera": cameras.get(url),
                "batch": batches.get(url),
                "free": is_channel(row.channel_id) and url not in cameras and url not in batches,
                "folder": not is_channel(row.channel_id),
            }
            for row, url in zip(page, urls, strict=True)
        ],
    }


def _channels(keys: Any) -> dict[Any, GbChannel]:
    return GbChannel.objects.order_by().in_bulk(keys)


@needs(Permission.MANAGE_CAMERAS)
def device_cameras(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pick channels; they become rows of a batch, in which a person states what no device can say."""
    row = tended_device(request, pk)
    if row.retired_at is not None:
        messages.error(request, gettext_lazy("设备已经停用，不能再从其通道接入点位。"))
        return redirect(row)
    form = PickForm(request.POST or None)
    shown = channels_shown(request, row)
    if request.method == "POST":
        picked = _picked(request, row)
        if not picked:
            form.add_error(
                None, gettext_lazy("请至少选择一个尚未接入的通道，一次不超过 %(most)s 个。") % {"most": MOST}
            )
        elif form.is_valid():
            person = Viewer.of(request).person
            batch = begin_cameras(row, picked, form.cleaned_data["node"], person, timezone.now())
            messages.success(
                request,
                gettext_lazy("已选取 %(count)s 个通道。请逐行核对名称和位置，再登记。") % {"count": len(picked)},
            )
            return redirect(batch)
    context = {
        "device": row,
        "form": form,
        "most": MOST,
        **shown,
        "crumbs": device_crumbs((row.name, row.get_absolute_url()), (gettext_lazy("从通道接入点位"), "")),
    }
    return render(request, "places/device_cameras.html", context, status=400 if form.errors else 200)


def _picked(request: HttpRequest, device: GbDevice) -> list[GbChannel]:
    """Channels of this device that were ticked and are no cameras yet; none where too many were."""
    keys = [
        int(text) for text in request.POST.getlist("channel") if text.isascii() and text.isdigit() and len(text) < 18
    ]
    if len(keys) > MOST:
        return []
    rows = [row for row in device.channels.filter(pk__in=keys) if is_channel(row.channel_id)]
    urls = [url_of(device, row) for row in rows]
    taken = {**cameras_by_url(device, urls), **batches_by_url(device, urls)}
    return [row for row, url in zip(rows, urls, strict=True) if url not in taken]
