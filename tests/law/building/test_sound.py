"""Sound is off: a closed list of reasons, their law, their need, and a place that lets it (N8.1(4))."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from custodes.law.building.prohibited import ZONES
from custodes.law.building.sound import REASONS, SoundWish, place_forbids, unmet

DAY = date(2026, 6, 1)
WISH = SoundWish("emergency", "", "求助人可能说不出位置", "求助桩 广场东侧 桩前两米")


def clauses(**changes: str) -> list[str]:
    return [one.clause for one in unmet(replace(WISH, **changes), DAY)]


def test_a_call_for_help_may_be_recorded() -> None:
    assert unmet(WISH, DAY) == ()


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"reason": ""}, "PIPL13"),
        ({"reason": "other"}, "PIPL13"),
        ({"reason": "counter"}, "PIPL13"),
        ({"reason": "proceedings", "statute": " . "}, "PIPL13"),
        ({"why": "　"}, "PIPL6"),
    ],
)
def test_what_is_missing_is_said_with_its_clause(changes: dict[str, str], clause: str) -> None:
    assert clauses(**changes) == [clause]


def test_a_counter_is_recorded_under_the_law_that_orders_it() -> None:
    assert clauses(reason="counter", statute="某某条例第三条") == []


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone.clauses_on(DAY)], ids=lambda zone: zone.key)
def test_no_forbidden_zone_is_heard(zone: object) -> None:
    found = place_forbids(DAY, "", zone.key)  # type: ignore[attr-defined]
    assert found is not None


def test_a_place_beside_a_forbidden_one_may_be_filmed_and_not_heard() -> None:
    assert clauses(words="走廊 卫生间门外 门口") != []
    assert place_forbids(DAY, "广场东侧") is None


def test_the_list_has_no_other() -> None:
    assert all(reason.key != "other" and "其他" not in reason.zh and reason.sign for reason in REASONS)
