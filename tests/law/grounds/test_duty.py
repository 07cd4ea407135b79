"""Ground *duty monitoring*: each condition on its own, and what may never pass."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.grounds import duty

AT = datetime(2026, 6, 3, 8, 0, tzinfo=UTC)
SYSTEM, OTHER = UUID(int=1), UUID(int=2)
POST = duty.DutyPost(frozenset({SYSTEM}), AT - timedelta(days=30), None)
SESSION = duty.DutySession(POST, AT - timedelta(hours=1), AT + timedelta(hours=11))
CAMERA = duty.DutyCamera(UUID(int=10), SYSTEM, in_use=True, no_vote=True, trial_open=True)
LIVE = duty.DutyFacts(
    posts=(POST,),
    session=SESSION,
    cameras=(CAMERA,),
    live=True,
    span=None,
    purpose="",
    content="",
    window=timedelta(minutes=30),
    longest_span=timedelta(hours=24),
    asked_at=AT,
)
OLD = replace(
    LIVE,
    live=False,
    span=(AT - timedelta(hours=3), AT - timedelta(hours=2)),
    purpose="核实群众报失",
    content="寻找遗失的书包",
)


def clauses(facts: duty.DutyFacts, at: datetime = AT) -> list[str]:
    return [missing.clause for missing in duty.unmet(facts, at)]


def test_who_is_on_duty_sees_the_live_picture_of_the_posts_own_system():
    assert duty.unmet(LIVE, AT) == ()


def test_an_old_span_opens_with_purpose_and_content():
    assert duty.unmet(OLD, AT) == ()


def test_during_a_vote_nobody_looks_live_and_what_was_recorded_before_it_opens_as_ever():
    voting = (replace(CAMERA, no_vote=False), CAMERA)
    assert clauses(replace(LIVE, cameras=voting)) == ["S10(3)"]
    assert clauses(replace(OLD, cameras=voting)) == []


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        pytest.param(replace(LIVE, posts=()), "S34(1)", id="no post at all"),
        pytest.param(replace(LIVE, posts=(replace(POST, since=AT + timedelta(seconds=1)),)), "S34(1)", id="not yet"),
        pytest.param(replace(LIVE, posts=(replace(POST, until=AT),)), "S34(1)", id="ended this moment"),
        pytest.param(replace(LIVE, session=None), "S34(1)", id="not on duty"),
        pytest.param(replace(LIVE, session=replace(SESSION, ends=AT)), "S34(1)", id="duty over"),
        pytest.param(replace(LIVE, session=replace(SESSION, begun=AT + timedelta(1))), "S34(1)", id="duty not begun"),
        pytest.param(
            replace(LIVE, session=replace(SESSION, post=replace(POST, until=AT))),
            "S34(1)",
            id="the session's post ended",
        ),
        pytest.param(
            replace(LIVE, session=replace(SESSION, post=replace(POST, since=AT - timedelta(days=9)))),
            "S34(1)",
            id="a post that is not the person's",
        ),
        pytest.param(replace(LIVE, asked_at=AT + timedelta(seconds=1)), "S34(1)", id="asked to come"),
        pytest.param(
            replace(LIVE, asked_at=SESSION.begun - timedelta(microseconds=1)), "S34(1)", id="asked before this duty"
        ),
        pytest.param(replace(LIVE, cameras=()), "S33.1", id="no camera"),
        pytest.param(replace(LIVE, cameras=(CAMERA, replace(CAMERA, system=OTHER))), "S34(1)", id="another system"),
        pytest.param(replace(LIVE, cameras=(replace(CAMERA, in_use=False),)), "S34(1)", id="retired"),
        pytest.param(replace(LIVE, live=False), "S33.1", id="nothing asked"),
        pytest.param(replace(OLD, span=(AT - timedelta(hours=1),) * 2), "S33.1", id="empty span"),
        pytest.param(replace(OLD, span=(AT - timedelta(hours=1), AT + timedelta(seconds=1))), "S33.1", id="future"),
        pytest.param(replace(OLD, purpose=" \u3000"), "N16.2(3)", id="no purpose"),
        pytest.param(replace(OLD, purpose="\u200b\u2060"), "N16.2(3)", id="a purpose that nobody sees"),
        pytest.param(replace(OLD, content="\u3164\u115f"), "N16.2(3)", id="a content of fillers"),
        pytest.param(replace(OLD, content="……——"), "N16.2(3)", id="a content of dots"),
        pytest.param(replace(OLD, content=""), "N16.2(3)", id="no content"),
        pytest.param(replace(OLD, span=(AT - timedelta(hours=25), AT)), "S33.1", id="too long"),
    ],
)
def test_each_missing_condition_refuses_under_its_own_clause(facts, clause):
    assert clauses(facts) == [clause]


def test_the_longest_span_itself_is_allowed_and_a_microsecond_more_is_not():
    begin = AT - timedelta(hours=24)
    assert duty.unmet(replace(OLD, span=(begin, AT)), AT) == ()
    assert clauses(replace(OLD, span=(begin - timedelta(microseconds=1), AT))) == ["S33.1"]


def test_the_window_needs_no_reason_and_a_microsecond_before_it_does():
    quiet = replace(OLD, purpose="", content="")
    assert duty.unmet(replace(quiet, span=(AT - timedelta(minutes=30), AT)), AT) == ()
    early = (AT - timedelta(minutes=30, microseconds=1), AT)
    assert clauses(replace(quiet, span=early)) == ["N16.2(3)", "N16.2(3)"]


def test_a_look_that_is_said_to_be_of_another_day_opens_no_window_of_that_day():
    asked = AT - timedelta(days=9)
    quiet = replace(
        LIVE, live=False, span=(asked - timedelta(minutes=29), asked - timedelta(minutes=1)), asked_at=asked
    )
    assert clauses(quiet) == ["S34(1)"]


def test_a_window_and_a_span_that_are_wider_than_any_may_be_set_count_as_the_widest():
    quiet = replace(OLD, purpose="", content="", window=timedelta(days=9))
    assert duty.unmet(replace(quiet, span=(AT - timedelta(hours=2), AT)), AT) == ()
    assert clauses(replace(quiet, span=(AT - timedelta(hours=2, microseconds=1), AT))) == ["N16.2(3)", "N16.2(3)"]
    wide = replace(OLD, longest_span=timedelta(days=9), span=(AT - timedelta(hours=73), AT))
    assert clauses(wide) == ["S33.1"]


def test_a_quiet_look_back_that_goes_on_needs_no_reason_later():
    begun = replace(LIVE, live=False, span=(AT - timedelta(minutes=29), AT - timedelta(minutes=1)))
    assert duty.unmet(begun, AT + timedelta(minutes=10)) == ()


def test_footage_of_a_retired_camera_stays_open_with_a_reason():
    assert duty.unmet(replace(OLD, cameras=(replace(CAMERA, in_use=False),)), AT) == ()


def test_an_off_duty_officer_gets_nothing_by_stating_a_reason():
    assert clauses(replace(OLD, session=None)) == ["S34(1)"]


minutes = st.integers(-3000, 3000).map(lambda number: timedelta(minutes=number))


@given(
    since=minutes,
    until=st.none() | minutes,
    begun=minutes,
    ends=minutes,
    system=st.sampled_from([SYSTEM, OTHER]),
    live=st.booleans(),
    span=st.none() | st.tuples(minutes, minutes),
    purpose=st.sampled_from(["", " ", "事由"]),
    content=st.sampled_from(["", "\n", "内容"]),
)
def test_nothing_passes_without_post_duty_system_and_reason(
    since, until, begun, ends, system, live, span, purpose, content
):
    post = duty.DutyPost(frozenset({SYSTEM}), AT + since, None if until is None else AT + until)
    facts = replace(
        LIVE,
        posts=(post,),
        session=duty.DutySession(post, AT + begun, AT + ends),
        cameras=(replace(CAMERA, system=system),),
        live=live,
        span=None if span is None else (AT + span[0], AT + span[1]),
        purpose=purpose,
        content=content,
    )
    if duty.unmet(facts, AT):
        return
    assert since <= timedelta(0)
    assert until is None or until > timedelta(0)
    assert begun <= timedelta(0) < ends
    assert system == SYSTEM
    assert live or span
    if span is not None:
        assert span[0] < span[1] <= timedelta(0)
        assert span[0] >= -facts.window or (
            purpose.strip() and content.strip() and span[1] - span[0] <= facts.longest_span
        )


def test_every_fact_of_the_ground_can_refuse_it():
    broken = {
        "posts": (),
        "session": None,
        "cameras": (),
        "live": False,
        "span": (AT, AT - timedelta(hours=1)),
        "purpose": "",
        "content": "……",
        "window": timedelta(0),
        "longest_span": timedelta(minutes=1),
        "asked_at": AT - timedelta(days=9),
    }
    # What N9 takes off is asked under the city's regulation: it refuses nothing by itself.
    assert broken.keys() | {"n9"} == {field.name for field in fields(duty.DutyFacts)}
    for name, value in broken.items():
        # Live needs no span and a short look back no reason: those are asked of the facts for which they decide.
        whole = LIVE if name == "live" else OLD
        if name == "window":
            whole = replace(OLD, span=(AT - timedelta(minutes=9), AT), purpose="", content="")
        assert duty.unmet(whole, AT) == (), name
        assert duty.unmet(replace(whole, **{name: value}), AT) != (), name
