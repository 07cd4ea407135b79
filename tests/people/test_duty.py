"""Standing duty: one session at a time, handed over at one instant, never longer than the post or the hours allow."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.db import connection

from custodes.people import duty, posts
from custodes.people.duty import duty_ended
from custodes.people.models import DutyEnd, DutySession, Person, Post, RecordOutbox, Unit
from tests.cast import Cast
from tests.patience import PATIENCE

pytestmark = pytest.mark.postgresql

AT = datetime.datetime(2026, 3, 2, 0, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def _post(cast: Cast, member: str) -> Post:
    post = cast.members[member].post
    assert post is not None
    return post


@pytest.fixture
def ends() -> Any:
    heard: list[DutySession] = []

    def hear(session: DutySession, **kwargs: Any) -> None:
        heard.append(session)

    duty_ended.connect(hear)
    yield heard
    duty_ended.disconnect(hear)


@pytest.mark.clause("S34(1)")
def test_duty_runs_from_the_button_for_twelve_hours(cast: Cast) -> None:
    person = cast.operator.person
    session = duty.begin(_post(cast, "operator"), at=AT)
    assert duty.running_session(person, AT) == session
    assert duty.running_session(person, AT + 12 * HOUR - datetime.timedelta(microseconds=1)) == session
    assert duty.running_session(person, AT + 12 * HOUR) is None


def test_duty_ends_with_the_post_when_that_comes_first(cast: Cast) -> None:
    post = _post(cast, "operator")
    Post.objects.filter(pk=post.pk).update(valid_until=AT + HOUR)
    assert duty.begin(post, at=AT).ends_at == AT + HOUR


@pytest.mark.parametrize("member", ["approver", "caretaker", "inspector", "security_admin"])
def test_only_duty_posts_stand_duty(cast: Cast, member: str) -> None:
    with pytest.raises(duty.DutyRefused):
        duty.begin(_post(cast, member), at=AT)


def test_nobody_stands_duty_twice(cast: Cast) -> None:
    duty.begin(_post(cast, "operator"), at=AT)
    with pytest.raises(duty.DutyRefused):
        duty.begin(_post(cast, "operator"), at=AT + HOUR)


def test_a_session_that_ran_out_unseen_is_closed_when_the_next_begins(cast: Cast, ends: list[DutySession]) -> None:
    first = duty.begin(_post(cast, "operator"), at=AT)
    second = duty.begin(_post(cast, "operator"), at=AT + 20 * HOUR)
    first.refresh_from_db()
    assert (first.ended_at, first.end_reason) == (AT + 12 * HOUR, DutyEnd.EXPIRED)
    assert second.ended_at is None
    assert ends == [first]


def test_hand_over_ends_one_and_begins_the_other_at_one_instant(cast: Cast, ends: list[DutySession]) -> None:
    first = duty.begin(_post(cast, "operator"), at=AT)
    second = duty.hand_over(first, _post(cast, "lead"), at=AT + HOUR)
    first.refresh_from_db()
    assert (first.ended_at, first.end_reason, first.handed_to) == (AT + HOUR, DutyEnd.HAND_OVER, cast.lead.person)
    assert (second.person, second.begun_at) == (cast.lead.person, AT + HOUR)
    assert ends == [first]


def test_a_hand_over_that_is_refused_leaves_the_first_on_duty(cast: Cast) -> None:
    first = duty.begin(_post(cast, "operator"), at=AT)
    duty.begin(_post(cast, "lead"), at=AT)
    with pytest.raises(duty.DutyRefused):
        duty.hand_over(first, _post(cast, "lead"), at=AT + HOUR)
    assert duty.running_session(cast.operator.person, AT + HOUR) == first


def test_duty_is_not_handed_to_another_unit(cast: Cast) -> None:
    first = duty.begin(_post(cast, "operator"), at=AT)
    with pytest.raises(duty.DutyRefused):
        duty.hand_over(first, _post(cast, "outsider"), at=AT + HOUR)


def test_a_session_that_ran_out_is_not_handed_over(cast: Cast) -> None:
    first = duty.begin(_post(cast, "operator"), at=AT)
    with pytest.raises(duty.DutyRefused):
        duty.hand_over(first, _post(cast, "lead"), at=AT + 13 * HOUR)


def test_ending_the_post_ends_the_duty_on_it(cast: Cast, ends: list[DutySession]) -> None:
    session = duty.begin(_post(cast, "operator"), at=AT)
    posts.end(_post(cast, "operator"), by=cast.security_admin.person, at=AT + HOUR)
    session.refresh_from_db()
    assert (session.ended_at, session.end_reason) == (AT + HOUR, DutyEnd.POST_ENDED)
    assert ends == [session]


def test_the_sweep_writes_down_what_has_run_out_and_nothing_else(cast: Cast, ends: list[DutySession]) -> None:
    session = duty.begin(_post(cast, "operator"), at=AT)
    later = duty.begin(_post(cast, "lead"), at=AT + 2 * HOUR)
    assert duty.sweep(AT + 12 * HOUR) == 1
    assert duty.sweep(AT + 12 * HOUR) == 0
    session.refresh_from_db()
    later.refresh_from_db()
    assert session.end_reason == DutyEnd.EXPIRED
    assert later.ended_at is None
    assert ends == [session]


def test_the_sweep_ends_posts_that_have_run_out_together_with_their_duty(cast: Cast) -> None:
    post = _post(cast, "operator")
    session = duty.begin(post, at=AT)
    Post.objects.filter(pk=post.pk).update(valid_until=AT + HOUR)
    assert duty.running_session(cast.operator.person, AT + HOUR) is None
    assert posts.sweep(AT + 2 * HOUR) == 1
    session.refresh_from_db()
    assert (session.ended_at, session.end_reason) == (AT + HOUR, DutyEnd.POST_ENDED)


def test_beginning_and_ending_are_on_record(cast: Cast) -> None:
    session = duty.begin(_post(cast, "operator"), at=AT)
    duty.hand_over(session, _post(cast, "lead"), at=AT + HOUR)
    rows = RecordOutbox.objects.filter(type__startswith="duty.").order_by("created_at", "type")
    begun, begun_next, ended = sorted((row.record for row in rows), key=lambda record: (record["type"], record["at"]))
    assert begun["session"] == ended["session"] == str(session.uuid)
    assert begun["person"] == str(cast.operator.person.uuid)
    assert begun["system"] == f"unit:{cast.units['a'].uuid}"
    assert ended["reason"] == f"hand_over:{cast.lead.person.uuid}"
    assert begun_next["at"] == ended["at"] == "2026-03-02T01:00:00.000000Z"


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_the_same_moment_one_begins_duty() -> None:
    from tests.people.test_posts import _city

    unit = Unit.objects.create(name="甲校", kind="institution", division=_city())
    person = Person.objects.create(name="扎西", unit=unit)
    post = Post.objects.create(person=person, unit=unit, kind="duty_officer", valid_from=AT)
    barrier, results = threading.Barrier(2), []

    def press() -> None:
        try:
            barrier.wait(PATIENCE)
            duty.begin(post, at=AT + HOUR)
            results.append("begun")
        except duty.DutyRefused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(results) == ["begun", "refused"]
