"""What a program reads: the rows that its person may see, within its division. Nothing here asks for footage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Query

from custodes.people.lawful import terms
from custodes.people.models import ProgramScope, Unit
from custodes.people.permissions import Permission
from custodes.people.scope import scope_for, units_in
from custodes.places.filing.reach import visible_filings
from custodes.places.models import Camera, Filing, Removal, Site, System
from custodes.places.network import takes_classified
from custodes.places.removal.workflow import first_day
from custodes.places.scope import exact_cameras, exact_sites, visible_cameras, visible_sites, visible_systems
from custodes.upkeep.dates.reach import OF_UNITS
from custodes.upkeep.dates.waits.waits import Waits
from custodes.upkeep.dates.worklist import worklist_of
from custodes.web.programs import schemas as out
from custodes.web.programs.cursor import Page, page_of
from custodes.web.programs.keys import Call, ProgramKeyAuth, call_of
from custodes.web.programs.routing import router

_S = ProgramScope
MOST_WORK = 500
#: What waits and is about the register; people, units and programs that wait are on the pages.
WAITING = ("take", "returned", "removed")
#: What every operation may answer besides what was asked for.
REFUSED = {400: out.ProblemOut, 401: out.ProblemOut, 403: out.ProblemOut, 404: out.ProblemOut, 422: out.ProblemOut, 429: out.ProblemOut}  # fmt: skip


def _one(call: Call, rows: QuerySet[Any], key: UUID, name: str = "pk") -> Any:
    """The row, or 404 when it is not there for this program."""
    row = rows.filter(**{name: key}).first()
    call.about = str(key)
    if row is None:
        raise Http404
    call.rows = 1
    return row


def units(call: Call) -> QuerySet[Unit]:
    """Units of the person's own scope."""
    scope = scope_for(call.person, Permission.VIEW_PEOPLE, call.at)
    return units_in(scope).filter(call.within("division")).select_related("division", "parent")


def places(call: Call) -> QuerySet[Site]:
    """Places that the person sees; one where a classified system stands is not given (S20)."""
    secret = System.objects.filter(classified=True).values("site")
    rows = visible_sites(call.person, call.at).filter(call.within("division")).exclude(pk__in=secret)
    return rows.select_related("division", "unit")


def systems(call: Call) -> QuerySet[System]:
    """Systems that the person sees; classified ones never."""
    rows = visible_systems(call.person, call.at).filter(call.within("site__division"), classified=False)
    return rows.select_related("unit", "site__division")


def cameras(call: Call) -> QuerySet[Camera]:
    """Cameras that the person sees."""
    return visible_cameras(call.person, call.at).filter(call.within("system__site__division"), system__classified=False)


def filings(call: Call) -> QuerySet[Filing]:
    """Filings that the person sees."""
    rows = visible_filings(call.person, call.at).filter(call.within("system__site__division"), system__classified=False)
    return rows.select_related("system__site__division").prefetch_related("items")


def removals(call: Call) -> QuerySet[Removal]:
    """Removals of the systems that the person sees."""
    return Removal.objects.filter(system__in=systems(call).values("pk")).prefetch_related("cameras")


def unit_out(row: Unit) -> dict[str, Any]:
    """A unit without its people: whoever answers there is on the pages."""
    return {
        "id": row.uuid, "name": row.name, "kind": row.kind, "division": row.division.code,
        "parent": row.parent.uuid if row.parent is not None else None, "uscc": row.uscc,
    }  # fmt: skip


@router.get("/units", response={200: out.UnitsOut, **REFUSED}, auth=ProgramKeyAuth(_S.UNITS_READ), url_name="units")
def list_units(request: HttpRequest, page: Query[Page]) -> Any:
    """Units, one page."""
    call = call_of(request)
    rows, following = page_of(call, units(call), page)
    return {"items": [unit_out(row) for row in rows], "next": following}


@router.get("/units/{uuid:unit}", response={200: out.UnitOut, **REFUSED}, auth=ProgramKeyAuth(_S.UNITS_READ), url_name="unit")  # fmt: skip
def read_unit(request: HttpRequest, unit: UUID) -> Any:
    """One unit."""
    call = call_of(request)
    return unit_out(_one(call, units(call), unit, "uuid"))


@router.get("/places", response={200: out.PlacesOut, **REFUSED}, auth=ProgramKeyAuth(_S.PLACES_READ), url_name="places")
def list_places(request: HttpRequest, page: Query[Page]) -> Any:
    """Places, one page."""
    call = call_of(request)
    rows, following = page_of(call, places(call), page)
    exact = _exact(exact_sites(call.person, call.at), rows)
    return {"items": [out.place_out(row, row.pk in exact) for row in rows], "next": following}


@router.get("/places/{uuid:place}", response={200: out.PlaceOut, **REFUSED}, auth=ProgramKeyAuth(_S.PLACES_READ), url_name="place")  # fmt: skip
def read_place(request: HttpRequest, place: UUID) -> Any:
    """One place."""
    call = call_of(request)
    row = _one(call, places(call), place)
    return out.place_out(row, bool(_exact(exact_sites(call.person, call.at), [row])))


