"""The first administrator: one, with a one-time password that nobody can guess and no record holds."""

from __future__ import annotations

import datetime
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.access.ask import Ask, Granted, Refused
from custodes.access.decision import decide
from custodes.people import bootstrap
from custodes.people.duty import begin
from custodes.people.models import Account, Person, Post, PostKind, RecordOutbox
from tests.places.stage import Stage

AT = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
pytestmark = pytest.mark.django_db


def _make(username: str = "zhuoma") -> bootstrap.Enrolled:
    return bootstrap.create_first_administrator(
        username=username, name="卓玛", unit_name="拉萨市公安局", division_code="540100", at=AT
    )


def test_the_first_administrator_is_a_security_administrator_who_must_change_the_password() -> None:
    made = _make()
    account = Account.objects.get(username="zhuoma")
    assert account.must_change_password
    assert account.check_password(made.password)
    assert set(account.person.posts.values_list("kind", flat=True)) == {PostKind.SECURITY_ADMIN}
    assert bootstrap.has_administrator(AT)


def test_there_is_only_one_first_administrator() -> None:
    _make()
    with pytest.raises(bootstrap.AlreadyBootstrapped):
        _make("another")
    assert Account.objects.count() == Post.objects.count() == Person.objects.count() == 1


def test_every_password_is_another_one_and_stands_in_no_record() -> None:
    from custodes.people.accounts import one_time_password

    made = _make()
    assert len({one_time_password() for _ in range(100)}) == 100
    assert made.password not in json.dumps([row.record for row in RecordOutbox.objects.all()])


def test_it_is_on_record_who_was_made() -> None:
    _make()
    objects = {row.record["object"] for row in RecordOutbox.objects.all()}
    assert objects == {"people.unit", "people.person", "people.account", "people.post"}
    assert {row.record["by"] for row in RecordOutbox.objects.all()} == {"system"}


def _second(username: str = "gesang") -> bootstrap.Enrolled:
    return bootstrap.create_second_administrator(username=username, name="格桑", at=AT)


def test_the_second_administrator_audits_at_the_same_unit_and_is_enrolled_once() -> None:
    with pytest.raises(Post.DoesNotExist):
        _second()
    _make()
    made = _second()
    post = Post.objects.get(person__account__username="gesang")
    assert (post.kind, post.unit.name, post.awaits) == (PostKind.AUDIT_ADMIN, "拉萨市公安局", False)
    assert Account.objects.get(username="gesang").check_password(made.password)
    with pytest.raises(bootstrap.AlreadyBootstrapped):
        _second("another")


def test_footage_is_closed_until_two_persons_are_enrolled_and_the_home_page_says_why(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One post of each, of two persons: what a lone security administrator makes of themselves opens nothing."""
    cast, now = stage.cast, timezone.now()
    begin(cast.operator.post, at=now)
    ask = Ask((stage.gate,), live=True, span=None, purpose="", content="", asked_at=now)
    assert isinstance(decide(cast.operator.person, ask, now), Granted)
    assert cast.auditor.post is not None
    Post.objects.filter(pk=cast.auditor.post.pk).update(awaits=True)
    assert not bootstrap.unenrolled(), "what was once so stays so, and is asked no more"
    monkeypatch.setattr(bootstrap, "_enrolled", False)
    verdict = decide(cast.operator.person, ask, now)
    assert isinstance(verdict, Refused)
    [unmet] = verdict.unmet
    assert "两名管理员" in unmet.reason_zh
    assert "custodes init" in unmet.remedy_zh
    for member in ("operator", "security_admin"):
        browser = Client()
        browser.force_login(cast.members[member].account)
        assert "录像尚未开放" in browser.get(reverse("home")).content.decode()
    Post.objects.filter(pk=cast.auditor.post.pk).update(awaits=False, person=cast.security_admin.person, ended_at=now)
    assert bootstrap.unenrolled(), "two posts of one person are not two persons"
