"""Which node or gateway a signed request comes from (wire.md §2, §8): the one way in for everything under ``/internal/``."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import jwt
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from custodes.places.models import Gateway, Node
from custodes.video.wire.control import InvalidRequest, RequestChecker, public_key_from_base64

MAX_BODY = 16 << 20

_Signer = TypeVar("_Signer", Node, Gateway)

_checkers: dict[tuple[str, str], RequestChecker] = {}


def signing_node(request: HttpRequest) -> Node:
    """The node that signed this request.

    Raises:
        InvalidRequest: unknown node, or a signature that is not its own for this request.
    """
    node = Node.objects.filter(name=_claimed_issuer(request)).first()
    if node is None:
        raise InvalidRequest("no such node")
    _check(request, node)
    return node


def signing_gateway(request: HttpRequest) -> Gateway:
    """The gateway that signed this request (wire.md §8).

    Raises:
        InvalidRequest: unknown gateway, or a signature that is not its own for this request.
    """
    gateway = Gateway.objects.filter(name=_claimed_issuer(request)).first()
    if gateway is None:
        raise InvalidRequest("no such gateway")
    _check(request, gateway)
    return gateway


def _check(request: HttpRequest, signer: Node | Gateway) -> None:
    authorization = request.headers.get("Authorization", "")
    _checker(signer).check(authorization, request.method or "", request.get_full_path(), request.body, time.time())


def _claimed_issuer(request: HttpRequest) -> str:
    authorization = request.headers.get("Authorization", "")
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
        _checkers[identity] = RequestChecker(key, signer.name, "web")
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
        if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
            return HttpResponse(status=413)
        try:
            signer = signer_of(request)
        except InvalidRequest as error:
            return refused(error)
        return view(request, signer)

    return login_not_required(csrf_exempt(guarded))
