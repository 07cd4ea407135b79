"""Opening, closing and unlocking accounts, and one-time passwords.

An account that one person opens, and a password that one wants set anew, wait for a second (`entrusting`), and only the second is given
the one-time password, for the person who stands there: whoever opens accounts never signs in with one.
"""

from __future__ import annotations

import datetime
import secrets

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from custodes.people import lockout
from custodes.people.entrusting import ask, drop_of_account
from custodes.people.models import Account, Entrustment, EntrustmentKind, Person, Post, PostKind
from custodes.people.posts import another_remains
from custodes.people.records import SEALED, config_changed, differences, snapshot

#: An account was closed, or locked by an administrator. Sent in the transaction that closes it, so that a receiver which calls another
#: process does so on commit. Arguments: ``account``, ``at``.
account_closed = Signal()

#: Letters and digits that nobody mixes up when they are read out or written by hand.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class AccountRefused(Exception):
    """The account can't be changed this way; the text says why, for the person."""


def one_time_password() -> str:
    """A password of 20 characters in groups of five (about 115 bits), to be changed at first sign-in."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def open_account(
    person: Person, username: str, *, by: Person | None, at: datetime.datetime, by_letter: bool = False
) -> tuple[Account, str]:
    """Open an account for a person; the account, and its one-time password where it counts at once, else an empty text.

    Args:
        by: who opens it; None for the installation's own commands, whose accounts count at once.
        by_letter: the unit has asked for it by its sealed letter, so that it counts at once.

    Raises:
        AccountRefused: the person has one already, or the name is taken or impossible.
    """
    waits = by is not None and not by_letter
    password = "" if waits else one_time_password()
    account = Account(
        person=person, username=username.strip(), must_change_password=True, awaits=waits, is_active=not waits
    )
    account.set_password(password or None)
    _open(account, by=by, at=at)
    return account, password


def open_with_hash(
    person: Person, username: str, password: str, *, by: Person | None, at: datetime.datetime
) -> Account:
    """Open an account whose password its owner has chosen before, with the sealed letter of their unit; `password` is its hash.

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
            if by is not None:
                what = {"account": account, "about": account.username}
                ask(EntrustmentKind.ACCOUNT, account.person, by=by, at=at, settled=not account.awaits, **what)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise AccountRefused(_("该用户名已被使用，或者该人员已有账号。")) from error


def begin_account(account: Account, *, by: Person, at: datetime.datetime) -> str:
    """Let an account that was confirmed count; its one-time password. The caller holds the account's lock."""
    password = one_time_password()
    account.set_password(password)
    account.awaits, account.is_active, account.must_change_password = False, True, True
    account.save(update_fields=["password", "awaits", "is_active", "must_change_password"])
    changes = {"awaits": (True, False), "is_active": (False, True), "password": (SEALED, SEALED)}
    config_changed(account, changes, by=by, at=at)
    return password


def drop_account(account: Account, *, by: Person, at: datetime.datetime) -> None:
    """Take away an account that nobody has confirmed and nobody has ever signed in with, so that its name is free again."""
    config_changed(account, {"username": (account.username, None)}, by=by, at=at)
    account.delete()


def ask_reset(
    account: Account, reason: str, *, second_factor: bool = False, by: Person, at: datetime.datetime
) -> Entrustment:
    """Ask for a new password for somebody who has lost theirs. Until a second person confirms it, the account stays as it is.

    Args:
        reason: why, and how the person was known.
        second_factor: the device is lost too: the second factor is taken off with it. Never without being asked for.

    Raises:
        AccountRefused: one's own account, one that waits itself or is closed, no reason, or a reset waits already.
    """
    _refuse_own(account, by)
    if not reason.strip():
        raise AccountRefused(_("请写明重置的事由和核对身份的方式。"))
    try:
        with transaction.atomic():
            account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
            if account.awaits or not account.is_active:
                raise AccountRefused(_("该账号尚待确认或者已停用，不能重置密码。"))
            return ask(
                EntrustmentKind.RESET,
                account.person,
                by=by,
                at=at,
                account=account,
                about=account.username,
                reason=reason.strip(),
                second_factor=second_factor,
            )
    except IntegrityError as error:
        raise AccountRefused(_("该账号已有一项重置密码待确认，请先撤回或者等待确认。")) from error


def give_password(account: Account, *, second_factor: bool, by: Person, at: datetime.datetime) -> str:
    """Give the account a new one-time password and end its sessions; take the second factor off only where that was asked for.

    The caller holds the account's lock and a confirmed reset.
    """
    password = one_time_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    changes = {"password": (SEALED, SEALED)}
    if second_factor:
        Authenticator.objects.filter(user_id=account.pk).delete()
        changes["second_factor"] = (SEALED, "")
    lockout.clear(account.username)
    config_changed(account, changes, by=by, at=at)
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
        drop_of_account(account, by=by, at=at)
        end_sessions(account)
        account_closed.send(sender=Account, account=account, at=at)


def reopen_account(account: Account, *, by: Person | None, at: datetime.datetime) -> None:
    """Open a closed account again.

    Raises:
        AccountRefused: it was never confirmed.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
        if account.awaits:
            raise AccountRefused(_("该账号尚待确认，确认后自动启用。请由审计管理员或者本人所在单位的审批人确认。"))
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
