"""The first administrator of an installation (`custodes init`).

It is a security administrator, who then opens the accounts of all others; system and audit administrators are other
persons. There is no default password: a one-time password is made, shown once by the caller and stored only as a hash.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from custodes.people import accounts, posts
from custodes.people.models import Account, Division, Person, Post, PostKind, Unit, UnitKind
from custodes.people.records import config_changed, differences, snapshot


class AlreadyBootstrapped(Exception):
    """There is a security administrator already."""


@dataclass(frozen=True)
class FirstAdministrator:
    """Who was made, and the one-time password to print once."""

    username: str
    person: str
    unit: str
    password: str


def has_administrator(at: datetime.datetime) -> bool:
    """Whether somebody can manage accounts: a security administrator with an active account."""
    return Post.objects.valid(at).filter(kind=PostKind.SECURITY_ADMIN, person__account__is_active=True).exists()


def create_first_administrator(
    *, username: str, name: str, unit_name: str, division_code: str, at: datetime.datetime
) -> FirstAdministrator:
    """Make the unit (a public security organ), the person, the account and the post.

    Args:
        username: to sign in with.
        name: the person's name.
        unit_name: the public security organ that runs the installation.
        division_code: its GB/T 2260 code, ``540100``.
        at: now.

    Raises:
        AlreadyBootstrapped: an installation gets its first administrator once.
        Division.DoesNotExist: no such division.
        accounts.AccountRefused: the user name is impossible.
    """
    with transaction.atomic():
        division = Division.objects.select_for_update().get(code=division_code)
        if has_administrator(at):
            raise AlreadyBootstrapped
        unit = Unit.objects.filter(name=unit_name, division=division).first()
        if unit is None:
            unit = Unit.objects.create(name=unit_name, division=division, kind=UnitKind.PUBLIC_SECURITY)
            config_changed(unit, differences({}, snapshot(unit)), by=None, at=at)
        person = Person.objects.create(name=name, unit=unit)
        config_changed(person, differences({}, snapshot(person)), by=None, at=at)
        account, password = accounts.open_account(person, username, by=None, at=at)
        posts.assign(person, unit, PostKind.SECURITY_ADMIN, by=None, at=at, note="custodes init")
    return FirstAdministrator(account.username, person.name, unit.name, password)


def account_exists(username: str) -> bool:
    """Whether this user name is taken, whatever its case."""
    return Account.objects.filter(username__iexact=username).exists()
