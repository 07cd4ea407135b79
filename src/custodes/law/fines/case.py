"""The facts of one breach, and the first look at whether they can be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.bad_input import BadInput, plausible_day
from custodes.law.clauses.registry import BY_ID, of_article
from custodes.law.fines.table import BY_CLAUSE, NO_FINE, ROUTERS, ROUTES, FineRow, Respondent

REGULATION = date(2024, 5, 1)
ORDER_799 = date(2025, 4, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """One breach.

    Attributes:
        clause: under which it is to be fined; ``S39`` needs `item`.
        respondent: who.
        conduct_from, conduct_to: first and last day of the conduct; the same day when it was done at once.
        decided: the day of the decision.
        item: of S39: 1 to 3; of S38, N27 and N27.2: which item of S10 the place falls under.
        place_public: whether the place is a public one (公共场所); None when nobody has said.
        n7_system: whether it is a system of N7; None when nobody has said.
        building_or_using_unit: whether the unit is the building or using unit of the system (S40).
        ordered: the day on which the order of the first step was delivered, with the warning or criticism that belongs to it.
        term_ends: last day of the term that the order set.
        complied: what the recheck after the term found; None before it.
        grave: a grave result (N30).
        harmed: life or health was harmed (limitation, PL36).
        discovered: when it was found out; the day of decision when unknown.
        fined_before: this act was fined already.
    """

    clause: str
    respondent: Respondent
    conduct_from: date
    conduct_to: date
    decided: date
    item: int | None = None
    place_public: bool | None = None
    n7_system: bool | None = None
    building_or_using_unit: bool = True
    ordered: date | None = None
    term_ends: date | None = None
    complied: bool | None = None
    grave: bool = False
    harmed: bool = False
    discovered: date | None = None
    fined_before: bool = False

    @property
    def clause_with_item(self) -> str:
        """The clause, with its item where that is one of its own: ``S39(1)``."""
        return f"S39({self.item})" if self.clause == "S39" and self.item is not None else self.clause


def row_of(case: Case) -> FineRow:
    """The row of the clause that the case names.

    Raises:
        BadInput: there is no fine under it.
    """
    clause = case.clause
    if clause == "S39":
        if case.item not in (1, 2, 3):
            raise BadInput("item", "S39 has items 1 to 3", "give the item, for example --item 1")
        clause = f"S39({case.item})"
    found = BY_CLAUSE.get(clause)
    if found is not None:
        return found
    if clause in ROUTERS:
        raise BadInput("clause", f"{clause} sends on to other laws, which set the penalty", ROUTES)
    where = next((to for of, to in NO_FINE.items() if clause == of or clause.startswith((f"{of}(", f"{of}."))), None)
    if where:
        raise BadInput("clause", f"the regulation sets no fine for {clause}", f"see {where}")
    penalties = _penalties(clause)
    if penalties:
        raise BadInput("clause", f"{clause} itself fines nobody", f"its breach is fined under {' or '.join(penalties)}")
    known = ", ".join(dict.fromkeys(row.clause.partition("(")[0] for row in BY_CLAUSE.values()))
    raise BadInput("clause", f"{clause} fines nobody", f"one of {known}")


def _penalties(clause: str) -> tuple[str, ...]:
    """Clauses of this library that fine a breach of `clause`, an article or a part of one."""
    parts = (BY_ID[clause],) if clause in BY_ID else of_article(clause)
    named = dict.fromkeys(penalty for part in parts for penalty in part.penalties)
    return tuple(one for one in named if one in BY_CLAUSE or f"{one}(1)" in BY_CLAUSE)


_ITEMS = {"S38": 4, "S39": 3, "N27": 4, "N27.2": 4}
"""Clauses whose cases have an item, and the last: of S39 itself, of S10 for the others."""


def _check_item(case: Case) -> None:
    if case.item is None:
        return
    last = _ITEMS.get(case.clause)
    if last is None:
        raise BadInput("item", f"{case.clause} has no items to choose from", "leave it out")
    if not 1 <= case.item <= last:
        of = "S39" if case.clause == "S39" else "S10"
        raise BadInput("item", f"{of} has items 1 to {last}", "give the item, for example 1")


def check(case: Case) -> None:
    """Whether the days of the case can be right.

    Raises:
        BadInput: the first that can't.
    """
    _check_item(case)
    plausible_day("conduct-to", case.conduct_to)
    plausible_day("decided", case.decided)
    if case.conduct_to < case.conduct_from:
        raise BadInput("conduct-to", "a conduct ends on or after its first day", "check both days")
    if case.conduct_to < REGULATION:
        raise BadInput(
            "conduct",
            f"a conduct that ended before {REGULATION:%Y-%m-%d} lies outside of the regulation (LL104)",
            "check the day; what still goes on has to be given with its end",
        )
    if case.decided < case.conduct_to:
        raise BadInput("decided", "a decision comes after the conduct", "check both days")
    if case.discovered is not None and not case.conduct_from <= case.discovered <= case.decided:
        raise BadInput("discovered", "it is found out after it began and before the decision", "check the day")
    if case.ordered is not None and not case.conduct_from <= case.ordered <= case.decided:
        raise BadInput("ordered", "an order comes after the conduct began and before the decision", "check the day")
    if case.discovered is not None and case.ordered is not None and case.ordered < case.discovered:
        raise BadInput("discovered", "an order comes after it was found out", "check both days")
    if case.complied is not None and case.ordered is None:
        raise BadInput(
            "complied", "a recheck comes after an order", "give the day of the order, or leave the recheck out"
        )
    if case.term_ends is not None:
        if case.ordered is None:
            raise BadInput("term-ends", "a term begins with an order", "give the day of the order")
        if case.term_ends <= case.ordered:
            raise BadInput(
                "term-ends", "a term ends after the day of its order, which is not counted", "check both days"
            )
