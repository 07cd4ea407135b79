"""The number beside the work list in the navigation."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Post
from custodes.places.models import System
from custodes.upkeep.dates import counting
from custodes.upkeep.dates.worklist import worklist_of
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    counting._kept.clear()
    yield
    counting._kept.clear()


def test_it_is_what_the_list_has_and_each_persons_own(stage: Stage, client_of: Clients) -> None:
    work = worklist_of(stage.cast.caretaker.person, timezone.now(), LegalTerms())
    mine = client_of("caretaker").get(reverse("upkeep:date_count")).json()
    assert mine["count"] == work.late.count + work.due.count + work.waiting.count > 0
    assert (mine["late"], f"逾期 {mine['late']} 项" in mine["words"]) == (work.late.count, work.late.count > 0)
    theirs = client_of("bystander").get(reverse("upkeep:date_count")).json()
    assert theirs == {"count": 0, "late": 0, "words": ""}


def test_pages_wait_for_no_count_and_lead_to_it_alone(stage: Stage, client_of: Clients) -> None:
    page = client_of("caretaker").get(reverse("places:camera_list")).content.decode()
    assert f'data-counts="{reverse("upkeep:date_count")}"' in page
    assert not counting._kept


def test_a_number_holds_for_a_while_and_the_list_itself_renews_it(stage: Stage, client_of: Clients) -> None:
    person, now, terms = stage.cast.caretaker.person, timezone.now(), LegalTerms()
    before = counting.count_of(person, now, terms)
    System.objects.filter(pk=stage.school.pk).update(state="removed")
    assert counting.count_of(person, now + SECOND, terms) == before
    assert counting.count_of(person, now + counting.KEEP, terms).late < before.late
    System.objects.filter(pk=stage.school.pk).update(state="legacy_in_use")
    client = client_of("caretaker")
    client.get(reverse("upkeep:dates"))
    assert client.get(reverse("upkeep:date_count")).json()["late"] == before.late


def test_it_ends_with_the_post(stage: Stage) -> None:
    person, now, terms = stage.cast.caretaker.person, timezone.now(), LegalTerms()
    assert counting.count_of(person, now, terms).all
    Post.objects.filter(pk=stage.cast.caretaker.post.pk).update(ended_at=now)  # type: ignore[union-attr]
    assert not counting.count_of(person, now + SECOND, terms).late
