"""What an assumption says of itself: its unit, its clause, and why it could not be checked."""

from __future__ import annotations

from dataclasses import Field, dataclass, field
from typing import Any

_KEY = "item"


@dataclass(frozen=True, slots=True)
class Item:
    """One number or word that the law leaves open, or that could not be checked in its source.

    Attributes:
        unit: of its value; ``-`` for none.
        clause: the rule that is filled by it.
        zh, en: what it is.
        why: why it is unconfirmed, Chinese and English; None where the law names no number and the value is the unit's own.
    """

    unit: str
    clause: str
    zh: str
    en: str
    why: tuple[str, str] | None = None


def own(default: Any, unit: str, clause: str, zh: str, en: str) -> Any:
    """A field whose value the law leaves to whoever runs the system."""
    return field(default=default, metadata={_KEY: Item(unit, clause, zh, en)})


def unconfirmed(default: Any, unit: str, clause: str, zh: str, en: str, why_zh: str, why_en: str) -> Any:
    """A field whose value stands somewhere in the law, or in how it is read, and could not be checked."""
    return field(default=default, metadata={_KEY: Item(unit, clause, zh, en, (why_zh, why_en))})


def item_of(one: Field[Any]) -> Item | None:
    """What the field says of itself; None for a field that is no assumption."""
    return one.metadata.get(_KEY)
