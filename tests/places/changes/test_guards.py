"""The guards of a change: what each lets through, and each thing that holds it up, with its clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from custodes.places.changes import guards
from custodes.places.changes.guards import ChangeFacts, Changing
from custodes.places.models import ChangeKind

TODAY = date(2026, 11, 20)
GATE = Changing("校门", before=True, after=True, updated=True, gone=True)
READY = ChangeFacts(ChangeKind.MOVE, TODAY, (GATE,), after=1, added=1)


def clauses(event: str, facts: ChangeFacts, on: date = TODAY) -> list[str]:
    return [one.clause for one in getattr(guards, event)(facts, on, TODAY)]


def gate(**more: bool) -> ChangeFacts:
    return replace(READY, cameras=(replace(GATE, **more),))


@pytest.mark.parametrize("event", ["approve", "carry_out", "keep"])
@pytest.mark.parametrize("kind", list(ChangeKind))
def test_what_is_ready_is_let_through(event: str, kind: ChangeKind) -> None:
    assert clauses(event, replace(READY, kind=kind)) == []


def test_what_is_back_is_restored() -> None:
    assert clauses("restore", gate(updated=False)) == []


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_leave_wants_a_picture_of_how_each_camera_is(kind: ChangeKind) -> None:
    facts = replace(gate(before=False), kind=kind)
    pictured = kind in (ChangeKind.MOVE, ChangeKind.TURN, ChangeKind.REPLACE)
    assert clauses("approve", facts) == (["S34(7)"] if pictured else [])


@pytest.mark.parametrize("event", ["carry_out", "keep"])
@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        (gate(after=False), "S34(7)"),
        (gate(updated=False), "N14"),
        (gate(doubted=True), "S10"),
        (replace(gate(gone=False), kind=ChangeKind.REMOVE), "S18a"),
        (replace(READY, kind=ChangeKind.ADD, cameras=(), added=0), "N14"),
        (replace(READY, kind=ChangeKind.ADD, cameras=(), after=0), "S34(7)"),
        (replace(READY, kind=ChangeKind.FUNCTION, cameras=(), after=0), "S34(7)"),
    ],
)
def test_what_was_made_is_shown_registered_and_allowed_there(event: str, facts: ChangeFacts, clause: str) -> None:
    assert clauses(event, facts) == [clause]


@pytest.mark.parametrize(("days", "held_up"), [(-1, True), (0, False), (1, False)])
def test_made_before_the_day_of_the_leave_is_made_without_leave(days: int, held_up: bool) -> None:
    found = clauses("carry_out", READY, on=TODAY + timedelta(days=days))
    assert found == (["S34(7)"] if held_up else [])


def test_each_camera_is_asked_for() -> None:
    yard = replace(GATE, name="操场", after=False)
    (one,) = guards.carry_out(replace(READY, cameras=(GATE, yard)), TODAY, TODAY)
    assert "操场" in one.reason_zh


@pytest.mark.parametrize("more", [{"after": False, "updated": False}, {"updated": True}])
def test_restored_is_what_a_picture_and_the_register_show(more: dict[str, bool]) -> None:
    assert len(clauses("restore", gate(**more))) == 1
