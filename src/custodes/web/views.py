"""The pages that belong to no room: 工作台, the language switch, health, and errors."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from custodes.people.models import Account
from custodes.upkeep.views.feed import FEED, FEED_HEADERS
from custodes.web.middleware.answers import refuse, wants_json
from custodes.web.workbench import workbench


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """工作台: what this person must do now."""
    assert isinstance(request.user, Account)
    return render(request, "home.html", workbench(request.user, timezone.now()))


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose the language, for the account when signed in and for this browser in any case."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    answer = redirect(target)
    if language not in dict(django_settings.LANGUAGES):
        return answer
    answer.set_cookie(
        django_settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 86400,
        httponly=True,
        samesite="Lax",
        secure=django_settings.LANGUAGE_COOKIE_SECURE,
    )
    if request.user.is_authenticated and isinstance(request.user, Account):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return answer


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether the process answers and reaches its database; says nothing else."""
    Account.objects.exists()
    return JsonResponse({"ok": True})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, also for objects outside the person's scope."""
    return _error(request, 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429, by the rate limits on signing in."""
    return _error(request, 429)


def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    return _error(request, 500)


def _error(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith(FEED):
        # The address is a secret: no page, whose form for the language would hold it, and nothing that a calendar program can't read.
        return HttpResponse("", status=status, content_type="text/plain; charset=utf-8", headers=FEED_HEADERS)
    if wants_json(request):
        return refuse(request, status, "")
    return render(request, f"errors/{status}.html", status=status)
