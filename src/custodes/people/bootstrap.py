"""The first two administrators of an installation (`custodes init`), enrolled face to face where the installation stands.

The first is a security administrator, who then asks for the posts and accounts of all others; the second an audit administrator, who
confirms them (`entrusting`). Before there are two nobody could be anybody's second, and footage stays closed (`unenrolled`). There is no
default password: a one-time password is made for each, shown once by the caller and stored only as a hash.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from custodes.law.grounds.ground import Unmet
from custodes.people import accounts, posts
from custodes.people.models import Division, Person, Post, PostKind, Unit, UnitKind
from custodes.people.records import config_changed, differences, snapshot

UNENROLLED = Unmet(
    "S34(3)",
    "本装置还没有登记两名管理员，录像尚未开放",
    "two administrators were not enrolled here yet: footage is closed",
    "请安全管理员和审计管理员两人到场，在服务器上运行 custodes init 登记第二名管理员",
    "let the security and the audit administrator enrol together where the server stands: `custodes init` with --second",
)


class AlreadyBootstrapped(Exception):
    """There is such an administrator already."""


@dataclass(frozen=True)
class Enrolled:
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
) -> Enrolled:
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
    return Enrolled(account.username, person.name, unit.name, password)


def create_second_administrator(*, username: str, name: str, at: datetime.datetime) -> Enrolled:
    """Make the audit administrator, at the unit of the security administrator.

    Raises:
        AlreadyBootstrapped: there is one already, and a further one is appointed by two.
        Post.DoesNotExist: there is no security administrator yet.
        accounts.AccountRefused: the user name is impossible, or taken.
    """
    with transaction.atomic():
        posts_there = Post.objects.select_for_update(of=("self",)).select_related("unit")
        first = posts_there.valid(at).filter(kind=PostKind.SECURITY_ADMIN).order_by("pk")[:1].get()
        if Post.objects.valid(at).filter(kind=PostKind.AUDIT_ADMIN, person__account__is_active=True).exists():
            raise AlreadyBootstrapped
        person = Person.objects.create(name=name, unit=first.unit)
        config_changed(person, differences({}, snapshot(person)), by=None, at=at)
        account, password = accounts.open_account(person, username, by=None, at=at)
        posts.assign(person, first.unit, PostKind.AUDIT_ADMIN, by=None, at=at, note="custodes init")
    return Enrolled(account.username, person.name, first.unit.name, password)


_enrolled = False
"""Two were enrolled, as this process has seen. Posts are ended and never deleted: what was once so stays so."""


def unenrolled() -> tuple[Unmet, ...]:
    """What keeps all footage closed: a security and an audit administrator, two persons, were never enrolled here."""
    global _enrolled
    _enrolled = _enrolled or _two_were_enrolled()
    return () if _enrolled else (UNENROLLED,)


def _two_were_enrolled() -> bool:
    security = Post.objects.filter(kind=PostKind.SECURITY_ADMIN, awaits=False)
    audit = Post.objects.filter(kind=PostKind.AUDIT_ADMIN, awaits=False)
    two = audit.filter(Exists(security.exclude(person=OuterRef("person"))))
    return bool(two.exists())
