"""Revisions on the wire: a row's `ETag` is its revision, and whoever changes it says in `If-Match` on which one the change rests
(RFC 9110 §8.8.3, §13.1.1; RFC 6585 §3). So nothing that somebody else wrote meanwhile is lost (R8)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from custodes.web.programs.problems import Problem, Wrong, plain

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
        raise plain(428, errors=[Wrong("If-Match", "RFC 6585 §3", what, remedy)])
    found = _ONE.fullmatch(said)
    return int(found[1]) if found else -1


def changed(revision: int, fields: Iterable[tuple[str, str]]) -> Problem:
    """412: what changed meanwhile.

    Args:
        revision: as it stands.
        fields: where, and what happened to it.
    """
    remedy = _("请重新读取该行，核对后以新的 ETag 重新提交；使用 Idempotency-Key 的，换一个新的。")
    wrong = [Wrong(field, "R8", what, remedy) for field, what in fields]
    problem = plain(
        412,
        _("您读取之后，该行已被修改，没有保存。"),
        wrong or [Wrong("If-Match", "R8", _("修订号不是现在的"), remedy)],
    )
    problem.revision = revision
    return problem
