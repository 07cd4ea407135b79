"""Which police unit's platform a system is joined to: that of the department's level (S23), for others that of the place (S24)."""

from __future__ import annotations

from custodes.people.leading import leading_police
from custodes.people.models import Division, Unit, UnitKind
from custodes.places.models import System
from custodes.sharing.directory.added import clause_of, of_place
from custodes.sharing.reach import LEVELS


def office_of(system: System) -> Unit | None:
    """None where no police unit of a fitting level is in the register."""
    unit, site = system.unit.division, system.site.division
    for division in (site, unit) if of_place(system.unit) else (unit, site):
        for one in _police_above(division):
            if clause_of(system.unit, one).clause:
                return one
    return None


def _police_above(division: Division) -> list[Unit]:
    """Police of the division and of those above it, the nearest first."""
    rows = Unit.objects.filter(
        kind=UnitKind.PUBLIC_SECURITY,
        division__in=Division.objects.above(division),
        division__kind__in=[one.value for one in LEVELS],
    )
    found = leading_police(rows.select_related("division"))
    return sorted(found, key=lambda one: (-len(one.division.path), one.pk))
