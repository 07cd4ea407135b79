"""What comes of looking at one obligation: met, due, late, something missing, a breach, or a question for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from custodes.law.assumptions.model import Assumptions
from custodes.law.assumptions.telling import caveats
from custodes.law.clauses.regime import binds


class Status(StrEnum):
    """How an obligation stands."""

    NOT_APPLICABLE = "not_applicable"
    MET = "met"
    DUE = "due"
    """Open, and in time."""
    LATE = "late"
    MISSING = "missing"
    """Something that has to be there now is not."""
    BREACH = "breach"
    """What is forbidden has happened."""
    REVIEW = "review"
    """A person has to judge."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one obligation.

    Attributes:
        status: how it stands.
        clauses: on which it rests, its own first.
        zh, en: why, in one sentence each.
        due: the last day in time, where there is one.
        days_late: natural days past it; 0 in time.
        missing: keys of what is missing.
        provisional: a holiday notice that is not known may move `due`.
        internal: the number behind it is ours (a setting), not the law's.
        unconfirmed: names of the assumptions behind it that could not be checked; `zh` and `en` say so.
    """

    status: Status
    clauses: tuple[str, ...]
    zh: str
    en: str
    due: date | None = None
    days_late: int = 0
    missing: tuple[str, ...] = ()
    provisional: bool = False
    internal: bool = False
    unconfirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that an obligation wants to be there: its key, its words, and the clause that alone asks for it, if one does."""

    key: str
    zh: str
    en: str
    clause: str = ""


def not_applicable(clauses: tuple[str, ...], zh: str, en: str) -> Finding:
    """It does not concern this case."""
    return Finding(Status.NOT_APPLICABLE, clauses, zh, en)


PAPERS_THERE = ("资料齐全", "everything is there")


def present(
    clauses: tuple[str, ...],
    wanted: Sequence[Thing],
    held: frozenset[str],
    on: date,
    *,
    n9: bool = False,
    met: tuple[str, str] = PAPERS_THERE,
) -> Finding:
    """Whether everything that is wanted on the day `on` is held; nobody lacks what no clause asks for.

    Args:
        n9: the system is one of N9's places.
        met: what is said, Chinese and English, when nothing is lacking.
    """
    asked = [thing for thing in wanted if not thing.clause or binds(thing.clause, on, n9)]
    lacking = [thing for thing in asked if thing.key not in held]
    if not lacking:
        return Finding(Status.MET, clauses, *met)
    return Finding(
        Status.MISSING,
        clauses,
        f"缺少：{'、'.join(thing.zh for thing in lacking)}",
        f"missing: {', '.join(thing.en for thing in lacking)}",
        missing=tuple(thing.key for thing in lacking),
    )


def forbidden(clauses: tuple[str, ...], happened: bool, breach: tuple[str, str], clear: tuple[str, str]) -> Finding:
    """A breach when it has happened; what is said of either, Chinese and English."""
    return Finding(Status.BREACH, clauses, *breach) if happened else Finding(Status.MET, clauses, *clear)


def resting_on(finding: Finding, assumed: Assumptions, *names: str) -> Finding:
    """The same finding, which says that it rests on these values where they could not be checked."""
    said = caveats(assumed, *names)
    if not said:
        return finding
    return replace(
        finding,
        zh="；".join((finding.zh, *(one.zh for one in said))),
        en="; ".join((finding.en, *(one.en for one in said))),
        unconfirmed=tuple(one.name for one in said),
    )
