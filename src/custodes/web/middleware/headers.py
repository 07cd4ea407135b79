"""What every answer is given: headers that django-csp and Django's own middleware don't set, and the language that it is in."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from custodes.settings import get_settings
from custodes.web.security import PERMISSIONS_POLICY, WITH_MICROPHONE


def language_of(request: HttpRequest) -> str:
    """The language code for this request; the browser's own list is not asked, offices speak Chinese."""
    known = {code for code, _name in django_settings.LANGUAGES}
    user = getattr(request, "user", None)
    chosen = getattr(user, "language", "") if user is not None and user.is_authenticated else ""
    for code in (chosen, request.COOKIES.get(django_settings.LANGUAGE_COOKIE_NAME, ""), get_settings().language):
        if code in known:
            return code
    return django_settings.LANGUAGE_CODE


class Language(MiddlewareMixin):
    """Activates the language and says so in the answer."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate it."""
        translation.activate(language_of(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Name it."""
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class Headers(MiddlewareMixin):
    """Browser features off, nothing shared across origins, and no copy of a signed-in page left on the machine."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add the headers."""
        speaks = getattr(response, "uses_microphone", False)
        response.headers.setdefault("Permissions-Policy", WITH_MICROPHONE if speaks else PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # A control room's computer has many hands: after signing out, "back" must show nothing.
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response
