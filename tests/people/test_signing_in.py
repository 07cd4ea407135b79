"""Signing in with a second factor, changing passwords, ending sessions: each with its record."""

from __future__ import annotations

import base64
import datetime
import json
import time
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP as AuthenticatorApp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from custodes.people import accounts, confirming
from custodes.people.accounts import account_closed
from custodes.people.models import Account, RecordOutbox
from tests.cast import PASSWORD, Cast

AT = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
NEW = "copper-Willow-8841"


@pytest.fixture(autouse=True)
def _fresh_cache(db: None) -> None:
    cache.clear()


def _sign_in(username: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": username, "password": password})
    return client


def _signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def _code(secret: str) -> str:
    # An implementation that is not the one under test (RFC 6238).
    app = AuthenticatorApp(base64.b32decode(secret), 6, SHA1(), 30, enforce_key_length=False)
    return app.generate(int(time.time())).decode()


def _with_totp(account: Account) -> str:
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    return secret


def _records(type: str) -> list[dict[str, Any]]:
    return [row.record for row in RecordOutbox.objects.filter(type=type).order_by("created_at")]


def test_a_password_alone_does_not_open_an_account_with_a_second_factor(cast: Cast) -> None:
    secret = _with_totp(cast.operator.account)
    client = _sign_in("operator")
    assert not _signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": _code(secret)})
    assert _signed_in(client)
    assert _records("login")[-1]["method"] == "password+totp"


def test_wrong_codes_lock_the_account_like_wrong_passwords(cast: Cast) -> None:
    from custodes.settings import get_settings

    secret = _with_totp(cast.operator.account)
    client = _sign_in("operator")
    for _ in range(get_settings().login_attempts):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": _code(secret)})
    assert not _signed_in(client)
    assert not _signed_in(_sign_in("operator"))
    assert {record["method"] for record in _records("login.failed")} == {"totp"}


def test_a_code_that_was_used_is_not_taken_again_while_it_would_still_be_valid(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = _code(_with_totp(cast.operator.account))
    for works in (True, False):
        client = _sign_in("operator")
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert _signed_in(client) is works
        # The library forgets a used code after 30 s, but takes it for 90.
        cache.delete(f"allauth.mfa.totp.used?user={cast.operator.account.pk}&code={code}")


def test_a_recovery_code_signs_in_once(cast: Cast) -> None:
    _with_totp(cast.operator.account)
    code = RecoveryCodes.activate(cast.operator.account).get_unused_codes()[0]
    for works in (True, False):
        client = _sign_in("operator")
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert _signed_in(client) is works


def test_the_secret_of_a_second_factor_is_sealed_in_the_database(cast: Cast) -> None:
    secret = _with_totp(cast.operator.account)
    stored = Authenticator.objects.get(user=cast.operator.account, type="totp").data["secret"]
    assert secret not in json.dumps(stored)
    assert get_adapter().decrypt(stored) == secret


def test_there_is_no_signing_up(cast: Cast) -> None:
    for name in ("account_signup", "account_reset_password"):
        assert Client().get(reverse(name)).status_code == 404
        assert Client().post(reverse(name), {"username": "x", "password1": NEW}).status_code == 404


def test_a_one_time_password_opens_nothing_but_its_own_change(cast: Cast) -> None:
    asked = accounts.ask_reset(cast.operator.account, "遗忘密码", by=cast.security_admin.person, at=AT)
    password = confirming.confirm(asked, by=cast.auditor.person, at=AT)
    client = _sign_in("operator", password)
    assert client.get(reverse("home")).headers["Location"] == reverse("account_change_password")
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": password, "password1": NEW, "password2": NEW}
    )
    assert answer.headers["Location"] == reverse("home"), "on to work, and not back to the form"
    assert client.get(reverse("home")).status_code == 200
    assert _signed_in(_sign_in("operator", NEW))
    assert not _signed_in(_sign_in("operator", password))


def test_changing_the_password_ends_all_other_sessions(cast: Cast) -> None:
    here, elsewhere = _sign_in("operator"), _sign_in("operator")
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert here.get(reverse("home")).status_code == 200
    assert elsewhere.get(reverse("home")).status_code == 302
    assert UserSession.objects.filter(user=cast.operator.account).count() == 1


def test_a_weak_password_is_not_taken(cast: Cast) -> None:
    client = _sign_in("operator")
    for weak in ("1234567890123", "short-1", "operator-operator"[:8], "password1234"):
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    assert _signed_in(_sign_in("operator"))


def test_closing_an_account_ends_its_sessions_at_once(cast: Cast) -> None:
    heard: list[Account] = []

    def hear(account: Account, **kwargs: Any) -> None:
        heard.append(account)

    account_closed.connect(hear)
    try:
        client = _sign_in("operator")
        accounts.close_account(cast.operator.account, by=cast.security_admin.person, at=AT)
    finally:
        account_closed.disconnect(hear)
    assert client.get(reverse("home")).status_code == 302
    assert not _signed_in(_sign_in("operator"))
    assert heard == [cast.operator.account]


def test_nobody_closes_or_resets_their_own_account(cast: Cast) -> None:
    own, person = cast.security_admin.account, cast.security_admin.person
    with pytest.raises(accounts.AccountRefused):
        accounts.close_account(own, by=person, at=AT)
    with pytest.raises(accounts.AccountRefused):
        accounts.ask_reset(own, "遗忘密码", by=person, at=AT)


def test_the_last_security_administrator_is_not_closed(cast: Cast) -> None:
    with pytest.raises(accounts.AccountRefused):
        accounts.close_account(cast.security_admin.account, by=cast.system_admin.person, at=AT)


def test_two_names_that_differ_in_case_only_are_one(cast: Cast) -> None:
    from custodes.people.models import Person

    person = Person.objects.create(name="另一人", unit=cast.units["a"])
    with pytest.raises(accounts.AccountRefused):
        accounts.open_account(person, "OPERATOR", by=cast.security_admin.person, at=AT)


def test_signing_in_and_out_is_on_record(cast: Cast) -> None:
    client = _sign_in("operator")
    client.post(reverse("account_logout"))
    assert not _signed_in(client)
    (login,), (logout,) = _records("login"), _records("logout")
    assert (login["account"], login["person"], login["method"]) == (
        "operator",
        str(cast.operator.person.uuid),
        "password",
    )
    assert (logout["account"], logout["reason"]) == ("operator", "own")


def test_no_password_ever_stands_in_a_record(cast: Cast) -> None:
    client = _sign_in("operator")
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    text = json.dumps([row.record for row in RecordOutbox.objects.all()])
    cast.operator.account.refresh_from_db()
    assert PASSWORD not in text
    assert NEW not in text
    assert cast.operator.account.password not in text


def test_one_session_can_be_ended_from_another(cast: Cast) -> None:
    here, elsewhere = _sign_in("operator"), _sign_in("operator")
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)
    page = here.get(reverse("people:session_list")).content.decode()
    assert reverse("people:session_end", args=[other.pk]) in page
    here.post(reverse("people:session_end", args=[other.pk]))
    assert elsewhere.get(reverse("home")).status_code == 302
    assert here.get(reverse("home")).status_code == 200


def test_nobody_ends_the_session_of_somebody_else(cast: Cast) -> None:
    mine, theirs = _sign_in("operator"), _sign_in("lead")
    session = UserSession.objects.get(session_key=theirs.session.session_key)
    assert mine.post(reverse("people:session_end", args=[session.pk])).status_code == 404
    assert theirs.get(reverse("home")).status_code == 200
