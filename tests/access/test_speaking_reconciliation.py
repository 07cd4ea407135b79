"""Leaves to speak and speeches compared: what was spoken without leave, beyond it, or longer than there was time is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custodes.access.control.reconciliation import SpeakingAccount, reconcile_speaking

AT = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
OLD = (AT - timedelta(days=3)).isoformat()
GRANT = {"type": "grant", "grant": "g1", "person": "p1", "cameras": ["c1", "c2"], "live": True, "at": AT.isoformat()}
BASE = {"speech": "s1", "person": "p1", "camera": "c1", "at": AT.isoformat()}


def leave(**changes: Any) -> dict[str, Any]:
    return BASE | {"type": "speech.begun", "grant": "g1"} | changes


def ended(spoken: int = 5, index: int = 1, **changes: Any) -> dict[str, Any]:
    times = {"begun_us": 1_000_000, "ended_us": 11_000_000, "spoken_us": spoken * 1_000_000}
    return BASE | times | {"type": "speech.ended", "index": index, "worker": "node-1/0"} | changes


def found(*records: dict[str, Any], since: datetime | None = None) -> SpeakingAccount:
    return reconcile_speaking(list(enumerate(records)), since)


def test_a_speech_under_its_leave_is_clean_and_counted() -> None:
    account = found(GRANT, leave(), ended(5))
    assert account.clean
    assert (account.leaves, account.speeches, account.spoken_us, account.minutes) == (1, 1, 5_000_000, 1)


def test_leave_that_came_to_nothing_is_clean() -> None:
    assert found(GRANT, leave()).clean
    assert found(GRANT, leave(), ended(0, begun_us=None)).clean


def test_leave_without_an_end_accuses_nobody_and_is_counted() -> None:
    account = found(GRANT, leave(), leave(speech="s2"), ended(0, index=2, speech="s2", begun_us=None))
    assert account.clean
    assert [one.index for one in account.without_end] == [1]
    assert found(GRANT, leave(at=OLD), since=AT - timedelta(days=1)).without_end == []


def test_a_second_speech_by_the_same_leave_is_found() -> None:
    account = found(GRANT, leave(), ended(), ended())
    assert [one.index for one in account.beyond_leave] == [3]
    assert account.without_end == []


def test_a_speech_with_no_leave_before_it_is_found() -> None:
    assert [one.index for one in found(GRANT, ended(), leave()).without_leave] == [1]
    assert [one.index for one in found(GRANT, leave(), ended(speech="s2")).without_leave] == [2]


@pytest.mark.parametrize("changes", [{"person": "p2"}, {"camera": "c2"}, {"index": 7}], ids=str)
def test_a_speech_beyond_its_leave_is_found(changes: dict[str, Any]) -> None:
    account = found(GRANT, leave(), ended(**changes))
    assert [one.index for one in account.beyond_leave] == [2]
    assert account.wrong == account.beyond_leave


@pytest.mark.parametrize(
    "grant", [GRANT | {"person": "p2"}, GRANT | {"cameras": ["c2"]}, GRANT | {"live": False}, GRANT | {"grant": "g2"}]
)
def test_leave_that_rests_on_no_such_look_is_found(grant: dict[str, Any]) -> None:
    assert [one.index for one in found(grant, leave()).beyond_leave] == [1]


@pytest.mark.parametrize(
    ("spoken", "begun_us", "clean"), [(13, 1_000_000, True), (14, 1_000_000, False), (1, None, False)]
)
def test_more_spoken_than_there_was_time_is_found(spoken: int, begun_us: int | None, clean: bool) -> None:
    account = found(GRANT, leave(), ended(spoken, begun_us=begun_us))
    assert account.clean == clean
    assert [one.index for one in account.too_long] == ([] if clean else [2])


def test_what_is_older_than_the_days_compared_is_not_judged() -> None:
    since = AT - timedelta(days=1)
    assert found(ended(at=OLD), since=since).clean
    assert not found(ended(), since=since).clean
    assert found(GRANT | {"at": OLD}, leave(at=OLD), ended(), since=since).clean
