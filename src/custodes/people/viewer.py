"""Who asks: the signed-in person, the moment of the request, and what they may reach with a permission."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from custodes.people.models import Account, Person
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, scope_for


@dataclass(frozen=True)
class Viewer:
    """A signed-in person at one moment."""

    account: Account
    at: datetime.datetime

    @classmethod
    def of(cls, request: HttpRequest) -> Viewer:
        """The viewer of a request that has passed the sign-in middleware."""
        if not isinstance(request.user, Account):
            raise PermissionDenied
        return cls(request.user, timezone.now())

    @property
    def person(self) -> Person:
        """The person."""
        return self.account.person

    def may(self, permission: Permission) -> bool:
        """Whether a valid post gives this permission."""
        return self.account.has_perm(permission)

    def scope(self, permission: Permission) -> DivisionScope:
        """Rows that this permission reaches: the scope of only those posts that give it."""
        return scope_for(self.person, permission, self.at)


def needs(*permissions: Permission) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A view for holders of any of these permissions; everybody else gets 403."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            viewer = Viewer.of(request)
            if not any(viewer.may(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def only_reads(view: Any) -> Any:
    """Mark a view that changes nothing though it is asked by POST, so that its question stands in no address."""
    view.only_reads = True
    return view
