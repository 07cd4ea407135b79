"""The story of a system says what happened once: a state that the step's own words say is not said again, in no language."""

from __future__ import annotations

import pytest
from django.utils import timezone
from django.utils.translation import override

from custodes.cases.models import CaseStep
from custodes.places.lifecycle.story import story_of_object
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db


def told(stage: Stage, event: str, before: str, after: str) -> str:
    now = timezone.now()
    CaseStep.objects.create(
        kind="places.system", about=stage.school.pk, seq=CaseStep.objects.count() + 1, case_id=stage.school.pk, event=event, before=before, after=after,
        on=timezone.localdate(), by=stage.cast.caretaker.person, at=now,
    )  # fmt: skip
    return str(story_of_object(stage.school)[-1].state)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("event", "before", "after", "said"),
    [
        ("design_ok", "planned", "designed", False),
        ("put_in_use", "accepted", "in_use", False),
        ("fail", "trial", "building", True),
        ("enter", "", "proposed", True),
        ("enter", "proposed", "proposed", False),
    ],
)
def test_a_state_is_said_where_the_step_does_not_say_it(
    stage: Stage, language: str, event: str, before: str, after: str, said: bool
) -> None:
    with override(language):
        assert bool(told(stage, event, before, after)) is said
