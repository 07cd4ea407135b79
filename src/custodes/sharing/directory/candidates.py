"""Which systems of the register have to connect to a unit's platform (S23), and which may be added (S24, S25)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from custodes.law.building.departments import CONNECTING, Level, must_connect
from custodes.people.models import DivisionKind, Unit
from custodes.places.models import WATCHED, System, SystemRole
from custodes.places.models.site import SystemRoleKind, holding_on
from custodes.sharing.directory.added import clause_of
from custodes.sharing.directory.secrecy import nameable

NAMED = tuple(one.key for one in CONNECTING)
"""Kinds of units that are departments of S23. It says 等部门: whoever else is to connect is added by a person, with a reason."""
_MANAGING = (SystemRoleKind.MANAGER, SystemRoleKind.NATIONAL_MANAGER)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system that has to connect, with the department that manages it and the clause."""

    system: System
    department: str
    clause: str


def level_of(office: Unit) -> Level:
    """Of its platform (S22)."""
    return Level.CITY if office.division.kind == DivisionKind.CITY else Level.COUNTY


def departments_of(office: Unit) -> list[Unit]:
    """Departments of S23 of the same level: those in the office's own division (同级)."""
    return list(Unit.objects.filter(kind__in=NAMED, division=office.division).order_by("path"))


def built(office: Unit) -> QuerySet[System]:
    """Systems in its division that are built and may be named."""
    rows = System.objects.filter(site__division__path__startswith=office.division.path, state__in=WATCHED)
    return nameable(rows)


def addable(office: Unit, among: Iterable[UUID]) -> dict[UUID, System]:
    """Those of these systems that a person may add: built, to be named, and a clause makes their unit connect to this office's platform."""
    rows = built(office).filter(pk__in=among).select_related("unit__division", "site__division")
    return {one.pk: one for one in rows if clause_of(one.unit, office).clause}


def managed_by(department: Unit, today: date) -> Q:
    """Systems that a department manages: its own, those of the units under it (本部门、本系统), those it runs in a role.

    A department that stands under another, as a county's bureau under the city's, manages its systems itself: they go to the platform of
    its own level (同级).
    """
    under = Q(unit__path__startswith=department.path)
    nested = Unit.objects.filter(kind__in=NAMED, path__startswith=department.path).exclude(pk=department.pk)
    for path in nested.values_list("path", flat=True):
        under &= ~Q(unit__path__startswith=path)
    roles = SystemRole.objects.filter(holding_on(today), under, role__in=_MANAGING)
    return under | Q(pk__in=roles.values("system"))


def candidates(office: Unit, today: date) -> list[Candidate]:
    """Every system that S23 connects to this office's platform, each once, department by department in the order of the text."""
    found: dict[object, Candidate] = {}
    level = level_of(office)
    for department in sorted(departments_of(office), key=lambda one: (NAMED.index(one.kind), one.path)):
        rows = nameable(System.objects.filter(managed_by(department, today), state__in=WATCHED))
        for system in rows.select_related("unit", "site__division").order_by("name", "pk"):
            wanted = must_connect(department=department.kind, level=level, classified=system.classified)
            if wanted.must:
                found.setdefault(system.pk, Candidate(system, department.kind, wanted.clauses[0]))
    return list(found.values())
