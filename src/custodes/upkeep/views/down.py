"""Cameras that should be recorded and are not: which, since when, and why."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import visible_cameras
from custodes.upkeep.alarms.windows import Windows
from custodes.upkeep.health import cameras_down

PER_PAGE = 50


@needs(Permission.VIEW_COMPLETENESS)
def down(request: HttpRequest) -> HttpResponse:
    """The list, the longest down first unless sorted."""
    viewer = Viewer.of(request)
    rows = cameras_down(visible_cameras(viewer.person, viewer.at, Permission.VIEW_COMPLETENESS), viewer.at)
    table = Table.of(
        request,
        Column(_("点位"), "name"),
        Column(_("系统"), "system__name"),
        Column(_("状态"), "status__state"),
        Column(_("起于"), "status__since"),
        Column(_("原因")),
        default="status__since",
    )
    page = Paginator(table.order(rows.select_related("system", "status")), PER_PAGE).get_page(request.GET.get("page"))
    planned = Windows.at(viewer.at).by_camera
    lines = [(camera, _status(camera, viewer.at), planned.get(camera.pk, ())) for camera in page]
    crumbs = [(_("完整率"), reverse("upkeep:completeness")), (_("没有录像的点位"), "")]
    return render(request, "upkeep/down.html", {"table": table, "page": page, "lines": lines, "crumbs": crumbs})


def _status(camera: object, at: object) -> object:
    status = getattr(camera, "status", None)
    return status if status is not None and status.known(at) else None
