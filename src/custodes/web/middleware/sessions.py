"""Who is signed in: every address needs a signed-in account unless its view says `login_not_required` (forgetting it refuses, never opens);
what an account must do before anything else; and its posts, which are read once while a page is drawn.

A signed-in session ends: after `session_hours` whatever happens, and after `session_idle_minutes` without a request.

What an open page asks by itself is no request in this sense. One thing is by choice: a look of the own duty that is renewed keeps its
session alive. Whoever stands duty watches a wall without touching anything, and their duty session says how long (S34(1)). A look under
a request or beside an officer is bound to somebody who is there (S28.1(1), S29, N21): its renewals say nothing of that, and the pages of
such looks tell of a touched key or pointer themselves (`/api/here`).
"""

from __future__ import annotations

import datetime
import re
from inspect import iscoroutinefunction
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from custodes.access.models import Grant
from custodes.people import sessions
from custodes.people.models.account import read_afresh, read_once
from custodes.people.signin import second_factor_missing
from custodes.settings import get_settings
from custodes.web.middleware.answers import refuse_api, wants_json

ALWAYS_OPEN = frozenset({"account_logout", "set_language", "account_reauthenticate", "mfa_reauthenticate"})
PASSWORD = frozenset({"account_change_password"})
SECOND_FACTOR = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    }
)


class FirstSteps(MiddlewareMixin):
    """Leads to the step that is due and refuses everything else until it is done."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Redirect (or refuse a program) while a step is due."""
        user = request.user
        if not user.is_authenticated or not getattr(view_func, "login_required", True):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        lacks_factor = not user.must_change_password and second_factor_missing(user, timezone.now())
        request.first_step_due = user.must_change_password or lacks_factor  # type: ignore[attr-defined]  # read by `frame`
        if name in ALWAYS_OPEN or name in PASSWORD:
            return None
        if user.must_change_password:
            return self._lead(request, "account_change_password", _("这是一次性密码，请先修改。"))
        if lacks_factor and name not in SECOND_FACTOR:
            return self._lead(request, "mfa_index", _("您的岗位要求两步验证，请先设置。"))
        return None

    @staticmethod
    def _lead(request: HttpRequest, where: str, why: str) -> HttpResponse:
        if wants_json(request):
            return refuse_api(403, why)
        messages.warning(request, why)
        return redirect(where)


#: What changes nothing; everything else asks again under its locks.
READING = frozenset({"GET", "HEAD"})


class PostsReadOnce(MiddlewareMixin):
    """For requests that only read. Coroutine views, which may wait for long, and what streams after the answer read them afresh."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> None:
        """Begin; not for a coroutine, which may wait for something between two questions."""
        person = getattr(request.user, "person", None)
        reads = request.method in READING or getattr(view_func, "only_reads", False)
        if person is not None and reads and not iscoroutinefunction(view_func):
            read_once(person)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The page is drawn: whatever goes on in its stream asks afresh."""
        person = getattr(getattr(request, "user", None), "person", None)
        if person is not None:
            read_afresh(person)
        return response


class SignedIn(LoginRequiredMiddleware):
    """Django's middleware, with 401 for programs in place of a redirect."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        """Redirect a page to the sign-in page; answer a program with 401."""
        if wants_json(request):
            return refuse_api(401, _("请先登录。"))
        return super().handle_no_permission(request, view_func)


BEGUN = "session_begun_at"
SEEN = "session_seen_at"
#: The last-seen time is written at most this often, so that a page of live tiles does not write on each renewal.
SEEN_STEP = datetime.timedelta(minutes=1)
#: What an open page asks by itself, whether or not somebody sits before it: such a request keeps no session alive.
BY_ITSELF = frozenset({"/api/alarms/bell"})
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#: Of officers' pages (S28.1(1)): a page that nobody sits before any more must not stand for somebody who is there. And what a page asks
#: again and again: how far a package, a table or a masking is, what a timeline has meanwhile.
ASKED_AGAIN = re.compile(
    rf"/api/requests/{_ID}/present|/requests/{_ID}/packages/{_ID}/progress/|/api/cameras/{_ID}/timeline"
    rf"|/imports/table/{_ID}/progress/|/batches/{_ID}/progress/|/release/{_ID}/progress/"
)
RENEWED = re.compile(rf"/api/views/({_ID})/renew")


def _by_itself(path: str) -> bool:
    if path in BY_ITSELF or ASKED_AGAIN.fullmatch(path):
        return True
    renewed = RENEWED.fullmatch(path)
    if renewed is None:
        return False
    bound = Q(request__isnull=False) | Q(session__isnull=False)
    return Grant.objects.filter(bound, pk=renewed[1]).exists()


class SessionLimits(MiddlewareMixin):
    """Checks both ends on every request of a signed-in account."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Sign out when either end has come; otherwise note that the person is there."""
        if not request.user.is_authenticated:
            return None
        now = timezone.now()
        begun = _read(request, BEGUN) or now
        seen = _read(request, SEEN) or now
        reason = session_end(begun, seen, now)
        if reason:
            return self._sign_out(request, reason)
        if BEGUN not in request.session:
            request.session[BEGUN] = begun.isoformat()
        if SEEN not in request.session or (now - seen >= SEEN_STEP and not _by_itself(request.path)):
            request.session[SEEN] = now.isoformat()
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)
        return None

    def _sign_out(self, request: HttpRequest, reason: str) -> HttpResponse:
        sessions.session_ended(request, reason)
        path = request.get_full_path()
        logout(request)
        if wants_json(request):
            return refuse_api(401, _("登录已失效，请重新登录。"))
        text = (
            _("登录已满最长时限，请重新登录。")
            if reason == "absolute"
            else _("长时间没有操作，已自动退出，请重新登录。")
        )
        messages.info(request, text)
        from django.contrib.auth.views import redirect_to_login

        return redirect_to_login(path) if request.method == "GET" else redirect("account_login")


def session_end(begun: datetime.datetime, seen: datetime.datetime, now: datetime.datetime) -> str:
    """Why a session must end now: ``absolute``, ``idle``, or empty when it may go on."""
    settings = get_settings()
    if now - begun >= datetime.timedelta(hours=settings.session_hours):
        return "absolute"
    if now - seen >= datetime.timedelta(minutes=settings.session_idle_minutes):
        return "idle"
    return ""


def _read(request: HttpRequest, key: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(request.session[key])
    except (KeyError, TypeError, ValueError):
        return None
