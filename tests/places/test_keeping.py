"""How long a camera's footage is kept: what the register says, and what the law makes of it."""

from __future__ import annotations

import datetime

import pytest

from custodes.law.retention.rules import FLOOR
from custodes.places.assignment import build_assignment
from custodes.places.keeping import keeping_of
from custodes.places.models import Camera, Site, System
from custodes.video.archive.retention import FLOOR_DAYS

DAY = datetime.date(2026, 6, 3)


def camera(days: int) -> Camera:
    return Camera(retention_days=days, system=System(site=Site()))


def test_the_archive_keeps_to_the_floor_of_the_law():
    assert FLOOR.days == FLOOR_DAYS


@pytest.mark.parametrize(("registered", "kept"), [(30, 30), (90, 90), (7, 30)])
@pytest.mark.clause("S32", "N17")
def test_the_longest_of_register_and_law_is_kept(registered, kept):
    answer = keeping_of(camera(registered), DAY)
    assert answer.days == kept
    assert {"S32", "N17"} <= {rule.clause for rule in answer.rules}


def test_a_moment_counts_for_its_day_in_lhasa():
    late = datetime.datetime(2026, 6, 3, 16, 30, tzinfo=datetime.UTC)
    assert keeping_of(camera(30), late).captured == datetime.date(2026, 6, 4)


@pytest.mark.django_db
def test_a_node_is_told_what_the_law_comes_to_even_where_the_register_says_less(stage):
    # No form lets it in; a row that came another way must not shorten what the law keeps.
    Camera.objects.filter(pk=stage.gate.pk).update(retention_days=7)
    Camera.objects.filter(pk=stage.yard.pk).update(retention_days=45)
    days = {camera.id: camera.retention_days for camera in build_assignment(stage.node).cameras}
    assert (days[stage.gate.pk], days[stage.yard.pk]) == (30, 45)


@pytest.mark.django_db
def test_the_cameras_page_names_the_rules_by_which_its_footage_is_kept(stage, client_of):
    page = client_of("caretaker").get(stage.gate.get_absolute_url()).content.decode()
    assert "30 日" in page
    assert "S32" in page
    assert "N17" in page
