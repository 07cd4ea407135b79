"""``GET /internal/assignment``: the node's long poll (wire.md §2).

It waits in the event loop and holds no thread and no transaction, so that many nodes can wait at once.
"""

from __future__ import annotations

import asyncio

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from custodes.keyfile import KeyFileError
from custodes.places.assignment import build_assignment
from custodes.places.models import Node
from custodes.places.register import seen
from custodes.places.signed import refused, signing_node
from custodes.places.signed_bodies import answer, refuse
from custodes.video.wire.control import InvalidRequest

WAIT_SECONDS = 25.0
LOOK_SECONDS = 0.5
MAX_WORKERS = 256


@login_not_required
@csrf_exempt
async def assignment(request: HttpRequest) -> HttpResponse:
    """The node's assignment at once when it differs from what the node has, else within `WAIT_SECONDS` 204."""
    try:
        node = await sync_to_async(signing_node)(request)
        after = int(request.GET.get("after", "0"))
        workers = int(request.GET.get("workers", "1"))
    except InvalidRequest as error:
        return refused(error)
    except ValueError:
        return refuse(400, "bad_request", "after and workers are numbers")
    if not 1 <= workers <= MAX_WORKERS:
        return refuse(400, "bad_request", "no such number of workers")
    node = await sync_to_async(seen)(node, workers, timezone.now())
    if not await _changed(node, after):
        return HttpResponse(status=204)
    try:
        told = await sync_to_async(build_assignment)(node)
    except KeyFileError as error:
        return refuse(503, "unavailable", str(error))
    return answer(told)


async def _changed(node: Node, after: int) -> bool:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + WAIT_SECONDS
    while True:
        # Another process may have made the change (a command, a second web worker): the database is who knows.
        generation = await Node.objects.values_list("generation", flat=True).aget(pk=node.pk)
        if generation != after:
            return True
        if loop.time() + LOOK_SECONDS >= deadline:
            return False
        await asyncio.sleep(LOOK_SECONDS)
