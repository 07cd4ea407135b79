"""A ground never passes with a condition missing: every field of its facts, at any depth, is taken away in turn.

What may be missing all the same stands in `OPTIONAL`, with the reason; what decides only in some cases is taken away in such a case too.
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
from custodes.law.grounds.view_check import ViewCheckFacts
from tests.law.grounds import test_commissioning, test_duty
from tests.law.grounds.test_conditions import AGENCY, AT, COMPLETE, MAINTENANCE, MISSING, OWN, RELEASE
from tests.law.grounds.unsetting import Taken, taken_away

WHOLE: dict[str, list[Any]] = {
    **{name: [facts] for name, facts in COMPLETE.items()},
    "duty": [
        test_duty.LIVE,
        test_duty.OLD,
        replace(test_duty.OLD, purpose="", content="", span=(AT - timedelta(minutes=9), AT)),
    ],
    "commissioning": [test_commissioning.FACTS],
    "view_check": [
        ViewCheckFacts(
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
        ),
        ViewCheckFacts(
            tends=False,
            on_duty=True,
            cameras=1,
            purpose="声明标准视场",
            in_use=True,
            declares=False,
            alarmed=True,
            looks=0,
            no_vote=True,
            trial_open=True,
        ),
    ],
}
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

_WISH = "says what is wished for: without it less is asked, and nothing more is shown"
_SET = "the installation's own length or age: a smaller one narrows, and a wider one counts as the widest"
_ELSE = "matters only in the case that the ground's other facts say, and is taken away there too"
_FULLER = "nobody having said so the system is none of N9's places, which is the fuller regime"
OPTIONAL: dict[str, dict[str, str]] = {
    "duty": {
        "live": _WISH,
        "cameras[0].id": "which camera it is: what decides is its system",
        "cameras[0].in_use": "footage of a camera that is out of use stays open with a reason; live does not",
        "cameras[0].no_vote": "footage from before a vote stays open with a reason; live does not",
        "purpose": _ELSE,
        "content": _ELSE,
        "window": _ELSE,
        "longest_span": _ELSE,
        "n9": _FULLER,
    },
    "commissioning": {"still_taken": "has no default: whoever asks says that none was taken, by the row of the probe"},
    "view_check": {
        "tends": _ELSE,
        "on_duty": _ELSE,
        "declares": _WISH,
        "alarmed": _ELSE,
        "looks": "has no default: whoever asks counts them",
    },
    "agency": {
        "law": _ELSE,
        "law_reviewed": _ELSE,
        "base_data": _WISH,
        "security_organ": _ELSE,
        "approval_number": _ELSE,
        "approvals_needed": "the unit's own number: none counts as one, and what is given has been approved by two",
        "urgent": _WISH,
        "n9": _FULLER,
    },
    "missing_person": {
        "age": "unknown: the category was declared, and nobody is asked for a certificate",
        "police_alone": _ELSE,
        "live": _WISH,
        "copy": _WISH,
        "undertaking": "police look alone: nobody else has to undertake anything",
        "provisional": "police look alone: how long the family's declaration is enough is not asked",
        "elderly_from": _SET,
        "child_below": _SET,
    },
    "individual": {"copy": _WISH, "n9": _FULLER},
    "own_image": {
        "copy": _WISH,
        "exception": "there is none, and the holder has said that it looked (`exceptions_checked`)",
        "others_masked": _ELSE,
        "standing_shown": _ELSE,
        "n9": _FULLER,
    },
    "maintenance": {
        "back": _WISH,
        "furthest": _ELSE,
        "n9": _FULLER,
        "contract.cameras[1]": "the contract's other camera, which nobody asks for",
    },
    "inspection": {
        "samples": "an inspection of registers alone samples nothing",
        "samples[0]": "an inspection of registers alone samples nothing",
    },
    "release": {"exempt": _ELSE, "exemption": _ELSE, "exemption_reviewer": _ELSE},
}
"""By ground and field: why it may be missing. A field that decides in one of the further cases of `WHOLE` says `_ELSE`."""


def closed(ground: str, facts: Any, at: Any) -> bool:
    """Whether nothing is shown for these facts."""
    return bool(GROUNDS[ground].unmet(facts, at) or GROUNDS[ground].awaiting(facts))


def moment(ground: str) -> Any:
    return test_commissioning.AT if ground == "commissioning" else AT


def every_field() -> Iterator[tuple[str, int, Taken]]:
    for ground, cases in WHOLE.items():
        for number, facts in enumerate(cases):
            for taken in taken_away(facts):
                yield ground, number, taken


EVERY = list(every_field())


def refused(ground: str, taken: Taken) -> bool:
    closes = [closed(ground, left, moment(ground)) for left in taken.each]
    return any(closes) if taken.any_of else all(closes)


@pytest.mark.parametrize("ground", WHOLE)
def test_the_cases_are_whole(ground: str) -> None:
    assert all(not closed(ground, facts, moment(ground)) for facts in WHOLE[ground])


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
    assert closed(ground, facts, moment(ground)) or facts == WHOLE[ground][0]
