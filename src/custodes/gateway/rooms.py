"""Rooms take their places in the gateway by themselves: what a part has by one of these names is what it takes part in.

A room is added by entering it (`GatewayRooms.enter`): no list of who hears, answers or works has to be opened for that.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from starlette.routing import Route

from custodes.gateway.calls.needs import Signed
from custodes.gateway.context import Context
from custodes.gateway.desk import SignedRoutes
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.sip.events import Event


@runtime_checkable
class GatewayRoom(Protocol):
    """A part of the gateway with work of its own."""

    async def run(self) -> None:
        """Until cancelled."""
        ...

    async def stop(self) -> None:
        """The gateway ends: say what devices and platforms have to hear."""
        ...


@runtime_checkable
class HearsEvents(Protocol):
    """Hears what the endpoint tells."""

    def hear(self, event: Event) -> bool:
        """As `context.EventEar`."""
        ...


@runtime_checkable
class HearsMessages(Protocol):
    """Hears what devices say in bodies."""

    def hear_message(self, device: str, message: Message) -> bool:
        """As `context.MessageEar`."""
        ...


@runtime_checkable
class AnswersNodes(Protocol):
    """May be asked by the nodes of the assignment."""

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        ...


@runtime_checkable
class AnswersWeb(Protocol):
    """May be asked by the web: nodes and platforms above have no such right."""

    def web_routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets the web through, and no one else."""
        ...


@runtime_checkable
class CountsTurnedAway(Protocol):
    """Is told of requests that there was no room for."""

    def turned_away(self, node: str, path: str) -> None:
        """Who signed it, and the route's path."""
        ...


class GatewayRooms:
    """All that were entered.

    Attributes:
        routes: signed ones, of the web and of nodes.
        working: that have work of their own, whoever came last first: so they are stopped before what they stand on.
    """

    def __init__(self, context: Context, desk: SignedRoutes) -> None:
        self.routes: list[Route] = []
        self.working: list[GatewayRoom] = []
        self._context = context
        self._desk = desk

    def enter(self, *parts: object) -> None:
        """Give each its places, in this order behind those that are there.

        Raises:
            TypeError: a part takes part in nothing: it has none of the names.
        """
        for part in parts:
            if not isinstance(part, _TAKES_PART):
                raise TypeError(
                    f"{type(part).__name__} hears, answers and works at nothing; see custodes.gateway.rooms"
                )
            if isinstance(part, HearsEvents):
                self._context.event_ears.append(part.hear)
            if isinstance(part, HearsMessages):
                self._context.message_ears.append(part.hear_message)
            if isinstance(part, AnswersNodes):
                self.routes += part.routes(self._desk.signed_by_node)
            if isinstance(part, AnswersWeb):
                self.routes += part.web_routes(self._desk.signed_by_web)
            if isinstance(part, CountsTurnedAway):
                self._desk.turned_away.append(part.turned_away)
            if isinstance(part, GatewayRoom):
                self.working.insert(0, part)


_TAKES_PART = (HearsEvents, HearsMessages, AnswersNodes, AnswersWeb, CountsTurnedAway, GatewayRoom)
