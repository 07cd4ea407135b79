"""What nodes say again and again of what they have with devices, calls and speeches alike: what is kept, and what is over."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from custodes.gateway.calls.switchboard import CallDesk
from custodes.gateway.speaking.room import SpeakDesk
from custodes.video.wire.calls import CallsKept, CallsStanding
from tests.gateway.calls.house import NODE
from tests.gateway.calls.test_desk import signed

OVER = uuid4()


@dataclass
class Room:
    """Has what it is told; one is over."""

    kept: list[tuple[str, tuple[UUID, ...]]] = field(default_factory=list)
    ended: list[tuple[str, UUID]] = field(default_factory=list)

    def keep(self, node: str, kept: CallsKept) -> CallsStanding:
        self.kept.append((node, kept.calls))
        return CallsStanding(ended={id: "gone" for id in kept.calls if id == OVER})

    def end(self, node: str, id: UUID) -> None:
        self.ended.append((node, id))


DESKS: dict[str, Callable[[Any], list[Route]]] = {
    "/internal/call": lambda room: CallDesk(room).routes(signed),
    "/internal/speak": lambda room: SpeakDesk(room).routes(signed),
}
Post = Callable[[str, object], Any]


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture(params=DESKS)
async def post(request: pytest.FixtureRequest, room: Room) -> AsyncIterator[Post]:
    """Asks one of the desks, as the node."""
    transport = httpx.ASGITransport(Starlette(routes=DESKS[request.param](room)))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:

        async def send(path: str, body: object) -> httpx.Response:
            return await client.post(request.param + path, content=json.dumps(body).encode(), headers={"node": NODE})

        yield send


async def test_what_is_kept_stands_and_what_is_over_is_told(post: Post, room: Room) -> None:
    stands = uuid4()
    answer = await post("/keep", {"worker": f"{NODE}/0", "calls": [str(stands), str(OVER)]})
    assert answer.json() == {"ended": {str(OVER): "gone"}}
    assert room.kept == [(NODE, (stands, OVER))]


async def test_what_is_wanted_no_more_ends_under_its_own_nodes_name(post: Post, room: Room) -> None:
    call = uuid4()
    assert (await post("/end", {"call": str(call)})).status_code == 204
    assert room.ended == [(NODE, call)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/keep", {"worker": "node-2/0", "calls": []}),
        ("/keep", {"worker": f"{NODE}/0", "calls": ["x"]}),
        ("/keep", {}),
        ("/end", {"call": "x"}),
        ("/end", []),
    ],
)
async def test_another_nodes_word_and_a_malformed_one_change_nothing(
    post: Post, room: Room, path: str, body: object
) -> None:
    assert (await post(path, body)).status_code == 422
    assert (room.kept, room.ended) == ([], [])
