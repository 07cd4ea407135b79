"""`custodes law access`: may somebody look? Facts of a ground come in a JSON file, read strictly: every field known at every depth, every fault
named by its path.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import msgspec
import typer

from custodes.commands.law.answering import Json, assumed, refusing, say, unconfirmed
from custodes.law.assumptions import Assumptions, Caveat, caveats, items
from custodes.law.bad_input import MOST_DAYS, BadInput, plausible_day
from custodes.law.calendar.days import day_of
from custodes.law.grounds.commissioning import CommissioningFacts
from custodes.law.grounds.duty import DutyFacts
from custodes.law.grounds.ground import GroundEntry, Unmet
from custodes.law.grounds.in_time import of_n9
from custodes.law.grounds.registry import GROUNDS, refuse_wider
from custodes.law.grounds.stating import LONGEST_FRESH
from custodes.settings import get_settings


def access(
    ground: Annotated[str, typer.Argument(help=f"One of: {', '.join(GROUNDS)}.")],
    facts: Annotated[
        Path | None, typer.Option("--facts", help="JSON file with the facts; `--schema` says which there are.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="Moment of the look in ISO 8601; now when left out.")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of the ground's facts, and ask nothing.")
    ] = False,
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
        if schema:
            typer.echo(json.dumps(msgspec.json.schema(entry.facts), ensure_ascii=False, indent=2))
            return
        if facts is None:
            raise BadInput("facts", "no file is given", "give --facts FILE; --schema says what it holds")
        values = assumed()
        known = read_facts(entry, facts, values)
        moment = _moment(at)
        look = AccessAnswer(
            entry,
            day_of(moment),
            entry.unmet(known, moment),
            entry.awaiting(known),
            entry.clauses_on(day_of(moment), of_n9(known)),
            caveats(values, *entry.rests_on(known)),
        )
        say(document_of(look), _lines(look), as_json)


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """What is answered: the ground, the day of the look, what is not met, what is awaited, the clauses, and what could not be checked."""

    entry: GroundEntry
    day: date
    unmet: tuple[Unmet, ...]
    awaiting: tuple[Unmet, ...]
    clauses: tuple[str, ...]
    caveats: tuple[Caveat, ...]


def read_facts(entry: GroundEntry, path: Path, values: Assumptions) -> Any:
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


def document_of(look: AccessAnswer) -> dict[str, Any]:
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


def _lines(look: AccessAnswer) -> list[str]:
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


ROOT = "facts"
_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")


def read_object(path: Path) -> dict[str, Any]:
    """The one JSON object in a file.

    Raises:
        BadInput: it can't be read, is no JSON or no object, gives a field twice, or is nested without end.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
        json.dumps(raw, ensure_ascii=False).encode()
    except OSError as error:
        raise BadInput(ROOT, f"{path} can't be read: {error.strerror}", "give a JSON file") from error
    except RecursionError as error:
        raise BadInput(ROOT, f"{path} is nested too deeply", "give one JSON object") from error
    except BadInput:
        raise
    except ValueError as error:
        raise BadInput(ROOT, f"{path} is no JSON: {error}", "give one JSON object") from error
    if not isinstance(raw, dict):
        raise BadInput(ROOT, f"{path} holds no JSON object", "give one JSON object")
    return raw


def converted(raw: dict[str, Any], kind: type[Any], name: str) -> Any:
    """The facts as the ground `name` takes them.

    Raises:
        BadInput: a field is unknown, missing, of another kind or out of range; `field` is its path (``facts.officers[1].present``).
    """
    _known_only(raw, kind, ROOT)
    try:
        found = msgspec.convert(raw, kind, strict=False)
    except (msgspec.ValidationError, OverflowError, RecursionError, ValueError) as error:
        at = _AT.search(str(error))
        rule = _AT.sub("", str(error))
        where = ROOT + at["path"] if at else ROOT
        raise BadInput(where, rule, f"see custodes law access {name} --schema") from error
    _plausible(found, ROOT)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise BadInput(f"{ROOT}.{twice}", "the field is given twice in one object", "give it once")
    return found


def _known_only(raw: Any, kind: Any, where: str) -> None:
    """A field that nobody knows is an error: a misspelt one would count as not given."""
    if isinstance(raw, list):
        inner = get_args(kind)
        for index, one in enumerate(raw):
            for part in inner:
                _known_only(one, part, f"{where}[{index}]")
        return
    if isinstance(raw, dict) and not is_dataclass(kind):
        for part in get_args(kind):
            _known_only(raw, part, where)
        return
    if not isinstance(raw, dict) or not is_dataclass(kind):
        return
    kinds = get_type_hints(kind)
    for name in raw:
        if name not in kinds:
            raise BadInput(f"{where}.{name}", "there is no such field", f"one of {', '.join(sorted(kinds))}")
    for one in fields(kind):
        if one.name not in raw and one.default is MISSING and one.default_factory is MISSING:
            raise BadInput(
                f"{where}.{one.name}", "the field is missing", "give it; what is not known is said by null or false"
            )
    for name, value in raw.items():
        _known_only(value, kinds[name], f"{where}.{name}")


def _plausible(value: Any, where: str) -> None:
    """Moments with a zone, days and lengths with which something can be counted."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise BadInput(where, "a moment needs its time zone", "write it as 2026-03-01T08:00:00+08:00")
    if isinstance(value, date):
        plausible_day(where, value.date() if isinstance(value, datetime) else value)
    if isinstance(value, timedelta) and abs(value) > timedelta(days=MOST_DAYS):
        raise BadInput(where, "the length is out of range", f"give at most {MOST_DAYS} days")
    if isinstance(value, tuple):
        for index, one in enumerate(value):
            _plausible(one, f"{where}[{index}]")
    if is_dataclass(value):
        for one in fields(value):
            _plausible(getattr(value, one.name), f"{where}.{one.name}")
