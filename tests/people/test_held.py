"""Posts are read once while a page is drawn, and afresh for everything else."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import Account, Person, Post, PostKind
from custodes.people.models.account import held_kinds, held_posts, read_afresh, read_once
from custodes.people.scope import scope_of
from tests.cast import EVERYBODY

DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize("name", ["places:camera_list", "places:system_list", "places:site_list", "places:filing_list"])
def test_a_page_reads_the_posts_of_who_asks_once(stage, client_of, name):
    browser = client_of("inspector")
    browser.get(reverse(name))
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(reverse(name)).status_code == 200
    assert len([one for one in asked if 'FROM "people_post"' in one["sql"]]) == 1


def test_a_post_that_ends_between_two_pages_counts_no_more(stage, client_of):
    browser = client_of("caretaker")
    assert browser.get(reverse("places:camera_list")).status_code == 200
    Post.objects.filter(person=stage.cast.members["caretaker"].person).update(ended_at=timezone.now())
    assert browser.get(reverse("places:camera_list")).status_code == 403


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_one_reading_answers_as_the_database_does_at_every_moment(stage, member):
    fresh = stage.cast.members[member].person
    now = timezone.now()
    Post.objects.create(
        person=fresh, unit=stage.cast.units["b"], kind=PostKind.CLERK, valid_from=now + DAY, valid_until=now + 2 * DAY
    )
    Post.objects.create(
        person=fresh, unit=stage.cast.units["b"], kind=PostKind.APPROVER, valid_from=now - 9 * DAY, ended_at=now - DAY
    )
    once = Person.objects.get(pk=fresh.pk)
    read_once(once)
    for days in (-400, -5, -1, 0, 1, 1.5, 2, 3):
        at = now + days * DAY
        for kinds in (None, frozenset({PostKind.CLERK, PostKind.APPROVER}), frozenset()):
            assert held_posts(once, at, kinds) == held_posts(fresh, at, kinds)
            assert scope_of(once, at, kinds=kinds) == scope_of(fresh, at, kinds=kinds)
        assert held_kinds(once, at) == held_kinds(fresh, at)


def test_what_is_read_afresh_sees_a_post_that_ended_meanwhile(stage):
    person = stage.cast.members["caretaker"].person
    now = timezone.now()
    read_once(person)
    assert held_posts(person, now)
    Post.objects.filter(person=person).update(ended_at=now - DAY)
    assert held_posts(person, now)
    read_afresh(person)
    assert not held_posts(person, now)


def test_a_request_that_changes_something_reads_the_posts_afresh(rf, stage):
    from custodes.web.middleware.sessions import PostsReadOnce

    account = Account.objects.get(person=stage.cast.members["caretaker"].person)
    middleware = PostsReadOnce(lambda request: None)
    for method, once in (("get", True), ("head", True), ("post", False), ("put", False), ("delete", False)):
        request = getattr(rf, method)("/")
        request.user = account
        middleware.process_view(request, lambda request: None, (), {})
        assert ("_posts_read" in account.person.__dict__) is once, method
        read_afresh(account.person)


def test_a_view_that_may_wait_reads_them_afresh_and_no_stream_keeps_the_reading(rf, stage):
    from django.http import HttpResponse

    from custodes.web.middleware.sessions import PostsReadOnce

    account = Account.objects.get(person=stage.cast.members["caretaker"].person)
    middleware = PostsReadOnce(lambda request: None)
    request = rf.get("/")
    request.user = account

    async def waits(request):
        raise AssertionError

    middleware.process_view(request, waits, (), {})
    assert "_posts_read" not in account.person.__dict__
    middleware.process_view(request, lambda request: None, (), {})
    middleware.process_response(request, HttpResponse())
    assert "_posts_read" not in account.person.__dict__
