"""The description of the interface, for who is signed in: OpenAPI as JSON, and a plain page of it without anybody's scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from custodes.people.models.program import SCOPES
from custodes.people.said import in_english
from custodes.web.programs.api import api
from custodes.web.programs.description import BASE, completed
from custodes.web.programs.inchinese import OPERATIONS


def schema() -> dict[str, Any]:
    """OpenAPI 3.1."""
    return completed(dict(api.get_openapi_schema(path_prefix=BASE)), _scopes())


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The schema."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it.

    Attributes:
        summary, language: what it does, and the language of these words.
        takes, gives: names of shapes; empty for none.
        files: kinds of files that it takes or gives instead.
    """

    method: str
    path: str
    summary: str
    language: str
    scope: str
    takes: str
    gives: str
    files: str


# The whole description on one page: a fifth of it on the wire. Its one secret, the token against forgery, is masked anew each time.
@gzip_page
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """A plain page: operations, their scopes and shapes."""
    document = schema()
    shapes = [
        (name, [(field, _kind(one), one.get("description", "")) for field, one in shape.get("properties", {}).items()])
        for name, shape in sorted(document["components"]["schemas"].items())
    ]
    context = {
        "operations": list(_operations(document)),
        "shapes": shapes,
        "scopes": SCOPES,
        "base": BASE,
        "crumbs": [(_("接口说明"), "")],
    }
    return render(request, "programs/reference.html", context)


def _operations(document: dict[str, Any]) -> list[Operation]:
    scopes = _scopes()
    found, own = [], {} if in_english() else OPERATIONS
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            good = next(answer for status, answer in one["responses"].items() if str(status).startswith("2"))
            given = good.get("content", {}).get("application/json", {}).get("schema", {})
            scope = scopes.get((method.upper(), one["operationId"]), "")
            files = [*one.get("requestBody", {}).get("content", {}), *good.get("content", {})]
            found.append(
                Operation(
                    method.upper(),
                    path.removeprefix(BASE),
                    own.get(one["operationId"]) or one.get("description", "").removesuffix(f" Scope: `{scope}`."),
                    "zh-Hans" if one["operationId"] in own else "en",
                    scope,
                    _kind(body) if body else "",
                    _kind(given) if given else "",
                    ", ".join(kind for kind in files if kind != "application/json"),
                )
            )
    return found


def _scopes() -> dict[tuple[str, str], str]:
    """Which scope each operation asks for, from the operations themselves."""
    found: dict[tuple[str, str], str] = {}
    for _prefix, router in api._routers:
        for path_view in router.path_operations.values():
            for operation in path_view.operations:
                name = operation.operation_id or api.get_openapi_operation_id(operation)
                for auth in operation.auth_callbacks:
                    found.update({(method, name): getattr(auth, "scope", "") for method in operation.methods})
    return found


def _kind(shape: dict[str, Any]) -> str:
    """A shape in a word."""
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "anyOf" in shape:
        return " | ".join(_kind(one) for one in shape["anyOf"])
    if shape.get("type") == "array":
        return f"[{_kind(shape.get('items', {}))}]"
    return str(shape.get("format") or shape.get("type") or "")
