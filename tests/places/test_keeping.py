"""How long a camera's footage is kept: what the register says, and what the law makes of it."""

from __future__ import annotations

import datetime

import pytest

from custodes.law.retention import FLOOR
from custodes.places.assignment import build_assignment
from custodes.places.keeping import keeping_of
from custodes.places.models import Camera, Site, System
from custodes.video.archive.retention import FLOOR_DAYS
from tests.places.test_fields_of_view import edit

pytestmark = pytest.mark.postgresql

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


@pytest.mark.django_db
@pytest.mark.clause("N17")
def test_a_longer_term_without_a_purpose_is_asked_for_it_by_the_page_and_by_the_form(stage, client_of):
    browser, said = client_of("caretaker"), "须写明届时尚未达成的目的"
    assert said not in browser.get(stage.gate.get_absolute_url()).content.decode()
    Camera.objects.filter(pk=stage.gate.pk).update(retention_days=90)  # as it came from a table, years ago
    assert said in browser.get(stage.gate.get_absolute_url()).content.decode()
    longer = edit(browser, stage.gate, retention_days=120)
    assert longer.status_code == 400
    assert said in str(longer.context["form"].errors["keeping_purpose"])
    purpose = "教职工纠纷的调解期限为一百二十日，期间须核对"
    assert edit(browser, stage.gate, retention_days=120, keeping_purpose=purpose).status_code == 302
    page = browser.get(stage.gate.get_absolute_url()).content.decode()
    assert said not in page
    assert purpose in page
    assert edit(browser, stage.gate, retention_days=120, keeping_purpose="——").status_code == 400
    assert edit(client_of("outside_caretaker"), stage.gate, keeping_purpose=purpose).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("days", ["0", "29", "3651", "36501", "99999999"])
def test_a_term_out_of_bounds_is_refused_at_its_field(stage, client_of, days):
    answer = edit(client_of("caretaker"), stage.gate, retention_days=days)
    assert answer.status_code == 400
    assert "retention_days" in answer.context["form"].errors
