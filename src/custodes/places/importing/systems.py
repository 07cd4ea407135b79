"""Systems, each with a draft of its filing where the table says what a filing asks (S16.2, N14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from custodes.people.models import Person
from custodes.places.filing import workflow
from custodes.places.filing.fields import BY_KEY as FILING
from custodes.places.importing.cells import by_labels, day, of_field, one_of, text, yes_no
from custodes.places.importing.faults import Bad
from custodes.places.importing.resolving import divisions, own_unit
from custodes.places.importing.system_columns import FILED
from custodes.places.importing.work import Row, Work
from custodes.places.lifecycle.entering import IN_FORCE, enter_system
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import MlpsLevel, Network, Site, System
from custodes.places.models.recorded import SYSTEM_FIELDS
from custodes.places.scope import editable_sites

_DAYS = ("accepted", "used")
LEAST_DAYS = 30


def retention(said: str) -> str:
    """Days of keeping as a filing says them.

    Raises:
        Bad: no whole number, or fewer than S32 wants.
    """
    if not said:
        return ""
    if not (said.isascii() and said.isdigit() and len(said) <= 4):
        raise Bad("whole", example="30")
    if int(said) < LEAST_DAYS:
        raise Bad("retention_low")
    return said


class SystemWork(Work):
    """A table of systems."""

    def __init__(self, person: Person, at: datetime) -> None:
        super().__init__(person, at)
        self.today = timezone.localdate(at)
        levels: dict[str, Any] = {str(level.value): level.value for level in MlpsLevel} | by_labels(MlpsLevel.choices)
        self.cells = {
            "site": of_field(Site, "name", needed=True),
            "division": one_of(divisions(), "division", otherwise=None),
            "name": of_field(System, "name", needed=True),
            "unit": own_unit(person, at),
            "network": one_of(by_labels(Network.choices), otherwise=Network.LOCAL),
            "built_on": day(self.today),
            "mlps_level": one_of(levels, otherwise=None),
            "mlps_number": of_field(System, "mlps_number"),
            "norm_version": of_field(System, "norm_version"),
            "classified": yes_no(),
            **{key: text(FILING[key].most) for key in FILED if key not in (*_DAYS, "retention")},
            **{key: day(self.today) for key in _DAYS},
            "retention": retention,
        }

    def hold(self, rows: Sequence[Row]) -> None:
        """Find each row's site; a system is there once a site; only what was built before the regulation is filed at once."""
        sites: dict[str, list[tuple[Any, int]]] = {}
        names = {row.values["site"] for row in rows if row.right("site")}
        found = editable_sites(self.person, self.at).filter(name__in=names).distinct()
        for pk, name, division in found.values_list("pk", "name", "division"):
            sites.setdefault(name, []).append((pk, division))
        there = set(
            System.objects.filter(site__in=[pk for pairs in sites.values() for pk, _division in pairs]).values_list(
                "site", "name"
            )
        )
        for row in rows:
            self._filed(row)
            if not row.right("site", "division"):
                continue
            wanted = row.values["division"]
            of_name = [pk for pk, division in sites.get(row.values["site"], []) if wanted in (None, division)]
            if not of_name:
                row.wrong("site", "site_unknown")
            elif len(of_name) > 1:
                row.wrong("division", "site_several")
            elif row.right("name"):
                row.values["site_pk"] = of_name[0]
                if (of_name[0], row.values["name"]) in there:
                    row.wrong("name", "system_there")
                else:
                    self.once(row, "name", of_name[0], row.values["name"])

    def _filed(self, row: Row) -> None:
        said = [key for key in FILED if row.right(key) and row.values.get(key)]
        built: date | None = row.values.get("built_on")
        if said and row.right("built_on") and (built is None or built >= IN_FORCE):
            row.wrong(said[0], "not_filed")

    def enter(self, rows: Sequence[Row]) -> None:
        """Systems with their first step, and the drafts of their filings."""
        for row in rows:
            self._enter(row.values)

    def _enter(self, values: dict[str, Any]) -> None:
        names = ("name", "network", "built_on", "classified", "mlps_level", "mlps_number", "norm_version")
        system = System(
            site_id=values["site_pk"],
            unit_id=values["unit"],
            created_by=self.person,
            **{name: values[name] for name in names},
        )
        system = enter_system(system, SYSTEM_FIELDS, Taken(self.person, self.at, self.today))
        said = {key: str(values[key]) for key in FILED if values.get(key)}
        if said:
            filing = workflow.begin(system, self.person, self.at)
            workflow.save(filing, workflow.Said(filing.content | said))
