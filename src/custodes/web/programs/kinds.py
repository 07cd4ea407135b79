"""What there is to read, as a table: each kind of row with its scope, whose rows are seen, and how one is told. Nothing here asks for
footage, and of what is classified nothing is ever given (S20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from ninja import Schema

from custodes.cases.models import CasePaper
from custodes.people.lawful import terms
from custodes.people.models import ProgramScope, Unit
from custodes.people.models.account import held_kinds
from custodes.people.permissions import Permission, allowed
from custodes.people.scope import scope_for, units_in
from custodes.places.changes.reach import visible_changes
from custodes.places.drafts.keeping import editable_drafts
from custodes.places.filing.case import visible_filings
from custodes.places.lifecycle.stepping import revisions_of
from custodes.places.models import (
    Acceptance,
    Camera,
    ChangeCase,
    DossierItem,
    Draft,
    DraftKind,
    Filing,
    Plan,
    Product,
    Removal,
    Site,
    System,
    SystemFirm,
    UpgradeOrder,
)
from custodes.places.removal.rules import first_day
from custodes.places.scope import (
    exact_cameras,
    exact_sites,
    papered_systems,
    visible_cameras,
    visible_sites,
    visible_systems,
)
from custodes.places.upgrades.case import visible_orders
from custodes.upkeep.plans import visible_plans
from custodes.web.programs import lifeschemas as life
from custodes.web.programs import schemas as out
from custodes.web.programs.draftsaid import draft_out
from custodes.web.programs.keys import ApiCall

_S = ProgramScope


@dataclass(frozen=True)
class RowKind:
    """One kind of row.

    Attributes:
        name, one: of the list in addresses and operations, and of one row.
        about: whose rows these are.
        rows: those that the program sees.
        shape: of one.
        told: rows of one page in their shape, in order.
        key: by which one is named.
        system: path to the system of a row, by which the list can be narrowed down; empty where there is none.
    """

    name: str
    one: str
    about: str
    scope: ProgramScope
    rows: Callable[[ApiCall], QuerySet[Any]]
    shape: type[Schema]
    told: Callable[[ApiCall, Sequence[Any]], list[dict[str, Any]]]
    key: str = "pk"
    system: str = ""


def units(call: ApiCall) -> QuerySet[Unit]:
    """Units of the person's own scope."""
    scope = scope_for(call.person, Permission.VIEW_PEOPLE, call.at)
    return units_in(scope).filter(call.within("division")).select_related("division", "parent")


def places(call: ApiCall) -> QuerySet[Site]:
    """Places that the person sees; one where a classified system stands is not given (S20)."""
    secret = System.objects.filter(classified=True).values("site")
    rows = visible_sites(call.person, call.at).filter(call.within("division")).exclude(pk__in=secret)
    return rows.select_related("division", "unit")


def systems(call: ApiCall) -> QuerySet[System]:
    """Systems that the person sees; classified ones never."""
    rows = visible_systems(call.person, call.at).filter(call.within("site__division"), classified=False)
    return rows.select_related("unit", "site__division")


def cameras(call: ApiCall) -> QuerySet[Camera]:
    """Cameras that the person sees."""
    return visible_cameras(call.person, call.at).filter(call.within("system__site__division"), system__classified=False)


def filings(call: ApiCall) -> QuerySet[Filing]:
    """Filings that the person sees."""
    rows = visible_filings(call.person, call.at).filter(call.within("system__site__division"), system__classified=False)
    return rows.select_related("system__site__division").prefetch_related("items")


def drafts(call: ApiCall) -> QuerySet[Draft]:
    """Filings that the person fills in: the very drafts of the pages."""
    rows = editable_drafts(call.person, call.at).filter(kind=DraftKind.FILING)
    rows = rows.filter(call.within("system__site__division"), system__classified=False)
    return rows.select_related("system__site__division", "system__unit")


