"""What a person finds who begins with nothing: where to start, filled in as far as it is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import Account, Person, Post, PostKind
from custodes.places.drafts.filing import FILING
from custodes.places.models import FilingState, Site, System, SystemState
from tests.cast import Cast
from tests.places.life.answers import ANSWERS
from tests.places.life.filling import fill, unclear
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def desk(client: Client) -> str:
    return client.get(reverse("home")).content.decode()


def test_a_new_units_caretaker_is_led_to_the_site_and_then_to_its_system(cast: Cast, client_of: Clients) -> None:
    client, unit = client_of("caretaker"), cast.caretaker.person.unit
    assert reverse("places:site_add") in desk(client)
    assert "先登记场所" in client.get(reverse("places:site_list")).content.decode()
    site = Site.objects.create(
        name="教学楼",
        category="9",
        address="江苏路",
        division=unit.division,
        unit=unit,
        created_by=cast.caretaker.person,
    )
    page = desk(client)
    assert reverse("places:site_add") not in page
    add = reverse("places:system_add", args=[site.pk])
    assert add in page
    System.objects.create(site=site, unit=unit, name="校园", state=SystemState.LEGACY)
    assert add not in desk(client)


def test_whoever_has_something_already_is_not_led_to_a_beginning(stage: Stage, client_of: Clients) -> None:
    for member in ("caretaker", "operator", "system_admin", "inspector"):
        page = desk(client_of(member))
        assert reverse("places:site_add") not in page, member
        assert "登记视频系统" not in page, member


def test_a_new_site_begins_with_the_only_unit_and_its_division(cast: Cast, client_of: Clients) -> None:
    unit = cast.caretaker.person.unit
    page = client_of("caretaker").get(reverse("places:site_add")).content.decode()
    assert f'<option value="{unit.pk}" selected>' in page
    assert f'<option value="{unit.division.pk}" selected>' in page


@pytest.mark.clause("S16.2a")
def test_the_filing_clerk_takes_what_a_unit_files_and_one_of_no_police_takes_nothing(
    stage: Stage, client_of: Clients
) -> None:
    fill(client_of("caretaker"), FILING, stage.school, ANSWERS | unclear())
    (row,) = stage.school.filings.all()
    assert row.state == FilingState.SUBMITTED
    receive = reverse("places:filing_receive", args=[row.pk])
    answers = {}
    for name, unit in (("school", stage.school.unit), ("police", stage.cast.inspector.person.unit)):
        person = Person.objects.create(name=f"受理员{name}", unit=unit)
        Post.objects.create(person=person, kind=PostKind.CLERK, unit=unit, valid_from=timezone.now())
        client = Client()
        client.force_login(Account.objects.create(username=name, person=person))
        answers[name] = (
            f"待接收的备案：{stage.school}" in desk(client),
            client.post(receive, {"on": timezone.localdate(), "words": ""}).status_code,
        )
    assert answers == {"school": (False, 404), "police": (True, 302)}
    row.refresh_from_db()
    assert row.state == FilingState.FILED
