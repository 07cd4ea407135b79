"""Who sees, edits and lists which site, system and camera."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from custodes.people.models import Post, PostKind
from custodes.places.models import SystemRole, SystemRoleKind
from tests.cast import EVERYBODY

pytestmark = pytest.mark.postgresql

SEES_SCHOOL = {"operator", "lead", "caretaker", "approver", "inspector", "auditor", "system_admin"}
SEES_HOTEL = {"outsider", "outside_caretaker", "auditor", "system_admin"}
NO_REGISTER = {"officer", "security_admin", "bystander"}
EDITS_SCHOOL = {"caretaker", "system_admin"}
EDITORS = {"caretaker", "outside_caretaker", "system_admin"}


def expected(member: str, sees: set[str]) -> int:
    if member in NO_REGISTER:
        return 403
    return 200 if member in sees else 404


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_each_member_of_the_cast_sees_only_their_own_rows(stage, client_of, member):
    browser = client_of(member)
    for row, sees in (
        (stage.school, SEES_SCHOOL),
        (stage.school.site, SEES_SCHOOL),
        (stage.gate, SEES_SCHOOL),
        (stage.hotel, SEES_HOTEL),
        (stage.hotel.site, SEES_HOTEL),
        (stage.lobby, SEES_HOTEL),
    ):
        assert browser.get(row.get_absolute_url()).status_code == expected(member, sees), row


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_each_member_of_the_cast_edits_only_what_their_unit_answers_for(stage, client_of, member):
    browser = client_of(member)
    for url in (
        reverse("places:system_edit", args=[stage.school.pk]),
        reverse("places:site_edit", args=[stage.school.site.pk]),
        reverse("places:camera_edit", args=[stage.gate.pk]),
        reverse("places:address", args=[stage.gate.pk]),
        reverse("places:camera_add", args=[stage.school.pk]),
        reverse("places:system_add", args=[stage.school.site.pk]),
    ):
        want = 200 if member in EDITS_SCHOOL else 404 if member in EDITORS else 403
        assert browser.get(url).status_code == want, url


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_lists_hold_only_what_the_member_may_see(stage, client_of, member):
    for name in ("camera_list", "system_list", "site_list"):
        answer = client_of(member).get(reverse(f"places:{name}"))
        if member in NO_REGISTER:
            assert answer.status_code == 403
            continue
        text = answer.content.decode()
        assert (str(stage.school.pk) in text or "城关区第一小学" in text) == (member in SEES_SCHOOL)
        assert "堆龙宾馆" not in text or member in SEES_HOTEL


def test_a_unit_with_a_role_at_the_system_sees_it_until_the_role_ends(stage, client_of):
    role = SystemRole.objects.create(
        system=stage.school,
        unit=stage.cast.units["b"],
        role=SystemRoleKind.MAINTAINER,
        since=datetime.date(2024, 6, 1),
    )
    browser = client_of("outside_caretaker")
    assert browser.get(stage.gate.get_absolute_url()).status_code == 200
    assert browser.get(reverse("places:camera_edit", args=[stage.gate.pk])).status_code == 200
    role.until = datetime.date(2024, 6, 30)
    role.save()
    assert browser.get(stage.gate.get_absolute_url()).status_code == 404


def test_a_builder_sees_the_system_but_does_not_tend_it(stage, client_of):
    SystemRole.objects.create(
        system=stage.school, unit=stage.cast.units["b"], role=SystemRoleKind.BUILDER, since=datetime.date(2024, 6, 1)
    )
    browser = client_of("outside_caretaker")
    assert browser.get(stage.school.get_absolute_url()).status_code == 200
    assert browser.get(reverse("places:system_edit", args=[stage.school.pk])).status_code == 404


def test_only_the_post_that_gives_the_right_counts(stage, client_of):
    """Caretaker at B and duty officer at A: A's cameras are seen, never edited."""
    Post.objects.create(
        person=stage.cast.outside_caretaker.person,
        unit=stage.cast.units["a"],
        kind=PostKind.DUTY_OFFICER,
        valid_from=datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC),
    )
    browser = client_of("outside_caretaker")
    assert browser.get(stage.gate.get_absolute_url()).status_code == 200
    assert browser.get(reverse("places:camera_edit", args=[stage.gate.pk])).status_code == 404


@pytest.mark.parametrize(("member", "reads"), [("operator", False), ("inspector", False), ("caretaker", True)])
def test_the_address_is_shown_only_to_who_tends_the_camera(stage, client_of, member, reads):
    text = client_of(member).get(stage.gate.get_absolute_url()).content.decode()
    assert ("10.1.2.3" in text) == reads
    assert stage.gate.sealed_password not in text


def test_a_search_with_odd_bytes_finds_nothing_and_breaks_nothing(stage, client_of):
    browser = client_of("caretaker")
    for odd in ("\x00", "%", "'\"", "x" * 500, "校门", "\ud7ff"):
        assert browser.get(reverse("places:camera_list"), {"q": odd, "page": "-3", "sort": "zzz"}).status_code == 200


def test_search_and_filters_narrow_the_list(stage, client_of):
    browser = client_of("caretaker")
    url = reverse("places:camera_list")
    assert list(browser.get(url, {"q": "0101"}).context["page"]) == [stage.gate]
    assert browser.get(url, {"state": "retired"}).context["page"].paginator.count == 0
    assert browser.get(url, {"system": str(stage.hotel.pk)}).context["page"].paginator.count == 2
