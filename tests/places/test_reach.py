"""Who tends cameras is not, for that alone, who decides about the system; and nobody gives themselves a system to watch."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from custodes.people.models import Post, PostKind
from custodes.places.models import System, SystemPost, SystemRole, SystemRoleKind
from tests.cast import SINCE

pytestmark = pytest.mark.postgresql

DAY = datetime.date(2024, 6, 1)


def _hotel_is(stage, role):
    SystemRole.objects.create(system=stage.school, unit=stage.cast.units["b"], role=role, since=DAY)


def _system_form(stage, **changes):
    form = {"name": stage.school.name, "unit": stage.school.unit_id, "network": stage.school.network}
    return form | changes


@pytest.mark.parametrize("role", [SystemRoleKind.MAINTAINER, SystemRoleKind.OPERATOR])
def test_a_contractor_gives_its_own_people_no_picture(stage, client_of, role):
    _hotel_is(stage, role)
    browser = client_of("outside_caretaker")
    outsider = stage.cast.outsider.post
    answer = browser.post(reverse("places:post_add", args=[stage.school.pk]), {"post": outsider.pk})
    assert answer.status_code == 404
    assert not SystemPost.objects.filter(system=stage.school, post=outsider).exists()


@pytest.mark.parametrize("role", [SystemRoleKind.MAINTAINER, SystemRoleKind.OPERATOR])
def test_a_contractor_makes_nobody_responsible_and_gives_no_roles(stage, client_of, role):
    _hotel_is(stage, role)
    browser = client_of("outside_caretaker")
    hotel = stage.cast.units["b"].pk
    edit = browser.post(reverse("places:system_edit", args=[stage.school.pk]), _system_form(stage, unit=hotel))
    give = browser.post(
        reverse("places:system_role_add", args=[stage.school.pk]),
        {"role": SystemRoleKind.MANAGER, "unit": hotel, "since": "2026-01-01"},
    )
    assert (edit.status_code, give.status_code) == (404, 404)
    assert System.objects.get(pk=stage.school.pk).unit == stage.cast.units["a"]


@pytest.mark.parametrize("role", [SystemRoleKind.MAINTAINER, SystemRoleKind.OPERATOR])
def test_a_contractor_still_tends_the_cameras(stage, client_of, role):
    _hotel_is(stage, role)
    browser = client_of("outside_caretaker")
    assert browser.get(reverse("places:camera_edit", args=[stage.gate.pk])).status_code == 200
    assert browser.get(reverse("places:camera_add", args=[stage.school.pk])).status_code == 200


def test_the_managing_unit_lets_its_posts_watch_but_does_not_take_the_system_over(stage, client_of):
    _hotel_is(stage, SystemRoleKind.MANAGER)
    browser = client_of("outside_caretaker")
    outsider = stage.cast.outsider.post
    browser.post(reverse("places:post_add", args=[stage.school.pk]), {"post": outsider.pk})
    assert SystemPost.objects.filter(system=stage.school, post=outsider).exists()
    form = _system_form(stage, unit=stage.cast.units["b"].pk, name="校园视频")
    browser.post(reverse("places:system_edit", args=[stage.school.pk]), form)
    system = System.objects.get(pk=stage.school.pk)
    assert (system.name, system.unit) == ("校园视频", stage.cast.units["a"])


def test_nobody_lets_their_own_post_watch_a_system(stage, client_of):
    own = Post.objects.create(
        person=stage.cast.caretaker.person, unit=stage.cast.units["a"], kind=PostKind.DUTY_OFFICER, valid_from=SINCE
    )
    answer = client_of("caretaker").post(reverse("places:post_add", args=[stage.school.pk]), {"post": own.pk})
    assert answer.status_code == 400
    assert not SystemPost.objects.filter(post=own).exists()
