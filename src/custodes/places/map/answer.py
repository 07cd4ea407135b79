"""What a window of the map holds, as the page is told: rows one by one where they are few, cells where they are many.

What moves stands where it was last, with a mark of its own, for who may read where it stands (R9, S33.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, FloatField, Max, Min, QuerySet, Value
from django.db.models.functions import Cast, Floor
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.duties.finding import DutyStatus, LegalTerms
from custodes.law.duties.planning import GapFacts, s9_gap
from custodes.people.models import Division, Person
from custodes.places.devices.channel import channel_of
from custodes.places.devices.moving import age_words, cameras_of_mobiles
from custodes.places.geometry import MICRO, MapBox
from custodes.places.map.asked import Conditions, Window
from custodes.places.map.cells import MapCell, WindowCells, count_cameras, extent
from custodes.places.map.rows import mapped_cameras, mapped_gaps, mapped_states, mapped_systems
from custodes.places.models import Camera, CameraState, GbMobile, Site, System
from custodes.places.overlap import within_box

MOST = 200
"""Last places that are drawn of one window, those that were heard of last."""


def moving_in(systems: QuerySet[System], states: frozenset[str], box: MapBox) -> list[tuple[Camera, System, GbMobile]]:
    """Cameras whose last place is in the window, with their systems: of what moves it does not matter where it is declared to stand."""
    west, south, east, north = (edge / MICRO for edge in (box.west, box.south, box.east, box.north))
    rows = list(
        GbMobile.objects.filter(
            longitude__range=(west, east),
            latitude__range=(south, north),
            device__system__in=systems.order_by().values("pk"),
            device__retired_at__isnull=True,
        )
        .select_related("device")
        .order_by("-heard_at")[:MOST]
    )
    if not rows:
        return []
    held = systems.filter(pk__in={row.device.system_id for row in rows}).select_related("site__division", "unit")
    known = {row.pk: row for row in held}
    cameras = Camera.objects.filter(state__in=states)
    pairs = cameras_of_mobiles(rows, cameras)
    return [(camera, known[camera.system_id], row) for camera, row in pairs if camera.system_id in known]


def elsewhere(cameras: list[Camera], at: datetime) -> frozenset[Any]:
    """Which of these are not where they are declared to stand: a place of theirs was heard of lately."""
    devices = {channel.device for camera in cameras if (channel := channel_of(camera.main_url)) is not None}
    if not devices:
        return frozenset()
    rows = GbMobile.objects.filter(device__gb_id__in=devices, device__retired_at__isnull=True, heard_at__isnull=False)
    fresh = [row for row in rows.select_related("device") if not row.late(at)]
    found = cameras_of_mobiles(fresh, Camera.objects.filter(pk__in=[one.pk for one in cameras]))
    return frozenset(camera.pk for camera, _row in found)


def only_in_use(states: frozenset[str]) -> frozenset[str]:
    """States of cameras whose last place is drawn: of one that is out of use nothing is heard that would count."""
    return states & {CameraState.CONNECTED.value}


SINGLE = 300
"""So many cameras, and so many places without a system, are sent one by one; more are counted in cells."""

Moving = list[tuple[Camera, System, GbMobile]]
_READ = ("system", "number", "name", "state", "main_url", "longitude", "latitude", "azimuth", "angle", "reach")
_TOLD = (
    "name",
    "state",
    "site__name",
    "site__category",
    "site__division__name_zh",
    "site__division__name_en",
    "unit__name",
)
"""What is sent of a camera and of its system; three hundred of them have eighteen thousand values more."""

_MARGIN = 2_000
"""Micro-degrees around the rows of a first window: about two hundred metres."""


def answer(person: Person, asked: Conditions, window: Window | None, at: datetime) -> dict[str, Any]:
    """What the person's map shows. Whoever reads no position gets nothing, not even a number (R9).

    Args:
        window: None asks for everything; the answer says in ``extent`` where that is.
    """
    rows: Any = mapped_systems(person, asked, at)
    states = mapped_states(asked)
    gaps = mapped_gaps(person, asked, at)
    found: dict[str, Any] = {}
    if window is None:
        box = _around(extent(rows, states, at), gaps)
        if box is None:
            return {"extent": None, **_nothing()}
        window = Window(box)
        found["extent"] = [edge / MICRO for edge in (box.west, box.south, box.east, box.north)]
    cameras = mapped_cameras(asked)
    counted = count_cameras(rows, cameras, states, window, at)
    single = _cameras(rows, cameras, counted, window, at) if counted.total <= SINGLE else None
    moving = moving_in(rows, only_in_use(states), window.box)
    missing = _binned(gaps, window)
    few = sum(cell[2] for cell in missing) <= SINGLE
    return {
        **found,
        "total": counted.total if single is None else _different(single, moving),
        "cells": [_cell(one) for one in counted.cells] if single is None else [],
        **_told(single or [], moving, at),
        "divisions": _divisions(counted) if single is None else [],
        "gaps": _gaps(_sites_in(gaps, window.box), at) if few and missing else [],
        "gapCells": [] if few else missing,
        "gapTotal": sum(cell[2] for cell in missing),
    }


def _nothing() -> dict[str, Any]:
    names = ("cells", "cameras", "moving", "systems", "divisions", "gaps", "gapCells")
    lists: dict[str, Any] = {name: [] for name in names}
    return {**lists, "total": 0, "gapTotal": 0}


def _around(box: MapBox | None, gaps: QuerySet[Site]) -> MapBox | None:
    """The box of the cameras, made wide enough for the places."""
    edges = [] if box is None else [box]
    west, south, east, north = (
        gaps.order_by()
        .aggregate(west=Min("longitude"), south=Min("latitude"), east=Max("longitude"), north=Max("latitude"))
        .values()
    )
    if west is not None:
        edges.append(MapBox(*(round(edge * MICRO) for edge in (west, south, east, north))))
    if not edges:
        return None
    return MapBox(
        min(one.west for one in edges) - _MARGIN,
        min(one.south for one in edges) - _MARGIN,
        max(one.east for one in edges) + _MARGIN,
        max(one.north for one in edges) + _MARGIN,
    )


def _cell(cell: MapCell) -> list[float]:
    return [round(cell.longitude, 5), round(cell.latitude, 5), cell.count, cell.late]


def _divisions(counted: WindowCells) -> list[dict[str, Any]]:
    """How many each division has in the window, for the list beside the map; the most first."""
    names = {row.pk: row.name for row in Division.objects.filter(pk__in=counted.divisions)}
    told = sorted(counted.divisions.items(), key=lambda one: -one[1][0])
    return [{"id": key, "name": names[key], "count": count, "late": late} for key, (count, late) in told]


def _cameras(
    systems: QuerySet[System], cameras: QuerySet[Camera], counted: WindowCells, window: Window, at: datetime
) -> list[tuple[Camera, Any, bool]] | None:
    """The cameras one by one, but for those that are somewhere else just now; None where they are more than was counted, and too many."""
    rows = within_box(cameras, window.box).filter(system__in=counted.systems).only(*_READ)
    found = list(rows.order_by("name", "number")[: SINGLE + 1])
    if len(found) > SINGLE:
        return None
    held = systems.filter(pk__in={row.system_id for row in found}).select_related("site__division", "unit").only(*_TOLD)
    known = {row.pk: row for row in held}
    drawn = window.metres_matter
    away = elsewhere(found, at)
    return [(row, known[row.system_id], drawn) for row in found if row.system_id in known and row.pk not in away]


def _different(single: list[tuple[Camera, Any, bool]], moving: Moving) -> int:
    """One that is drawn where it is declared and where it was last is one."""
    return len({row.pk for row, _system, _drawn in single} | {row.pk for row, _system, _mobile in moving})


def _told(rows: list[tuple[Camera, Any, bool]], moving: Moving, at: datetime) -> dict[str, Any]:
    """Cameras with their systems apart: what a system says of all its cameras is sent once."""
    places: dict[Any, int] = {}
    for system in (*(row[1] for row in rows), *(row[1] for row in moving)):
        places.setdefault(system, len(places))
    words = {state: str(word) for state, word in CameraState.choices}
    return {
        "systems": [_system(system) for system in places],
        "cameras": [_camera(camera, places[system], words, drawn=drawn) for camera, system, drawn in rows],
        "moving": [_moving(camera, places[system], words, mobile, at) for camera, system, mobile in moving],
    }


def _moving(camera: Camera, system: int, words: Mapping[str, str], mobile: GbMobile, at: datetime) -> dict[str, Any]:
    """One where it was last. Its declared field says nothing about what it sees there."""
    return {
        **_camera(camera, system, words, drawn=False),
        "at": [mobile.longitude, mobile.latitude],
        "moves": {"late": mobile.late(at), "age": age_words(mobile, at), "kind": mobile.get_kind_display()},
    }


def _system(system: Any) -> dict[str, Any]:
    return {
        "system": system.name,
        "systemHref": system.get_absolute_url(),
        "life": system.get_state_display(),
        "site": system.site.name,
        "category": system.site.get_category_display(),
        "division": system.site.division.name,
        "unit": system.unit.name,
        "filing": "late" if system.late else "due" if system.due else "",
    }


def _camera(camera: Camera, system: int, words: Mapping[str, str], *, drawn: bool) -> dict[str, Any]:
    field = camera.field if drawn else None
    return {
        "at": [float(camera.longitude or 0), float(camera.latitude or 0)],
        "name": camera.name,
        "number": camera.number,
        "state": camera.state,
        "stateWord": words[camera.state],
        "of": system,
        "href": camera.get_absolute_url(),
        "field": [[round(x, 6), round(y, 6)] for x, y in field.polygon()] if field is not None else None,
    }


def _sites_in(gaps: QuerySet[Site], box: MapBox) -> QuerySet[Site]:
    west, south, east, north = (edge / MICRO for edge in (box.west, box.south, box.east, box.north))
    return gaps.filter(longitude__range=(west, east), latitude__range=(south, north)).order_by()


def _gaps(placed: QuerySet[Site], at: datetime) -> list[dict[str, Any]]:
    day = timezone.localdate(at)
    return [_gap(row, day) for row in placed.select_related("division", "unit").order_by("name")]


def _gap(site: Site, day: Any) -> dict[str, Any]:
    finding = s9_gap(GapFacts(site.category, covered=False, decision=site.decision), day, day, LegalTerms())
    return {
        "at": [float(site.longitude or 0), float(site.latitude or 0)],
        "name": site.name,
        "category": site.get_category_display(),
        "division": site.division.name,
        "unit": site.unit.name,
        "stateWord": _("待书面决定") if finding.status is DutyStatus.REVIEW else _("尚未建设"),
        "href": site.get_absolute_url(),
    }


def _binned(gaps: QuerySet[Site], window: Window) -> list[list[float]]:
    """Places in the window counted in its cells by the database: longitude, latitude, how many, none late."""
    edge = Value(window.cell / MICRO)
    rows: Any = (
        _sites_in(gaps, window.box)
        .values(
            across=Floor(Cast("longitude", FloatField()) / edge), along=Floor(Cast("latitude", FloatField()) / edge)
        )
        .annotate(x=Avg("longitude"), y=Avg("latitude"), count=Count("pk"))
    )
    return [[round(float(one["x"]), 5), round(float(one["y"]), 5), one["count"], 0] for one in rows]
