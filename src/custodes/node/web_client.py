"""What the node says to the web, each request signed (docs/design/wire.md §2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import ValidationError

from custodes.video.wire.assignment import Assignment
from custodes.video.wire.signed_http import POLL_SECONDS, SignedClient, WebUnavailable, trusted_authorities

__all__ = ["NodeWebClient", "WebUnavailable", "trusted_authorities"]


class NodeWebClient(SignedClient):
    """Of one node."""

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
        response = await self.send(method, path, body, seconds)
        if response.status_code not in (200, 204):
            raise WebUnavailable(f"the web answered {response.status_code}")
        return response
