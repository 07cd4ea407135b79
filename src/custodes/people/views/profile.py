"""One's own page: posts, ways to sign in, signed-in sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.browser import browser_words
from custodes.people.models import Person
from custodes.people.second_factor import has_second_factor, second_factor_required
from custodes.people.viewer import Viewer


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
        "second_factor": has_second_factor(viewer.account),
        "second_factor_required": second_factor_required(viewer.account, viewer.at),
    }
    return render(request, "people/profile.html", context)


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Where this account is signed in."""
    viewer = Viewer.of(request)
    sessions = UserSession.objects.purge_and_list(viewer.account)
    for session in sessions:
        session.browser = browser_words(session.user_agent)
    sessions.sort(key=lambda session: session.last_seen_at, reverse=True)
    return render(
        request,
        "people/session_list.html",
        {"sessions": sessions, "current": request.session.session_key},
    )


@require_POST
def session_end(request: HttpRequest, session: int) -> HttpResponse:
    """End one of the own sessions; the present one by signing out."""
    viewer = Viewer.of(request)
    ending = get_object_or_404(UserSession, pk=session, user_id=viewer.account.pk)
    if ending.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    ending.end()
    messages.success(request, _("该登录已结束。"))
    return redirect("people:session_list")
