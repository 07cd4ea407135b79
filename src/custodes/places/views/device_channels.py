"""The channels of a device, as a table with what became of each; and cameras made of those that a person picks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.paging import long_page
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.columns import channel_table
from custodes.places.devices.findings import is_channel
from custodes.places.devices.making import MOST, batches_by_url, begin_cameras, cameras_by_url, url_of
from custodes.places.forms.device import PickForm
from custodes.places.models import GbChannel, GbDevice
from custodes.places.views.device_row import device_crumbs, tended_device
from custodes.places.views.lists import search_of

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
        messages.error(request, _("设备已经停用，不能再从其通道接入点位。"))
        return redirect(row)
    form = PickForm(request.POST or None)
    shown = channels_shown(request, row)
    if request.method == "POST":
        picked = _picked(request, row)
        if not picked:
            form.add_error(None, _("请至少选择一个尚未接入的通道，一次不超过 %(most)s 个。") % {"most": MOST})
        elif form.is_valid():
            person = Viewer.of(request).person
            batch = begin_cameras(row, picked, form.cleaned_data["node"], person, timezone.now())
            messages.success(
                request, _("已选取 %(count)s 个通道。请逐行核对名称和位置，再登记。") % {"count": len(picked)}
            )
            return redirect(batch)
    context = {
        "device": row,
        "form": form,
        "most": MOST,
        **shown,
        "crumbs": device_crumbs((row.name, row.get_absolute_url()), (_("从通道接入点位"), "")),
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
