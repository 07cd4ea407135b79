"""Signed requests under ``/internal/``: which node or gateway one comes from, how its body is read and refused, and the node's long poll (wire.md §2, §8).

``GET /internal/assignment`` waits in the event loop and holds no thread and no transaction, so that many nodes can wait at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import jwt
from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ValidationError

from custodes.keyfile import KeyFileError
from custodes.places.assignment import build_assignment
from custodes.places.models import Gateway, Node
from custodes.places.register import seen
from custodes.video.wire.control import ADMITTED, InvalidRequest, RequestChecker, UsedSignature, public_key_from_base64

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


_Signer = TypeVar("_Signer", Node, Gateway)

_checkers: dict[tuple[str, str], RequestChecker] = {}


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who signed a request, by its header alone, and what the rest of it is held against."""

    name: str
    public_key: str
    signature: UsedSignature


def admit(authorization: str) -> Admitted:
    """Admit a request by its header, before a byte of its body is read. The signature is used up by that.

    Raises:
        InvalidRequest: no node or gateway of the register signed it.
    """
    name = _claimed_issuer(authorization)
    signer = Node.objects.filter(name=name).first() or Gateway.objects.filter(name=name).first()
    if signer is None:
        raise InvalidRequest("no such node or gateway")
    return Admitted(signer.name, signer.public_key, _checker(signer).admit(authorization, time.time()))


def signing_node(request: HttpRequest) -> Node:
    """The node that signed this request.

    Raises:
        InvalidRequest: unknown node, or a signature that is not its own for this request.
    """
    node = Node.objects.filter(name=_claimed_issuer(_header(request))).first()
    if node is None:
        raise InvalidRequest("no such node")
    _check(request, node)
    return node


def signing_gateway(request: HttpRequest) -> Gateway:
    """The gateway that signed this request (wire.md §8).

    Raises:
        InvalidRequest: unknown gateway, or a signature that is not its own for this request.
    """
    gateway = Gateway.objects.filter(name=_claimed_issuer(_header(request))).first()
    if gateway is None:
        raise InvalidRequest("no such gateway")
    _check(request, gateway)
    return gateway


def _check(request: HttpRequest, signer: Node | Gateway) -> None:
    admitted: Admitted | None = getattr(request, "scope", {}).get(ADMITTED)
    if admitted is None:
        signature = _checker(signer).admit(_header(request), time.time())
    elif (admitted.name, admitted.public_key) == (signer.name, signer.public_key):
        signature = admitted.signature
    else:
        raise InvalidRequest("another peer signed it")
    signature.hold(request.method or "", request.get_full_path(), request.body)


def _header(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "")


def _claimed_issuer(authorization: str) -> str:
    # Only to choose whose key to check with; nothing is believed before the check.
    try:
        claims = jwt.decode(authorization.removeprefix("Bearer "), options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise InvalidRequest("no signature") from error
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        raise InvalidRequest("no issuer")
    return issuer[:64]


def _checker(signer: Node | Gateway) -> RequestChecker:
    identity = (signer.name, signer.public_key)
    if identity not in _checkers:
        try:
            key = public_key_from_base64(signer.public_key)
        except ValueError as error:
            raise InvalidRequest("the signer has no key in the register") from error
        _checkers.setdefault(
            identity, RequestChecker(key, signer.name, "web")
        )  # one, though two threads come here at once
    return _checkers[identity]


def refused(error: InvalidRequest) -> JsonResponse:
    """401 with the check that failed, never with what was sent."""
    return JsonResponse({"error": "unauthorized", "detail": str(error)}, status=401)


def node_only(view: Callable[[HttpRequest, Node], HttpResponseBase]) -> Callable[..., Any]:
    """A view for signed requests of a node; the view gets the node."""
    return _signed_only(view, signing_node)


def gateway_only(view: Callable[[HttpRequest, Gateway], HttpResponseBase]) -> Callable[..., Any]:
    """A view for signed requests of the gateway; the view gets it."""
    return _signed_only(view, signing_gateway)


def _signed_only(
    view: Callable[[HttpRequest, _Signer], HttpResponseBase], signer_of: Callable[[HttpRequest], _Signer]
) -> Callable[..., Any]:
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        try:
            signer = signer_of(request)
        except InvalidRequest as error:
            return refused(error)
        return view(request, signer)

    return login_not_required(csrf_exempt(guarded))


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
