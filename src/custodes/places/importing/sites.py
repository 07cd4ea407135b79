"""Sites: the inventory of places (S9), with or without systems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from custodes.people.models import Person
from custodes.people.records import record_many
from custodes.places.importing.cells import of_field, one_of, yes_no
from custodes.places.importing.resolving import basis, category, divisions, near, own_unit
from custodes.places.importing.work import Row, Work
from custodes.places.models import Site
from custodes.places.models.recorded import SITE_FIELDS
from custodes.places.register import created_fields
from custodes.places.scope import editable_sites
from custodes.places.together import site_unfit

_TEXTS = ("decision", "necessity", "key_parts", "consent", "key_target_document", "plate", "route")


class SiteWork(Work):
    """A table of sites."""

    def __init__(self, person: Person, at: datetime) -> None:
        super().__init__(person, at)
        self.cells = {
            "name": of_field(Site, "name", needed=True),
            "category": category,
            "address": of_field(Site, "address", needed=True),
            "division": one_of(divisions(), "division", needed=True),
            "unit": own_unit(person, at),
            "basis": basis,
            "secret_near": near,
            "key_target": yes_no(),
            "state_owned": yes_no(),
            "longitude": of_field(Site, "longitude", example="91.132200"),
            "latitude": of_field(Site, "latitude", example="29.653100"),
            **{name: of_field(Site, name) for name in _TEXTS},
        }

    def hold(self, rows: Sequence[Row]) -> None:
        """What fits together, and that no site is there twice. Of sites that the person may not edit nothing is said (R9)."""
        names = {row.values["name"] for row in rows if row.right("name", "division")}
        there = set(
            editable_sites(self.person, self.at).filter(name__in=names).values_list("name", "division").distinct()
        )
        for row in rows:
            if row.right("longitude", "latitude"):
                for key, code in site_unfit(row.values):
                    row.wrong(key, code)
            if not row.right("name", "division"):
                continue
            identity = (row.values["name"], row.values["division"])
            if identity in there:
                row.wrong("name", "site_there")
            else:
                self.once(row, "name", *identity)

    def enter(self, rows: Sequence[Row]) -> None:
        """Sites with their records."""
        sites = [Site(created_by=self.person, **_columns(row.values)) for row in rows]
        Site.objects.bulk_create(sites, batch_size=500)
        record_many("config.changed", at=self.at, each=created_fields(sites, SITE_FIELDS, self.person))


def _columns(values: dict[str, object]) -> dict[str, object]:
    return {f"{name}_id" if name in ("division", "unit") else name: value for name, value in values.items()}
