"""Another person's signed-in sessions, for the security administrator."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.models import Account, Person
from custodes.people.permissions import Permission
from custodes.people.sessions import end_session, sessions_of
from custodes.people.viewer import Viewer, needs
from custodes.people.views.persons import answered_person


def _holder(viewer: Viewer, person: Any) -> tuple[Person, Account]:
    holder = answered_person(viewer, person)
    account = getattr(holder, "account", None)
    if account is None:
        raise Http404
    return holder, account


@require_safe
@needs(Permission.MANAGE_ACCOUNTS)
def account_sessions(request: HttpRequest, person: Any) -> HttpResponse:
    """Where this person is signed in."""
    holder, account = _holder(Viewer.of(request), person)
    context = {"person": holder, "account": account, "sessions": sessions_of(account)}
    return render(request, "people/account_sessions.html", context)


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_session_end(request: HttpRequest, person: Any, session: int) -> HttpResponse:
    """End one of them."""
    viewer = Viewer.of(request)
    holder, account = _holder(viewer, person)
    ending = get_object_or_404(UserSession, pk=session, user_id=account.pk)
    end_session(account, ending, by=viewer.person, at=viewer.at)
    messages.success(request, _("该登录已结束。"))
    return redirect("people:account_sessions", holder.uuid)
