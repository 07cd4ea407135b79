"""The conditions of the register's lists, by which overview and lists mean the same rows: division, category, state, filing, a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.db.models.lookups import Contains
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from custodes.people.models import Division
from custodes.people.scope import scope_of
from custodes.people.viewer import Viewer
from custodes.places.models import USED, Camera, SiteCategory, System, SystemState
from custodes.places.models.site import BEFORE_TRIAL

#: So many systems are named one by one, which an index can serve; more are found within the query.
NAMED = 500


class _PairsOf(Func):
    """Every pair of neighbouring characters of `word` is in `sought`: what the index knows (decision 0215)."""

    template = "places_pairs(%(expressions)s)"
    arg_joiner = ") @> places_pairs("
    output_field = BooleanField()


def sought(rows: QuerySet[Camera], word: str, exact: QuerySet[System]) -> QuerySet[Camera]:
    """The cameras of `rows` that the word finds, large and small letters being the same: in number, name and place, and in the names of system
    and site. A place is base data (S33.1): a word in it finds a camera for who reads that, and for nobody else.

    Args:
        exact: systems whose cameras' base data the person reads.
    """
    # Small letters as the database makes them: SQLite's are those of ASCII alone, Python's are more.
    own = Q(sought__contains=Lower(Value(word)))
    if len(word) > 1 and connections[rows.db].vendor == "postgresql":
        own &= Q(_PairsOf(F("sought"), Lower(Value(word))))
    told = Contains(Lower(Concat("number", Value(" "), "name")), Lower(Value(word)))
    own &= Q(told) | Q(system__in=exact.order_by().values("pk"))
    named = System.objects.filter(Q(name__icontains=word) | Q(site__name__icontains=word)).order_by().values("pk")
    # A camera's own row says nothing of its system's name; there are few enough systems to find them first.
    keys: Any = [row["pk"] for row in named[: NAMED + 1]]
    return rows.filter(own | Q(system__in=keys if len(keys) <= NAMED else named))


#: States of systems that are counted together, with their words.
GROUPS: Mapping[str, tuple[Any, tuple[SystemState, ...]]] = {
    "on_the_way": (pgettext_lazy("系统的状态", "筹建、在建"), BEFORE_TRIAL),
    "used": (pgettext_lazy("系统的状态", "在用（合计）"), USED),
}
STATES = [*((key, label) for key, (label, _states) in GROUPS.items()), *SystemState.choices]


@dataclass(frozen=True)
class Narrowing:
    """What a list's address asks for; what it does not know it leaves out.

    Attributes:
        division: the one named and everything under it.
        offered: divisions to choose from, for whoever sees more than the own unit's rows.
    """

    division: Division | None
    offered: tuple[Division, ...]
    category: int | None

    @classmethod
    def of(cls, viewer: Viewer, query: QueryDict) -> Narrowing:
        """As the address says."""
        code, category = query.get("division", ""), query.get("category", "")
        paths = scope_of(viewer.person, viewer.at).division_paths
        offered = Q(pk__in=[])
        for path in paths:
            offered |= Q(path__startswith=path)
        return cls(
            division=Division.objects.filter(code=code).first() if code.isalnum() else None,
            offered=tuple(Division.objects.filter(offered)) if paths else (),
            category=int(category) if category in {str(value) for value in SiteCategory.values} else None,
        )

    def at(self, rows: QuerySet[Any], site: str) -> QuerySet[Any]:
        """`rows` at places of this division and category; `site` is the lookup path to the site, ``"site__"``, ``""`` for sites."""
        if self.division is not None:
            rows = rows.filter(**{f"{site}division__path__startswith": self.division.path})
        if self.category is not None:
            rows = rows.filter(**{f"{site}category": self.category})
        return rows

    @property
    def categories(self) -> list[tuple[int, Any]]:
        """To choose from."""
        return list(SiteCategory.choices)

    def __bool__(self) -> bool:
        return self.division is not None or self.category is not None


def states_of(key: str) -> tuple[str, ...]:
    """The states that a list's ``state=`` means; none for all."""
    if key in GROUPS:
        return tuple(GROUPS[key][1])
    return (key,) if key in SystemState.values else ()
