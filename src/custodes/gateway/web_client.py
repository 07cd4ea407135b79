"""What the gateway says to the web, each request signed (docs/design/wire.md §8)."""

from __future__ import annotations

from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from custodes.video.wire.gateway_assignment import GatewayAssignment
from custodes.video.wire.signed_http import POLL_SECONDS, SignedClient, WebUnavailable, trusted_authorities

__all__ = ["REPORT_SECONDS", "GatewayWebClient", "WebRefused", "WebUnavailable", "trusted_authorities"]

_Answer = TypeVar("_Answer", bound=BaseModel)

REPORT_SECONDS = 20.0
_FOR_GOOD = frozenset({400, 404, 409, 410, 413, 422})
"""Answers that the same report would get again."""


class WebRefused(Exception):
    """The web will never take this report: sent again it would hold up all others."""


class GatewayWebClient(SignedClient):
    """Of one gateway."""

    async def assignment(self, after: int) -> GatewayAssignment | None:
        """The assignment when it is newer than generation `after`; None when nothing changed for a while.

        Raises:
            WebUnavailable.
        """
        path = f"/internal/gateway/assignment?after={after}"
        response = await self.send("GET", path, b"", POLL_SECONDS)
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
        response = await self.send("POST", path, body.encode(), seconds)
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
        response = await self.send("GET", path, b"", seconds)
        if absent and response.status_code == 404 and _error(response) == absent:
            return None
        return _read(response, model)

    async def ask(self, path: str, body: BaseModel, model: type[_Answer], seconds: float = REPORT_SECONDS) -> _Answer:
        """What the web answers to a question.

        Raises:
            WebUnavailable.
        """
        return _read(await self.send("POST", path, body.model_dump_json().encode(), seconds), model)


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