def dossier(call: ApiCall) -> QuerySet[DossierItem]:
    """Papers in the files of systems whose papers the person may read (S30.1, S33.1)."""
    return DossierItem.objects.filter(system__in=_papered(call)).select_related("paper")


def acceptances(call: ApiCall) -> QuerySet[Acceptance]:
    """Conclusions of acceptances, of systems whose papers the person may read: they name who took part."""
    return Acceptance.objects.filter(system__in=_papered(call))


def firms(call: ApiCall) -> QuerySet[SystemFirm]:
    """Firms of systems whose papers the person may read."""
    rows = SystemFirm.objects.filter(system__in=_papered(call))
    return rows.select_related("unit").prefetch_related("technicians")


def products(call: ApiCall) -> QuerySet[Product]:
    """Certificates of products belong to no place: whoever reads the register reads all of them, as on the pages."""
    readable = Permission.VIEW_PLACES in allowed(held_kinds(call.person, call.at))
    return Product.objects.all() if readable else Product.objects.none()


def changes(call: ApiCall) -> QuerySet[ChangeCase]:
    """Changes of which the person is told."""
    rows = visible_changes(call.person, call.at).filter(call.within("system__site__division"), system__classified=False)
    return rows.prefetch_related("cameras", "pictures")


def upgrades(call: ApiCall) -> QuerySet[UpgradeOrder]:
    """Orders that the person sees."""
    rows = visible_orders(call.person, call.at).filter(call.within("system__site__division"), system__classified=False)
    return rows.prefetch_related("shortfalls")


def plans(call: ApiCall) -> QuerySet[Plan]:
    """Interruptions and windows about at least one camera that the person sees, in the division."""
    concerned = Plan.cameras.through.objects.filter(camera__in=cameras(call).order_by().values("pk"))
    rows = visible_plans(call.person, call.at).filter(pk__in=concerned.values("plan"))
    return rows.prefetch_related("cameras")


def _plans(call: ApiCall, rows: Sequence[Plan]) -> list[dict[str, Any]]:
    seen = _exact(cameras(call), [one for row in rows for one in row.cameras.all()])
    return [life.plan_out(row, [one.pk for one in row.cameras.all() if one.pk in seen]) for row in rows]


def _papered(call: ApiCall) -> QuerySet[System, Any]:
    rows = papered_systems(call.person, call.at).filter(call.within("site__division"), classified=False)
    return rows.values("pk")


def removals(call: ApiCall) -> QuerySet[Removal]:
    """Removals of the systems that the person sees."""
    return Removal.objects.filter(system__in=systems(call).values("pk")).prefetch_related("cameras")


def unit_out(row: Unit) -> dict[str, Any]:
    """A unit without its people: whoever answers there is on the pages."""
    return {
        "id": row.uuid, "name": row.name, "kind": row.kind, "division": row.division.code,
        "parent": row.parent.uuid if row.parent is not None else None, "uscc": row.uscc,
    }  # fmt: skip


def _places(call: ApiCall, rows: Sequence[Site]) -> list[dict[str, Any]]:
    exact = _exact(exact_sites(call.person, call.at), rows)
    return [out.place_out(row, row.pk in exact) for row in rows]


def _cameras(call: ApiCall, rows: Sequence[Camera]) -> list[dict[str, Any]]:
    exact = _exact(exact_cameras(call.person, call.at), rows)
    return [out.camera_out(row, row.pk in exact) for row in rows]


def _removals(call: ApiCall, rows: Sequence[Removal]) -> list[dict[str, Any]]:
    known, revisions = terms(), revisions_of(rows)
    return [out.removal_out(row, first_day(row, known), revisions[row.pk]) for row in rows]


def _changes(call: ApiCall, rows: Sequence[ChangeCase]) -> list[dict[str, Any]]:
    revisions = revisions_of(rows)
    return [life.change_out(row, revisions[row.pk]) for row in rows]


