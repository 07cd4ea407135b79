"""What a window of the map holds, as the page is told: rows one by one where they are few, cells where they are many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.duties.finding import Status
from custodes.law.duties.planning import GapFacts, s9_gap
from custodes.law.duties.terms import Terms
from custodes.people.models import Division, Person
from custodes.places.geometry.plane import MICRO, Box
from custodes.places.map.asked import Conditions, Window
from custodes.places.map.cells import Cell, Counted, count_cameras, extent
from custodes.places.map.rows import mapped_cameras, mapped_gaps, mapped_states, mapped_systems
from custodes.places.models import Camera, Site, System
from custodes.places.overlap import within_box

SINGLE = 300
"""So many cameras, and so many places without a system, are sent one by one; more are counted in cells."""

_MARGIN = 2_000
"""Micro-degrees around the rows of a first window: about two hundred metres."""


def answer(person: Person, asked: Conditions, window: Window | None, at: datetime) -> dict[str, Any]:
    """What the person's map shows. Whoever reads no position gets nothing, not even a number (R9).

    Args:
        window: None asks for everything; the answer says in ``extent`` where that is.
    """
    rows: Any = mapped_systems(person, asked, at)
    told = rows.order_by().values_list("pk", "site__division", "late")
    systems = {pk: (division, late) for pk, division, late in told}
    states = mapped_states(asked)
    gaps = mapped_gaps(person, asked, at)
    found: dict[str, Any] = {}
    if window is None:
        box = _around(extent(systems, states, at), gaps)
        if box is None:
            return {"extent": None, **_nothing()}
        window = Window(box)
        found["extent"] = [edge / MICRO for edge in (box.west, box.south, box.east, box.north)]
    cameras = mapped_cameras(asked)
    counted = count_cameras(systems, cameras, states, window, at)
    single = _cameras(rows, cameras, counted, window) if counted.total <= SINGLE else None
    placed = _sites_in(gaps, window.box)
    return {
        **found,
        "total": counted.total if single is None else len(single),
        "cells": [_cell(one) for one in counted.cells] if single is None else [],
        **_told(single or []),
        "divisions": _divisions(counted) if single is None else [],
        "gaps": _gaps(placed, at) if len(placed) <= SINGLE else [],
        "gapCells": [] if len(placed) <= SINGLE else _binned(placed, window),
        "gapTotal": len(placed),
    }


def _nothing() -> dict[str, Any]:
    lists: dict[str, Any] = {name: [] for name in ("cells", "cameras", "systems", "divisions", "gaps", "gapCells")}
    return {**lists, "total": 0, "gapTotal": 0}


def _around(box: Box | None, gaps: QuerySet[Site]) -> Box | None:
    """The box of the cameras, made wide enough for the places."""
    edges = [] if box is None else [(box.west, box.south), (box.east, box.north)]
    rows = gaps.order_by().values_list("longitude", "latitude")
    edges += [(round(longitude * MICRO), round(latitude * MICRO)) for longitude, latitude in rows]
    if not edges:
        return None
    easts, norths = zip(*edges, strict=True)
    return Box(min(easts) - _MARGIN, min(norths) - _MARGIN, max(easts) + _MARGIN, max(norths) + _MARGIN)


def _cell(cell: Cell) -> list[float]:
    return [round(cell.longitude, 5), round(cell.latitude, 5), cell.count, cell.late]


def _divisions(counted: Counted) -> list[dict[str, Any]]:
    """How many each division has in the window, for the list beside the map; the most first."""
    names = {row.pk: row.name for row in Division.objects.filter(pk__in=counted.divisions)}
    told = sorted(counted.divisions.items(), key=lambda one: -one[1][0])
    return [{"id": key, "name": names[key], "count": count, "late": late} for key, (count, late) in told]


def _cameras(
    systems: QuerySet[System], cameras: QuerySet[Camera], counted: Counted, window: Window
) -> list[tuple[Camera, Any, bool]] | None:
    """The cameras one by one; None where they are more than was counted, and too many."""
    rows = within_box(cameras, window.box).filter(system__in=counted.systems)
    found = list(rows.order_by("name", "number")[: SINGLE + 1])
    if len(found) > SINGLE:
        return None
    held = systems.filter(pk__in={row.system_id for row in found}).select_related("site__division", "unit")
    known = {row.pk: row for row in held}
    drawn = window.metres_matter
    return [(row, known[row.system_id], drawn) for row in found if row.system_id in known]


def _told(rows: list[tuple[Camera, Any, bool]]) -> dict[str, Any]:
    """Cameras with their systems apart: what a system says of all its cameras is sent once."""
    places: dict[Any, int] = {}
    for _camera_row, system, _drawn in rows:
        places.setdefault(system, len(places))
    return {
        "systems": [_system(system) for system in places],
        "cameras": [_camera(camera, places[system], drawn=drawn) for camera, system, drawn in rows],
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


def _camera(camera: Camera, system: int, *, drawn: bool) -> dict[str, Any]:
    field = camera.field if drawn else None
    return {
        "at": [float(camera.longitude or 0), float(camera.latitude or 0)],
        "name": camera.name,
        "number": camera.number,
        "state": camera.state,
        "stateWord": camera.get_state_display(),
        "of": system,
        "href": camera.get_absolute_url(),
        "field": [[round(x, 6), round(y, 6)] for x, y in field.polygon()] if field is not None else None,
    }


def _sites_in(gaps: QuerySet[Site], box: Box) -> list[tuple[Any, float, float]]:
    west, south, east, north = (edge / MICRO for edge in (box.west, box.south, box.east, box.north))
    rows = gaps.filter(longitude__range=(west, east), latitude__range=(south, north)).order_by()
    return [(key, float(x), float(y)) for key, x, y in rows.values_list("pk", "longitude", "latitude")]


def _gaps(placed: Iterable[tuple[Any, float, float]], at: datetime) -> list[dict[str, Any]]:
    day = timezone.localdate(at)
    rows = Site.objects.filter(pk__in=[key for key, _x, _y in placed]).select_related("division", "unit")
    return [_gap(row, day) for row in rows.order_by("name")]


def _gap(site: Site, day: Any) -> dict[str, Any]:
    finding = s9_gap(GapFacts(site.category, covered=False, decision=site.decision), day, day, Terms())
    return {
        "at": [float(site.longitude or 0), float(site.latitude or 0)],
        "name": site.name,
        "category": site.get_category_display(),
        "division": site.division.name,
        "unit": site.unit.name,
        "stateWord": _("待书面决定") if finding.status is Status.REVIEW else _("尚未建设"),
        "href": site.get_absolute_url(),
    }


def _binned(placed: Iterable[tuple[Any, float, float]], window: Window) -> list[list[float]]:
    cells: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for _key, x, y in placed:
        cells[int(x * MICRO) // window.cell, int(y * MICRO) // window.cell].append((x, y))
    return [
        [round(sum(x for x, _y in some) / len(some), 5), round(sum(y for _x, y in some) / len(some), 5), len(some), 0]
        for some in cells.values()
    ]
