"""What a ground opens has an end that no caller moves, from the command or from Python; an installation's own end is closer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custodes.law.assumptions import AS_SHIPPED, BOUNDS, Assumptions
from custodes.law.bad_input import BadInput
from custodes.law.grounds import commissioning, inspection, maintenance, missing_person
from custodes.law.grounds.registry import GROUNDS, refuse_wider
from custodes.law.grounds.stating import LONGEST_DUTY_SPAN, LONGEST_WINDOW, StatedScope
from custodes.settings import Settings
from tests.law.grounds.test_commissioning import AT as PROBED
from tests.law.grounds.test_commissioning import FACTS as COMMISSIONING
from tests.law.grounds.test_conditions import AT, COMPLETE, HOUR, INSPECTION, MAINTENANCE, MISSING

WIDE = timedelta(days=900)


@pytest.mark.parametrize("ground", ["agency", "missing_person", "individual", "own_image"])
def test_a_span_is_never_longer_than_any_installation_may_allow(ground: str) -> None:
    most = timedelta(hours=BOUNDS["request_hours"][1])
    for length, opens in ((most, True), (most + timedelta(seconds=1), False)):
        facts = replace(COMPLETE[ground], scope=StatedScope(1, AT - length, AT, WIDE))
        assert (GROUNDS[ground].unmet(facts, AT) == ()) is opens


def test_ages_are_never_wider_than_the_law_has_them() -> None:
    younger = replace(MISSING, age=59, elderly_from=1)
    assert missing_person.unmet(younger, AT)
    assert missing_person.unmet(replace(younger, age=60), AT) == ()
    grown = replace(MISSING, missing=missing_person.LostPerson.CHILD, age=18, child_below=99)
    assert missing_person.unmet(grown, AT)
    assert missing_person.unmet(replace(grown, age=17), AT) == ()


def test_a_playback_test_a_look_back_and_a_probe_have_their_end() -> None:
    long = (inspection.PlaybackSample("东门", timedelta(minutes=2, seconds=1)),)
    assert inspection.unmet(replace(INSPECTION, samples=long, longest_test=WIDE), AT)
    assert maintenance.unmet(replace(MAINTENANCE, back=timedelta(minutes=31), furthest=WIDE), AT)
    assert maintenance.unmet(replace(MAINTENANCE, back=timedelta(minutes=30), furthest=WIDE), AT) == ()
    old = replace(COMMISSIONING, probed_at=PROBED - timedelta(seconds=61), fresh_seconds=9999)
    assert commissioning.unmet(old, PROBED)


def test_what_is_the_widest_for_duty_is_the_widest_that_may_be_set() -> None:
    def most(name: str) -> int:
        (bound,) = [one.le for one in Settings.model_fields[name].metadata if hasattr(one, "le")]
        return int(bound)

    assert timedelta(minutes=most("duty_window_minutes")) == LONGEST_WINDOW
    assert timedelta(hours=most("duty_span_hours")) == LONGEST_DUTY_SPAN


@pytest.mark.parametrize(
    ("ground", "change", "field"),
    [
        ("agency", {"scope": StatedScope(1, AT - HOUR, AT, timedelta(hours=25))}, "facts.scope.longest"),
        ("agency", {"approvals_needed": 1}, "facts.approvals_needed"),
        ("missing_person", {"provisional": timedelta(minutes=61)}, "facts.provisional"),
        ("missing_person", {"elderly_from": 59}, "facts.elderly_from"),
        ("missing_person", {"child_below": 19}, "facts.child_below"),
        ("maintenance", {"furthest": timedelta(minutes=3)}, "facts.furthest"),
        ("inspection", {"longest_test": timedelta(minutes=3)}, "facts.longest_test"),
    ],
)
def test_facts_never_widen_what_an_installation_has_set(ground: str, change: dict[str, Any], field: str) -> None:
    whole = COMPLETE[ground]
    refuse_wider(GROUNDS[ground], whole, AS_SHIPPED)
    with pytest.raises(BadInput) as caught:
        refuse_wider(GROUNDS[ground], replace(whole, **change), AS_SHIPPED)
    assert caught.value.field == field


def test_an_installation_that_allows_more_takes_more_up_to_its_own_end() -> None:
    wider = Assumptions(request_hours=48)
    facts = replace(COMPLETE["agency"], scope=StatedScope(1, AT - HOUR, AT, timedelta(hours=48)))
    refuse_wider(GROUNDS["agency"], facts, wider)
    with pytest.raises(BadInput):
        refuse_wider(GROUNDS["agency"], facts, AS_SHIPPED)


def test_a_length_that_no_assumption_sets_is_held_to_its_limit() -> None:
    limits = {"fresh_seconds": timedelta(seconds=60)}
    refuse_wider(GROUNDS["commissioning"], COMMISSIONING, AS_SHIPPED, limits)
    with pytest.raises(BadInput, match="fresh_seconds"):
        refuse_wider(GROUNDS["commissioning"], replace(COMMISSIONING, fresh_seconds=61), AS_SHIPPED, limits)