def _papers_of(rows: Sequence[Any]) -> dict[UUID, list[CasePaper]]:
    """The papers of each of these cases of one kind, the oldest first."""
    found: dict[UUID, list[CasePaper]] = defaultdict(list)
    for one in CasePaper.objects.filter(case_id__in=[row.pk for row in rows]).order_by("at"):
        found[one.case_id].append(one)
    return found


def _upgrades(call: ApiCall, rows: Sequence[UpgradeOrder]) -> list[dict[str, Any]]:
    revisions, papers = revisions_of(rows), _papers_of(rows)
    return [life.upgrade_out(row, row.due_on, revisions[row.pk], papers[row.pk]) for row in rows]


def _exact(reach: QuerySet[Any], rows: Sequence[Any]) -> set[Any]:
    """Keys of those of the rows whose base data may be read."""
    return set(reach.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))


def _each(told: Callable[[Any], dict[str, Any]]) -> Callable[[ApiCall, Sequence[Any]], list[dict[str, Any]]]:
    return lambda call, rows: [told(row) for row in rows]


KINDS = (
    RowKind("units", "unit", "Units of the person's own scope.", _S.UNITS_READ, units, out.UnitOut, _each(unit_out), "uuid"),
    RowKind("places", "place", "Places of the inventory that the person sees.", _S.PLACES_READ, places, out.PlaceOut, _places),
    RowKind("systems", "system", "Systems that the person sees.", _S.SYSTEMS_READ, systems, out.SystemOut, _each(out.system_out)),
    RowKind("cameras", "camera", "Cameras that the person sees.", _S.CAMERAS_READ, cameras, out.CameraOut, _cameras, system="system"),
    RowKind(
        "filings", "filing", "Filings that were handed in, of systems whose papers the person may read.",
        _S.FILINGS_READ, filings, out.FilingOut, _each(out.filing_out), system="system",
    ),
    RowKind(
        "filing-drafts", "filing-draft", "Filings that are being filled in, on the pages or by programs.",
        _S.FILINGS_READ, drafts, out.FilingDraftOut, lambda call, rows: [draft_out(call, row) for row in rows], system="system",
    ),
    RowKind(
        "dossier", "dossier-item", "Papers in the files of systems (S17).",
        _S.PAPERS_READ, dossier, out.DossierItemOut, _each(out.item_out), system="system",
    ),
    RowKind(
        "removals", "removal", "Removals of the systems that the person sees (S18).",
        _S.REMOVALS_READ, removals, out.RemovalOut, _removals, system="system",
    ),
    RowKind(
        "acceptances", "acceptance", "Conclusions of acceptances (S16.1), of systems whose papers the person may read.",
        _S.LIFE_READ, acceptances, life.AcceptanceOut, _each(life.acceptance_out), system="system",
    ),
    RowKind(
        "firms", "firm", "Firms that design, build, accept or maintain systems whose papers the person may read (S13.1, S17).",
        _S.LIFE_READ, firms, life.FirmOut, _each(life.firm_out), system="system",
    ),
    RowKind(
        "products", "product", "Certificates of models of devices (S13.1).",
        _S.LIFE_READ, products, life.ProductOut, _each(life.product_out), "uuid",
    ),
    RowKind(
        "changes", "change", "Changes of systems in use of which the person is told (S34(7), N14).",
        _S.CHANGES_READ, changes, life.ChangeOut, _changes, system="system",
    ),
    RowKind(
        "upgrades", "upgrade", "Orders to upgrade systems whose papers the person may read (S16.2c).",
        _S.UPGRADES_READ, upgrades, life.UpgradeOut, _upgrades, system="system",
    ),
    RowKind(
        "plans", "plan", "Planned interruptions, votes among them, and maintenance windows of cameras that the person sees (S34(6)).",
        _S.PLANS_READ, plans, life.PlanOut, _plans,
    ),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}
