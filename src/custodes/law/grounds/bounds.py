"""Facts carry lengths, ages and numbers that an installation sets: they may narrow what it has set and never widen it.

A ground by itself knows no installation; it takes a value that is wider than any may be set as the widest (`widest`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from custodes.law.assumptions.model import Assumptions, items
from custodes.law.bad_input import BadInput
from custodes.law.grounds.registry import Entry

_LEAST = frozenset({"elderly_from", "holder_approvals"})
"""Assumptions of which a smaller value opens more; of all others a greater one does."""


def refuse_wider(entry: Entry, facts: Any, assumed: Assumptions, limits: Mapping[str, timedelta] | None = None) -> None:
    """Facts may narrow what the installation allows; who writes them can't open more.

    Args:
        limits: of fields that no assumption sets, the longest length, by their name.

    Raises:
        BadInput: a value is wider than what is assumed, or than its limit.
    """
    for field, name in entry.filled:
        _refuse(field, _given(facts, field), assumed, name)
    for field, longest in (limits or {}).items():
        given = _given(facts, field)
        _refuse_longer(field, given if isinstance(given, timedelta) else timedelta(seconds=given), longest)


def _given(facts: Any, field: str) -> Any:
    for name in field.split("."):
        facts = getattr(facts, name)
    return facts


def _refuse(field: str, given: Any, assumed: Assumptions, name: str) -> None:
    allowed = getattr(assumed, name)
    if isinstance(given, timedelta):
        _refuse_longer(field, given, timedelta(**{items()[name].unit: allowed}))
    elif given < allowed if name in _LEAST else given > allowed:
        bound = "at least" if name in _LEAST else "at most"
        raise BadInput(
            f"facts.{field}",
            f"{given} opens more than this installation allows",
            f"give {bound} {allowed}, or leave it out",
        )


def _refuse_longer(field: str, given: timedelta, allowed: timedelta) -> None:
    if given > allowed:
        rule = f"{given} opens more than this installation allows ({allowed})"
        raise BadInput(f"facts.{field}", rule, f"give at most {allowed}, or leave it out where it may be")
