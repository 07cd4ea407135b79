"""The first administrator: one, with a one-time password that nobody can guess and no record holds."""

from __future__ import annotations

import datetime
import json

import pytest

from custodes.people import bootstrap
from custodes.people.models import Account, Person, Post, PostKind, RecordOutbox

AT = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
pytestmark = pytest.mark.django_db


def _make(username: str = "zhuoma") -> bootstrap.FirstAdministrator:
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
