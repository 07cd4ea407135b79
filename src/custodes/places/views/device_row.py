"""What the pages of GB/T 28181 devices share: where one is, which row it is about, whether the gateway is heard of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.viewer import Viewer
from custodes.places.devices.gateways import own_gateway
from custodes.places.devices.reach import tended_devices
from custodes.places.models import GbDevice


def device_crumbs(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Where a page of devices is."""
    return [
        (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
        (_("国标设备"), reverse("places:device_list")),
        *more,
    ]


def gateway_context(now: datetime) -> dict[str, Any]:
    """Whether there is a gateway and whether it is heard of."""
    gateway = own_gateway()
    return {"gateway": gateway, "gateway_heard": gateway is not None and gateway.heard(now)}


def tended_device(request: HttpRequest, pk: UUID) -> GbDevice:
    """A device that the person may change, or 404."""
    rows = tended_devices(Viewer.of(request).person, timezone.now())
    return get_object_or_404(rows.select_related("system__site", "system__unit"), pk=pk)
