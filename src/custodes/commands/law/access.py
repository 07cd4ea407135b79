"""`custodes law access`: may somebody look?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from custodes.commands.law.answering import Json, assumed, refusing, say, unconfirmed
from custodes.commands.law.facts import converted, read_object
from custodes.law.assumptions.model import Assumptions, items
from custodes.law.assumptions.telling import Caveat, caveats
from custodes.law.bad_input import BadInput, plausible_day
from custodes.law.calendar.days import day_of
from custodes.law.grounds.bounds import refuse_wider
from custodes.law.grounds.commissioning import CommissioningFacts
from custodes.law.grounds.duty import DutyFacts
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.in_time import of_n9
from custodes.law.grounds.registry import GROUNDS, Entry
from custodes.law.grounds.widest import LONGEST_FRESH
from custodes.settings import get_settings


def access(
    ground: Annotated[str, typer.Argument(help=f"One of: {', '.join(GROUNDS)}.")],
    facts: Annotated[Path, typer.Option("--facts", help="JSON file with the facts; docs/law-cli.md lists them.")],
    at: Annotated[str | None, typer.Option("--at", help="Moment of the look in ISO 8601; now when left out.")] = None,
    as_json: Json = False,
) -> None:
    """Whether a look may proceed: each condition that is not met with its clause and remedy, and what the ground never yields.

    `allowed` is true when nothing is unmet and nothing is awaited.
    Exit code 0: answered, refused or allowed. 2: the input can't be right.
    """
    with refusing(as_json):
        entry = GROUNDS.get(ground.strip().replace("-", "_"))
        if entry is None:
            raise BadInput("ground", f"there is no ground {ground!r}", f"one of {', '.join(GROUNDS)}")
        values = assumed()
        known = read_facts(entry, facts, values)
        moment = _moment(at)
        look = Look(
            entry,
            day_of(moment),
            entry.unmet(known, moment),
            entry.awaiting(known),
            entry.clauses_on(day_of(moment), of_n9(known)),
            caveats(values, *entry.rests_on(known)),
        )
        say(document_of(look), _lines(look), as_json)


@dataclass(frozen=True, slots=True)
class Look:
    """What is answered: the ground, the day of the look, what is not met, what is awaited, the clauses, and what could not be checked."""

    entry: Entry
    day: date
    unmet: tuple[Unmet, ...]
    awaiting: tuple[Unmet, ...]
    clauses: tuple[str, ...]
    caveats: tuple[Caveat, ...]


def read_facts(entry: Entry, path: Path, values: Assumptions) -> Any:
    """The facts in a JSON file; what it leaves out and the installation has set is filled in.

    Raises:
        BadInput: it can't be read, or a field is missing, unknown or of another kind.
    """
    raw = read_object(path)
    for field, name in entry.filled:
        _fill(raw, field.split("."), _as_json(values, name))
    found = converted(raw, entry.facts, entry.name)
    refuse_wider(entry, found, values, _limits(found))
    return found


def _limits(facts: Any) -> dict[str, timedelta]:
    if isinstance(facts, DutyFacts):
        settings = get_settings()
        return {
            "window": timedelta(minutes=settings.duty_window_minutes),
            "longest_span": timedelta(hours=settings.duty_span_hours),
        }
    return {"fresh_seconds": LONGEST_FRESH} if isinstance(facts, CommissioningFacts) else {}


def _fill(raw: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        raw = raw.get(name) if isinstance(raw.get(name), dict) else {}  # type: ignore[assignment]
    raw.setdefault(path[-1], value)


def _as_json(values: Assumptions, name: str) -> Any:
    value, unit = getattr(values, name), items()[name].unit
    return {"hours": f"PT{value}H", "minutes": f"PT{value}M"}.get(unit, value)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("at", f"{text!r} is no moment", "write it as 2026-03-01T08:00:00+08:00") from error
    if found.tzinfo is None:
        raise BadInput("at", "a moment needs its time zone", "write it as 2026-03-01T08:00:00+08:00")
    plausible_day("at", found.date())
    return found


def document_of(look: Look) -> dict[str, Any]:
    """The answer as JSON."""
    entry, unmet, awaiting = look.entry, look.unmet, look.awaiting
    return {
        "ground": entry.name,
        "allowed": not unmet and not awaiting,
        "unmet": [_condition(one) for one in unmet],
        "awaiting": [_condition(one) for one in awaiting],
        "never": [
            {"what": one.what.value, "clause": one.clause, "zh": one.zh, "en": one.en}
            for one in entry.never_on(look.day)
        ],
        "ways": [{"clause": one.clause, "zh": one.zh, "en": one.en} for one in entry.ways_on(look.day)]
        if unmet
        else [],
        "clauses": list(look.clauses),
        "unconfirmed": unconfirmed(look.caveats),
    }


def _condition(one: Unmet) -> dict[str, str]:
    return {
        "clause": one.clause,
        "condition": one.reason_zh,
        "remedy": one.remedy_zh,
        "condition_en": one.reason_en,
        "remedy_en": one.remedy_en,
    }


def _lines(look: Look) -> list[str]:
    entry, unmet, awaiting = look.entry, look.unmet, look.awaiting
    if not unmet and not awaiting:
        lines = [f"可以办理：{entry.zh} · may proceed: {entry.en}"]
    elif unmet:
        lines = [f"不予办理：{entry.zh} · refused: {entry.en}"]
    else:
        lines = [f"待审批：{entry.zh} · awaiting: {entry.en}"]
    lines += [
        f"{one.clause}\t{one.reason_zh}；{one.remedy_zh}\n\t{one.reason_en}; {one.remedy_en}"
        for one in (*unmet, *awaiting)
    ]
    if unmet:
        lines += [f"可行途径 · open instead: {one.zh} · {one.en}（{one.clause}）" for one in entry.ways_on(look.day)]
    lines += [f"不得 · never: {one.zh} · {one.en}（{one.clause}）" for one in entry.never_on(look.day)]
    lines += [f"{one.zh} · {one.en}（{one.clause}）" for one in look.caveats]
    return lines
