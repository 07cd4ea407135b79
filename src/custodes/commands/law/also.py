"""``--also CLAUSE:key=value,…`` of `custodes law fine`: another clause of the same act, with what is its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from custodes.commands.law.answering import as_written, needed_day
from custodes.law.bad_input import BadInput
from custodes.law.fines.case import Case

_DAYS = {
    "ordered": "ordered",
    "term-ends": "term_ends",
    "discovered": "discovered",
    "conduct-from": "conduct_from",
    "conduct-to": "conduct_to",
}
_ANSWERS = {
    "complied": "complied",
    "place-public": "place_public",
    "n7-system": "n7_system",
    "grave": "grave",
}
_KEYS = ", ".join(("item", *_DAYS, *_ANSWERS))


def another(first: Case, text: str) -> Case:
    """The same act under another clause.

    What is the act's (who, conduct, decision, harm, the place) is taken over; an order, its term and the recheck are not: they were
    given under the first clause.

    Raises:
        BadInput: a key is unknown, or a value can't be right; the field is ``also`` with the key.
    """
    clause, _, rest = text.partition(":")
    own: dict[str, Any] = {"clause": as_written(clause), "ordered": None, "term_ends": None, "complied": None}
    own["item"] = None
    for part in filter(None, (one.strip() for one in rest.split(","))):
        key, _, value = part.partition("=")
        own |= _read(key.strip(), value.strip())
    return replace(first, **own)


def _read(key: str, value: str) -> dict[str, Any]:
    field = f"also.{key}"
    if key == "item":
        if not value.isascii() or not value.isdigit():
            raise BadInput(field, f"{value!r} is no item", "give its number, for example item=2")
        return {"item": int(value)}
    if key in _DAYS:
        found: date = needed_day(value, field)
        return {_DAYS[key]: found}
    if key in _ANSWERS:
        if value not in ("yes", "no"):
            raise BadInput(field, f"{value!r} is neither yes nor no", f"write {key}=yes or {key}=no")
        return {_ANSWERS[key]: value == "yes"}
    raise BadInput(field, "there is no such key", f"one of {_KEYS}")
