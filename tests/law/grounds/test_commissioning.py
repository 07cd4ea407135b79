"""Ground *commissioning*: one still, one camera, once per probe."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from custodes.law.grounds import commissioning

AT = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
FACTS = commissioning.CommissioningFacts(
    may_add=True,
    cameras=1,
    in_draft=True,
    probed_at=AT - timedelta(seconds=20),
    still_taken=False,
    fresh_seconds=60,
)


def test_who_may_add_the_camera_sees_one_still_after_a_probe():
    assert commissioning.unmet(FACTS, AT) == ()


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        (replace(FACTS, may_add=False), "S33.1"),
        (replace(FACTS, cameras=2), "S33.1"),
        (replace(FACTS, cameras=0), "S33.1"),
        (replace(FACTS, in_draft=False), "S33.1"),
        (replace(FACTS, probed_at=None), "S15"),
        (replace(FACTS, probed_at=AT - timedelta(seconds=61)), "S15"),
        (replace(FACTS, probed_at=AT + timedelta(seconds=1)), "S15"),
        (replace(FACTS, still_taken=True), "S33.1"),
    ],
)
def test_each_missing_condition_refuses_under_its_own_clause(facts, clause):
    assert [missing.clause for missing in commissioning.unmet(facts, AT)] == [clause]


def test_who_may_not_add_learns_nothing_about_the_camera():
    facts = replace(FACTS, may_add=False, in_draft=False, probed_at=None)
    assert len(commissioning.unmet(facts, AT)) == 1


def test_every_fact_of_the_ground_can_refuse_it():
    broken = {
        "may_add": False,
        "cameras": 2,
        "in_draft": False,
        "probed_at": None,
        "still_taken": True,
        "fresh_seconds": 1,
    }
    assert broken.keys() == {field.name for field in fields(commissioning.CommissioningFacts)}
    for name, value in broken.items():
        assert commissioning.unmet(replace(FACTS, **{name: value}), AT) != (), name
