"""What a room has by name is what it takes part in, and whoever came last is stopped first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.routing import Route

from custodes.gateway.rooms import GatewayRooms


class Ears:
    def hear(self, event: object) -> bool:
        return True

    def hear_message(self, device: str, message: object) -> bool:
        return True


class Desk:
    def routes(self, signed: Any) -> list[Route]:
        return [signed("/node")]

    def web_routes(self, signed: Any) -> list[Route]:
        return [signed("/web")]

    def turned_away(self, node: str, path: str) -> None: ...


class Working:
    async def run(self) -> None: ...

    async def stop(self) -> None: ...


def test_a_room_takes_the_places_that_its_names_say() -> None:
    context = SimpleNamespace(event_ears=[], message_ears=[])
    signing = SimpleNamespace(
        signed_by_node=lambda path: ("node", path), signed_by_web=lambda path: ("web", path), turned_away=[]
    )
    rooms = GatewayRooms(context, signing)  # type: ignore[arg-type]
    ears, desk, first, last = Ears(), Desk(), Working(), Working()
    rooms.enter(first, ears, desk, last)
    assert (context.event_ears, context.message_ears) == ([ears.hear], [ears.hear_message])
    routes: list[Any] = [*rooms.routes]
    assert routes == [("node", "/node"), ("web", "/web")]
    assert signing.turned_away == [desk.turned_away]
    assert rooms.working == [last, first]


def test_what_takes_part_in_nothing_is_a_mistake_and_not_silence() -> None:
    with pytest.raises(TypeError, match="object hears, answers and works at nothing"):
        GatewayRooms(SimpleNamespace(), SimpleNamespace()).enter(object())  # type: ignore[arg-type]
