"""Guessing passwords and codes locks the name, for everybody alike, and only for a while."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people import lockout
from custodes.people.models import RecordOutbox, SignInLock
from custodes.settings import get_settings
from tests.cast import PASSWORD, Cast

AT = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
ATTEMPTS = get_settings().login_attempts
SPAN = datetime.timedelta(minutes=get_settings().login_lock_minutes)


@pytest.fixture(autouse=True)
def _fresh_cache(db: None) -> None:
    cache.clear()


def _sign_in(username: str, password: str, client: Client | None = None) -> tuple[Client, str]:
    client = client or Client()
    page = client.post(reverse("account_login"), {"login": username, "password": password}, follow=True)
    return client, page.content.decode()


def _signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_signs_in(cast: Cast) -> None:
    client, _ = _sign_in("operator", PASSWORD)
    assert _signed_in(client)


def test_the_name_may_be_typed_in_any_case(cast: Cast) -> None:
    client, _ = _sign_in("Operator", PASSWORD)
    assert _signed_in(client)


def test_after_too_many_wrong_passwords_the_right_one_is_refused(cast: Cast) -> None:
    for _ in range(ATTEMPTS):
        _sign_in("operator", "wrong")
    client, page = _sign_in("operator", PASSWORD)
    assert not _signed_in(client)
    assert "已锁定" in page


def test_one_attempt_fewer_does_not_lock(cast: Cast) -> None:
    for _ in range(ATTEMPTS - 1):
        _sign_in("operator", "wrong")
    client, _ = _sign_in("operator", PASSWORD)
    assert _signed_in(client)


def test_a_lock_on_one_name_leaves_others_alone(cast: Cast) -> None:
    for _ in range(ATTEMPTS):
        _sign_in("operator", "wrong")
    client, _ = _sign_in("lead", PASSWORD)
    assert _signed_in(client)


def test_a_name_that_nobody_has_is_locked_in_the_same_words(cast: Cast) -> None:
    pages = {}
    for name in ("operator", "nobody"):
        pages[name] = [_sign_in(name, "wrong")[1] for _ in range(ATTEMPTS + 1)]
    for mine, theirs in zip(pages["operator"], pages["nobody"], strict=True):
        assert ("已锁定" in mine, "不正确" in mine) == ("已锁定" in theirs, "不正确" in theirs)


def test_the_lock_opens_by_itself(db: None) -> None:
    for _ in range(ATTEMPTS):
        lockout.count_failure("zhaxi", AT)
    assert lockout.locked_until("zhaxi", AT) == AT + SPAN
    assert lockout.locked_until("zhaxi", AT + SPAN) is None


def test_failures_far_apart_are_not_counted_together(db: None) -> None:
    for turn in range(ATTEMPTS * 2):
        assert lockout.count_failure("zhaxi", AT + turn * SPAN) is None


def test_old_counts_are_swept(db: None) -> None:
    lockout.count_failure("zhaxi", AT)
    assert lockout.sweep(AT + SPAN) == 0
    assert lockout.sweep(AT + SPAN + datetime.timedelta(seconds=1)) == 1


def test_an_address_that_tries_many_names_is_stopped(cast: Cast) -> None:
    for turn in range(25):
        _sign_in(f"nobody-{turn}", "wrong")
    client, page = _sign_in("operator", PASSWORD)
    assert not _signed_in(client)
    assert "次数过多" in page or "过于频繁" in page


def test_failed_sign_ins_are_on_record_without_the_name_of_nobody(cast: Cast) -> None:
    _sign_in("operator", "wrong")
    _sign_in("My-Password-Typed-In-The-Wrong-Field", "wrong")
    mine, nobody = (row.record for row in RecordOutbox.objects.filter(type="login.failed").order_by("created_at"))
    assert (mine["account"], mine["person"]) == ("operator", str(cast.operator.person.uuid))
    assert (nobody["account"], nobody["person"]) == ("(unknown)", None)
    assert "wrong" not in str(mine["account"])
    assert "My-Password" not in str(nobody)


@pytest.mark.django_db(transaction=True)
def test_failures_at_the_same_moment_are_all_counted() -> None:
    barrier = threading.Barrier(3)

    def fail() -> None:
        try:
            barrier.wait(10)
            lockout.count_failure("zhaxi", AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=fail) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert SignInLock.objects.get(username="zhaxi").failures == 3


@pytest.mark.parametrize(
    "typed", ["operator", "OPERATOR", " operator ", "operatoR", "Operator\u00a0", "ｏｐｅｒａｔｏｒ"]
)
def test_however_the_name_is_typed_its_attempts_count_together(cast: Cast, typed: str) -> None:
    for attempt in range(ATTEMPTS):
        _sign_in(typed if attempt % 2 else "operator", "wrong")
    client, _ = _sign_in(typed, PASSWORD)
    assert not _signed_in(client)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only there a letter's other case may be a plain letter")
def test_letters_that_the_database_takes_for_others_are_no_fresh_attempts(cast: Cast) -> None:
    """PostgreSQL's upper case of U+017F is S: ``ſystem_admin`` finds the account of ``system_admin``."""
    for typed in ("system_admin", "\u017fystem_admin", "sy\u017ftem_admin", "\u017fy\u017ftem_admin") * 2:
        _sign_in(typed, "wrong")
    assert lockout.locked_until("system_admin", timezone.now()) is not None
