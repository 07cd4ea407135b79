"""Recording at certain hours only: where no clause wants the system to run without a break (S9, S34(6), N7, N9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from custodes.law.building.basis import PlaceKind
from custodes.law.building.categories import category
from custodes.law.duties.finding import Finding, Status, Thing, present
from custodes.law.duties.registry import obligation
from custodes.law.duties.terms import Terms
from custodes.law.grounds.stating import says_something

OTHER_CATEGORY = 14
"""S9(14): not on the list, unless a decision has put it there."""


class HoursBasis(StrEnum):
    """On what recording at certain hours only rests."""

    FREE_PLACE = "free_place"
    """A place that neither S9 nor N7 names: whoever runs it decides when it needs the system (N9)."""
    ORDER = "order"
    """A court or an authority demands it in writing."""


@dataclass(frozen=True, slots=True)
class HoursFacts:
    """A camera that would be recorded at certain hours only.

    Attributes:
        basis: what that rests on.
        place: which article of Order 799 the place falls under.
        category: its item of S9, 1 to 14; 14 is the catch-all.
        listed_by: the decision that put a place of item 14 on the list; empty for none.
        reason: why these hours.
        order: number of the written demand.
    """

    basis: HoursBasis
    place: PlaceKind
    category: int
    listed_by: str = ""
    reason: str = ""
    order: str = ""


@obligation("S34(6)", "S32", "N17")
def s34_6_hours(facts: HoursFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Hours without recording are a stop of the system wherever it has to run; then only a written demand gives cause."""
    if facts.basis is HoursBasis.ORDER:
        wanted = (Thing("order", "书面要求的文号", "number of the written demand"), _REASON)
        return present(("S34(6)",), wanted, _there(order=facts.order, reason=facts.reason), conduct)
    if facts.place in (PlaceKind.N7_1, PlaceKind.N7_2):
        return Finding(
            Status.BREACH,
            ("N7.1" if facts.place is PlaceKind.N7_1 else "N7.2", "N17", "S34(6)"),
            "条例第七条的场所应当持续录像，不得分时段停录",
            "a place of N7 is recorded without a break",
        )
    if facts.category != OTHER_CATEGORY or says_something(facts.listed_by):
        clause = category(facts.category).clause
        return Finding(
            Status.BREACH,
            (clause, "S32", "S34(6)"),
            "属于第九条应当建设系统的场所，应当持续录像，不得分时段停录",
            "S9 wants a system there: it is recorded without a break",
        )
    return present(("N9", "S34(6)"), (_REASON,), _there(reason=facts.reason), conduct)


_REASON = Thing("reason", "分时段录像的理由", "why it is recorded at these hours only")


def _there(**words: str) -> frozenset[str]:
    return frozenset(name for name, text in words.items() if says_something(text))
