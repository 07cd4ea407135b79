"""What every ground of access says: the conditions that are not met, each with its clause. Empty means: may proceed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

Facts = TypeVar("Facts", contravariant=True)


@dataclass(frozen=True, slots=True)
class Unmet:
    """One condition that is not met.

    Attributes:
        clause: which rule asks for it: ``S34(1)`` is article 34 item (一) of the Lhasa regulation, ``N16.2(3)`` article 16
            paragraph 2 item (三) of State Council Order 799.
        reason_zh, reason_en: what is missing, in plain words.
        remedy_zh, remedy_en: what the person can do about it.
    """

    clause: str
    reason_zh: str
    reason_en: str
    remedy_zh: str
    remedy_en: str


class Ground(Protocol[Facts]):
    """A ground of access is a function: deny by default, no clock and no database inside."""

    def __call__(self, facts: Facts, at: datetime) -> tuple[Unmet, ...]:
        """The unmet conditions at the moment `at` (UTC, aware); an empty tuple means that the look may proceed."""
        ...
