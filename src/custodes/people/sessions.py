"""Signed-in sessions: every sign-in, failed sign-in and sign-out leaves a record (docs/design/wire.md §7); those of an account, each with its
browser as a person knows it (RFC 9110 §10.1.5); and ending one.
"""

from __future__ import annotations

import datetime
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa import signals as mfa_signals
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.people import lockout
from custodes.people.models import Account, Person
from custodes.people.records import SEALED, config_changed, record

#: Set on the request when a session ends by time, so that the sign-out's record says so.
REASON = "_custodes_logout_reason"


def address_of(request: HttpRequest | None) -> str:
    """The peer's address, or empty."""
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""


def password_failed(request: HttpRequest, username: str, at: datetime.datetime) -> None:
    """Settle the attempt and record a wrong password. A name that no account has is not written down: it may be a mistyped password."""
    account = Account.objects.filter(username__iexact=username.strip()).select_related("person").first()
    locked = lockout.failed(username, at)
    _failed(request, account, "password", "locked" if locked else "wrong", at)


def passkey_failed(request: HttpRequest, at: datetime.datetime) -> None:
    """Record a passkey that was not accepted; whose it was is not known."""
    _failed(request, None, "webauthn", "wrong", at)


def session_ended(request: HttpRequest, reason: str) -> None:
    """Say why the sign-out that follows happens: ``absolute`` or ``idle``."""
    setattr(request, REASON, reason)


@receiver(user_logged_in)
def on_signed_in(sender: Any, request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """A person is in: forget failures, note when the session began, write the record."""
    now = timezone.now()
    lockout.clear(user.username)
    request.session["session_begun_at"] = now.isoformat()
    request.session["session_seen_at"] = now.isoformat()
    methods = [entry.get("type") or entry.get("method") for entry in get_authentication_records(request, user)]
    record(
        "login",
        at=now,
        account=user.username,
        person=user.person,
        method="+".join(str(method) for method in methods) or "password",
        address=address_of(request),
        reason="",
    )


@receiver(mfa_signals.authentication_failed)
def on_code_failed(sender: Any, request: HttpRequest, user: Account, authenticator: Any, **kwargs: Any) -> None:
    """A wrong code counts like a wrong password."""
    now = timezone.now()
    locked = lockout.failed(user.username, now)
    _failed(request, user, str(authenticator.type), "locked" if locked else "wrong", now)


@receiver(user_logged_out)
def on_signed_out(sender: Any, request: HttpRequest, user: Account | None, **kwargs: Any) -> None:
    """A person is out."""
    if not isinstance(user, Account):
        return
    UserSession.objects.filter(user_id=user.pk, session_key=request.session.session_key).delete()
    record(
        "logout",
        at=timezone.now(),
        account=user.username,
        person=user.person,
        method="",
        address=address_of(request),
        reason=getattr(request, REASON, "own"),
    )


@receiver(password_changed)
def on_password_changed(sender: Any, request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """A new password ends the account's other sessions and lifts the duty to change it."""
    if user.must_change_password:
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
    for session in UserSession.objects.filter(user_id=user.pk).exclude(session_key=request.session.session_key):
        session.end()
    config_changed(user, {"password": (SEALED, SEALED)}, by=user.person, at=timezone.now())


@receiver([mfa_signals.authenticator_added, mfa_signals.authenticator_removed, mfa_signals.authenticator_reset])
def on_second_factor_changed(
    sender: Any, request: HttpRequest, user: Account, authenticator: Any, signal: Any, **kwargs: Any
) -> None:
    """Second factors come and go on record, their secrets never."""
    before, after = ("", SEALED) if signal is mfa_signals.authenticator_added else (SEALED, "")
    if signal is mfa_signals.authenticator_reset:
        before, after = SEALED, SEALED
    config_changed(user, {f"second_factor.{authenticator.type}": (before, after)}, by=user.person, at=timezone.now())


def _failed(request: HttpRequest, account: Account | None, method: str, reason: str, at: datetime.datetime) -> None:
    record(
        "login.failed",
        at=at,
        account=account.username if account else "(unknown)",
        person=account.person if account else None,
        method=method,
        address=address_of(request),
        reason=reason if account else "unknown",
    )


#: Most particular first: nearly every browser also names those that it is like.
_BROWSERS: tuple[tuple[str, str | Promise], ...] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger/", gettext_lazy("微信")),
    ("QQBrowser/", gettext_lazy("QQ 浏览器")),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """``Chrome · Windows``; 未知浏览器 for what isn't recognised."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    if browser is None:
        return _("未知浏览器")
    return f"{browser} · {system}" if system else str(browser)


def sessions_of(account: Account) -> list[UserSession]:
    """The account's sessions, the last seen first, each with `browser` in words."""
    sessions: list[UserSession] = UserSession.objects.purge_and_list(account)
    for session in sessions:
        session.browser = browser_words(session.user_agent)
    return sorted(sessions, key=lambda session: session.last_seen_at, reverse=True)


def end_session(account: Account, session: UserSession, *, by: Person, at: datetime.datetime) -> None:
    """Sign the account out there.

    Record and end stand or fall together. One that somebody else ends is a change of the account by that person as well.
    """
    other = by.pk != account.person_id
    with transaction.atomic():
        record(
            "logout",
            at=at,
            account=account.username,
            person=account.person,
            method="",
            address=str(session.ip),
            reason="ended" if other else "own",
        )
        if other:
            config_changed(account, {"session": (str(session.ip), "")}, by=by, at=at)
        session.end()
