"""What links in force bring to the platform, and S29 therefore opens to a family: joined systems, platforms below, what an upper is shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.missing.reach import on_platform
from custodes.people.models import UnitKind
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Camera, System
from custodes.sharing.models import Link, LinkState
from custodes.sharing.tree import changing
from tests.access.missing.desk import HOUR, Desk, make_desk, now
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage
from tests.sharing import joining
from tests.sharing.stage import FIVE, LOWER_ID, NEED, in_force, organisation, own, platform, second, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A police desk that watches no system: only a link can make footage the platform's."""
    desk = make_desk(stage)
    stage.school.posts.filter(post__unit__kind=UnitKind.PUBLIC_SECURITY).delete()
    return desk


def joined(stage: Stage) -> Link:
    """A link with the school's own system, asked for by its unit and in force."""
    own(stage.cast)
    by, at = stage.cast.inspector.person, timezone.now()
    paper = keep_paper(upload(pdf()), by=stage.cast.caretaker.person, at=at)
    link = joining.ask_system(stage.school, NEED, joining.given(stage.cast.caretaker.person, at, NEED, (paper,)))
    link = joining.examine(link, None, taken(by))
    joining.enter_test(link, FIVE, timezone.localdate(), 320, taken(by))
    link.refresh_from_db()
    return joining.put_in_force(link, taken(second(stage.cast).person))


def choose(desk: Desk, camera: Camera) -> Any:
    """Choose a camera for a case, as the officer's browser does."""
    row = desk.open()
    span = {
        "span_from": (now() - 2 * HOUR).strftime("%Y-%m-%dT%H:%M"),
        "span_to": (now() - HOUR).strftime("%Y-%m-%dT%H:%M"),
    }
    url = reverse("access:missing_scope", args=[row.pk])
    return desk.browser(desk.officer).post(url, span | {"cameras": [str(camera.pk)]})


@pytest.mark.clause("S29")
def test_a_joined_systems_cameras_are_the_platforms_while_the_link_is_in_force(stage: Stage, desk: Desk) -> None:
    assert choose(desk, stage.gate).status_code == 422, "nothing brings it there: it is the unit's to show (N21)"
    link = joined(stage)
    assert choose(desk, stage.gate).status_code == 302
    assert choose(desk, stage.lobby).status_code == 422, "another unit's, that nobody joined"
    joining.suspend(link, taken(stage.cast.inspector.person, "测试发现画面中断"))
    assert choose(desk, stage.gate).status_code == 422


def test_what_comes_over_a_platform_below_or_is_shown_above_is_the_platforms(stage: Stage, desk: Desk) -> None:
    by, other = stage.cast.inspector.person, second(stage.cast).person
    city = stage.cast.units["city"]
    below = platform(city, "lower", LOWER_ID, "county", stage.cast.system_admin.person)
    Camera.objects.filter(pk=stage.yard.pk).update(main_url=f"gb28181://{LOWER_ID}/34020000001320000001")
    assert not on_platform([stage.yard.pk])
    link = Link.objects.create(
        office=city, number="联网〔2026〕9号", platform=below, state=LinkState.IN_FORCE, need=NEED, asked_by=by,
        asked_at=timezone.now(), tested_by=by, put_by=other,
    )  # fmt: skip
    assert on_platform([stage.yard.pk])
    assert not on_platform([stage.yard.pk, stage.gate.pk])
    joining.suspend(link, taken(stage.cast.system_admin.person, "停用核查"))
    assert not on_platform([stage.yard.pk])
    above = in_force(stage.cast, other)
    changing.put(above, [stage.gate.pk], organisation(above, by), taken(by))
    assert on_platform([stage.gate.pk])
    changing.take_out(above, [stage.gate.pk], taken(by))
    assert not on_platform([stage.gate.pk])


def test_what_s20_closes_is_on_no_platform_whatever_a_link_says(stage: Stage, desk: Desk) -> None:
    joined(stage)
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert not on_platform([stage.gate.pk])
