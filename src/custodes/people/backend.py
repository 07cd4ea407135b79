"""Django's permission question, answered from posts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.utils import timezone

from custodes.people.models import Account, Post
from custodes.people.permissions import Permission, allowed


class PostBackend(BaseBackend):
    """Permissions follow from the person's valid posts; there are no groups, no superuser, no per-account grants."""

    def get_all_permissions(self, user_obj: Any, obj: object = None) -> set[str]:
        """Every permission of the account now. An inactive account has none; `obj` is not this backend's question."""
        if not isinstance(user_obj, Account) or not user_obj.is_active or obj is not None:
            return set()
        kinds = Post.objects.valid(timezone.now()).filter(person_id=user_obj.person_id).values_list("kind", flat=True)
        return {str(permission) for permission in allowed(frozenset(kinds))}

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session, while it is active."""
        return Account.objects.select_related("person__unit").filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: Any, perm: str, obj: object = None) -> bool:
        """Whether the account may do this; asked afresh each time, so an ended post counts at once."""
        return str(perm) in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the account may do anything in this app."""
        return any(perm.partition(".")[0] == app_label for perm in self.get_all_permissions(user_obj))


def known(perm: str) -> bool:
    """Whether this permission exists; views with a misspelt one are found by the tests."""
    return perm in {str(permission) for permission in Permission}
