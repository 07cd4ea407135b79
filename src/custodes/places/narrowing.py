"""The conditions of the register's lists, by which overview and lists mean the same rows: division, category, state, filing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from custodes.people.models import Division
from custodes.people.scope import scope_of
from custodes.people.viewer import Viewer
from custodes.places.models import USED, SiteCategory, SystemState
from custodes.places.models.lifecycle import BEFORE_TRIAL

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
