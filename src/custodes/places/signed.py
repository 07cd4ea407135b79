"""Which node a signed request comes from (wire.md §2): the one way in for everything under ``/internal/``."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import jwt
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from custodes.places.models import Node
from custodes.video.wire.control import InvalidRequest, RequestChecker, public_key_from_base64

MAX_BODY = 16 << 20

_checkers: dict[tuple[str, str], RequestChecker] = {}


def signing_node(request: HttpRequest) -> Node:
    """The node that signed this request.

    Raises:
        InvalidRequest: unknown node, or a signature that is not its own for this request.
    """
    authorization = request.headers.get("Authorization", "")
    name = _claimed_issuer(authorization)
    node = Node.objects.filter(name=name).first()
    if node is None:
        raise InvalidRequest("no such node")
    _checker(node).check(authorization, request.method or "", request.get_full_path(), request.body, time.time())
    return node


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


def _checker(node: Node) -> RequestChecker:
    identity = (node.name, node.public_key)
    if identity not in _checkers:
        try:
            key = public_key_from_base64(node.public_key)
        except ValueError as error:
            raise InvalidRequest("the node has no key in the register") from error
        _checkers[identity] = RequestChecker(key, node.name, "web")
    return _checkers[identity]


def refused(error: InvalidRequest) -> JsonResponse:
    """401 with the check that failed, never with what was sent."""
    return JsonResponse({"error": "unauthorized", "detail": str(error)}, status=401)


def node_only(view: Callable[[HttpRequest, Node], HttpResponseBase]) -> Callable[..., Any]:
    """A view for signed requests of a node; the view gets the node."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
            return HttpResponse(status=413)
        try:
            node = signing_node(request)
        except InvalidRequest as error:
            return refused(error)
        return view(request, node)

    return login_not_required(csrf_exempt(guarded))
