"""One's own page: posts, ways to sign in, signed-in sessions; and another person's sessions, for the security administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people import programs
from custodes.people.models import Account, Person, Program, ProgramState
from custodes.people.permissions import Permission
from custodes.people.sessions import end_session, sessions_of
from custodes.people.signin import has_second_factor, second_factor_required
from custodes.people.viewer import Viewer, needs
from custodes.people.views.persons import answered_person


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Name, unit, posts and what can be changed."""
    viewer = Viewer.of(request)
    person = Person.objects.select_related("unit__division").get(pk=viewer.person.pk)
    posts = list(person.posts.select_related("unit"))
    for post in posts:
        post.counts = post.is_valid(viewer.at)
    context = {
        "person": person,
        "posts": posts,
        "now": viewer.at,
        "programs": person.programs.exclude(state__in=(ProgramState.REFUSED, ProgramState.ENDED)).select_related(
            "division"
        ),
        "second_factor": has_second_factor(viewer.account),
        "second_factor_required": second_factor_required(viewer.account, viewer.at),
    }
    return render(request, "people/profile.html", context)


@require_POST
def program_end(request: HttpRequest, program: UUID) -> HttpResponse:
    """Take one's posts back from a program that acts with them: it is stopped, and its keys are dead."""
    viewer = Viewer.of(request)
    row = get_object_or_404(Program, uuid=program, person=viewer.person)
    try:
        programs.end(row, viewer.person, viewer.at)
    except programs.ProgramRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("接入程序已停用，密钥全部失效。"))
    return redirect("people:profile")


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Where this account is signed in."""
    viewer = Viewer.of(request)
    context = {"sessions": sessions_of(viewer.account), "current": request.session.session_key}
    return render(request, "people/session_list.html", context)


@require_POST
def session_end(request: HttpRequest, session: int) -> HttpResponse:
    """End one of the own sessions; the present one by signing out."""
    viewer = Viewer.of(request)
    ending = get_object_or_404(UserSession, pk=session, user_id=viewer.account.pk)
    if ending.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    end_session(viewer.account, ending, by=viewer.person, at=viewer.at)
    messages.success(request, _("该登录已结束。"))
    return redirect("people:session_list")


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
