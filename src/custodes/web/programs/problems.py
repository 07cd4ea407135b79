"""Errors as RFC 9457 problem details: what happened, and for each part of it the field, the rule and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from custodes.law.grounds.ground import Unmet
from custodes.places.lifecycle import said

PREFIX = "/api/register/"
CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True)
class FieldProblem:
    """One thing that is wrong.

    Attributes:
        field: where, as a path with dots; empty for the whole.
        rule: the clause, or the name of the house's own rule.
        what: what is wrong.
        remedy: what to do.
    """

    field: str
    rule: str
    what: str
    remedy: str


class Problem(Exception):
    """An answer that is no.

    Attributes:
        kind: its stable name.
        revision: of the row as it stands, where the caller rested on another.
        retry_after: seconds to wait before the same is tried again.
    """

    def __init__(
        self, status: int, kind: str, title: str, detail: str = "", errors: Iterable[FieldProblem] = ()
    ) -> None:
        super().__init__(kind)
        self.status, self.kind, self.title, self.detail = status, kind, title, detail
        self.errors = tuple(errors)
        self.revision: int | None = None
        self.retry_after: int | None = None

    def headers(self) -> dict[str, str]:
        """What the answer says beside its body."""
        told = {}
        if self.status == 401:
            told["WWW-Authenticate"] = "Bearer"
        if self.retry_after is not None:
            told["Retry-After"] = str(self.retry_after)
        if self.revision is not None:
            told["ETag"] = f'"{self.revision}"'
        return told


def titles() -> dict[int, tuple[str, str]]:
    """Plain problems by their status: kind and title."""
    return {
        400: ("bad-request", _("请求不正确")),
        401: ("key-needed", _("需要有效的密钥")),
        403: ("not-allowed", _("没有权限")),
        404: ("not-found", _("没有找到")),
        405: ("method-not-allowed", _("不支持这种请求方法")),
        409: ("not-now", _("现在不能办理")),
        412: ("changed-meanwhile", _("期间已被他人修改")),
        413: ("too-large", _("请求过大")),
        415: ("wrong-kind", _("不支持这种请求内容")),
        422: ("wrong-fields", _("有字段需要更正")),
        428: ("revision-needed", _("缺少修订号")),
        429: ("too-many", _("请求过于频繁")),
        500: ("failed", _("服务出错，已记录")),
        503: ("unavailable", _("服务暂时不能使用")),
    }


def plain(status: int, detail: str = "", errors: Iterable[FieldProblem] = ()) -> Problem:
    """The problem of a status."""
    kind, title = titles().get(status, ("failed", _("服务出错，已记录")))
    return Problem(status, kind, title, detail, errors)


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """It, as an answer."""
    body: dict[str, Any] = {
        "type": f"urn:custodes:problem:{problem.kind}",
        "title": str(problem.title),
        "status": problem.status,
    }
    if problem.revision is not None:
        body["revision"] = problem.revision
    if problem.detail:
        body["detail"] = str(problem.detail)
    if problem.errors:
        body["errors"] = [{name: str(value) for name, value in asdict(one).items()} for one in problem.errors]
    content = json.dumps(body, ensure_ascii=False)
    said = {**problem.headers(), **(headers or {})}
    return HttpResponse(content, status=problem.status, content_type=CONTENT_TYPE, headers=said)


def is_ours(request: HttpRequest) -> bool:
    """Whether this address speaks problem details."""
    return request.path.startswith(PREFIX)


def of_form(errors: Mapping[str, Iterable[Mapping[str, Any]]], clauses: Mapping[str, str] | None = None) -> Problem:
    """What a form says is wrong with what was sent.

    Args:
        errors: `form.errors.get_json_data()`.
        clauses: of a field that a form asks for in the law's name: its clause, where the form says in its own words what is wrong.
    """
    known = clauses or {}
    found = [
        FieldProblem("" if name == "__all__" else name, _rule(name, one, known), _said(one), _remedy(str(one["code"])))
        for name, ones in errors.items()
        for one in ones
    ]  # fmt: skip
    return plain(422, errors=found)


def _rule(name: str, error: Mapping[str, Any], clauses: Mapping[str, str]) -> str:
    if not error["code"] and name in clauses:
        return clauses[name]
    return f"form:{error['code'] or 'invalid'}"


def _said(error: Mapping[str, Any]) -> str:
    """The form's words; where they repeat what was sent, others: a refusal is kept with its key, and what was refused is not (S20)."""
    return _("不是可选的值。") if error["code"] in ("invalid_choice", "invalid_pk_value") else str(error["message"])


def _remedy(code: str) -> str:
    if code == "required":
        return _("请填写该字段。")
    if code in ("invalid_choice", "invalid_pk_value"):
        return _("请使用接口文档或者有权使用的对象中列出的值。")
    return _("请更正该字段后重新提交。")


def of_unmet(detail: str, unmet: Iterable[Unmet]) -> Problem:
    """A step of the register that can't be taken: what is missing, by its clause."""
    errors = [FieldProblem("", one.clause, said.reason(one), said.remedy(one)) for one in unmet]
    return Problem(409, "not-now", _("现在不能办理"), detail, errors)
