"""Unknown devices: who tried to register and may not, by address. Nothing that they say of themselves is believed."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.columns import unknown_table
from custodes.places.devices.reach import sees_unknown, visible_devices
from custodes.places.devices.reporting import FORGOTTEN, MOST_UNKNOWN
from custodes.places.models import UnknownDevice, UnknownWhy
from custodes.places.views.device_row import device_crumbs, gateway_context
from custodes.places.views.lists import search_of

PER_PAGE = 50


@needs(Permission.MANAGE_CAMERAS)
def unknown_devices(request: HttpRequest) -> HttpResponse:
    """The list, for whoever manages a whole division: these devices are nobody's yet."""
    now, person = timezone.now(), Viewer.of(request).person
    if not sees_unknown(person, now):
        raise Http404
    table, query = unknown_table(request), search_of(request)
    rows = UnknownDevice.objects.filter(last_at__gt=now - FORGOTTEN)
    if query:
        rows = rows.filter(address__icontains=query) | rows.filter(said_id__icontains=query)
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    known = {
        row.gb_id: row
        for row in visible_devices(person, now).filter(gb_id__in={one.said_id for one in page}, retired_at__isnull=True)
    }
    context = {
        "table": table,
        "page": page,
        "rows": [(row, known.get(row.said_id), row.why == UnknownWhy.UNKNOWN) for row in page],
        "query": query,
        "days": FORGOTTEN.days,
        "most": MOST_UNKNOWN,
        **gateway_context(now),
        "crumbs": device_crumbs((_("未知设备"), "")),
    }
    return render(request, "places/unknown_devices.html", context)
