"""Guessing passwords and codes locks the name, for everybody alike, and only for a while."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people import lockout
from custodes.people.models import Account, RecordOutbox, SignInLock
from custodes.settings import get_settings
from tests.cast import PASSWORD, Cast
from tests.patience import PATIENCE

pytestmark = pytest.mark.postgresql

AT = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
ATTEMPTS = get_settings().login_attempts
ClientOf = Callable[[str], Client]
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


def _fail(username: str, at: datetime.datetime) -> datetime.datetime | None:
    """One attempt with a wrong secret; the end of the lock when there is one then."""
    return lockout.begin(username, at) or lockout.failed(username, at)


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
        _fail("zhaxi", AT)
    assert lockout.locked_until("zhaxi", AT) == AT + SPAN
    assert lockout.locked_until("zhaxi", AT + SPAN) is None


def test_failures_far_apart_are_not_counted_together(db: None) -> None:
    for turn in range(ATTEMPTS * 2):
        assert _fail("zhaxi", AT + turn * SPAN) is None


def test_old_counts_are_swept(db: None) -> None:
    _fail("zhaxi", AT)
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


def _at_once(count: int, call: Callable[[int], object]) -> list[object]:
    """The answers of `count` threads that begin together."""
    barrier = threading.Barrier(count)
    answers: list[object] = [None] * count

    def run(number: int) -> None:
        try:
            barrier.wait(PATIENCE)
            answers[number] = call(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers


@pytest.mark.django_db(transaction=True)
def test_failures_at_the_same_moment_are_all_counted() -> None:
    _at_once(3, lambda _: _fail("zhaxi", AT))
    assert SignInLock.objects.get(username="zhaxi").failures == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_attempts_at_the_same_moment_no_more_are_taken_than_are_left() -> None:
    answers = _at_once(ATTEMPTS * 3, lambda _: lockout.begin("zhaxi", AT))
    assert answers.count(None) == ATTEMPTS
    assert {until for until in answers if until} == {AT + SPAN}


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_the_same_moment_no_more_are_looked_at_than_there_are_attempts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last guess is the right one; each is slow, so that all have passed the first look at the lock."""
    looked_at: list[str] = []
    check = Account.check_password

    def slow(self: Account, password: str) -> bool:
        looked_at.append(password)
        time.sleep(0.2)
        return check(self, password)

    monkeypatch.setattr(Account, "check_password", slow)
    count = ATTEMPTS * 3
    guesses = [f"wrong-{number}" for number in range(count)]
    pages = _at_once(
        count, lambda number: _sign_in("operator", guesses[number], Client(REMOTE_ADDR=f"10.0.0.{number}"))[1]
    )
    assert len(looked_at) == ATTEMPTS
    assert sum("已锁定" in str(page) for page in pages) == count - ATTEMPTS
    assert lockout.locked_until("operator", timezone.now()) is not None
    assert RecordOutbox.objects.filter(type="login.failed").count() == ATTEMPTS


def test_a_right_password_gives_its_attempt_back_also_without_the_second_factor(cast: Cast) -> None:
    for _ in range(ATTEMPTS * 2):
        assert lockout.begin("operator", AT) is None
        lockout.give_back("operator")
    assert SignInLock.objects.get(username="operator").failures == 0


def test_an_attempt_that_is_never_settled_counts_as_failed_for_a_while(db: None) -> None:
    for _ in range(ATTEMPTS):
        assert lockout.begin("zhaxi", AT) is None
    assert lockout.begin("zhaxi", AT) == lockout.locked_until("zhaxi", AT) == AT + SPAN
    assert lockout.begin("zhaxi", AT + SPAN) is None


def test_the_old_password_is_guessed_no_more_often_than_at_the_door(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of("operator")
    new = "Wode-Xin-Mima-2026"
    for number in range(ATTEMPTS):
        cache.clear()  # the rate by minute is another guard
        form = {"oldpassword": f"wrong-{number}", "password1": new, "password2": new}
        browser.post(reverse("account_change_password"), form)
    cache.clear()
    page = browser.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert "已锁定" in page.content.decode()
    assert Account.objects.get(username="operator").check_password(PASSWORD)
    assert RecordOutbox.objects.filter(type="login.failed").count() == ATTEMPTS


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


def test_a_count_that_is_forgotten_while_it_is_made_is_made_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    create, tried = SignInLock.objects.create, []

    def create_late(**fields: object) -> SignInLock:
        tried.append(fields)
        if len(tried) == 1:  # another request made the row first, and a sweep has taken it since
            raise IntegrityError
        return create(**fields)

    monkeypatch.setattr(SignInLock.objects, "create", create_late)
    lockout.failed("tashi", timezone.now())
    assert len(tried) == 2
    assert SignInLock.objects.filter(username="tashi").exists()
