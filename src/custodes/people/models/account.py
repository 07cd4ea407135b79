"""Accounts: how a person signs in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


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

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the person's valid posts allow `perm`; unknown permissions are refused."""
        from custodes.people.backend import PostBackend

        return PostBackend().has_perm(self, perm, obj)

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        """Whether every one of `perms` is allowed."""
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether any permission of this app is allowed."""
        from custodes.people.backend import PostBackend

        return PostBackend().has_module_perms(self, app_label)
