"""``POST /internal/rollup``, ``/internal/status`` and ``/internal/keeping``: what workers report (wire.md §2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from custodes.places.models import Node
from custodes.places.signed import node_only
from custodes.places.signed_bodies import body
from custodes.upkeep.intake import take_rollup, take_status
from custodes.upkeep.kept import take_keeping
from custodes.upkeep.reports import Rollup, Status
from custodes.video.wire.retention import KeepingReport


@node_only
def rollup(request: HttpRequest, node: Node) -> HttpResponse:
    """Hours of a worker's cameras."""
    report = body(Rollup, request)
    if isinstance(report, HttpResponse):
        return report
    take_rollup(node, report, timezone.now())
    return HttpResponse(status=204)


@node_only
def status(request: HttpRequest, node: Node) -> HttpResponse:
    """How a worker stands."""
    report = body(Status, request)
    if isinstance(report, HttpResponse):
        return report
    take_status(node, report, timezone.now())
    return HttpResponse(status=204)


@node_only
def keeping(request: HttpRequest, node: Node) -> HttpResponse:
    """How far back each camera's footage reaches on a day."""
    report = body(KeepingReport, request)
    if isinstance(report, HttpResponse):
        return report
    take_keeping(node, report, timezone.now())
    return HttpResponse(status=204)
