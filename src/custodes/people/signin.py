"""How `allauth` works here: no sign-up, a lock by account, second-factor secrets sealed at rest, and who must use a second factor (两步验证)."""

from __future__ import annotations

import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.auth.backends import BaseBackend
from django.forms import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.people import lockout, sessions
from custodes.people.models import Account
from custodes.people.models.account import held_posts
from custodes.people.sealing import sealer
from custodes.settings import get_settings


def second_factor_required(account: Account, at: datetime.datetime) -> bool:
    """Whether one of the account's valid posts is among `CUSTODES_MFA_REQUIRED_POSTS`.

    A training installation asks nobody: its accounts are shared for trying things out.
    """
    settings = get_settings()
    if settings.training:
        return False
    return bool(held_posts(account.person, at, settings.mfa_required_posts))


def has_second_factor(account: Account) -> bool:
    """Whether the account has a code generator or a passkey."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user_id=account.pk, type__in=kinds).exists())


def second_factor_missing(account: Account, at: datetime.datetime) -> bool:
    """Whether a second factor is required and not set up."""
    return second_factor_required(account, at) and not has_second_factor(account)


def refuse_when_locked(username: str) -> None:
    """Raise the form error that a locked name gets; the same for names that no account has."""
    _refuse(lockout.locked_until(username, timezone.now()))


def take_attempt(username: str) -> None:
    """Take an attempt before a secret is looked at, or raise the form error that a locked name gets."""
    _refuse(lockout.begin(username, timezone.now()))


def _refuse(until: datetime.datetime | None) -> None:
    if until is not None:
        raise ValidationError(
            gettext("登录失败次数过多，该账号已锁定至 %(time)s。请稍后再试，或者联系安全管理员。")
            % {"time": timezone.localtime(until).strftime("%H:%M")},
            code="locked",
        )


class AccountBackend(BaseBackend):
    """Finds the account of a session. What it may do follows from its person's posts alone (`Account.has_perm`); there are no groups."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account, while it is active."""
        return Account.objects.select_related("person__unit").filter(pk=user_id, is_active=True).first()


class Adapter(DefaultAccountAdapter):
    """Password sign-in with the lock of `lockout.py`."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("用户名或者密码不正确。"),
        "too_many_login_attempts": _("登录失败次数过多，请稍后再试。"),
        "incorrect_password": _("密码不正确。"),
        "enter_current_password": _("请输入当前密码。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the security administrator, never by signing up."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to work: who had to change a one-time password has nothing more to do at the form."""
        return reverse("home")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a locked name before its password is looked at, and take one of its attempts."""
        username = str(credentials.get("username", ""))
        refuse_when_locked(username)
        super().pre_authenticate(request, **credentials)  # may refuse too: nothing has been taken yet
        take_attempt(username)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account, or None; the attempt of a right password is given back."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            lockout.give_back(str(credentials.get("username", "")))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count and record the failure."""
        sessions.password_failed(request, str(credentials.get("username", "")), timezone.now())

    def get_client_ip(self, request: HttpRequest) -> str:
        """The peer's own address: the web process is reached directly, a forwarded header proves nothing."""
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 - stands for an unknown peer

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: what happens to an account is in the records and on its page."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets are sealed with a key that follows from the secret key, words are ours."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不正确。"),
        "cannot_delete_authenticator": _("您的岗位要求两步验证，不能停用最后一种方式。"),
        "cannot_generate_recovery_codes": _("请先设置验证器或者通行密钥，再生成恢复码。"),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """A post that needs a second factor keeps its last one."""
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        if not second_factor_required(authenticator.user, timezone.now()):
            return True
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=kinds).exclude(
            pk=authenticator.pk
        )
        return bool(others.exists())

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """A name to begin with for a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("通行密钥 %(number)s") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return get_settings().installation_name


def _fernet() -> Fernet:
    return sealer("custodes second factor")