@router.get("/systems", response={200: out.SystemsOut, **REFUSED}, auth=ProgramKeyAuth(_S.SYSTEMS_READ), url_name="systems")  # fmt: skip
def list_systems(request: HttpRequest, page: Query[Page]) -> Any:
    """Systems, one page."""
    call = call_of(request)
    rows, following = page_of(call, systems(call), page)
    return {"items": [out.system_out(row) for row in rows], "next": following}


@router.get("/systems/{uuid:system}", response={200: out.SystemOut, **REFUSED}, auth=ProgramKeyAuth(_S.SYSTEMS_READ), url_name="system")  # fmt: skip
def read_system(request: HttpRequest, system: UUID) -> Any:
    """One system."""
    call = call_of(request)
    return out.system_out(_one(call, systems(call), system))


@router.get("/cameras", response={200: out.CamerasOut, **REFUSED}, auth=ProgramKeyAuth(_S.CAMERAS_READ), url_name="cameras")  # fmt: skip
def list_cameras(request: HttpRequest, page: Query[Page]) -> Any:
    """Cameras, one page."""
    call = call_of(request)
    rows, following = page_of(call, cameras(call), page)
    exact = _exact(exact_cameras(call.person, call.at), rows)
    return {"items": [out.camera_out(row, row.pk in exact) for row in rows], "next": following}


@router.get("/cameras/{uuid:camera}", response={200: out.CameraOut, **REFUSED}, auth=ProgramKeyAuth(_S.CAMERAS_READ), url_name="camera")  # fmt: skip
def read_camera(request: HttpRequest, camera: UUID) -> Any:
    """One camera."""
    call = call_of(request)
    row = _one(call, cameras(call), camera)
    return out.camera_out(row, bool(_exact(exact_cameras(call.person, call.at), [row])))


@router.get("/filings", response={200: out.FilingsOut, **REFUSED}, auth=ProgramKeyAuth(_S.FILINGS_READ), url_name="filings")  # fmt: skip
def list_filings(request: HttpRequest, page: Query[Page]) -> Any:
    """Filings, one page."""
    call = call_of(request)
    rows, following = page_of(call, filings(call), page)
    return {"items": [out.filing_out(row) for row in rows], "next": following}


@router.get("/filings/{uuid:filing}", response={200: out.FilingOut, **REFUSED}, auth=ProgramKeyAuth(_S.FILINGS_READ), url_name="filing")  # fmt: skip
def read_filing(request: HttpRequest, filing: UUID) -> Any:
    """One filing."""
    call = call_of(request)
    return out.filing_out(_one(call, filings(call), filing))


@router.get("/removals", response={200: out.RemovalsOut, **REFUSED}, auth=ProgramKeyAuth(_S.REMOVALS_READ), url_name="removals")  # fmt: skip
def list_removals(request: HttpRequest, page: Query[Page]) -> Any:
    """Removals, one page."""
    call, known = call_of(request), terms()
    rows, following = page_of(call, removals(call), page)
    return {"items": [out.removal_out(row, first_day(row, known)) for row in rows], "next": following}


@router.get("/removals/{uuid:removal}", response={200: out.RemovalOut, **REFUSED}, auth=ProgramKeyAuth(_S.REMOVALS_READ), url_name="removal")  # fmt: skip
def read_removal(request: HttpRequest, removal: UUID) -> Any:
    """One removal."""
    call = call_of(request)
    row = _one(call, removals(call), removal)
    return out.removal_out(row, first_day(row, terms()))


@router.get("/worklist", response={200: out.WorklistOut, **REFUSED}, auth=ProgramKeyAuth(_S.WORKLIST_READ), url_name="worklist")  # fmt: skip
def read_worklist(request: HttpRequest) -> Any:
    """What is late, due, waiting and to come, within the program's division."""
    call = call_of(request)
    # Each group has its own first rows: enough of them that no program is told fewer than the page may hold.
    division = call.opened.program.division.path
    work = worklist_of(call.person, call.at, terms(), most=MOST_WORK, classified=False, division=division)
    groups = {"late": work.late, "due": work.due, "expected": work.expected, "supervised": work.supervised}
    dates = [
        {
            "group": group, "what": one.what, "subject": one.subject, "day": one.day, "last": one.last, "name": one.name,
            "clause": one.clause, "provisional": one.provisional,
        }
        for group, some in groups.items()
        for one in some
        if one.what in OF_UNITS and one.division.startswith(division)
    ]  # fmt: skip
    counted_only = sum(some.count - len(some.rows) for some in groups.values())
    call.rows = min(len(dates), MOST_WORK)
    waiting = [
        {"what": one.what, "name": one.name, "note": one.note, "link": one.href} for one in _waits(work.waiting, call)
    ]
    return {"dates": dates[:MOST_WORK], "waiting": waiting, "more": max(0, len(dates) - MOST_WORK) + counted_only}


def _waits(waiting: Iterable[Waits], call: Call) -> list[Waits]:
    """Filings and removals that wait. They say no division and no secrecy of their own: they are given only to a program that is
    bound to no less than its person is, on an installation that has nothing classified.
    """
    bound = call.opened.program.division.path
    seen = visible_systems(call.person, call.at)  # roles reach further than posts
    whole = not seen.exclude(site__division__path__startswith=bound).exists()
    return [one for one in waiting if one.what in WAITING] if whole and not takes_classified() else []


def _exact(reach: QuerySet[Any], rows: list[Any]) -> set[Any]:
    """Keys of those of the rows whose base data may be read."""
    return set(reach.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
