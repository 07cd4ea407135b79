"""Who calls: a key in the `Authorization` header and nothing else. No cookie opens anything here, so there is no forged request."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from ninja.security import HttpBearer

from custodes.people import programs
from custodes.people.buckets import Buckets
from custodes.people.models import Person, ProgramScope
from custodes.people.models.account import read_afresh, read_once
from custodes.people.programs import OpenedKey, Shut
from custodes.settings import get_settings
from custodes.web.middleware.sessions import READING
from custodes.web.programs import problems
from custodes.web.programs.problems import FieldProblem, Problem, plain

_buckets: dict[int, Buckets] = {}


class ApiCall:
    """One call: who, when, what was given. Endpoints note `about` and `rows`; the record is written from it."""

    def __init__(self, request: HttpRequest, opened: OpenedKey | Shut) -> None:
        self.at = timezone.now()
        self.opened = opened
        self.request = request
        self.about = ""
        self.rows = 0

    @property
    def person(self) -> Person:
        """With whose posts."""
        return self.opened.program.person

    def within(self, division: str) -> Q:
        """A filter for rows in the program's division; `division` is the lookup path to it."""
        return Q(**{f"{division}__path__startswith": self.opened.program.division.path})

    def check_division(self, path: str, field: str) -> None:
        """Nothing is written outside the program's division.

        Raises:
            Problem: it lies outside.
        """
        if not path.startswith(self.opened.program.division.path):
            what = _("不在该程序限于的行政区划之内")
            remedy = _("请联系系统管理员核对该程序的行政区划。")
            raise plain(403, errors=[FieldProblem(field, "program:division", what, remedy)])


class ProgramKeyAuth(HttpBearer):
    """The key, its scope for this operation, and its rate.

    Args:
        scope: what the operation asks for.
        price: requests that it counts for; one that costs more than the key has in a minute takes all of them.
    """

    openapi_bearerFormat = "csk_…"

    def __init__(self, scope: ProgramScope, price: int = 1) -> None:
        super().__init__()
        self.scope = scope
        self.price = price

    @sensitive_variables("token")
    def authenticate(self, request: HttpRequest, token: str) -> ApiCall | None:
        """The call, noted on the request so that it is on record whatever becomes of it.

        Raises:
            Problem: the key opens nothing any more, lacks the scope, or asks too often.
        """
        opened = programs.opened_by(token, timezone.now())
        if opened is None:
            return None
        call = ApiCall(request, opened)
        request.program_call = call  # type: ignore[attr-defined]
        request.program_scope = self.scope.value  # type: ignore[attr-defined]
        _check_rate(opened, self.price)
        if isinstance(opened, Shut):
            raise _shut(opened)
        if request.method in READING:
            read_once(opened.program.person)
        if self.scope not in opened.program.scopes:
            what = _("该程序没有这项权限：%(scope)s") % {"scope": self.scope.value}
            remedy = _("请由系统管理员登记、安全管理员批准所需的权限。")
            raise plain(403, errors=[FieldProblem("", f"scope:{self.scope.value}", what, remedy)])
        return call


@sensitive_variables("token")
def check_key(request: HttpRequest) -> None:
    """Let any key in that stands, whatever its scopes: for what tells a program how to ask, and nothing of the register.

    Raises:
        Problem: there is no key, it opens nothing any more, or asks too often.
    """
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    opened = programs.opened_by(token.strip(), timezone.now()) if scheme.lower() == "bearer" else None
    if opened is None:
        raise unknown_key()
    _check_rate(opened, 1)
    if isinstance(opened, Shut):
        raise _shut(opened)


def unknown_key() -> Problem:
    """No key, or none that ever was one."""
    remedy = _("请在 Authorization 中以 Bearer 方式给出密钥。")
    return plain(401, errors=[FieldProblem("Authorization", "key:unknown", _("没有密钥，或者密钥不正确"), remedy)])


def _shut(shut: Shut) -> Problem:
    return plain(401, _why(shut), [FieldProblem("Authorization", f"key:{shut.why.replace(' ', '-')}", _why(shut), _("请联系系统管理员。"))])  # fmt: skip


def _why(shut: Shut) -> str:
    return {
        "revoked": _("该密钥已经吊销。"),
        "expired": _("该密钥已经过期。"),
        "ended": _("该接入程序未获批准或者已经停用。"),
    }.get(shut.why, _("程序负责人没有可以办理的有效岗位。"))


def _check_rate(opened: OpenedKey | Shut, price: int) -> None:
    key = opened.key
    bucket = _buckets.setdefault(key.per_minute, Buckets(key.per_minute))
    wait = bucket.take(str(key.pk), min(price, key.per_minute))
    if wait:
        seconds = math.ceil(wait)
        detail = _("请求过于频繁，请 %(seconds)d 秒后再试。") % {"seconds": seconds}
        problem = plain(429, detail, [FieldProblem("", "key:rate", detail, _("请按密钥的每分钟请求数调用。"))])
        problem.retry_after = seconds
        raise problem


def call_of(request: HttpRequest) -> ApiCall:
    """The call of a request that has passed its key."""
    found: ApiCall = request.program_call  # type: ignore[attr-defined]
    return found


def language_of(request: HttpRequest) -> str:
    """Programs have no account: the first of our languages that they name, else the installation's."""
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip().lower()
        if code.startswith("zh"):
            return "zh-hans"
        if code.startswith("en"):
            return "en"
    return get_settings().language


def keyed(view: Callable[..., HttpResponse], name: str) -> Callable[..., HttpResponse]:
    """An operation of the interface: open to keys, not to sessions; in the caller's language; on record before it is answered."""

    @wraps(view)
    @sensitive_post_parameters()
    def called(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_of(request)):
            answer = view(request, *args, **kwargs)
            if answer.status_code == 405:
                answer = problems.answer(plain(405), {"Allow": answer.headers.get("Allow", "")})
            call: ApiCall | None = getattr(request, "program_call", None)
            if call is not None:
                # What goes on in a stream behind the answer asks afresh.
                read_afresh(call.person)
            # Not of what came too often, which was given nothing: whoever holds a key could fill the log.
            if call is not None and answer.status_code != 429:
                programs.note_call(
                    call.opened,
                    call=name,
                    method=str(request.method),
                    scope=str(getattr(request, "program_scope", "")),
                    about=call.about,
                    rows=call.rows if answer.status_code < 400 else 0,
                    status=answer.status_code,
                    at=call.at,
                )
            answer.headers["Content-Language"] = str(translation.get_language())
            answer.headers["Cache-Control"] = "private, no-store"
            return answer

    called.login_required = False  # type: ignore[attr-defined]
    called.csrf_exempt = True  # type: ignore[attr-defined]
    return called


__all__ = ["ApiCall", "Problem", "ProgramKeyAuth", "call_of", "keyed", "language_of"]
