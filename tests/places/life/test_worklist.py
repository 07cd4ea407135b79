"""What waits for whom: the unit's own terms, the police's inbox, nobody else's."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.places.filing.fields import OPTIONAL, FilingAnswers
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import RemovalGround, System, SystemState
from tests.places.life import filings as workflow
from tests.places.life import removals as removal
from tests.places.life.answers import ANSWERS
from tests.places.stage import Stage
from tests.upkeep.dates.told import told

pytestmark = pytest.mark.django_db


def labels(stage: Stage, member: str) -> list[str]:
    person = stage.cast.members[member].person
    found = [one.label for one in told(person, timezone.now(), LegalTerms())]
    return [label for label in found if not label.startswith("补齐点位")]  # of which `test_added` tells


def submit(stage: Stage) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    said = FilingAnswers(ANSWERS, frozenset(field.key for field in OPTIONAL))
    workflow.submit(workflow.save(workflow.begin(stage.school, by, now), said), Taken(by, now, timezone.localdate(now)))


def test_an_unfiled_system_waits_for_its_unit_and_for_nobody_else(stage: Stage) -> None:
    assert labels(stage, "caretaker") == ["办理备案：校门和操场"]
    assert labels(stage, "outside_caretaker") == ["办理备案：大堂"]
    assert labels(stage, "system_admin") == []
    assert labels(stage, "inspector") == []


def test_a_filing_that_was_handed_in_waits_for_the_police(stage: Stage) -> None:
    submit(stage)
    assert labels(stage, "caretaker") == []
    assert labels(stage, "inspector") == ["待接收的备案：校门和操场"]


def test_what_was_sent_back_waits_for_its_unit_with_the_words(stage: Stage) -> None:
    submit(stage)
    inspector, now = stage.cast.inspector.person, timezone.now()
    workflow.send_back(stage.school.filings.get(), Taken(inspector, now, timezone.localdate(now), "缺少平面图"))
    one, *_fields = told(stage.cast.caretaker.person, now, LegalTerms())
    assert (one.label, one.hint) == ("备案退回补正：校门和操场", "缺少平面图")


def test_a_removal_waits_for_its_report_and_then_for_the_police(stage: Stage) -> None:
    submit(stage)
    by, now, today = stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    wanted = removal.Wanted((stage.gate,), RemovalGround.CITY_WORKS, "道路拓宽", today + datetime.timedelta(days=20))
    row = removal.plan(stage.school, wanted, by, now)
    one, *_fields = told(by, now, LegalTerms())
    assert (one.label, one.due) == ("报告拆除：校门和操场", today + datetime.timedelta(days=5))
    removal.report(row, Taken(by, now, today))
    assert labels(stage, "caretaker") == ["可以拆除：校门和操场", "拟拆除：校门和操场"], "days to come, nothing to do"
    assert "待收悉的拆除报告：校门和操场" in labels(stage, "inspector")


def test_late_goes_first(stage: Stage) -> None:
    System.objects.create(
        site=stage.school.site, name="后楼", unit=stage.school.unit, state=SystemState.LEGACY
    )  # both legacy terms are past
    by, now, today = stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    wanted = removal.Wanted((stage.gate,), RemovalGround.CITY_WORKS, "道路拓宽", today + datetime.timedelta(days=20))
    removal.plan(stage.school, wanted, by, now)
    found = told(by, now, LegalTerms())
    assert [one.late for one in found] == sorted((one.late for one in found), reverse=True)
    assert found[0].late
