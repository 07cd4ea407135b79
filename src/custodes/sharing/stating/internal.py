"""What the gateway asks before it speaks with a platform below, ``/internal/gateway/stating`` (wire.md §9); signed with its key."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from pydantic import ValidationError

from custodes.places.models import Gateway
from custodes.places.signed import gateway_only
from custodes.sharing.stating.answering import answer
from custodes.video.wire.statements import StatingAsk


@gateway_only
def gateway_stating(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Who asks and why; on record before it is answered."""
    if request.method != "POST":
        return HttpResponse(status=405)
    try:
        asked = StatingAsk.model_validate_json(request.body)
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_input=False)[0]["loc"])) or "the top"
        return _refuse(400, "bad_request", f"wrong at {where}")
    if asked.gateway != gateway.name:
        return _refuse(403, "gateway", "the body names another gateway than signed it")
    told = answer(asked, timezone.now())
    return HttpResponse(told.model_dump_json(), content_type="application/json")


def _refuse(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"error": code, "detail": detail}, status=status)
