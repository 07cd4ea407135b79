"""What is stated, and who is who: nobody counts as two by adding what cannot be seen, or decoration."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.grounds import agency, inspection, maintenance, release
from custodes.law.grounds.stating import identity, says_something
from tests.law.grounds.test_conditions import AGENCY, AT, INSPECTION, MAINTENANCE, RELEASE

NAMES = st.sampled_from(["扎西", "བཀྲ་ཤིས", "Tashi", "540102-1", "李·强", "Zoë", "ＫＧ１２"])
SELECTORS = "\u034f\u115f\u3164\uffa0\u180b\ufe0e\ufe0f\U000e0100"
PADDING = st.text(
    st.characters(categories=["Cc", "Cf", "Cn", "Co", "Z", "P", "S", "Me"]) | st.sampled_from(SELECTORS),
    min_size=1,
    max_size=4,
)


@st.composite
def padded(draw: st.DrawFn) -> tuple[str, str]:
    """A name, and the same with padding somewhere in it."""
    name, padding = draw(NAMES), draw(PADDING)
    cut = draw(st.integers(0, len(name)))
    return name, name[:cut] + padding + name[cut:]


@given(padded())
def test_padding_makes_no_second_person_in_any_ground(names: tuple[str, str]) -> None:
    one, same = names
    officers = (agency.Officer(one, "1", True), agency.Officer(same, "2", True))
    assert agency.unmet(replace(AGENCY, officers=officers), AT)
    cards = (agency.Officer("甲", one, True), agency.Officer("乙", same, True))
    assert agency.unmet(replace(AGENCY, officers=cards), AT)
    assert agency.awaiting(replace(AGENCY, approvers=(one, same)))
    own = (agency.Officer(one, "1", True), agency.Officer("乙", "2", True))
    assert agency.awaiting(replace(AGENCY, officers=own, approvers=(same, "审批甲")))
    assert inspection.unmet(replace(INSPECTION, inspectors=(one, same)), AT)
    samples = tuple(inspection.PlaybackSample(camera, timedelta(minutes=1)) for camera in names)
    assert inspection.unmet(replace(INSPECTION, samples=samples), AT)
    assert release.unmet(replace(RELEASE, reviewer=one, second_reviewer=same), AT)
    assert MAINTENANCE.contract is not None
    contract = replace(MAINTENANCE.contract, people=frozenset({one}))
    assert maintenance.unmet(replace(MAINTENANCE, contract=contract, person=one, supervisor=same), AT)


@given(PADDING)
def test_padding_alone_states_nothing(padding: str) -> None:
    assert not says_something(padding)
    assert identity(padding) == ""


@given(st.text(max_size=12))
def test_a_name_compared_twice_is_the_same(text: str) -> None:
    assert identity(identity(text)) == identity(text)


@pytest.mark.parametrize("other", ["扎西1", "扎", "西扎", "Tashi"])
def test_names_that_differ_in_what_is_written_stay_two(other: str) -> None:
    assert identity("扎西") != identity(other)


def test_vowels_and_accents_are_part_of_a_name() -> None:
    assert identity("ཤི") != identity("ཤ")
    assert identity("Zoe\u0308") == identity("Zoë") != identity("Zoe")
