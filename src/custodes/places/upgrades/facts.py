"""What the guards of an upgrade order ask about: plain data, gathered from the rows by `gathering`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class UpgradeFacts:
    """All that any guard needs to know of one order.

    Attributes:
        delivered: the day on which the notice was handed over.
        due: the last day of the term.
        papers: kinds of papers that are there, of `models.UpgradePaperKind`.
        checkers: names of those who looked at it again.
    """

    delivered: date
    due: date
    papers: frozenset[str] = frozenset()
    checkers: tuple[str, ...] = ()
