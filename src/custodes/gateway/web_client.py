"""What the gateway says to the web, each request signed (docs/design/wire.md §8)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError

from custodes.gateway.trust import WEB
from custodes.video.clock import Clock
from custodes.video.wire.control import sign_request
from custodes.video.wire.gateway import GatewayAssignment

log = structlog.get_logger(__name__)

_Answer = TypeVar("_Answer", bound=BaseModel)

POLL_SECONDS = 40.0
"""The web answers a poll after 25 s at the latest."""

REPORT_SECONDS = 20.0
_FOR_GOOD = frozenset({400, 404, 409, 410, 413, 422})
"""Answers that the same report would get again."""


class WebUnavailable(Exception):
    """The web did not answer, or not with what was agreed: the same can be sent again later. The message holds no key."""


class WebRefused(Exception):
    """The web will never take this report: sent again it would hold up all others."""


@dataclass(frozen=True)
class WebClient:
    """Signed requests to the web. `transport` is for tests that stand in for it."""

    base_url: str
    gateway: str
    key: Ed25519PrivateKey
    clock: Clock
    trust: ssl.SSLContext | bool = True
    transport: httpx.AsyncBaseTransport | None = None

    async def assignment(self, after: int) -> GatewayAssignment | None:
        """The assignment when it is newer than generation `after`; None when nothing changed for a while.

        Raises:
            WebUnavailable.
        """
        path = f"/internal/gateway/assignment?after={after}"
        response = await self._send("GET", path, b"", POLL_SECONDS)
        if response.status_code == 204:
            return None
        if response.status_code != 200:
            raise WebUnavailable(f"the web answered {response.status_code}")
        try:
            return GatewayAssignment.model_validate_json(response.content)
        except ValidationError as error:
            raise WebUnavailable("the assignment has the wrong shape") from error

    async def post(self, path: str, body: str, seconds: float = REPORT_SECONDS) -> None:
        """Send a report, as JSON, and wait so long for the answer.

        Raises:
            WebUnavailable: it can be sent again.
            WebRefused: it can't.
        """
        response = await self._send("POST", path, body.encode(), seconds)
        if response.status_code in _FOR_GOOD:
            raise WebRefused(f"the web answered {response.status_code}")
        if response.status_code not in (200, 204):
            raise WebUnavailable(f"the web answered {response.status_code}")

    async def fetch(
        self, path: str, model: type[_Answer], seconds: float = REPORT_SECONDS, *, absent: str = ""
    ) -> _Answer | None:
        """What the web has at `path`; None where it says that there is no such thing: 404 with `absent` as its error.

        A 404 of anything between, or of a web that does not know the path, says nothing about the thing.

        Raises:
            WebUnavailable.
        """
        response = await self._send("GET", path, b"", seconds)
        if absent and response.status_code == 404 and _error(response) == absent:
            return None
        return _read(response, model)

    async def ask(self, path: str, body: BaseModel, model: type[_Answer], seconds: float = REPORT_SECONDS) -> _Answer:
        """What the web answers to a question.

        Raises:
            WebUnavailable.
        """
        return _read(await self._send("POST", path, body.model_dump_json().encode(), seconds), model)

    async def _send(self, method: str, path: str, body: bytes, seconds: float) -> httpx.Response:
        now = self.clock.wall_us() / 1_000_000
        headers = {"Authorization": sign_request(self.key, self.gateway, WEB, method, path, body, now)}
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


def _error(response: httpx.Response) -> object:
    try:
        body = response.json()
    except ValueError:  # also where it is not UTF-8
        return None
    return body.get("error") if isinstance(body, dict) else None


def _read(response: httpx.Response, model: type[_Answer]) -> _Answer:
    if response.status_code != 200:
        raise WebUnavailable(f"the web answered {response.status_code}")
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise WebUnavailable("the answer has the wrong shape") from error


def trusted_authorities(public_folder: Path) -> ssl.SSLContext:
    """The installation's own authority where its certificate was put, else the public ones; read once, not at each report.

    One that can't be read is as good as none: the web is not believed then, and devices stay registered.
    """
    authority = public_folder / "ca.pem"
    if authority.exists():
        try:
            return ssl.create_default_context(cafile=str(authority))
        except OSError as error:
            log.error("authority.unreadable", path=authority.name, why=type(error).__name__)
    return httpx.create_ssl_context(trust_env=False)
