"""The rules that say how long footage is kept, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.clauses.clause import Rank


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One rule about how long.

    Attributes:
        clause: where it stands; a standard's or a decision's name where it is no clause of ours.
        days: natural days after the day of capture.
        rank: of its norm.
        since: footage of this day and later.
        zh, en: what it says.
    """

    clause: str
    days: int
    rank: Rank
    since: date
    zh: str
    en: str


FLOOR = RetentionRule("S32", 30, Rank.RULE, date(2024, 5, 1), "至少留存三十日", "kept for at least thirty days")
NATIONAL_FLOOR = RetentionRule(
    "N17",
    30,
    Rank.ADMINISTRATIVE_REGULATION,
    date(2025, 4, 1),
    "保存不少于三十日",
    "kept for not less than thirty days",
)
KEY_TARGET = RetentionRule(
    "CTL32", 90, Rank.LAW, date(2016, 1, 1), "防恐重点目标不少于九十日", "key targets: not less than ninety days"
)
CEILING = ("N17", "PIPL19", "PIPL47")
"""Clauses that want footage deleted once its purpose is met."""
