"""Administrators: there, and with a second factor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from custodes.people.models import ADMINISTRATORS, Account, Post, PostKind
from custodes.people.second_factor import second_factor_missing
from custodes.web.doctor.finding import Finding, Patient, attention, ok

SUBJECT = "accounts"


def check(patient: Patient) -> Iterator[Finding]:
    """The three administrators of S34 and their ways to sign in."""
    valid = Post.objects.valid(patient.at)
    held = set(valid.filter(kind__in=ADMINISTRATORS).values_list("kind", flat=True))
    missing = [PostKind(kind).label for kind in sorted(ADMINISTRATORS - held)]
    if missing and not patient.settings.training:
        yield attention(SUBJECT, _("还没有指定：{posts}。"), "/people/posts/", posts=_joined(missing))
    accounts = Account.objects.filter(
        is_active=True, person__posts__in=valid.filter(kind__in=ADMINISTRATORS)
    ).distinct()
    bare = sum(second_factor_missing(account, patient.at) for account in accounts)
    if bare:
        yield attention(SUBJECT, _("有 {count} 个管理员账号没有设置两步验证。"), "/accounts/2fa/", count=bare)
    elif not missing:
        yield ok(SUBJECT, _("三员齐备，均已按要求设置登录方式。"))


def _joined(names: Sequence[Any]) -> Any:
    """Names beside each other, each in the language of the moment."""
    return format_lazy("、".join(["{}"] * len(names)), *names)
