"""What the choosing map is told. Positions go out in answers alone, never in a page; of cameras whose base data somebody does not read
exactly they are told to a ten-thousandth of a degree, about ten metres, and whatever is asked is answered from that (decision 0292)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, FloatField, Max, Min, QuerySet, Value
from django.db.models.functions import Cast, Floor

from custodes.access.choosing.shape import Shape, degrees, snapped
from custodes.access.choosing.subjects import Subject
from custodes.people.lawful import RESTRICTED
from custodes.places.geometry import MICRO, MapBox
from custodes.places.map.asked import Window
from custodes.places.models import Camera

SINGLE = 300
"""So many cameras are sent one by one; more are counted in cells."""
GRID = 100
"""Micro-degrees: a ten-thousandth of a degree."""
_MARGIN = 2_000
_READ = ("number", "name", "state", "place", "longitude", "latitude", "system__name")


def window_answer(subject: Subject, window: Window | None) -> dict[str, Any]:
    """What a window holds; without one everything, and ``extent`` says where that is.

    ``unplaced`` counts what may be chosen and has no position, or none that is told here: the search finds it all the same.
    """
    placed = _placed(subject)
    found: dict[str, Any] = {}
    if window is None:
        found["unplaced"] = subject.offered.count() - placed.count()
        extent = _extent(placed)
        if extent is None:
            return {**found, "extent": None, "total": 0, "cameras": [], "cells": []}
        window = Window(extent)
        found["extent"] = degrees(extent)
    rows = _within(placed, snapped(window.box, GRID))
    total = rows.count()
    if total <= SINGLE:
        return {**found, "total": total, "cameras": _told(subject, rows), "cells": []}
    return {**found, "total": total, "cameras": [], "cells": _cells(rows, window.cell)}


def shape_answer(subject: Subject, shape: Shape) -> dict[str, Any]:
    """Cameras in a shape; none of them where they are more than may be chosen, only their number."""
    # A rounded position may lie in the shape though the exact one lies just outside it.
    around = snapped(shape.box(), GRID)
    box = MapBox(around.west - GRID, around.south - GRID, around.east + GRID, around.north + GRID)
    exact = _exact(subject, _within(_placed(subject), box).values_list("pk", flat=True))
    held = [
        row
        for row in _within(_placed(subject), box).only("longitude", "latitude")
        if shape.holds(*_at(row, row.pk in exact))
    ]
    if len(held) > subject.most:
        return {"total": len(held), "most": subject.most, "cameras": []}
    rows = subject.drawn.filter(pk__in=[row.pk for row in held])
    return {"total": len(held), "most": subject.most, "cameras": _told(subject, rows)}


def _placed(subject: Subject) -> QuerySet[Camera]:
    return subject.drawn.filter(longitude__isnull=False, latitude__isnull=False).order_by()


def _within(rows: QuerySet[Camera], box: MapBox) -> QuerySet[Camera]:
    west, south, east, north = degrees(box)
    return rows.filter(longitude__range=(west, east), latitude__range=(south, north))


def _extent(rows: QuerySet[Camera]) -> MapBox | None:
    ends = rows.aggregate(west=Min("longitude"), south=Min("latitude"), east=Max("longitude"), north=Max("latitude"))
    if ends["west"] is None:
        return None
    west, south, east, north = (round(ends[name] * MICRO) for name in ("west", "south", "east", "north"))
    return snapped(MapBox(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN), GRID)


def _cells(rows: QuerySet[Camera], cell: int) -> list[list[float]]:
    """The middle of each cell and how many stand in it: the middle of the cameras would be where a single one stands."""
    edge = Value(cell / MICRO)
    counted: Any = rows.values(
        across=Floor(Cast("longitude", FloatField()) / edge), along=Floor(Cast("latitude", FloatField()) / edge)
    ).annotate(count=Count("pk"))
    return [
        [round((one["across"] + 0.5) * cell / MICRO, 5), round((one["along"] + 0.5) * cell / MICRO, 5), one["count"]]
        for one in counted
    ]


def _told(subject: Subject, rows: QuerySet[Camera]) -> list[dict[str, Any]]:
    found = list(rows.select_related("system").only(*_READ).order_by("number", "pk")[: max(SINGLE, subject.most)])
    exact = _exact(subject, [row.pk for row in found])
    return [
        {
            "id": str(row.pk),
            "number": row.number,
            "name": row.name_in_choice,
            "place": row.place if row.pk in exact else str(RESTRICTED),
            "system": row.system.name,
            "at": _at(row, row.pk in exact),
        }
        for row in found
    ]


def _exact(subject: Subject, keys: Iterable[Any]) -> set[Any]:
    return set(subject.exact.filter(pk__in=list(keys)).values_list("pk", flat=True))


def _at(row: Camera, exact: bool) -> tuple[float, float]:
    digits = 6 if exact else 4
    return round(float(row.longitude or 0), digits), round(float(row.latitude or 0), digits)
