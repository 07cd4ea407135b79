"""The security administrator sees where somebody is signed in and ends it, on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from custodes.people.models import RecordOutbox
from tests.cast import PASSWORD, Cast


def _sign_in(username: str) -> Client:
    client = Client(REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120.0")
    answer = client.post(reverse("account_login"), {"login": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def _records(kind: str) -> list[dict[str, Any]]:
    return [row.record for row in RecordOutbox.objects.filter(type=kind)]


def test_another_persons_session_is_seen_and_ended_at_once_and_says_by_whom(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    there = _sign_in("operator")
    assert there.get(reverse("home")).status_code == 200
    person = cast.operator.person
    administrator = client_of("security_admin")
    page = administrator.get(reverse("people:account_sessions", args=[person.uuid])).content.decode()
    assert "10.1.2.3" in page
    session = UserSession.objects.get(user=cast.operator.account)
    ended = administrator.post(reverse("people:account_session_end", args=[person.uuid, session.pk]))
    assert ended.status_code == 302
    assert there.get(reverse("home")).status_code == 302, "signed out"
    (out,) = _records("logout")
    assert (out["account"], out["reason"], out["address"]) == ("operator", "ended", "10.1.2.3")
    (changed,) = _records("config.changed")
    assert changed["by"] == str(cast.security_admin.person.uuid)
    assert changed["changes"] == {"session": ["10.1.2.3", ""]}


def test_ending_ones_own_other_session_is_a_sign_out_of_ones_own(cast: Cast) -> None:
    here, there = _sign_in("operator"), _sign_in("operator")
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(reverse("people:session_end", args=[other.pk]))
    (out,) = _records("logout")
    assert out["reason"] == "own"
    assert _records("config.changed") == []
    assert there.get(reverse("home")).status_code == 302
    assert here.get(reverse("home")).status_code == 200


def test_a_session_of_somebody_else_is_not_ended_under_a_wrong_name(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    _sign_in("operator")
    session = UserSession.objects.get(user=cast.operator.account)
    wrong = reverse("people:account_session_end", args=[cast.lead.person.uuid, session.pk])
    assert client_of("security_admin").post(wrong).status_code == 404
    assert UserSession.objects.filter(pk=session.pk).exists()


def test_a_person_without_an_account_has_no_sessions(cast: Cast, client_of: Callable[[str], Client]) -> None:
    from custodes.people.models import Person

    person = Person.objects.create(name="无账号", unit=cast.units["a"])
    assert client_of("security_admin").get(reverse("people:account_sessions", args=[person.uuid])).status_code == 404
