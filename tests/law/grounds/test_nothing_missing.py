"""A ground never passes with a condition missing: every field of its facts, at any depth, is taken away in turn.

What may be missing all the same stands in tables/grounds.yaml (可缺), with the reason; what decides only in some cases is taken away in such a case too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.grounds import agency, missing_person, own_image
from custodes.law.grounds.registry import GROUNDS
from tests.law.grounds import test_duty
from tests.law.grounds.table import TABLE, whole
from tests.law.grounds.test_conditions import AGENCY, AT, COMPLETE, MAINTENANCE, MISSING, OWN, RELEASE
from tests.law.grounds.unsetting import Taken, taken_away

WHOLE: dict[str, list[Any]] = {
    **{name: [COMPLETE.get(name) or whole(name)] for name in GROUNDS},
    "duty": [
        test_duty.LIVE,
        test_duty.OLD,
        replace(test_duty.OLD, purpose="", content="", span=(AT - timedelta(minutes=9), AT)),
    ],
}
WHOLE["view_check"] += [
    replace(WHOLE["view_check"][0], tends=False, on_duty=True, declares=False, alarmed=True),
]
WHOLE["agency"] += [
    replace(AGENCY, basis=agency.AgencyBasis.NAMED_LAW, law="监察法第十八条", law_reviewed=True),
    replace(AGENCY, verb=agency.AgencyVerb.COPY, security_organ=True, approval_number="城公刑调字〔2026〕3号"),
]
WHOLE["missing_person"] += [
    replace(MISSING, missing=missing_person.LostPerson.CHILD, age=9),
    replace(MISSING, protected=True, police_alone=True, undertaking=False),
]
WHOLE["own_image"] += [
    replace(OWN, copy=True, others_masked=True),
    replace(OWN, claim=own_image.OwnClaim.GUARDIAN, standing_shown=True),
]
WHOLE["maintenance"] += [replace(MAINTENANCE, back=timedelta(minutes=1))]
WHOLE["release"] += [
    replace(
        RELEASE,
        masked=frozenset({"minors"}),
        exempt=frozenset({"faces", "plates"}),
        exemption="道路交通安全法第八十七条",
        exemption_reviewer="法制甲",
    )
]
"""Of each ground, the facts with which a look may proceed: the plain case first, then those in which more of them decides."""

OPTIONAL: dict[str, dict[str, str]] = TABLE["可缺"]
"""By ground and field: why it may be missing."""
_ELSE = "情形"
"""It decides in another of the cases of `WHOLE`."""


def closed(ground: str, facts: Any, at: Any) -> bool:
    """Whether nothing is shown for these facts."""
    return bool(GROUNDS[ground].unmet(facts, at) or GROUNDS[ground].awaiting(facts))


def every_field() -> Iterator[tuple[str, int, Taken]]:
    for ground, cases in WHOLE.items():
        for number, facts in enumerate(cases):
            for taken in taken_away(facts):
                yield ground, number, taken


EVERY = list(every_field())


def refused(ground: str, taken: Taken) -> bool:
    closes = [closed(ground, left, AT) for left in taken.each]
    return any(closes) if taken.any_of else all(closes)


@pytest.mark.parametrize("ground", WHOLE)
def test_the_cases_are_whole(ground: str) -> None:
    assert all(not closed(ground, facts, AT) for facts in WHOLE[ground])


def test_every_ground_is_tried() -> None:
    assert WHOLE.keys() == GROUNDS.keys() == OPTIONAL.keys()


@pytest.mark.parametrize(("ground", "number", "taken"), EVERY, ids=[f"{g}-{n}-{t.path}" for g, n, t in EVERY])
def test_what_is_taken_away_closes_the_ground_unless_it_is_said_why_not(ground: str, number: int, taken: Taken) -> None:
    assert refused(ground, taken) or taken.path in OPTIONAL[ground]


def test_nothing_is_called_optional_that_always_decides_or_never_exists() -> None:
    tried: dict[tuple[str, str], list[bool]] = {}
    for ground, _, taken in EVERY:
        tried.setdefault((ground, taken.path), []).append(refused(ground, taken))
    for ground, paths in OPTIONAL.items():
        for path, why in paths.items():
            assert (ground, path) in tried, (ground, path)
            assert not all(tried[ground, path]), (ground, path)
            # What decides in some cases only is seen to decide in one of them.
            assert why != _ELSE or any(tried[ground, path]), (ground, path)


NEEDED = [(g, n, t.path) for g, n, t in EVERY if n == 0 and t.path not in OPTIONAL[g] and "[" not in t.path]


@given(st.sampled_from(list(WHOLE)), st.data())
def test_however_much_is_missing_the_ground_stays_closed(ground: str, data: st.DataObject) -> None:
    needed = [path for name, _, path in NEEDED if name == ground]
    chosen = data.draw(st.lists(st.sampled_from(needed), min_size=1, max_size=6, unique=True))
    facts = WHOLE[ground][0]
    for path in chosen:
        left = next((taken for taken in taken_away(facts) if taken.path == path and not taken.any_of), None)
        if left is not None:
            facts = data.draw(st.sampled_from(left.each))
    assert closed(ground, facts, AT) or facts == WHOLE[ground][0]
