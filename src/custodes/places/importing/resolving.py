"""Names and codes as people write them in a table, to what they mean in the register."""

from __future__ import annotations

from datetime import datetime

from custodes.law.building.basis import BASES
from custodes.law.building.categories import CATEGORIES
from custodes.law.clauses.lhasa.text import numeral
from custodes.people.models import Division, Person
from custodes.places.importing.cells import Cell
from custodes.places.importing.faults import Bad
from custodes.places.scope import own_units
from custodes.places.tables.columns import NO, YES


def category(said: str) -> int:
    """The item of S9: its number in figures or characters, or its name.

    Raises:
        Bad: empty, or there is none.
    """
    if not said:
        raise Bad("missing")
    plain = said.strip("第项（）() ")
    for one in CATEGORIES:
        if plain in (str(one.number), numeral(one.number), one.zh, one.en, one.key):
            return one.number
    raise Bad("category")


def basis(said: str) -> str:
    """The key of a legal basis, by key or name; empty for none.

    Raises:
        Bad: there is no such basis.
    """
    plain = said.replace("（", "(").replace("）", ")").strip()
    if not plain:
        return ""
    found = next((one.key for one in BASES if plain in (one.key, one.zh, one.en)), None)
    if found is None:
        raise Bad("basis")
    return found


def near(said: str) -> str:
    """Whether there is a secret unit beside the place; empty while nobody has said it.

    Raises:
        Bad: neither 有 nor 无.
    """
    plain = said.casefold()
    if not plain:
        return ""
    if plain in YES or plain in NO:
        return "yes" if plain in YES else "no"
    raise Bad("near")


def divisions() -> dict[str, int]:
    """Name or code of every division, to its key."""
    found: dict[str, int] = {}
    for pk, code, zh, en in Division.objects.values_list("pk", "code", "name_zh", "name_en"):
        found |= {code: pk, zh: pk, en: pk}
    return found


def own_unit(person: Person, at: datetime) -> Cell:
    """A unit in whose name the person may register; with one alone nothing need be written."""
    units: dict[str, int] = {}
    for pk, name, uscc in own_units(person, at).values_list("pk", "name", "uscc"):
        units |= {name: pk, **({uscc: pk} if uscc else {})}
    only = next(iter(units.values())) if len(set(units.values())) == 1 else None

    def read(said: str) -> int:
        found = units.get(said) if said else only
        if found is None:
            raise Bad("unit" if said else "missing")
        return found

    return read
