"""Nodes enter the register by their public keys (`custodes init`, the demo); they can't enter by themselves."""

from __future__ import annotations

from urllib.parse import urlsplit

from custodes.places.keys import public_text
from custodes.places.models import Node
from custodes.settings import get_settings


def register_node() -> Node:
    """Enter or update this installation's own node from its settings and ``keys/public``; idempotent.

    Raises:
        MissingKey: the node's keys are not there yet.
    """
    settings = get_settings()
    scheme = "https" if settings.tls_cert is not None else "http"
    host = settings.node_host if settings.node_host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104
    origin = urlsplit(settings.node_origin)
    node, _created = Node.objects.update_or_create(
        name=settings.node_name,
        defaults={
            "public_key": public_text("node.pub"),
            "seal_key": public_text("node-seal.pub"),
            "port": settings.node_port,
            "internal_origin": f"{scheme}://{f'[{host}]' if ':' in host else host}",
            "browser_origin": f"{origin.scheme}://{origin.hostname}",
        },
    )
    return node
