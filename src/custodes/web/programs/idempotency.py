"""The `Idempotency-Key` header: a write that is sent again, because its answer was lost, is done once
(draft-ietf-httpapi-idempotency-key-header-07; how it is kept: `people.program_writes`)."""

from __future__ import annotations

import hashlib
import re

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from custodes.people import program_writes
from custodes.people.program_writes import AnotherBody, Claim, Kept, Running
from custodes.web.programs.keys import Call
from custodes.web.programs.problems import Wrong, plain

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_SALT = "custodes.web.programs.idempotency"
#: A structured field string (RFC 9651 §3.3.3); without its quotes it is taken too.
_KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,200})"?')
_KEPT_HEADERS = ("ETag", "Location", "Content-Language")
RETRY = 2
"""Seconds after which the same is asked again while it runs."""


def claim(request: HttpRequest, call: Call, content: bytes) -> Claim | HttpResponse | None:
    """Hold the key that the request names, or the answer that it was given; None when it names none.

    Args:
        content: digest of the body.

    Raises:
        Problem: 400, it is no key; 409, the same is being done; 422, it was used for another request.
    """
    said = request.headers.get(HEADER)
    if said is None:
        return None
    found = _KEY.fullmatch(said.strip())
    if found is None:
        what = _("不是有效的幂等键")
        remedy = _("请使用 1 至 200 个可见 ASCII 字符，不含引号和反斜杠，例如 UUID。")
        raise plain(400, errors=[Wrong(HEADER, "idempotency:key", what, remedy)])
    try:
        held = program_writes.claim(call.opened.program, found[1], _fingerprint(request, content), call.at)
    except Running as error:
        what, remedy = _("同一请求正在办理"), _("请稍后以同一个键再次发送，即可得到其结果。")
        problem = plain(409, what, [Wrong(HEADER, "idempotency:running", what, remedy)])
        problem.retry_after = RETRY
        raise problem from error
    except AnotherBody as error:
        what, remedy = _("该键已经用于另一个请求"), _("每个请求使用一个新的键；重发时请求内容和 If-Match 保持不变。")
        raise plain(422, what, [Wrong(HEADER, "idempotency:another-body", what, remedy)]) from error
    if isinstance(held, Claim):
        return held
    call.about = held.about
    call.rows = 1 if held.about else 0
    return HttpResponse(
        held.body, status=held.status, content_type=held.content_type, headers={**held.headers, REPLAYED: "true"}
    )


def kept(answer: HttpResponse, call: Call) -> Kept:
    """An answer as it is kept."""
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    return Kept(answer.status_code, answer.headers["Content-Type"], answer.content.decode(), headers, call.about)


def _fingerprint(request: HttpRequest, content: bytes) -> str:
    """Of all that makes the request what it is. With a secret, so that nobody who reads the table can try what was sent."""
    parts = (str(request.method), request.get_full_path(), request.headers.get("If-Match", ""), content.hex())
    return salted_hmac(_SALT, "\n".join(parts), algorithm="sha256").hexdigest()


def digest(request: HttpRequest) -> bytes:
    """Of a body that is read whole."""
    return hashlib.sha256(request.body).digest()
