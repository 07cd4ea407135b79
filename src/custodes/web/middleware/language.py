"""Which language a page is in: the account's choice, else the browser's cookie, else the installation's setting."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from custodes.settings import get_settings


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
