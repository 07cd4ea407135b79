"""Facts of a ground in a JSON file, read strictly: every field known at every depth, every fault named by its path."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from custodes.law.bad_input import MOST_DAYS, BadInput, plausible_day

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
        raise BadInput(where, rule, f"see the fields of {name} in docs/law-cli.md") from error
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
