"""完整率: of each camera and local day, recorded of owed, and why the rest is missing; and the cameras that should be recorded and are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.access.papers import microseconds
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera, CameraState
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.places.scope import visible_cameras
from custodes.settings import get_settings
from custodes.upkeep.alarms.windows import Windows
from custodes.upkeep.coverage import DayCoverage, coverage_of, day_bounds, hours_of, last_days
from custodes.upkeep.health import cameras_down
from custodes.upkeep.reasons import reason_words

PER_PAGE = 50
DAYS = 14
EARLIEST = date(2020, 1, 1)


def _zone() -> ZoneInfo:
    return ZoneInfo(get_settings().time_zone)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(day, EARLIEST), today)


@needs(Permission.VIEW_COMPLETENESS)
def completeness(request: HttpRequest) -> HttpResponse:
    """A grid: cameras down, days across."""
    viewer = Viewer.of(request)
    today = timezone.localdate(viewer.at)
    last = _day(request.GET.get("until", ""), today)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    cameras = visible_cameras(viewer.person, viewer.at, Permission.VIEW_COMPLETENESS)
    cameras = cameras.exclude(state=CameraState.DRAFT).select_related("system__site").order_by("system__name", "number")
    if query:
        cameras = cameras.filter(Q(name__icontains=query) | Q(system__name__icontains=query))
    page = Paginator(cameras, PER_PAGE).get_page(request.GET.get("page"))
    days = last_days(last, DAYS)
    table = coverage_of(page.object_list, days, _zone())
    rows = [
        (camera, [table.get(camera.pk, {}).get(day, DayCoverage(day, 0, 0)) for day in days])
        for camera in page.object_list
    ]
    cells = [cell for _camera, row in rows for cell in row]
    return render(
        request,
        "upkeep/completeness.html",
        {
            "rows": rows,
            "days": days,
            "page": page,
            "query": query,
            "until": last,
            "today": today,
            "total": _total(cells),
            "earlier": last - timedelta(days=DAYS),
            "later": min(today, last + timedelta(days=DAYS)) if last < today else None,
        },
    )


def _total(cells: list[DayCoverage]) -> DayCoverage:
    return DayCoverage(EARLIEST, sum(cell.recorded_us for cell in cells), sum(cell.owed_us for cell in cells))


@dataclass(frozen=True)
class GapLine:
    """One gap of the list."""

    begin: datetime
    end: datetime
    reason: Any

    @property
    def seconds(self) -> int:
        """Its length."""
        return round((self.end - self.begin).total_seconds())


@needs(Permission.VIEW_COMPLETENESS)
def camera_day(request: HttpRequest, pk: UUID, day: str) -> HttpResponse:
    """One camera's day: its hours, and every gap with its cause."""
    viewer = Viewer.of(request)
    rows = visible_cameras(viewer.person, viewer.at, Permission.VIEW_COMPLETENESS)
    camera = get_object_or_404(rows.select_related("system__site", "node"), pk=pk)
    today = timezone.localdate(viewer.at)
    try:
        asked = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    if not EARLIEST <= asked <= today:
        raise Http404
    hours = list(hours_of(camera, asked, _zone()))
    gaps = _gaps(camera, asked, viewer.at)
    return render(
        request,
        "upkeep/camera_day.html",
        {
            "camera": camera,
            "day": asked,
            "hours": hours,
            "coverage": DayCoverage(
                asked,
                sum(hour.recorded_us for hour in hours),
                sum(hour.owed_us for hour in hours),
                sum(hour.degraded_us for hour in hours),
            ),
            "reasons": _reasons(hours),
            "gaps": gaps,
            "before": asked - timedelta(days=1),
            "after": asked + timedelta(days=1) if asked < today else None,
            "crumbs": [
                (_("完整率"), reverse("upkeep:completeness")),
                (camera.name, camera.get_absolute_url()),
                (asked.isoformat(), ""),
            ],
        },
    )


def _reasons(hours: list[Any]) -> list[tuple[Any, int]]:
    sums: dict[str, int] = {}
    for hour in hours:
        for reason, length in hour.reasons.items():
            if isinstance(length, int):
                sums[reason] = sums.get(reason, 0) + length
    ordered = sorted(sums.items(), key=lambda item: -item[1])
    return [(reason_words(reason), round(length / 1_000_000)) for reason, length in ordered if length > 0]


def _gaps(camera: Camera, day: date, now: datetime) -> list[GapLine] | None:
    """The day's gaps from the camera's own worker; None when it does not answer."""
    begin, end = day_bounds(day, _zone())
    try:
        timeline = worker_client(camera.node, camera.worker).timeline(
            camera.pk, microseconds(begin), microseconds(min(end, now))
        )
    except (NodeUnreachable, NodeBusy):
        return None
    epoch = datetime.fromtimestamp(0, begin.tzinfo)
    return [
        GapLine(epoch + timedelta(microseconds=start), epoch + timedelta(microseconds=stop), reason_words(reason))
        for start, stop, reason in timeline.gaps
        if stop > start
    ]


DOWN_PER_PAGE = 50


@needs(Permission.VIEW_COMPLETENESS)
def down(request: HttpRequest) -> HttpResponse:
    """The list, the longest down first unless sorted."""
    viewer = Viewer.of(request)
    rows = cameras_down(visible_cameras(viewer.person, viewer.at, Permission.VIEW_COMPLETENESS), viewer.at)
    table = Table.of(
        request,
        TableColumn(_("点位"), "name"),
        TableColumn(_("系统"), "system__name"),
        TableColumn(_("状态"), "status__state"),
        TableColumn(_("起于"), "status__since"),
        TableColumn(_("原因")),
        default="status__since",
    )
    page = Paginator(table.order(rows.select_related("system", "status")), DOWN_PER_PAGE).get_page(
        request.GET.get("page")
    )
    planned = Windows.at(viewer.at).by_camera
    lines = [(camera, _status(camera, viewer.at), planned.get(camera.pk, ())) for camera in page]
    crumbs = [(_("完整率"), reverse("upkeep:completeness")), (_("没有录像的点位"), "")]
    return render(request, "upkeep/down.html", {"table": table, "page": page, "lines": lines, "crumbs": crumbs})


def _status(camera: object, at: object) -> object:
    status = getattr(camera, "status", None)
    return status if status is not None and status.known(at) else None
