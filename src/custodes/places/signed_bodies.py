"""Bodies of signed requests under ``/internal/``: read by their model, held against who signed them, answered and refused in one form (wire.md §2, §8)."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic import BaseModel, ValidationError

from custodes.places.models import Gateway

_Any = TypeVar("_Any", bound=BaseModel)


def body(model: type[_Any], request: HttpRequest) -> _Any | HttpResponse:
    """What was posted, or the answer that it is not this: 405, 400 with the place that is wrong and never with what stands there."""
    if request.method != "POST":
        return HttpResponse(status=405)
    try:
        return model.model_validate_json(request.body)
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_input=False)[0]["loc"])) or "the top"
        return refuse(400, "bad_request", f"wrong at {where}")


def body_of(model: type[_Any], request: HttpRequest, gateway: Gateway) -> _Any | HttpResponse:
    """The same of a body that must name the gateway that signed it: 403 where it names another."""
    found = body(model, request)
    if not isinstance(found, HttpResponse) and getattr(found, "gateway", None) != gateway.name:
        return refuse(403, "gateway", "the body names another gateway than signed it")
    return found


def answer(told: BaseModel) -> HttpResponse:
    """200 with this."""
    return HttpResponse(told.model_dump_json(), content_type="application/json")


def refuse(status: int, code: str, detail: str) -> JsonResponse:
    """A status with its code and why."""
    return JsonResponse({"error": code, "detail": detail}, status=status)
