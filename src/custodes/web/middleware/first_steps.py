"""What an account must do before anything else: change a one-time password, set up a second factor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from custodes.people.second_factor import second_factor_missing
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
        if name in ALWAYS_OPEN:
            return None
        if user.must_change_password:
            if name in PASSWORD:
                return None
            return self._lead(request, "account_change_password", _("这是一次性密码，请先修改。"))
        if name in SECOND_FACTOR or name in PASSWORD:
            return None
        if second_factor_missing(user, timezone.now()):
            return self._lead(request, "mfa_index", _("您的岗位要求两步验证，请先设置。"))
        return None

    @staticmethod
    def _lead(request: HttpRequest, where: str, why: str) -> HttpResponse:
        if wants_json(request):
            return refuse_api(403, why)
        messages.warning(request, why)
        return redirect(where)
