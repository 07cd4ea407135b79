"""All grounds by name: what they ask, what they can never yield, the ways that are open instead; and that facts only narrow what an installation allows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from custodes.law.assumptions import Assumptions, items
from custodes.law.bad_input import BadInput
from custodes.law.grounds import (
    agency,
    commissioning,
    duty,
    individual,
    inspection,
    maintenance,
    missing_person,
    own_image,
    release,
    view_check,
)
from custodes.law.grounds.ground import GroundEntry

GROUNDS = {
    ground.GROUND.name: ground.GROUND
    for ground in (
        duty,
        commissioning,
        view_check,
        agency,
        missing_person,
        individual,
        own_image,
        maintenance,
        inspection,
        release,
    )
}
"""In the order in which they are listed for people."""


_LEAST = frozenset({"elderly_from", "holder_approvals"})
"""Assumptions of which a smaller value opens more; of all others a greater one does."""


def refuse_wider(
    entry: GroundEntry, facts: Any, assumed: Assumptions, limits: Mapping[str, timedelta] | None = None
) -> None:
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
