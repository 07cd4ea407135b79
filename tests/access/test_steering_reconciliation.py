"""Leaves to steer and commands compared: what was turned without leave, and what is missing, is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from custodes.access.control.reconciliation import reconcile_steering

AT = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
OLD = (AT - timedelta(days=3)).isoformat()
GRANT = {"type": "grant", "grant": "g1", "person": "p1", "cameras": ["c1", "c2"], "live": True, "at": AT.isoformat()}


def record(kind, **changes):
    return {
        "type": kind,
        "steering": "s1",
        "grant": "g1",
        "person": "p1",
        "camera": "c1",
        "worker": "node-1/0",
        "at": AT.isoformat(),
    } | changes


def leave(**changes):
    return record("control.begun", **changes)


def commands(count=2, index=1, **changes):
    return record("control.commands", commands=[{}] * count, index=index, **changes)


def ended(count=2, **changes):
    return record("control.ended", commands=count, index=1, **changes)


def found(*records, since=None):
    return reconcile_steering(list(enumerate(records)), since)


def test_commands_under_their_leave_are_clean_and_counted_over_several_records():
    account = found(GRANT, leave(), commands(200), commands(3), ended(203))
    assert account.clean
    assert (account.leaves, account.commands) == (1, 203)


def test_leave_that_came_to_nothing_is_clean():
    assert found(GRANT, leave(), ended(0)).clean
    assert found(GRANT, leave()).clean


def test_commands_with_no_leave_before_them_are_found():
    assert [one.index for one in found(GRANT, commands(), leave()).without_leave] == [1]
    assert [one.index for one in found(GRANT, leave(), commands(steering="s2")).without_leave] == [2]
    assert [one.index for one in found(GRANT, ended(0)).without_leave] == [1]


@pytest.mark.parametrize("changes", [{"person": "p2"}, {"camera": "c2"}, {"index": 7}], ids=str)
def test_commands_beyond_their_leave_are_found(changes):
    account = found(GRANT, leave(), commands(**changes), ended(2))
    assert [one.index for one in account.beyond_leave] == [2]
    assert account.wrong == account.beyond_leave


@pytest.mark.parametrize(
    "grant", [GRANT | {"person": "p2"}, GRANT | {"cameras": ["c2"]}, GRANT | {"live": False}, GRANT | {"grant": "g2"}]
)
def test_leave_that_rests_on_no_such_look_is_found(grant):
    assert [one.index for one in found(grant, leave()).beyond_leave] == [1]


@pytest.mark.parametrize("count", [1, 3])
def test_an_end_that_counts_other_commands_than_the_log_holds_is_found(count):
    assert [one.index for one in found(GRANT, leave(), commands(2), ended(count)).unaccounted] == [3]


def test_what_is_older_than_the_days_compared_is_not_judged_but_counted():
    since = AT - timedelta(days=1)
    assert found(commands(at=OLD), ended(2, at=OLD), since=since).clean
    old_leave = (GRANT | {"at": OLD}, leave(at=OLD), commands(at=OLD))
    assert found(*old_leave, commands(1), ended(3), since=since).clean
    assert not found(*old_leave, commands(1), ended(1), since=since).clean
