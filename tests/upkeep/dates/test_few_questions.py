"""The work list of a city costs few questions, and they find what reading everything would find."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Post
from custodes.people.models.account import read_once
from custodes.places.filing.clocks import counts, ending, first_clock, most_pressing, running
from custodes.places.models import Camera, System, SystemState
from custodes.upkeep.dates.worklist import worklist_of
from custodes.upkeep.models import CameraStatus, SourceState
from tests.places.stage import Stage

pytestmark = pytest.mark.postgresql

DAY = datetime.timedelta(days=1)


@pytest.fixture
def city(stage: Stage) -> Stage:
    """Systems that were there before, that were accepted and that are in use, begun on many days."""
    now, today = timezone.now(), timezone.localdate()
    for number in range(24):
        state = (SystemState.LEGACY, SystemState.ACCEPTED, SystemState.IN_USE)[number % 3]
        system = System.objects.create(
            site=stage.school.site, name=f"系统 {number:02}", unit=stage.school.unit, state=state
        )
        if state == SystemState.LEGACY:
            continue
        days = {"accept": number * 5 % 97 + 1}
        if state == SystemState.IN_USE:
            days["put_in_use"] = number * 7 % 53
        for event, ago in days.items():
            CaseStep.objects.create(
                kind="places.system", about=system.pk, seq=CaseStep.objects.count() + 1, case_id=system.pk, event=event, after=state,
                on=today - ago * DAY, by=stage.cast.inspector.person, at=now - ago * DAY,
            )  # fmt: skip
    return stage


@pytest.mark.parametrize("most", [1, 3, 50])
def test_the_most_pressing_are_those_that_reading_all_of_them_would_give(city: Stage, most: int) -> None:
    terms, today = LegalTerms(), timezone.localdate()
    every = System.objects.all()
    dues = {row.pk: first_clock(row, today, terms).finding.due for row in running(every)}  # type: ignore[union-attr]
    # Which days lie ahead depends on today: a last day that is off moves.
    ahead = sorted({due for due in dues.values() if due >= today})
    until = {"late": today - DAY, "soon": ahead[0], "then": ahead[-1]}
    told = counts(every, until, terms)
    after = None
    for name, day in until.items():
        there = sorted(due for due in dues.values() if due <= day and (after is None or due > after))  # type: ignore[operator]
        found, count = most_pressing(ending(every, day, terms, after), most, today, terms)
        assert count == len(there) == told.get(name, 0)
        assert [clock.finding.due for _row, clock in found] == there[:most]
        after = day
    assert len(told) == 3


def test_calendars_of_the_same_notices_are_the_same_so_that_what_was_found_serves_the_next_request() -> None:
    assert LegalTerms() == LegalTerms()
    assert hash(LegalTerms()) == hash(LegalTerms())


def test_police_and_units_have_their_list_by_few_questions(  # one or two for each room that has something to wait for
    city: Stage, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for name, most in (("inspector", 16), ("caretaker", 30)):
        person = getattr(city.cast, name).person
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            read_once(person)  # as a page does
            work = worklist_of(person, timezone.now(), LegalTerms(), most=8)
        assert work.supervised or work.late


def test_a_post_that_ended_shows_nothing_on_the_next_page(city: Stage, client_of: Callable[[str], Client]) -> None:
    browser = client_of("inspector")
    assert re.search(r"系统 \d\d", browser.get(reverse("home")).content.decode())
    Post.objects.filter(person=city.cast.inspector.person).update(ended_at=timezone.now())
    assert not re.search(r"系统 \d\d", browser.get(reverse("home")).content.decode())


def test_the_desk_of_police_costs_few_questions(
    city: Stage, client_of: Callable[[str], Client], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    browser, now = client_of("inspector"), timezone.now()
    # Something records: what comes next on an installation that begins is asked for no more.
    CameraStatus.objects.create(camera=Camera.objects.all()[0], state=SourceState.RECORDING, since=now, at=now)
    browser.get(reverse("home"))
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        browser.get(reverse("home"))
