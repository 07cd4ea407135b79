"""The figures of a division and of those under it: each from one grouped question to the database, never row by row.

What is counted is what the person may see (R9), by the same conditions as the lists to which the figures lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from custodes.law.duties.terms import Terms
from custodes.people.models import Division, Person
from custodes.people.permissions import Permission
from custodes.people.scope import scope_of
from custodes.places.filing import due
from custodes.places.filing.reach import visible_filings
from custodes.places.inventory.gaps import gap_sites
from custodes.places.models import CameraState, FilingState, SystemState
from custodes.places.models.removal import AHEAD
from custodes.places.narrowing import GROUPS
from custodes.places.removal.reach import visible_removals
from custodes.places.scope import kinds_with, visible_sites, visible_systems

#: What is counted: key → lookup path from the row to its site.
COUNTED = {
    "sites": "",
    "gaps": "",
    "systems": "site__",
    "due": "site__",
    "late": "site__",
    "waiting": "system__site__",
    "returned": "system__site__",
    "removals": "system__site__",
}


@dataclass(frozen=True)
class Row:
    """One division with all that lies under it, or what lies in it directly (`own`)."""

    division: Division
    own: bool
    counts: Counter[str]


@dataclass(frozen=True)
class Overview:
    """A division's figures.

    Attributes:
        over: the divisions above it that the person sees as a whole or in part, from the top.
        total: of it and those under it, by key of `COUNTED`, and ``state:…`` by state or group of states.
        rows: those directly under it that have anything, and its own.
        categories: category → counts.
    """

    division: Division
    over: tuple[Division, ...]
    total: Counter[str]
    rows: tuple[Row, ...]
    categories: dict[int, Counter[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Offered:
    """Divisions of which a person may see figures, from the top; `first` is where they begin, None without any."""

    divisions: tuple[Division, ...]
    first: Division | None

    def named(self, code: str) -> Division | None:
        """The one with this code."""
        return next((row for row in self.divisions if row.code == code), None)


def offered(person: Person, at: datetime) -> Offered:
    """Those of the person's posts with those under them; whoever has a unit's post alone sees the own rows, county by county."""
    rows = list(Division.objects.order_by("path"))
    wide = scope_of(person, at, kinds=kinds_with(Permission.VIEW_PLACES)).division_paths
    held = {*visible_sites(person, at).order_by().values_list("division__path", flat=True).distinct()}
    if wide:
        # Nothing above a county is its police's; a place that they answer for elsewhere has its own line there.
        seen = [row for row in rows if any(row.path.startswith(path) for path in wide) or row.path in held]
        return Offered(tuple(seen), next(row for row in seen if row.path in wide))
    seen = [row for row in rows if any(path.startswith(row.path) for path in held)]
    # The lowest that holds all: the county of a school says more of it than the region.
    first = [row for row in seen if all(path.startswith(row.path) for path in held)]
    return Offered(tuple(seen), first[-1] if first else None)


def overview_of(person: Person, at: datetime, terms: Terms, division: Division, among: Offered) -> Overview:
    """The figures of `division`, which is one of those that are `offered`."""
    counted = _counted(person, at, terms, division)
    paths = {row.pk: row.path for row in Division.objects.filter(path__startswith=division.path)}
    known = {row.path: row for row in among.divisions}
    total: Counter[str] = Counter()
    by_child: dict[str, Counter[str]] = {}
    categories: dict[int, Counter[str]] = {}
    for key, pk, category, count in counted:
        path = paths[pk]
        total[key] += count
        by_child.setdefault(_child(division.path, path), Counter())[key] += count
        categories.setdefault(category, Counter())[key] += count
    rows = [
        Row(known[path] if path != division.path else division, path == division.path, counts)
        for path, counts in sorted(by_child.items())
        if path == division.path or path in known
    ]
    over = tuple(row for row in among.divisions if division.path.startswith(row.path) and row.path != division.path)
    return Overview(division, over, total, tuple(rows), categories)


def _child(top: str, path: str) -> str:
    """The division directly under `top` in which `path` lies; `top` itself for what lies in it directly."""
    rest = path[len(top) :]
    return top + rest.split("/", 1)[0] + "/" if rest else top


def _counted(person: Person, at: datetime, terms: Terms, division: Division) -> Iterable[tuple[str, int, int, int]]:
    """Key, division, category, count."""
    today = timezone.localdate(at)
    systems = visible_systems(person, at).filter(site__division__path__startswith=division.path)
    asked: dict[str, QuerySet[Any]] = {
        "sites": visible_sites(person, at),
        "gaps": gap_sites(person, at),
        "due": due.due(systems, today, terms),
        "late": due.late(systems, today, terms),
        "waiting": visible_filings(person, at).filter(state=FilingState.SUBMITTED),
        "returned": visible_filings(person, at).filter(state=FilingState.RETURNED),
        "removals": visible_removals(person, at).filter(state__in=[one.value for one in AHEAD]),
    }
    for key, rows in asked.items():
        yield from ((key, pk, category, count) for pk, category, count in _grouped(rows, COUNTED[key], division))
    # From the systems' side: whether a row is seen is asked 5,000 times then, not 100,000 times.
    connected = Count("cameras", filter=Q(cameras__state=CameraState.CONNECTED))
    for pk, category, count in _grouped(systems, "site__", division, counted=connected):
        yield "cameras", pk, category, count
    for pk, category, state, count in _grouped(systems, "site__", division, "state"):
        yield "systems", pk, category, count
        yield f"state:{state}", pk, category, count
        for group, (_label, states) in GROUPS.items():
            if SystemState(state) in states:
                yield f"state:{group}", pk, category, count


def _grouped(
    rows: QuerySet[Any], site: str, division: Division, *more: str, counted: Count | None = None
) -> Iterable[tuple[Any, ...]]:
    rows = rows.filter(**{f"{site}division__path__startswith": division.path})
    keys = (f"{site}division", f"{site}category", *more)
    found: Iterable[tuple[Any, ...]] = rows.order_by().values_list(*keys).annotate(count=counted or Count("pk"))
    return found
