"""Locking a user name after too many failed sign-ins, whoever asks and from wherever.

Failures are counted by user name in the database, so that every process counts together. A name that no account has is
counted and locked in the same way. What an address may try is limited apart from this, by `allauth`.
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from custodes.people.models import Account, SignInLock
from custodes.settings import get_settings


def _key(username: str) -> str:
    # The account's own name where there is one: which letters are the same is the database's opinion, and a name that
    # finds an account by another spelling must not get attempts of its own.
    typed = username.strip()
    found = Account.objects.filter(username__iexact=typed).values_list("username", flat=True).first()
    return (found or typed).lower()[:60]


def locked_until(username: str, at: datetime.datetime) -> datetime.datetime | None:
    """Until when this name is locked; None when it isn't."""
    until = SignInLock.objects.filter(username=_key(username)).values_list("locked_until", flat=True).first()
    return until if until is not None and until > at else None


def count_failure(username: str, at: datetime.datetime) -> datetime.datetime | None:
    """Count one failed sign-in; the end of the lock when this one locked the name.

    Failures that lie further apart than the lock lasts are not counted together.
    """
    settings = get_settings()
    span = datetime.timedelta(minutes=settings.login_lock_minutes)
    with transaction.atomic():
        row = _locked_row(_key(username), at)
        if at - row.first_failed_at >= span:
            row.failures, row.first_failed_at, row.locked_until = 0, at, None
        row.failures += 1
        if row.failures >= settings.login_attempts and row.locked_until is None:
            row.locked_until = at + span
            row.first_failed_at = at
        row.save()
        return row.locked_until


def clear(username: str) -> None:
    """Forget the failures: the person has signed in fully, or an administrator unlocked the name."""
    SignInLock.objects.filter(username=_key(username)).delete()


def sweep(at: datetime.datetime) -> int:
    """Delete counts that no longer matter; the number deleted."""
    span = datetime.timedelta(minutes=get_settings().login_lock_minutes)
    return SignInLock.objects.filter(first_failed_at__lt=at - span).delete()[0]


def _locked_row(key: str, at: datetime.datetime) -> SignInLock:
    row = SignInLock.objects.select_for_update().filter(username=key).first()
    if row is not None:
        return row
    try:
        with transaction.atomic():
            return SignInLock.objects.create(username=key, first_failed_at=at)
    except IntegrityError:  # another request counted the first failure at the same moment
        return SignInLock.objects.select_for_update().get(username=key)
