"""How `custodes law` answers: a JSON document or plain lines; bad input names its field and ends with 2."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, NoReturn

import typer

from custodes.law.assumptions import Assumptions, Caveat
from custodes.law.bad_input import BadInput, plausible_day
from custodes.law.calendar.days import ZONE
from custodes.law.clauses.registry import UnknownClause, find
from custodes.settings import get_settings

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]


def say(document: dict[str, Any], lines: Sequence[str], as_json: bool) -> None:
    """Print the answer, as a document or as lines."""
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines))


@contextmanager
def refusing(as_json: bool) -> Iterator[None]:
    """Say what of the input can't be right, with its field, rule and remedy, and end with 2."""
    try:
        yield
    except BadInput as error:
        refuse(error.field, error.rule, error.remedy, as_json)
    except UnknownClause as error:
        refuse("clause", str(error), "use custodes law search to find it", as_json)


def refuse(field: str, rule: str, remedy: str, as_json: bool) -> NoReturn:
    """Say what can't be right, and end with 2."""
    if as_json:
        typer.echo(json.dumps({"error": {"field": field, "rule": rule, "remedy": remedy}}, ensure_ascii=False))
    typer.echo(f"{field}: {rule}; {remedy}", err=True)
    raise typer.Exit(2)


def day(text: str | None, field: str) -> date | None:
    """A day as ``YYYY-MM-DD``; None when it was not given.

    Raises:
        BadInput: it is no such day, or one that nothing can be counted with.
    """
    if text is None:
        return None
    found = _day(text, field, "is no day", "write it as YYYY-MM-DD, for example 2026-03-01")
    plausible_day(field, found)
    return found


def _day(text: str, field: str, rule: str, remedy: str) -> date:
    """Other ways of ISO 8601 to write a day (``20260301``, ``2026-W10``) are taken for a slip."""
    try:
        if not _DAY.fullmatch(text.strip()):
            raise ValueError(text)
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(field, f"{text!r} {rule}", remedy) from error


def needed_day(text: str | None, field: str) -> date:
    """The same, of a day that has to be given."""
    found = day(text, field)
    if found is None:
        raise BadInput(field, "a day is needed", f"give --{field} YYYY-MM-DD")
    return found


def moment(text: str, field: str) -> date | datetime:
    """A day, or a moment in ISO 8601; one without a time zone is read as Lhasa's.

    Raises:
        BadInput: it is neither.
    """
    rule, remedy = "is neither a day nor a moment", "write it as 2026-03-01 or 2026-03-01T08:00:00+08:00"
    if len(text.strip()) <= len("YYYY-MM-DD"):
        return _day(text, field, rule, remedy)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(field, f"{text!r} {rule}", remedy) from error
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def today_in_lhasa() -> date:
    """The day that it is now in Lhasa. Only commands read a clock; the library never does."""
    return datetime.now(ZONE).date()


def as_written(clause: str) -> str:
    """The id of a clause as somebody writes it (``s39（1）``); an article without a clause of its own stays an article."""
    try:
        return find(clause).id
    except UnknownClause:
        text = clause.strip().replace("（", "(").replace("）", ")")
        return text[:1].upper() + text[1:]


def assumed() -> Assumptions:
    """What the law leaves open, as this installation has set it."""
    return Assumptions(**get_settings().law_values)


def unconfirmed(said: Sequence[Caveat]) -> list[dict[str, str]]:
    """The values that an answer rests on and that could not be checked."""
    return [{"name": one.name, "clause": one.clause, "zh": one.zh, "en": one.en} for one in said]


def both(zh: Sequence[str], en: Sequence[str]) -> dict[str, list[str]]:
    """An explanation in both languages."""
    return {"zh": list(zh), "en": list(en)}
