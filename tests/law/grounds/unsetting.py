"""Facts of a ground with one thing taken away, at any depth: what a field looks like when nobody has said anything about it."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

_UNSAID = ("other", "none", "private")
"""Members of an enumeration that say nothing that opens anything."""


@dataclass(frozen=True)
class Taken:
    """A field that was taken away.

    Attributes:
        path: as ``scope.begin``; of a member of a collection ``officers[0].card``.
        each: the facts that are left, each of them without it.
        any_of: one of `each` is enough to be refused: a day can be wrong in two directions.
    """

    path: str
    each: tuple[Any, ...]
    any_of: bool = False


def taken_away(facts: Any, path: str = "") -> Iterator[Taken]:
    """The facts once for each field, without it."""
    kinds = get_type_hints(type(facts))
    for one in fields(facts):
        where = f"{path}.{one.name}" if path else one.name
        value = getattr(facts, one.name)
        for taken in _of(value, kinds[one.name], where):
            each = tuple(replace(facts, **{one.name: left}) for left in taken.each)
            yield replace(taken, each=each)


def _of(value: Any, kind: Any, path: str) -> Iterator[Taken]:
    if value is not None and type(None) in _parts(kind):
        yield Taken(path, (None,))
    elif not is_dataclass(value) and (left := _unsaid(value)):
        yield Taken(path, left, isinstance(value, (date, UUID)))
    if is_dataclass(value):
        yield from taken_away(value, path)
    if isinstance(value, (tuple, frozenset)) and not _is_span(value):
        yield from _of_members(value, path)


def _of_members(value: Any, path: str) -> Iterator[Taken]:
    members = sorted(value, key=str) if isinstance(value, frozenset) else list(value)
    make = type(value)
    for index, member in enumerate(members):
        others = members[:index], members[index + 1 :]
        yield Taken(f"{path}[{index}]", (make([*others[0], *others[1]]),))
        if is_dataclass(member):
            for taken in taken_away(member, f"{path}[{index}]"):
                yield replace(taken, each=tuple(make([*others[0], left, *others[1]]) for left in taken.each))


def _is_span(value: Any) -> bool:
    return len(value) == 2 and all(isinstance(one, datetime) for one in value)


def _parts(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _unsaid(value: Any) -> tuple[Any, ...]:
    """What stands there when nobody has said anything; nothing where there is no such value."""
    if isinstance(value, Enum):
        return tuple(one for one in type(value) if one.value in _UNSAID)
    if isinstance(value, bool):
        return (False,)
    if isinstance(value, datetime):
        return (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    if isinstance(value, date):
        return (date.min, date.max)
    if isinstance(value, UUID):
        return (UUID(int=999),)
    if isinstance(value, (str, int, timedelta, tuple, frozenset)):
        return (type(value)(),)
    return ()
