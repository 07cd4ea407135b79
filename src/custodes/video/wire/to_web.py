"""How node and gateway reach the web: signed requests, and whose certificates are believed (docs/design/wire.md §2, §8)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.video.clock import Clock
from custodes.video.wire.control import sign_request

log = structlog.get_logger(__name__)

WEB = "web"
POLL_SECONDS = 40.0
"""The web answers a poll after 25 s at the latest."""


class WebUnavailable(Exception):
    """The web did not answer, or not with what was agreed: the same can be sent again later. The message holds no key."""


@dataclass(frozen=True)
class SignedClient:
    """Signed requests to the web.

    Attributes:
        name: ours, of the node or the gateway; key: signs in its name.
        transport: for tests that stand in for the web.
    """

    base_url: str
    name: str
    key: Ed25519PrivateKey
    clock: Clock
    trust: ssl.SSLContext | bool = True
    transport: httpx.AsyncBaseTransport | None = None

    async def send(self, method: str, path: str, body: bytes, seconds: float) -> httpx.Response:
        """Send one, its body JSON where there is any; the answer, whatever its status.

        Raises:
            WebUnavailable: there is none.
        """
        now = self.clock.wall_us() / 1_000_000
        headers = {"Authorization": sign_request(self.key, self.name, WEB, method, path, body, now)}
        if body:
            headers["Content-Type"] = "application/json"
        try:
            # The system's proxies are not for the centre's own machines.
            async with httpx.AsyncClient(
                base_url=self.base_url, verify=self.trust, timeout=seconds, transport=self.transport, trust_env=False
            ) as client:
                return await client.request(method, path, content=body or None, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise WebUnavailable(f"the web can't be reached: {type(error).__name__}") from error


def trusted_authorities(public_folder: Path) -> ssl.SSLContext:
    """The installation's own authority where its certificate was put, else the public ones; read once, not at each report.

    One that can't be read is as good as none: the web is not believed then, and recordings and registrations go on.
    """
    authority = public_folder / "ca.pem"
    if authority.exists():
        try:
            return ssl.create_default_context(cafile=str(authority))
        except OSError as error:
            log.error("authority.unreadable", path=authority.name, why=type(error).__name__)
    return httpx.create_ssl_context(trust_env=False)
