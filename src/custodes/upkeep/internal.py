"""``POST /internal/rollup``, ``/internal/status`` and ``/internal/keeping``: what workers report (wire.md §2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from pydantic import ValidationError

from custodes.places.models import Node
from custodes.places.signed import node_only
from custodes.upkeep.intake import take_rollup, take_status
from custodes.upkeep.kept import take_keeping
from custodes.upkeep.reports import Rollup, Status
from custodes.video.wire.retention import KeepingReport


@node_only
def rollup(request: HttpRequest, node: Node) -> HttpResponse:
    """Hours of a worker's cameras."""
    if request.method != "POST":
        return HttpResponse(status=405)
    try:
        report = Rollup.model_validate_json(request.body)
    except ValidationError as error:
        return _bad(error)
    take_rollup(node, report, timezone.now())
    return HttpResponse(status=204)


@node_only
def status(request: HttpRequest, node: Node) -> HttpResponse:
    """How a worker stands."""
    if request.method != "POST":
        return HttpResponse(status=405)
    try:
        report = Status.model_validate_json(request.body)
    except ValidationError as error:
        return _bad(error)
    take_status(node, report, timezone.now())
    return HttpResponse(status=204)


@node_only
def keeping(request: HttpRequest, node: Node) -> HttpResponse:
    """How far back each camera's footage reaches on a day."""
    if request.method != "POST":
        return HttpResponse(status=405)
    try:
        report = KeepingReport.model_validate_json(request.body)
    except ValidationError as error:
        return _bad(error)
    take_keeping(node, report, timezone.now())
    return HttpResponse(status=204)


def _bad(error: ValidationError) -> JsonResponse:
    where = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
    return JsonResponse({"error": "bad_request", "detail": f"wrong at {where or 'the top'}"}, status=400)
