"""Opening, closing and unlocking accounts, and one-time passwords."""

from __future__ import annotations

import datetime
import secrets

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.people import lockout
from custodes.people.last_administrator import another_remains
from custodes.people.models import Account, Person, Post, PostKind
from custodes.people.records import SEALED, config_changed, differences, snapshot
from custodes.people.signals import account_closed

#: Letters and digits that nobody mixes up when they are read out or written by hand.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class AccountRefused(Exception):
    """The account can't be changed this way; the text says why, for the person."""


def one_time_password() -> str:
    """A password of 20 characters in groups of five (about 115 bits), to be changed at first sign-in."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def open_account(person: Person, username: str, *, by: Person | None, at: datetime.datetime) -> tuple[Account, str]:
    """Open an account for a person; the account and its one-time password, shown this once.

    Raises:
        AccountRefused: the person has one already, or the name is taken or impossible.
    """
    password = one_time_password()
    account = Account(person=person, username=username.strip(), must_change_password=True)
    account.set_password(password)
    _open(account, by=by, at=at)
    return account, password


def open_with_hash(
    person: Person, username: str, password: str, *, by: Person | None, at: datetime.datetime
) -> Account:
    """Open an account whose password its owner has chosen before; `password` is its hash.

    Raises:
        AccountRefused: as `open_account`.
    """
    account = Account(person=person, username=username.strip(), password=password)
    _open(account, by=by, at=at)
    return account


def _open(account: Account, *, by: Person | None, at: datetime.datetime) -> None:
    try:
        with transaction.atomic():
            account.full_clean(exclude=["password"])
            account.save()
            config_changed(account, differences({}, snapshot(account)), by=by, at=at)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise AccountRefused(_("该用户名已被使用，或者该人员已有账号。")) from error


def reset_password(account: Account, *, by: Person | None, at: datetime.datetime) -> str:
    """Give the account a new one-time password, end its sessions and take its second factors away.

    For somebody who has lost password or device and stands before the security administrator.
    """
    _refuse_own(account, by)
    password = one_time_password()
    with transaction.atomic():
        account.set_password(password)
        account.must_change_password = True
        account.save(update_fields=["password", "must_change_password"])
        Authenticator.objects.filter(user_id=account.pk).delete()
        lockout.clear(account.username)
        config_changed(account, {"password": (SEALED, SEALED), "second_factor": (SEALED, "")}, by=by, at=at)
        end_sessions(account)
    return password


def close_account(account: Account, *, by: Person | None, at: datetime.datetime) -> None:
    """Close an account: it signs in no more, its sessions end, running grants are revoked (`account_closed`).

    Raises:
        AccountRefused: one's own account, or that of the last security administrator.
    """
    _refuse_own(account, by)
    with transaction.atomic():
        held = Post.objects.valid(at).filter(kind=PostKind.SECURITY_ADMIN, person_id=account.person_id)
        last = held.exists() and not another_remains(account.person, at)
        account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
        if not account.is_active:
            return
        if last:
            raise AccountRefused(_("这是最后一名在任的安全管理员，不能停用其账号。"))
        _set_active(account, False, by=by, at=at)
        end_sessions(account)
        account_closed.send(sender=Account, account=account, at=at)


def reopen_account(account: Account, *, by: Person | None, at: datetime.datetime) -> None:
    """Open a closed account again."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
        if not account.is_active:
            _set_active(account, True, by=by, at=at)


def end_sessions(account: Account) -> int:
    """End every signed-in session of the account; how many there were."""
    sessions = list(UserSession.objects.filter(user_id=account.pk))
    for session in sessions:
        session.end()
    return len(sessions)


def _set_active(account: Account, active: bool, *, by: Person | None, at: datetime.datetime) -> None:
    account.is_active = active
    account.save(update_fields=["is_active"])
    config_changed(account, {"is_active": (not active, active)}, by=by, at=at)


def _refuse_own(account: Account, by: Person | None) -> None:
    if by is not None and account.person_id == by.pk:
        raise AccountRefused(_("不能对自己的账号这样做，请由另一名安全管理员办理。"))
