"""Headers that django-csp and Django's own middleware don't set."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from custodes.web.security import PERMISSIONS_POLICY, WITH_MICROPHONE


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
