"""Persons, posts and credentials as files: the page's own rows, the minimum about each, on record."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import Account, Credential, CredentialKind, Post, RecordOutbox, Unit
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
Clients = Callable[[str], Client]
LISTS = ("persons", "posts", "credentials")


def _rows(browser: Client, name: str, **query: str) -> list[dict[str, str]]:
    answer: Any = browser.get(reverse(f"people:export_{name}", args=["csv"]), query)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="custodes-{name}-')
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def _ended(cast: Cast) -> None:
    today = timezone.localdate()
    Credential.objects.create(
        person=cast.operator.person, kind=CredentialKind.SKILLS, issued=today - datetime.timedelta(days=900),
        number="证 0001", issuer="市局", at=timezone.now(),
    )  # fmt: skip


def test_persons_leave_as_the_page_narrows_them_down(cast: Cast, client_of: Clients) -> None:
    browser = client_of("security_admin")
    name = cast.operator.person.name
    assert {row["姓名"] for row in _rows(browser, "persons")} > {name}
    found = _rows(browser, "persons", q=name)
    shown = browser.get(reverse("people:person_list"), {"q": name}).context["page"]
    assert [row["姓名"] for row in found] == [one.name for one in shown]
    assert cast.operator.post is not None
    assert cast.operator.post.get_kind_display() in found[0]["岗位"]


def test_posts_leave_as_the_page_narrows_them_down(cast: Cast, client_of: Clients) -> None:
    browser, now = client_of("security_admin"), timezone.now()
    assert {row["状态"] for row in _rows(browser, "posts")} == {"有效"}
    assert cast.operator.post is not None
    Post.objects.filter(pk=cast.operator.post.pk).update(ended_at=now - datetime.timedelta(hours=1))
    ended = _rows(browser, "posts", state="ended")
    assert [(row["姓名"], row["状态"]) for row in ended] == [(cast.operator.person.name, "已终止")]
    assert _rows(browser, "posts", state="nonsense") == []


def test_credentials_leave_with_their_end_and_with_who_lacks_training(cast: Cast, client_of: Clients) -> None:
    _ended(cast)
    rows = _rows(client_of("security_admin"), "credentials")
    mine = [row for row in rows if row["姓名"] == cast.operator.person.name]
    assert {row["种类"] for row in mine} == {"岗位技能培训", "培训没有全部完成或者已过期"}
    assert int(next(row["剩余天数"] for row in mine if row["剩余天数"])) < 0


def test_a_file_holds_no_telephone_no_account_and_no_number_of_a_document(cast: Cast, client_of: Clients) -> None:
    _ended(cast)
    Unit.objects.update(phone="0891-6320000", contact="次仁联系")
    browser = client_of("security_admin")
    for name in LISTS:
        told = str(_rows(browser, name))
        for secret in ("0891-6320000", "次仁联系", "证 0001", *Account.objects.values_list("username", flat=True)):
            assert secret not in told, (name, secret)


@pytest.mark.parametrize("name", LISTS)
def test_somebody_elses_people_are_in_no_file(name: str, cast: Cast, client_of: Clients) -> None:
    _ended(cast)
    told = str(_rows(client_of("outside_caretaker"), name))
    for member in ("operator", "caretaker", "approver"):
        assert cast.members[member].person.name not in told, member
    for member in ("bystander", "officer"):
        answer = client_of(member).get(reverse(f"people:export_{name}", args=["csv"]))
        assert answer.status_code == 403, member


@pytest.mark.parametrize("name", LISTS)
def test_each_file_is_on_record_with_who_which_and_how_many(name: str, cast: Cast, client_of: Clients) -> None:
    _ended(cast)
    rows = _rows(client_of("caretaker"), name, page="3")
    record = RecordOutbox.objects.get(type="list.exported").record
    assert record["person"] == str(cast.caretaker.person.uuid)
    assert (record["list"], record["rows"]) == (name, len(rows))
