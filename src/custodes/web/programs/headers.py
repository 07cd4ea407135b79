"""Revisions on the wire: a row's `ETag` is its revision, and whoever changes it says in `If-Match` on which one the change rests
(RFC 9110 §8.8.3, §13.1.1; RFC 6585 §3). So nothing that somebody else wrote meanwhile is lost (R8).

And the `Idempotency-Key`: a write that is sent again, because its answer was lost, is done once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from custodes.people import program_writes
from custodes.people.program_writes import AnotherBody, KeptAnswer, WriteClaim, WriteRunning
from custodes.places.models import RowEdit
from custodes.web.programs.keys import ApiCall
from custodes.web.programs.problems import FieldProblem, Problem, plain

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_SALT = "custodes.web.programs.idempotency"  # stands in kept fingerprints: stays when the file moves
#: A structured field string (RFC 9651 §3.3.3); without its quotes it is taken too.
_KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,200})"?')
_KEPT_HEADERS = ("ETag", "Location", "Content-Language")
RETRY = 2
"""Seconds after which the same is asked again while it runs."""


def claim(request: HttpRequest, call: ApiCall, content: bytes) -> WriteClaim | HttpResponse | None:
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
        raise plain(400, errors=[FieldProblem(HEADER, "idempotency:key", what, remedy)])
    try:
        held = program_writes.claim(call.opened.program, found[1], _fingerprint(request, content), call.at)
    except WriteRunning as error:
        what, remedy = _("同一请求正在办理"), _("请稍后以同一个键再次发送，即可得到其结果。")
        problem = plain(409, what, [FieldProblem(HEADER, "idempotency:running", what, remedy)])
        problem.retry_after = RETRY
        raise problem from error
    except AnotherBody as error:
        what, remedy = _("该键已经用于另一个请求"), _("每个请求使用一个新的键；重发时请求内容和 If-Match 保持不变。")
        raise plain(422, what, [FieldProblem(HEADER, "idempotency:another-body", what, remedy)]) from error
    if isinstance(held, WriteClaim):
        return held
    call.about = held.about
    call.rows = 1 if held.about else 0
    return HttpResponse(
        held.body, status=held.status, content_type=held.content_type, headers={**held.headers, REPLAYED: "true"}
    )


def kept(answer: HttpResponse, call: ApiCall) -> KeptAnswer:
    """An answer as it is kept."""
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    return KeptAnswer(answer.status_code, answer.headers["Content-Type"], answer.content.decode(), headers, call.about)


def _fingerprint(request: HttpRequest, content: bytes) -> str:
    """Of all that makes the request what it is. With a secret, so that nobody who reads the table can try what was sent."""
    parts = (str(request.method), request.get_full_path(), request.headers.get("If-Match", ""), content.hex())
    return salted_hmac(_SALT, "\n".join(parts), algorithm="sha256").hexdigest()


def digest(request: HttpRequest) -> bytes:
    """Of a body that is read whole."""
    return hashlib.sha256(request.body).digest()


_ONE = re.compile(r'"(\d{1,9})"')


def etag(revision: int) -> str:
    """A strong validator."""
    return f'"{revision}"'


def seen(request: HttpRequest) -> int:
    """The revision on which the change rests; -1 for a validator that is none of ours, which matches nothing.

    Raises:
        Problem: 428, it is not said, or any would do.
    """
    said = request.headers.get("If-Match", "").strip()
    if said in ("", "*"):
        what = _("没有写明所依据的修订号")
        remedy = _("请先读取该行，把答复中的 ETag 原样放入 If-Match 后重新提交。")
        raise plain(428, errors=[FieldProblem("If-Match", "RFC 6585 §3", what, remedy)])
    found = _ONE.fullmatch(said)
    return int(found[1]) if found else -1


def changed(revision: int, fields: Iterable[tuple[str, str]]) -> Problem:
    """412: what changed meanwhile.

    Args:
        revision: as it stands.
        fields: where, and what happened to it.
    """
    remedy = _("请重新读取该行，核对后以新的 ETag 重新提交；使用 Idempotency-Key 的，换一个新的。")
    wrong = [FieldProblem(field, "R8", what, remedy) for field, what in fields]
    problem = plain(
        412,
        _("您读取之后，该行已被修改，没有保存。"),
        wrong or [FieldProblem("If-Match", "R8", _("修订号不是现在的"), remedy)],
    )
    problem.revision = revision
    return problem


#: Columns that have another name on the wire.
_NAMED = {"sign_paper": "sign", "mask_paper": "mask"}


def edited(row: Any, seen: int) -> Problem:
    """412, naming the fields of a row of the register that were changed after the revision `seen`, and when."""
    edits = RowEdit.objects.filter(object=row._meta.label_lower, object_id=row.pk, revision__gt=seen)
    last = {name: edit.at for edit in edits.order_by("revision") for name in edit.changes} if seen >= 0 else {}
    words = _("“%(field)s”已于 %(at)s 被修改")
    told = [
        (_NAMED.get(name, name), words % {"field": row._meta.get_field(name).verbose_name, "at": timezone.localtime(at).strftime("%Y-%m-%d %H:%M")})
        for name, at in last.items()
    ]  # fmt: skip
    return changed(row.revision, told)
