"""Locking a user name after too many failed sign-ins, whoever asks and from wherever.

An attempt is taken before the secret is looked at (`begin`) and given back when it was right (`give_back`): however many
guesses come at the same moment, no more of them are looked at than there are attempts. One that is never settled, since
its process died, counts as failed.

Failures are counted by user name in the database, so that every process counts together. A name that no account has is
counted and locked in the same way. What an address may try is limited apart from this, by `allauth`.
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from custodes.people.models import Account, SignInLock
from custodes.settings import get_settings


def _key(username: str) -> str:
    # The account's own name where there is one: which letters are the same is the database's opinion, and a name that
    # finds an account by another spelling must not get attempts of its own.
    typed = username.strip()
    found = Account.objects.filter(username__iexact=typed).values_list("username", flat=True).first()
    return (found or typed).lower()[:60]


def locked_until(username: str, at: datetime.datetime) -> datetime.datetime | None:
    """Until when this name is locked, or has no attempt left while some are not settled; None when it isn't."""
    row = SignInLock.objects.filter(username=_key(username)).first()
    if row is None:
        return None
    until = row.locked_until
    if until is None and row.failures >= get_settings().login_attempts:
        until = row.first_failed_at + _span()
    return until if until is not None and until > at else None


def begin(username: str, at: datetime.datetime) -> datetime.datetime | None:
    """Take one of the attempts that are left for this name. Settle it with `failed` or `give_back`.

    Failures that lie further apart than the lock lasts are not counted together.

    Returns:
        None: taken. Otherwise none is left, and until when.
    """
    settings = get_settings()
    span = _span()
    with transaction.atomic():
        row = _locked_row(_key(username), at)
        if at - row.first_failed_at >= span:
            row.failures, row.first_failed_at, row.locked_until = 0, at, None
        if row.locked_until is not None or row.failures >= settings.login_attempts:
            return row.locked_until or row.first_failed_at + span
        row.failures += 1
        row.save()
        return None


def failed(username: str, at: datetime.datetime) -> datetime.datetime | None:
    """The attempt that was taken was wrong; the end of the lock when there is one now."""
    with transaction.atomic():
        row = _locked_row(_key(username), at)
        if row.failures >= get_settings().login_attempts and row.locked_until is None:
            row.locked_until = at + _span()
            row.first_failed_at = at
            row.save()
        return row.locked_until


def give_back(username: str) -> None:
    """The attempt that was taken was right, or came to nothing before the secret was looked at."""
    SignInLock.objects.filter(username=_key(username), failures__gt=0).update(failures=F("failures") - 1)


def clear(username: str) -> None:
    """Forget the failures: the person has signed in fully, or an administrator unlocked the name."""
    SignInLock.objects.filter(username=_key(username)).delete()


def sweep(at: datetime.datetime) -> int:
    """Delete counts that no longer matter; the number deleted."""
    return SignInLock.objects.filter(first_failed_at__lt=at - _span()).delete()[0]


def _span() -> datetime.timedelta:
    return datetime.timedelta(minutes=get_settings().login_lock_minutes)


def _locked_row(key: str, at: datetime.datetime) -> SignInLock:
    row = SignInLock.objects.select_for_update().filter(username=key).first()
    if row is not None:
        return row
    try:
        with transaction.atomic():
            return SignInLock.objects.create(username=key, first_failed_at=at)
    except (
        IntegrityError
    ):  # another request counted the first failure at the same moment, and it may be forgotten by now
        return _locked_row(key, at)
