"""Parts of a worker take their places by themselves: what a part has by one of these names is what it takes part in.

A part is added by entering it (`NodeRooms.enter`): no list of what runs and who answers has to be opened for that. In which order parts end, so that
nothing is lost, stands in `worker.py` alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, runtime_checkable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request, bytes], Awaitable[Response]]
"""Answers a request that the web, or the gateway, signed, with its body."""

Signed = Callable[[Handler], Callable[[Request], Awaitable[Response]]]
"""How a signed route is made of its handler."""


@runtime_checkable
class Works(Protocol):
    """Has work of its own, which the worker can't do without."""

    async def run(self) -> None:
        """Until cancelled."""
        ...


@runtime_checkable
class AnswersWeb(Protocol):
    """May be asked by the web."""

    def routes(self, signed: Any) -> list[Route]:
        """The routes; `signed` (`Signed`, or with a bound for larger bodies) lets the web through, and no one else."""
        ...


@runtime_checkable
class AnswersGateway(Protocol):
    """May be asked by the gateway of the assignment."""

    def gateway_routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets the gateway through, and no one else."""
        ...


class NodeRooms:
    """All parts that were entered, by what they take part in."""

    def __init__(self) -> None:
        self.working: list[Works] = []
        self.of_web: list[AnswersWeb] = []
        self.of_gateway: list[AnswersGateway] = []

    def enter(self, *parts: object) -> None:
        """Give each its places.

        Raises:
            TypeError: a part takes part in nothing: it has none of the names.
        """
        for part in parts:
            if not isinstance(part, Works | AnswersWeb | AnswersGateway):
                raise TypeError(f"{type(part).__name__} works and answers at nothing; see custodes.node.rooms")
            if isinstance(part, Works):
                self.working.append(part)
            if isinstance(part, AnswersWeb):
                self.of_web.append(part)
            if isinstance(part, AnswersGateway):
                self.of_gateway.append(part)
