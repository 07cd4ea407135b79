"""From the text of a cell to the value of a field, within the bounds of the register's columns; names and codes as people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import override

from custodes.law.bad_input import EARLIEST, LATEST
from custodes.law.building.categories import BASES, CATEGORIES
from custodes.law.clauses.lhasa.text import numeral
from custodes.people.forms import plain_text
from custodes.people.models import Division, Person
from custodes.places.importing.faults import Bad
from custodes.places.scope import own_units
from custodes.places.tables.columns import NO, YES

Cell = Callable[[str], Any]
"""Text to value; raises `Bad`. An empty text comes as well."""


def text(most: int, *, needed: bool = False) -> Cell:
    """Plain text of up to `most` characters."""

    def read(said: str) -> str:
        if needed and not said:
            raise Bad("missing")
        if len(said) > most:
            raise Bad("long", most=most, has=len(said))
        try:
            plain_text(said)
        except ValidationError as error:
            raise Bad("hidden") from error
        return said

    return read


def of_field(
    model: type[models.Model], name: str, *, needed: bool = False, example: str = "", rounds: bool = False
) -> Cell:
    """What a column of the register holds: its length, its bounds, its places behind the point.

    Args:
        rounds: more places are rounded, not refused: of what a machine measured.
    """
    column: Any = model._meta.get_field(name)
    if isinstance(column, models.CharField):
        return text(column.max_length or 0, needed=needed)
    bounds = [one for one in column.validators if isinstance(one, MinValueValidator | MaxValueValidator)]
    places = column.decimal_places if isinstance(column, models.DecimalField) else 0

    def read(said: str) -> Any:
        if not said:
            if needed:
                raise Bad("missing")
            return None
        value = _decimal(said, example or ("1.5" if places else "1"))
        exponent = value.as_tuple().exponent
        if places == 0 and value != value.to_integral_value():
            raise Bad("whole", example=example or "1")
        if not rounds and isinstance(exponent, int) and -exponent > places > 0 and value != round(value, places):
            raise Bad("places", places=places)
        for bound in bounds:
            if isinstance(bound, MinValueValidator) and value < bound.limit_value:
                raise Bad("low", least=str(bound.limit_value))
            if isinstance(bound, MaxValueValidator) and value > bound.limit_value:
                raise Bad("high", most=str(bound.limit_value))
        return round(value, places) if places else int(value)

    return read


def _decimal(said: str, example: str) -> Decimal:
    try:
        value = Decimal(said)
    except InvalidOperation as error:
        raise Bad("number", example=example) from error
    if not value.is_finite() or len(said) > 40 or abs(value) >= 10**12:
        raise Bad("number", example=example)
    return value


def day(today: date) -> Cell:
    """A day that has been: ``2026-03-01``, ``2026/3/1`` or ``2026年3月1日``."""

    def read(said: str) -> date | None:
        if not said:
            return None
        plain = said.partition("T")[0].replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-")
        parts = plain.strip().replace(".", "-").split("-")
        try:
            found = date(*(int(part) for part in parts))
        except (ValueError, TypeError, OverflowError) as error:
            raise Bad("day") from error
        if found > today:
            raise Bad("future")
        if not EARLIEST <= found <= LATEST:
            raise Bad("far")
        return found

    return read


def yes_no(*, otherwise: bool = False) -> Cell:
    """是 or 否; empty is `otherwise`."""

    def read(said: str) -> bool:
        plain = said.casefold()
        if not plain:
            return otherwise
        if plain in YES or plain in NO:
            return plain in YES
        raise Bad("yes_no")

    return read


def one_of(known: Mapping[str, Any], code: str = "choice", *, needed: bool = False, otherwise: Any = "") -> Cell:
    """One of some names; empty is `otherwise`.

    Args:
        known: name to value; names are shown to whoever wrote another.
        code: of the fault when it is none of them.
    """

    def read(said: str) -> Any:
        if not said:
            if needed:
                raise Bad("missing")
            return otherwise
        if said in known:
            return known[said]
        if code == "choice":
            raise Bad(code, known="、".join(str(name) for name in known))
        raise Bad(code)

    return read


def by_labels(choices: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Names of a field's choices, in Chinese, and its values as they stand, to values."""
    with override("zh-hans"):
        return {str(label): value for value, label in choices}


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
