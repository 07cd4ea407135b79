"""What a check of an obligation counts with besides the facts, and what comes of it: met, due, late, missing, a breach, or a question for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from custodes.law.assumptions import Assumptions, caveats
from custodes.law.calendar.days import WorkCalendar
from custodes.law.clauses.registry import binds


class DutyStatus(StrEnum):
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
class DutyFinding:
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

    status: DutyStatus
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


def not_applicable(clauses: tuple[str, ...], zh: str, en: str) -> DutyFinding:
    """It does not concern this case."""
    return DutyFinding(DutyStatus.NOT_APPLICABLE, clauses, zh, en)


PAPERS_THERE = ("资料齐全", "everything is there")


def present(
    clauses: tuple[str, ...],
    wanted: Sequence[Thing],
    held: frozenset[str],
    on: date,
    *,
    n9: bool = False,
    met: tuple[str, str] = PAPERS_THERE,
) -> DutyFinding:
    """Whether everything that is wanted on the day `on` is held; nobody lacks what no clause asks for.

    Args:
        n9: the system is one of N9's places.
        met: what is said, Chinese and English, when nothing is lacking.
    """
    asked = [thing for thing in wanted if not thing.clause or binds(thing.clause, on, n9)]
    lacking = [thing for thing in asked if thing.key not in held]
    if not lacking:
        return DutyFinding(DutyStatus.MET, clauses, *met)
    return DutyFinding(
        DutyStatus.MISSING,
        clauses,
        f"缺少：{'、'.join(thing.zh for thing in lacking)}",
        f"missing: {', '.join(thing.en for thing in lacking)}",
        missing=tuple(thing.key for thing in lacking),
    )


def forbidden(clauses: tuple[str, ...], happened: bool, breach: tuple[str, str], clear: tuple[str, str]) -> DutyFinding:
    """A breach when it has happened; what is said of either, Chinese and English."""
    return (
        DutyFinding(DutyStatus.BREACH, clauses, *breach) if happened else DutyFinding(DutyStatus.MET, clauses, *clear)
    )


def resting_on(finding: DutyFinding, assumed: Assumptions, *names: str) -> DutyFinding:
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


@dataclass(frozen=True, slots=True)
class LegalTerms:
    """The last argument of every check.

    Attributes:
        calendar: working days, with the notices that are entered at this moment.
        assumed: values that the law leaves open, or that could not be checked.
    """

    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    assumed: Assumptions = field(default_factory=Assumptions)
