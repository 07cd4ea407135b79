"""Every address needs a signed-in account unless its view says `login_not_required`: forgetting it refuses, never opens."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from custodes.web.middleware.answers import refuse_api, wants_json


class SignedIn(LoginRequiredMiddleware):
    """Django's middleware, with 401 for programs in place of a redirect."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        """Redirect a page to the sign-in page; answer a program with 401."""
        if wants_json(request):
            return refuse_api(401, _("请先登录。"))
        return super().handle_no_permission(request, view_func)
