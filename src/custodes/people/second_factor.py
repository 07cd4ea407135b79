"""Who must use a second factor (两步验证)."""

from __future__ import annotations

import datetime

from allauth.mfa.models import Authenticator

from custodes.people.held import held_posts
from custodes.people.models import Account
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
