"""Grounds through the years: no answer names a clause that was not in force, and none gives way where a condition is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.calendar.days import ZONE, day_of
from custodes.law.clauses.registry import find, holds, in_force
from custodes.law.grounds import commissioning, view_check
from custodes.law.grounds.registry import GROUNDS
from custodes.law.grounds.stating import StatedScope
from tests.law.grounds.table import whole
from tests.law.grounds.test_conditions import COMPLETE, LACKING
from tests.law.grounds.test_duty import LIVE, OLD

DAYS = st.dates(date(2024, 4, 30), date(2028, 12, 31))
HOUR = timedelta(hours=1)
COMMISSIONING = commissioning.CommissioningFacts(True, 1, True, None, False, 60)
VIEW_CHECK = view_check.ViewCheckFacts(True, False, 1, "声明标准视场", True, True, False, 0, True, True)
LOST_BEFORE_ORDER_799 = {
    ("maintenance", "N15.2"),
    ("release", "N22"),
}
"""Conditions that nobody asked before Order 799: the agreement on security (N15.2), names of organisations (N22)."""
BROKEN: list[tuple[str, dict[str, Any]]] = [(ground, change) for ground, change, _ in LACKING]
EVERY_BROKEN = [
    *((ground, replace(COMPLETE[ground], **change)) for ground, change in BROKEN),
    *(
        ("duty", replace(OLD, **change))
        for change in ({"purpose": ""}, {"content": ""}, {"posts": ()}, {"cameras": ()})
    ),
    ("duty", replace(LIVE, session=None)),
    *(("commissioning", replace(COMMISSIONING, **change)) for change in ({"may_add": False}, {"cameras": 2}, {})),
    *(("view_check", replace(VIEW_CHECK, **change)) for change in ({"tends": False}, {"in_use": False}, {"looks": 30})),
]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE).astimezone(UTC)


def moved(facts: Any, at: datetime) -> Any:
    """The same facts at another moment: spans and contracts move with it."""
    if hasattr(facts, "scope") and facts.scope.begin is not None and facts.scope.end is not None:
        facts = replace(
            facts, scope=StatedScope(facts.scope.cameras, at - 5 * HOUR, at - 3 * HOUR, facts.scope.longest)
        )
    if getattr(facts, "opened_at", None) == COMPLETE["missing_person"].opened_at:
        facts = replace(facts, opened_at=at - timedelta(minutes=20))
    if hasattr(facts, "contract") and facts.contract is not None:
        day = day_of(at)
        year = timedelta(days=180)
        facts = replace(facts, contract=replace(facts.contract, begins=day - year, ends=day + year))
    return facts


@given(DAYS, st.sampled_from(EVERY_BROKEN))
def test_no_ground_ever_names_a_clause_that_was_not_in_force(day: date, broken: tuple[str, Any]) -> None:
    ground, facts = broken
    entry = GROUNDS[ground]
    for one in entry.unmet(facts, noon(day)):
        assert in_force(find(one.clause), day), (ground, one.clause)
    for never in entry.never_on(day):
        assert not never.clause or holds(never.clause, day)
    assert all(holds(way.clause, day) for way in entry.ways_on(day))
    assert all(holds(clause, day) for clause in entry.clauses_on(day))


@pytest.mark.parametrize("ground", GROUNDS)
def test_before_its_basis_was_in_force_a_ground_opens_nothing(ground: str) -> None:
    (one,) = GROUNDS[ground].unmet(whole(ground), noon(date(2024, 4, 30))) or (None,)
    if ground == "own_image":
        # One's own image is a right of the law on personal information since 2021: the regulation adds nothing to it.
        assert one is not None
        assert one.reason_zh == "时段尚未到来"
    else:
        assert one is not None
        assert one.clause == "PIPL6"


@pytest.mark.parametrize(("ground", "change"), BROKEN)
@pytest.mark.parametrize("day", [date(2024, 5, 1), date(2025, 3, 31), date(2025, 4, 1), date(2028, 2, 29)])
def test_what_is_broken_never_passes_unless_nobody_asked_for_it_yet(
    ground: str, change: dict[str, Any], day: date
) -> None:
    at = noon(day)
    entry = GROUNDS[ground]
    whole = moved(COMPLETE[ground], at)
    # A contract that lacks a term or runs at another time has to stay broken when it is moved.
    facts = replace(whole, **({} if "contract" in change else change))
    if "contract" in change and change["contract"] is not None:
        ran = (change["contract"].ends - COMPLETE[ground].contract.ends, change["contract"].terms)
        early = change["contract"].begins - COMPLETE[ground].contract.begins
        contract = replace(
            whole.contract,
            terms=ran[1],
            ends=day - timedelta(days=1) if ran[0] else whole.contract.ends,
            begins=day + timedelta(days=1) if early else whole.contract.begins,
        )
        facts = replace(whole, contract=contract)
    elif "contract" in change:
        facts = replace(whole, contract=None)
    missing = entry.unmet(facts, at)
    if missing:
        return
    asked_since = {clause for other, clause in LOST_BEFORE_ORDER_799 if other == ground}
    assert day < date(2025, 4, 1), (ground, change)
    later = entry.unmet(moved(facts, noon(date(2025, 4, 1))), noon(date(2025, 4, 1)))
    assert {one.clause for one in later} <= asked_since


@pytest.mark.parametrize("ground", COMPLETE)
def test_a_complete_look_may_proceed_on_the_first_day_of_its_basis_at_midnight_in_shanghai(ground: str) -> None:
    first = {"individual": date(2025, 4, 1), "own_image": date(2024, 5, 1)}.get(ground, date(2024, 5, 1))
    midnight = datetime.combine(first, time(), ZONE).astimezone(UTC)
    facts = moved(COMPLETE[ground], midnight)
    assert GROUNDS[ground].unmet(facts, midnight) == ()
    if ground != "own_image":
        assert GROUNDS[ground].unmet(facts, midnight - timedelta(microseconds=1)) != ()


def test_what_an_older_clause_carried_too_is_asked_under_that_one() -> None:
    before, after = noon(date(2025, 3, 31)), noon(date(2025, 4, 1))
    facts = replace(COMPLETE["agency"], purpose="")
    assert [one.clause for one in GROUNDS["agency"].unmet(moved(facts, before), before)] == ["S28.1(3)"]
    assert [one.clause for one in GROUNDS["agency"].unmet(moved(facts, after), after)] == ["N16.2(3)"]
