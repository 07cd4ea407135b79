"""Which police unit is the police of its division (市、县（区）公安机关), and not a station or a squad that stands under it."""

from __future__ import annotations

from collections.abc import Iterable

from custodes.people.models import Unit, UnitKind


def leading_police(units: Iterable[Unit]) -> list[Unit]:
    """Those of these units that are police with no police of the same division above them in the tree."""
    police = [one for one in units if one.kind == UnitKind.PUBLIC_SECURITY]
    keys = {key for one in police for key in _above(one)}
    rows = Unit.objects.filter(pk__in=keys, kind=UnitKind.PUBLIC_SECURITY)
    divisions = dict(rows.values_list("pk", "division"))
    return [one for one in police if one.division_id not in {divisions.get(key) for key in _above(one)}]


def _above(unit: Unit) -> list[int]:
    return [int(key) for key in unit.path.split("/") if key and int(key) != unit.pk]
