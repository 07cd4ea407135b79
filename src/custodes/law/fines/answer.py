"""What comes out of a case: a fine, the step before it, a refusal, or a question for a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from custodes.law.assumptions import Caveat
from custodes.law.fines.table import FineRange, Measure


class FineOutcome(StrEnum):
    """What may be done now."""

    FINE = "fine"
    ORDER = "order"
    WARNING = "warning"
    """An order to which a warning belongs."""
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class FineReason:
    """One step of the reasoning, with its clause.

    Attributes:
        aside: it is no statement of the law: a value that could not be checked, or the installation's own suggestion.
    """

    clause: str
    zh: str
    en: str
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Computation:
    """What one norm says of the case by itself.

    Attributes:
        clause: of the norm.
        outcome: fine, order, warning or refused.
        range: of the fine; None without one.
        measures: what is ordered, or what comes with the fine.
        reasons: how it came about.
    """

    clause: str
    outcome: FineOutcome
    range: FineRange | None
    measures: tuple[Measure, ...]
    reasons: tuple[FineReason, ...]


@dataclass(frozen=True, slots=True)
class FineAnswer:
    """What the law says of the case.

    Attributes:
        outcome: what may be done now; a conflict is for a legal reviewer.
        range: of the fine; None without one.
        measures: what is ordered now, or comes with the fine.
        computations: what each norm that was looked at says; the one that was followed first.
        reasons: why this norm, and what it asks.
        clauses: all of them, in order of use.
        hearing: a hearing has to be offered before the decision.
        on_the_spot: may be decided on the spot.
        review: clauses by which a legal reviewer has to look at it before it is decided.
        caveats: what it rests on and could not be checked; the reasons say so too.
        suggested_days: length of the order's term that the installation suggests; the law names none, the officer sets it.
        parts: of an act, what each clause says by itself, as it was asked (`act.assess_act`).
        pending: of an act that may be fined now, the clauses that first need an order.
    """

    outcome: FineOutcome
    range: FineRange | None
    measures: tuple[Measure, ...]
    computations: tuple[Computation, ...]
    reasons: tuple[FineReason, ...]
    clauses: tuple[str, ...]
    hearing: bool
    on_the_spot: bool
    review: tuple[str, ...]
    caveats: tuple[Caveat, ...] = ()
    suggested_days: int | None = None
    parts: tuple[ClauseAnswer, ...] = ()
    pending: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """One clause of an act, and its answer."""

    clause: str
    answer: FineAnswer
