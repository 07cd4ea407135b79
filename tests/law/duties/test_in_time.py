"""Obligations through the years: on each day exactly one version holds, and no finding names a clause that was not in force."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.bad_input import BadInput
from custodes.law.clauses.registry import BY_ID, find, holds, in_force
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms
from tests.law.duties.test_obligations import CASES

TERMS = LegalTerms()
NAMED = re.compile(r"(?<![A-Za-z0-9])(?:S|N|PL|PIPL|CSL|CC)\d+(?:\.\d+)?[a-z]?(?:\(\d+\))?")
FIRST, LAST = date(2024, 4, 30), date(2028, 12, 31)
# The last day before and the first day of each norm, a leap day, year ends: no rule begins or ends on any other day.
TURNS = [
    FIRST,
    *(date(2024, 5, 1), date(2024, 12, 31), date(2025, 3, 31), date(2025, 4, 1), date(2025, 6, 1)),
    *(date(2026, 1, 1), date(2028, 2, 29), LAST),
]


def asked(name: str, facts: Any, day: date) -> DutyFinding | None:
    """The finding, or nothing where the facts can't be of that day."""
    try:
        return OBLIGATIONS[name].check(facts, day, max(day, date(2026, 6, 3)), TERMS)
    except BadInput:
        return None


@pytest.mark.parametrize("day", TURNS)
def test_no_finding_names_a_clause_that_was_not_in_force_on_the_day_of_conduct(day: date) -> None:
    answered = 0
    for name, facts, _ in CASES:
        found = asked(name, facts, day)
        if found is None:
            continue
        answered += 1
        for clause in found.clauses:
            assert in_force(find(clause), day), (name, clause)
        for clause in NAMED.findall(f"{found.zh} {found.en}"):
            assert clause not in BY_ID or holds(clause, day), (name, clause)
    assert answered > len(CASES) / 2


@given(st.dates(FIRST, LAST), st.sampled_from(CASES))
def test_nor_on_any_other_day(day: date, case: tuple[str, Any, DutyStatus]) -> None:
    found = asked(case[0], case[1], day)
    assert found is None or all(holds(clause, day) for clause in found.clauses)


@pytest.mark.parametrize("name", OBLIGATIONS)
def test_before_everything_it_rests_on_an_obligation_is_not_applicable(name: str) -> None:
    facts = next(facts for other, facts, _ in CASES if other == name)
    one = OBLIGATIONS[name]
    day = date(2010, 1, 1)
    found = one.check(facts, day, day, TERMS)
    assert (found.status, found.clauses) == (DutyStatus.NOT_APPLICABLE, ())


def test_each_day_has_one_version_of_what_an_obligation_rests_on() -> None:
    turns: set[date] = set()
    day, before = FIRST, None
    while day <= LAST:
        now = tuple(clause for one in OBLIGATIONS.values() for clause in one.clauses if holds(clause, day))
        if before is not None and now != before:
            assert set(before) <= set(now), "nothing of it goes out of force"
            turns.add(day)
        before, day = now, day + timedelta(days=1)
    assert turns == {date(2024, 5, 1), date(2025, 4, 1)}
