"""Requests as a node signs them."""

from __future__ import annotations

import json
import time
from typing import Any

from django.test import Client

from custodes.video.wire.control import sign_request


def signed(stage: Any, method: str, path: str, body: Any = None, *, key: Any = None, issuer: str = "node-1") -> Any:
    """Send one signed request to the web."""
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    header = sign_request(key or stage.node_key, issuer, "web", method, path, content, time.time())
    return Client().generic(method, path, content, content_type="application/json", headers={"Authorization": header})
