"""The term of a case that is about no system: in the calendar, the work list and the round of whoever its declaration names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from custodes.cases.checks import faults_of
from custodes.cases.kind import CaseClock, TermPlace, TermStanding
from custodes.cases.registry import registry
from custodes.law.duties.finding import LegalTerms
from custodes.people.permissions import Permission
from custodes.upkeep.dates.dated import Dated, To, reminder_of
from custodes.upkeep.dates.feed import written
from custodes.upkeep.dates.lines import line_of
from custodes.upkeep.dates.reach import DateRole, PostStanding, dates_of
from custodes.upkeep.dates.recipients import Recipients
from custodes.upkeep.dates.round import everything
from custodes.upkeep.dates.worklist import worklist_of
from custodes.upkeep.models import DateFeed
from tests.cases.drill import DRILL, Drill, DrillState
from tests.cases.test_engine import planned
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db

CLOCK = CaseClock(
    what="drill",
    named="应急演练",
    acts=Permission.MANAGE_PLACES,
    supervised=True,
    place=lambda drill: TermPlace("年度演练", drill.unit.path, drill.unit.division.path),
    column="planned",
    due=lambda drill, terms: drill.planned,
    running=(DrillState.PLANNED,),
    clause="S34(5)",
    title="应急演练",
    standing=lambda drill, today, terms: TermStanding(drill.planned, today > drill.planned, "", True),
    doing=lambda drill: "组织演练",
    note=lambda drill: "每年至少一次",
)
KIND = replace(DRILL, clock=CLOCK, related=("unit__division",))


@pytest.fixture
def terms(drills: None) -> Iterator[None]:
    """The drills have a term."""
    registry.leave(DRILL)
    registry.add(KIND)
    yield
    registry.leave(KIND)
    registry.add(DRILL)


def drill_due(stage: Stage, day: date) -> Drill:
    drill = planned(stage)
    Drill.objects.filter(pk=drill.pk).update(planned=day)
    return Drill.objects.get(pk=drill.pk)


def of_drills(dates: Any) -> list[Dated]:
    return [one for one in dates if one.what == "drill"]


@pytest.mark.usefixtures("terms")
def test_it_is_told_to_whom_its_declaration_names(stage: Stage) -> None:
    now, cast = timezone.now(), stage.cast
    today = timezone.localdate(now)
    drill = drill_due(stage, today)
    caretaker, officer, stranger = cast.caretaker.person, cast.officer.person, cast.outside_caretaker.person
    (one,) = of_drills(dates_of(caretaker, now, LegalTerms()))
    assert (one.name, one.day, one.clause, one.unit) == ("年度演练", today, "S34(5)", drill.unit.path)
    assert (line_of(one, today).name, line_of(replace(one, doing=""), today).name) == ("组织演练", "应急演练")
    assert of_drills(dates_of(stranger, now, LegalTerms())) == []
    assert of_drills(worklist_of(caretaker, now, LegalTerms()).due) == [one]
    assert "应急演练：1 项" in written(DateFeed(person=caretaker), now, LegalTerms()).decode()
    reminder = reminder_of(one, today)
    assert reminder is not None
    assert of_drills(everything(today, now, LegalTerms())) == [one]
    told = {to.person for to in Recipients(now).of(one, reminder) if to.to is To.POST}
    assert caretaker in told
    assert not told & {officer, stranger}
    late = today + timedelta(days=1)
    reminder = reminder_of(one, late)
    assert reminder is not None
    assert {to.person for to in Recipients(now).of(one, reminder) if to.to is To.SUPERVISOR}, "the county's police"


def test_a_term_that_says_not_whose_it_is_is_a_fault() -> None:
    assert list(faults_of(KIND)) == []
    for wrong in (replace(KIND, clock=replace(CLOCK, place=None)), replace(KIND, about="system")):
        assert any("whose it is" in one for one in faults_of(wrong))


@pytest.mark.usefixtures("terms")
def test_programs_and_administrators_of_systems_have_no_part_in_it(stage: Stage) -> None:
    now = timezone.now()
    drill_due(stage, timezone.localdate(now))
    caretaker = stage.cast.caretaker.person
    assert of_drills(worklist_of(caretaker, now, LegalTerms(), personal=False).due) == []
    (one,) = of_drills(everything(timezone.localdate(now), now, LegalTerms()))
    governs = PostStanding(caretaker.pk, governs=frozenset({one.division}))
    assert governs.part(one) is DateRole.SEES
