"""Persons: who a record names; accounts: how a person signs in; failed sign-ins, counted by user name; and the posts that a person holds,
from which permissions and row scopes follow.

A page asks for those posts dozens of times, once for each room of the header and each scope of its rows. While a page is drawn they are
therefore read once (`read_once`); everything else reads them afresh each time, so that an ended post counts at once.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from functools import lru_cache
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.models.post import Post
from custodes.people.numbers import WORK_NUMBER_LENGTH, normal_work_number, valid_work_number
from custodes.people.permissions import allowed


class Person(models.Model):
    """A person who works for a unit. A person may have an account, and holds posts.

    Attributes:
        work_number: 警号 or 工作证号, as the badge has it; empty where none was entered. No two of a unit have the same.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("姓名"), max_length=60)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="persons", verbose_name=_("所在单位"))
    work_number = models.CharField(
        _("警号或者工作证号"), max_length=WORK_NUMBER_LENGTH, blank=True, validators=[valid_work_number]
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "work_number"],
                condition=~Q(work_number=""),
                name="person_work_number_once",
                violation_error_message=_("警号或者工作证号：本单位已有人员使用该号码。请核对双方的工作证件。"),
            )
        ]

    def clean(self) -> None:
        """The number in one form."""
        self.work_number = normal_work_number(self.work_number)

    def __str__(self) -> str:
        return f"{self.name} · {self.unit.name}"


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by user name, whatever the case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account of this user name; raises `Account.DoesNotExist`."""
        return self.get(username__iexact=username or "")


class Account(AbstractBaseUser):
    """One person's way in. There is no superuser: what an account may do follows from its person's posts alone."""

    username = models.CharField(_("用户名"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    person = models.OneToOneField("people.Person", models.PROTECT, related_name="account", verbose_name=_("人员"))
    language = models.CharField(_("界面语言"), max_length=10, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    #: Opened by one and not confirmed by a second yet: it has no password, and is not active.
    awaits = models.BooleanField(_("待确认"), default=False, editable=False)
    must_change_password = models.BooleanField(_("下次登录须修改密码"), default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="people_account_username_any_case"),
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The person's name."""
        return self.person.name

    def get_all_permissions(self, obj: object = None) -> set[str]:
        """All that the person's valid posts allow now, in one reading; an inactive account has none."""
        return set(self._allowed(obj))

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the person's valid posts allow `perm`, asked afresh each time; unknown permissions are refused."""
        return str(perm) in self._allowed(obj)

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        """Whether every one of `perms` is allowed."""
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether any permission of this app is allowed."""
        return any(perm.partition(".")[0] == app_label for perm in self._allowed())

    def _allowed(self, obj: object = None) -> frozenset[str]:
        # Posts say nothing of single rows: what a scope reaches is `people/scope.py`.
        if not self.is_active or obj is not None:
            return frozenset()
        return _names(held_kinds(self.person, timezone.now()))


@lru_cache(maxsize=256)
def _names(kinds: frozenset[str]) -> frozenset[str]:
    return frozenset(str(permission) for permission in allowed(kinds))


class SignInLock(models.Model):
    """Failed sign-ins for one user name, whether or not an account has it: locking tells a guesser nothing."""

    username = models.CharField(max_length=60, unique=True)
    failures = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.username


_READ = "_posts_read"


def read_once(person: Person) -> None:
    """From now on questions about this very object's posts are answered from one reading, made when the first is asked.

    Only for what reads: a request that changes something has to ask again under its lock.
    """
    person.__dict__[_READ] = []


def read_afresh(person: Person) -> None:
    """From now on they are read each time."""
    person.__dict__.pop(_READ, None)


def held_posts(person: Person | int, at: datetime.datetime, kinds: Collection[str] | None = None) -> tuple[Post, ...]:
    """The person's posts that count at this instant, of these kinds or of all, with `unit` and its division."""
    if isinstance(person, int) or _READ not in person.__dict__:
        key = person if isinstance(person, int) else person.pk
        rows = Post.objects.valid(at).filter(person_id=key).select_related("unit__division")
        return tuple(rows if kinds is None else rows.filter(kind__in=list(kinds)))
    read: list[tuple[Post, ...]] = person.__dict__[_READ]
    if not read:
        read.append(tuple(Post.objects.filter(person=person).select_related("unit__division")))
    return tuple(post for post in read[0] if post.is_valid(at) and (kinds is None or post.kind in kinds))


def held_kinds(person: Person, at: datetime.datetime) -> frozenset[str]:
    """The kinds of those posts."""
    if _READ in person.__dict__:
        return frozenset(post.kind for post in held_posts(person, at))
    return frozenset(Post.objects.valid(at).filter(person=person).values_list("kind", flat=True))
