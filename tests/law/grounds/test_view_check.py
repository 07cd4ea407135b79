"""Ground *view check*: single pictures of one camera, for who tends it or stands duty there, with a cause."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from custodes.law.grounds import view_check

AT = datetime(2026, 6, 3, 8, 0, tzinfo=UTC)
DECLARES = view_check.ViewCheckFacts(
    tends=True,
    on_duty=False,
    cameras=1,
    purpose="声明标准视场",
    in_use=True,
    declares=True,
    alarmed=False,
    looks=0,
    no_vote=True,
    trial_open=True,
)
ALARMED = replace(DECLARES, tends=False, on_duty=True, declares=False, alarmed=True)


def test_who_tends_the_camera_declares_and_who_stands_duty_judges_an_alarm():
    assert view_check.unmet(DECLARES, AT) == ()
    assert view_check.unmet(ALARMED, AT) == ()
    assert view_check.unmet(replace(ALARMED, tends=True, on_duty=False), AT) == ()


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        (replace(DECLARES, tends=False), "S33.1"),
        (replace(DECLARES, tends=False, on_duty=True), "S33.1"),
        (replace(DECLARES, cameras=2), "S33.1"),
        (replace(DECLARES, cameras=0), "S33.1"),
        (replace(DECLARES, purpose=" "), "S33.1"),
        (replace(DECLARES, in_use=False), "S15"),
        (replace(DECLARES, no_vote=False), "S10(3)"),
        (replace(DECLARES, trial_open=False), "S16.1"),
        (replace(DECLARES, looks=view_check.MOST_IN_AN_HOUR), "S33.1"),
        (replace(ALARMED, on_duty=False), "S33.1"),
        (replace(ALARMED, alarmed=False), "S33.1"),
    ],
)
def test_each_missing_condition_refuses_under_its_own_clause(facts, clause):
    assert [missing.clause for missing in view_check.unmet(facts, AT)] == [clause]


def test_who_has_no_business_with_the_camera_learns_nothing_about_it():
    facts = replace(DECLARES, tends=False, in_use=False, cameras=2)
    assert len(view_check.unmet(facts, AT)) == 1


def test_every_fact_of_the_ground_can_refuse_it():
    broken = {
        "on_duty": False,
        "cameras": 2,
        "purpose": "",
        "in_use": False,
        "declares": True,
        "alarmed": False,
        "looks": 30,
        "no_vote": False,
        "trial_open": False,
    }
    assert {"tends", *broken} == {field.name for field in fields(view_check.ViewCheckFacts)}
    for name, value in broken.items():
        assert view_check.unmet(replace(ALARMED, **{name: value}), AT) != (), name
