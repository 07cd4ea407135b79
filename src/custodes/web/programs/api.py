"""The interface itself: its operations, its errors, its addresses. No schema page, no cookie, no other origin."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any, cast

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from custodes.people.papers.kinds import takes_papers
from custodes.web.programs import (
    acceptance,
    cameras,
    changes,
    description,
    filings,
    papers,
    places,
    plans,
    problems,
    reads,
    removals,
    steps,
    systems,
)
from custodes.web.programs.keys import keyed, unknown_key
from custodes.web.programs.problems import FieldProblem, Problem, plain
from custodes.web.programs.routing import router

log = structlog.get_logger("custodes.web.programs")

api = NinjaAPI(
    title="Custodes register",
    version="1",
    description=description.INTRODUCTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="register",
)
for _room in (reads, places, systems, cameras, steps, acceptance, filings, papers, removals, changes, plans):
    _room.enter()
api.add_router("", router)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problems.answer(problem)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problems.answer(unknown_key())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.answer(plain(422, errors=[_wrong(one) for one in error.errors[:50]]))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.answer(plain(error.status_code))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    detail = _("没有找到，或者不在该程序的范围之内。")
    return problems.answer(plain(404, detail))


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    # What was sent may be base data: the line says which operation, what kind of failure and where, never the text.
    log.error(
        "program.call_failed",
        view=str(request.resolver_match.view_name if request.resolver_match else ""),
        error=type(error).__name__,
        at=[f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-8:]],
    )
    return problems.answer(plain(500))


def _wrong(error: dict[str, Any]) -> FieldProblem:
    """One finding of pydantic's, without the value that it found."""
    path = [str(part) for part in error.get("loc", ())]
    field = ".".join(path[2:] if path[:1] == ["body"] else path[1:])
    remedy = _("请填写该字段。") if error.get("type") == "missing" else _("请按接口文档更正该字段的类型和取值。")
    if error.get("type") == "extra_forbidden":
        remedy = _("请删除该字段；可以填写的字段见接口文档。")
    return FieldProblem(
        field[:200], f"schema:{error.get('type', 'invalid')}", _what(str(error.get("type", ""))), remedy
    )


def _what(kind: str) -> str:
    if kind == "missing":
        return _("缺少该字段")
    if kind == "extra_forbidden":
        return _("没有这个字段")
    return _("类型或者取值不正确")


def addresses() -> tuple[list[URLPattern], str, str]:
    """Its addresses, each open to keys alone and on record."""
    every, app, space = api.urls
    patterns = [one for one in every if isinstance(one, URLPattern) and one.name != "api-root"]
    for pattern in patterns:
        called = keyed(cast("Callable[..., HttpResponse]", pattern.callback), str(pattern.name))
        pattern.callback = takes_papers()(called) if pattern.name == papers.TAKES else called
    return patterns, app, space
