"""What the gateway asks and reports, ``/internal/gateway/…`` (wire.md §8); signed with its key."""

from __future__ import annotations

import asyncio

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from custodes.keyfile import KeyFileError
from custodes.places.devices.assignment import build_gateway_assignment
from custodes.places.devices.catalogue import PartRefused, take_part
from custodes.places.devices.moving import take_places
from custodes.places.devices.plaintext import Impossible
from custodes.places.devices.reporting import DeviceAlarms, take_alarms, take_states
from custodes.places.internal import answer, body_of, gateway_only, refuse, refused, signing_gateway
from custodes.places.models import Gateway
from custodes.video.wire.control import InvalidRequest
from custodes.video.wire.devices import CataloguePart, GatewayPlaces, GatewayStates

WAIT_SECONDS = 25.0
LOOK_SECONDS = 0.5
MOST_STATES = 50_000


@login_not_required
@csrf_exempt
async def gateway_assignment(request: HttpRequest) -> HttpResponse:
    """The gateway's assignment at once when it differs from what it has, else within `WAIT_SECONDS` 204. Holds no thread."""
    try:
        gateway = await sync_to_async(signing_gateway)(request)
        after = int(request.GET.get("after", "0"))
    except InvalidRequest as error:
        return refused(error)
    except ValueError:
        return refuse(400, "bad_request", "after is a number")
    if request.method != "GET":
        return HttpResponse(status=405)
    await Gateway.objects.filter(pk=gateway.pk).aupdate(last_seen=timezone.now())
    if not await _changed(gateway, after):
        return HttpResponse(status=204)
    try:
        told = await sync_to_async(build_gateway_assignment)(gateway)
    except KeyFileError as error:
        return refuse(503, "unavailable", str(error))
    return answer(told)


async def _changed(gateway: Gateway, after: int) -> bool:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + WAIT_SECONDS
    while True:
        # Another process may have made the change: the database is who knows.
        generation = await Gateway.objects.values_list("generation", flat=True).aget(pk=gateway.pk)
        if generation != after:
            return True
        if loop.time() + LOOK_SECONDS >= deadline:
            return False
        await asyncio.sleep(LOOK_SECONDS)


@gateway_only
def gateway_states(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """How devices stand, and who tried to register."""
    report = body_of(GatewayStates, request, gateway)
    if isinstance(report, HttpResponse):
        return report
    if len(report.devices) > MOST_STATES or len(report.unknown) > MOST_STATES:
        return refuse(413, "too_long", f"a report names at most {MOST_STATES} devices")
    try:
        take_states(gateway, report, timezone.now())
    except Impossible as error:
        return refuse(400, "bad_request", str(error))
    return HttpResponse(status=204)


@gateway_only
def gateway_catalogue(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """One part of what a device says that it has."""
    part = body_of(CataloguePart, request, gateway)
    if isinstance(part, HttpResponse):
        return part
    try:
        take_part(gateway, part, timezone.now())
    except PartRefused as error:
        return refuse(error.status, error.code, str(error))
    except Impossible as error:
        return refuse(400, "bad_request", str(error))
    return HttpResponse(status=204)


@gateway_only
def gateway_alarms(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Alarms of devices."""
    report = body_of(DeviceAlarms, request, gateway)
    if isinstance(report, HttpResponse):
        return report
    take_alarms(report.alarms, timezone.now())
    return HttpResponse(status=204)


@gateway_only
def gateway_places(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Where what moves was last."""
    report = body_of(GatewayPlaces, request, gateway)
    if isinstance(report, HttpResponse):
        return report
    try:
        take_places(report, timezone.now())
    except Impossible as error:
        return refuse(400, "bad_request", str(error))
    return HttpResponse(status=204)
