"""Django's permission question, answered from posts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.utils import timezone

from custodes.people.held import held_kinds
from custodes.people.models import Account
from custodes.people.permissions import Permission, allowed


class PostBackend(BaseBackend):
    """Permissions follow from the person's valid posts; there are no groups, no superuser, no per-account grants."""

    def get_all_permissions(self, user_obj: Any, obj: object = None) -> set[str]:
        """Every permission of the account now. An inactive account has none; `obj` is not this backend's question."""
        return set(self._of(user_obj, obj))

    @staticmethod
    def _of(user_obj: Any, obj: object = None) -> frozenset[str]:
        if not isinstance(user_obj, Account) or not user_obj.is_active or obj is not None:
            return frozenset()
        return _names(held_kinds(user_obj.person, timezone.now()))

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session, while it is active."""
        return Account.objects.select_related("person__unit").filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: Any, perm: str, obj: object = None) -> bool:
        """Whether the account may do this; asked afresh for each request, so an ended post counts at once."""
        return str(perm) in self._of(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the account may do anything in this app."""
        return any(perm.partition(".")[0] == app_label for perm in self._of(user_obj))


@lru_cache(maxsize=256)
def _names(kinds: frozenset[str]) -> frozenset[str]:
    """What posts of these kinds allow, by name."""
    return frozenset(str(permission) for permission in allowed(kinds))


def known(perm: str) -> bool:
    """Whether this permission exists; views with a misspelt one are found by the tests."""
    return perm in {str(permission) for permission in Permission}
