"""What the node says to the web, each request signed (docs/design/wire.md §2)."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from custodes.video.clock import Clock
from custodes.video.wire.assignment import Assignment
from custodes.video.wire.control import sign_request

log = structlog.get_logger(__name__)

POLL_SECONDS = 40.0
"""The web answers a poll after 25 s at the latest."""


class WebUnavailable(Exception):
    """The web did not answer, or not with what was agreed; the message holds no key."""


@dataclass(frozen=True)
class WebClient:
    """Signed requests to the web. `transport` is for tests that stand in for it."""

    base_url: str
    node: str
    key: Ed25519PrivateKey
    clock: Clock
    trust: ssl.SSLContext | bool = True
    transport: httpx.AsyncBaseTransport | None = None

    async def assignment(self, after: int, workers: int) -> Assignment | None:
        """The assignment when it is newer than generation `after`; None when nothing changed for a while.

        Raises:
            WebUnavailable.
        """
        path = f"/internal/assignment?after={after}&workers={workers}"
        response = await self._send("GET", path, b"", POLL_SECONDS)
        if response.status_code == 204:
            return None
        try:
            return Assignment.model_validate_json(response.content)
        except ValidationError as error:
            raise WebUnavailable("the assignment has the wrong shape") from error

    async def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Send a report.

        Raises:
            WebUnavailable.
        """
        await self._send("POST", path, json.dumps(body, separators=(",", ":")).encode(), 15.0)

    async def _send(self, method: str, path: str, body: bytes, seconds: float) -> httpx.Response:
        headers = {
            "Authorization": sign_request(
                self.key, self.node, "web", method, path, body, self.clock.wall_us() / 1_000_000
            )
        }
        if body:
            headers["Content-Type"] = "application/json"
        try:
            # The system's proxies are not for the centre's own machines.
            async with httpx.AsyncClient(
                base_url=self.base_url, verify=self.trust, timeout=seconds, transport=self.transport, trust_env=False
            ) as client:
                response = await client.request(method, path, content=body or None, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise WebUnavailable(f"the web can't be reached: {type(error).__name__}") from error
        if response.status_code not in (200, 204):
            raise WebUnavailable(f"the web answered {response.status_code}")
        return response


def trusted_authorities(public_folder: Path) -> ssl.SSLContext:
    """The installation's own authority where its certificate was put, else the public ones; read once, not at each report.

    One that can't be read is as good as none: the web is not believed then, and recording goes on.
    """
    authority = public_folder / "ca.pem"
    if authority.exists():
        try:
            return ssl.create_default_context(cafile=str(authority))
        except OSError as error:
            log.error("authority.unreadable", path=authority.name, why=type(error).__name__)
    return httpx.create_ssl_context(trust_env=False)
