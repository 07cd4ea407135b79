"""The guards of an upgrade order: what each lets through, and each thing that holds it up, with its clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from custodes.places.upgrades import guards
from custodes.places.upgrades.guards import UpgradeFacts

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
READY = UpgradeFacts(TODAY - 40 * DAY, TODAY - DAY, frozenset({"plan", "done", "recheck"}))
GUARDS = {
    "plan": guards.plan,
    "report": guards.report,
    "recheck": guards.recheck,
    "refer": guards.refer,
    "revoke": guards.revoke,
}


def clauses(event: str, facts: UpgradeFacts, on: date = TODAY) -> list[str]:
    return [one.clause for one in GUARDS[event](facts, on, TODAY)]


@pytest.mark.parametrize("event", sorted(GUARDS))
def test_what_is_ready_is_let_through(event: str) -> None:
    assert clauses(event, READY) == []


@pytest.mark.parametrize(
    ("event", "paper"),
    [("plan", "plan"), ("report", "done"), ("recheck", "recheck")],
)
def test_each_step_wants_its_own_paper(event: str, paper: str) -> None:
    assert clauses(event, replace(READY, papers=READY.papers - {paper})) == ["S16.2c"]


@pytest.mark.parametrize(
    ("names", "fine"),
    [
        ((), False),
        (("边巴",), False),
        (("边巴", "边 巴"), False),
        (("边巴", "。"), False),
        (("边巴", "扎西顿珠"), True),
    ],
)
def test_a_recheck_is_made_by_two(names: tuple[str, ...], fine: bool) -> None:
    assert [one.clause for one in guards.two_checkers(READY, {"checkers": names})] == ([] if fine else ["PL42"])


@pytest.mark.parametrize("event", sorted(set(GUARDS) - {"refer"}))
@pytest.mark.parametrize(("day", "fine"), [(-41, False), (-40, True), (0, True), (1, False)])
def test_a_step_lies_between_delivery_and_today(event: str, day: int, fine: bool) -> None:
    assert (clauses(event, READY, TODAY + day * DAY) == []) is fine


@pytest.mark.parametrize(("due", "fine"), [(-1, True), (0, False), (1, False)])
def test_the_last_day_of_the_term_is_the_units(due: int, fine: bool) -> None:
    assert (clauses("refer", replace(READY, due=TODAY + due * DAY)) == []) is fine
