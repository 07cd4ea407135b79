"""What one upper may cost: wishes by the clock and at once, also those that it gives up, and none for ever without the web."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

from custodes.gateway.upper_platforms.calls import (
    AT_THE_WEB,
    AT_THE_WEB_ALL,
    BURST,
    OF_A_CHANNEL,
    UNDER_WAY,
    UNDER_WAY_ALL,
    UpperCallRoom,
)
from custodes.gateway.upper_platforms.deciding import Deciding
from custodes.gateway.upper_platforms.keeping import STANDING, KeptOfUppers
from custodes.gateway.upper_platforms.pace import UPPER_PACE
from custodes.gb28181.cascade.events import ChannelCalled, UpperCallEnded
from custodes.gb28181.sdp import CallPurpose
from custodes.gb28181.ssrc import SsrcPool
from custodes.video.clock import FakeClock
from custodes.video.wire.sending import SendAsk, SendReady, SendsStanding
from custodes.video.wire.upper_platforms import UpperCalls, UpperCallsStanding, UpperVerdict, UpperWants
from tests.gateway.upper_platforms.world import OWN, camera
from tests.patience import until_async


class Web:
    """Grants, once `go` is set."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()
        self.wants: list[UpperWants] = []
        self.standing: list[UpperCalls] = []
        self.given_up = 0
        self.until_us: int | None = None

    async def ask(self, path: str, asked: Any, *_rest: Any) -> Any:
        if path == STANDING:
            self.standing.append(asked)
            return UpperCallsStanding()
        self.wants.append(asked)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        return UpperVerdict(node_url="http://node", worker="node-1/0", token="t", until_us=self.until_us)


class Node:
    """Makes ready what it is asked for, once `go` is set."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()
        self.asked: list[UUID] = []
        self.ended: list[UUID] = []

    async def prepare(self, _worker: Any, ask: SendAsk, _seconds: float) -> SendReady:
        self.asked.append(ask.call)
        await self.go.wait()
        return SendReady(address="192.0.2.1", port=30_000)

    async def end(self, _worker: Any, call: UUID, _seconds: float) -> None:
        self.ended.append(call)

    async def keep(self, *_: Any) -> SendsStanding:
        return SendsStanding()


class Link(SimpleNamespace):
    """What the room needs of a link; `refused` has statuses by call."""

    __hash__ = object.__hash__

    def __init__(self) -> None:
        self.refused: dict[int, int] = {}
        self.answered: list[int] = []
        self.hung_up: dict[int, str] = {}
        lower = SimpleNamespace(
            refuse=lambda number, status, _why, _now: self.refused.update({number: status}),
            answer=lambda number, *_: self.answered.append(number),
            hang_up=lambda number, why, _now: self.hung_up.update({number: why}),
        )
        super().__init__(
            upper=SimpleNamespace(link=uuid4(), own=OWN), lower=lower, ask_work=lambda: None, work=lambda: None
        )


class Room:
    """The calls of a gateway, without a gateway."""

    def __init__(self, most: int = 1_000) -> None:
        self.web, self.node, self.clock = Web(), Node(), FakeClock()
        nothing: Any = SimpleNamespace(begun=lambda _: None, over=lambda _: None)
        web, node = cast(Any, self.web), cast(Any, self.node)
        deciding = Deciding("gateway-1", web, self.clock, UPPER_PACE)
        self.calls = UpperCallRoom(deciding, node, SsrcPool(OWN), self.clock, UPPER_PACE, most, nothing)
        self.keeping = KeptOfUppers("gateway-1", web, node, self.clock, UPPER_PACE, self.calls.standing)
        self.number = 0

    def call(self, link: Any, channel: str = "") -> int:
        """It calls; the number of the call."""
        self.number += 1
        wanted = ChannelCalled(
            self.number, channel or camera(self.number), CallPurpose.PLAY, "c", 0, 0, "udp", "192.0.2.9", 9000, 7
        )
        self.calls.wanted(link, wanted)
        return self.number

    def give_up(self, link: Any, number: int) -> None:
        """It cancels, or asks anew for the same stream."""
        self.calls.ended(link, UpperCallEnded(number, "replaced"))

    async def quiet(self) -> None:
        """Nothing is under way."""
        await until_async(lambda: not self.calls._tasks)


async def test_so_many_calls_of_an_upper_by_the_clock_and_no_more() -> None:
    room, link, other = Room(), cast(Any, Link()), cast(Any, Link())
    for _ in range(int(BURST) + 40):
        number = room.call(link)
        await room.quiet()
        if number in link.answered:
            room.give_up(link, number)
    await room.quiet()
    assert len(room.web.wants) == BURST
    assert list(link.refused.values()) == [486] * 40
    room.clock.advance(1)
    for _ in range(3):
        room.call(link)
        await room.quiet()
    assert len(room.web.wants) == BURST + 2
    room.call(other)
    await room.quiet()
    assert len(room.web.wants) == BURST + 3, "one takes no other's room"


async def test_calls_that_were_given_up_before_the_web_was_asked_are_not_asked_about() -> None:
    room, link = Room(), cast(Any, Link())
    for _ in range(10):
        room.give_up(link, room.call(link))
    await room.quiet()
    assert not room.web.wants
    assert not len(room.calls._admission)
    room.call(link)
    await room.quiet()
    assert len(room.web.wants) == 1


async def test_a_call_that_is_given_up_while_the_web_decides_waits_no_longer() -> None:
    room, link = Room(), cast(Any, Link())
    room.web.go.clear()
    number = room.call(link)
    await until_async(lambda: room.web.wants)
    room.give_up(link, number)
    await room.quiet()
    assert room.web.given_up == 1
    assert not room.node.asked
    # Whatever the web gave meanwhile is not among what stands, and it is asked about even though nothing does.
    await room.keeping.ask()
    assert [asked.calls for asked in room.web.standing] == [()]


async def test_calls_that_were_given_up_while_a_node_makes_ready_are_counted_until_it_is_told_the_end() -> None:
    room, link, other = Room(), cast(Any, Link()), cast(Any, Link())
    room.node.go.clear()
    for count in range(UNDER_WAY):
        room.clock.advance(1)
        number = room.call(link)
        await until_async(lambda count=count: len(room.node.asked) == count + 1)
        room.give_up(link, number)
    assert not len(room.calls)
    room.clock.advance(60)
    assert link.refused == {}
    last = room.call(link)
    assert link.refused == {last: 486}
    assert len(room.web.wants) == UNDER_WAY, "who has no room is not decided"
    room.call(other)
    await until_async(lambda: len(room.node.asked) == UNDER_WAY + 1)
    room.node.go.set()
    await room.quiet()
    assert set(room.node.ended) == set(room.node.asked[:UNDER_WAY])
    room.call(link)
    await room.quiet()
    assert len(room.web.wants) == UNDER_WAY + 2


async def test_all_uppers_together_have_so_many_under_way() -> None:
    room = Room()
    room.web.go.clear()
    links = [cast(Any, Link()) for _ in range(UNDER_WAY_ALL // UNDER_WAY + 1)]
    for link in links[:-1]:
        for _ in range(UNDER_WAY):
            room.call(link)
    await until_async(lambda: len(room.web.wants) == AT_THE_WEB_ALL)
    number = room.call(links[-1])
    assert links[-1].refused == {number: 486}
    room.web.go.set()
    await room.quiet()
    assert len(room.web.wants) == UNDER_WAY_ALL
    room.call(links[-1])
    await room.quiet()
    assert len(room.web.wants) == UNDER_WAY_ALL + 1


async def test_a_wall_is_decided_a_few_at_a_time_and_none_waits_behind_another_upper_s() -> None:
    room, link, other = Room(), cast(Any, Link()), cast(Any, Link())
    room.web.go.clear()
    for _ in range(UNDER_WAY):
        room.call(link)
    await until_async(lambda: len(room.web.wants) == AT_THE_WEB)
    number = room.call(other)
    await until_async(lambda: len(room.web.wants) == AT_THE_WEB + 1)
    assert room.web.wants[-1].channel == camera(number), "it waits for nobody else's"
    assert not link.refused
    room.web.go.set()
    await room.quiet()
    assert len(link.answered) == UNDER_WAY
    # In the order in which they came.
    assert [wants.channel for wants in room.web.wants if wants.channel != camera(number)] == [
        camera(n) for n in range(1, UNDER_WAY + 1)
    ]
    assert not room.calls._admission._turns


async def test_who_waits_for_a_node_s_picture_holds_no_turn_at_the_web() -> None:
    room, link = Room(), cast(Any, Link())
    room.node.go.clear()
    for _ in range(UNDER_WAY):
        room.call(link)
    await until_async(lambda: len(room.node.asked) == UNDER_WAY)
    room.node.go.set()
    await room.quiet()
    assert len(link.answered) == UNDER_WAY


async def test_a_call_that_is_given_up_while_it_waits_its_turn_is_not_decided() -> None:
    room, link = Room(), cast(Any, Link())
    room.web.go.clear()
    numbers = [room.call(link) for _ in range(AT_THE_WEB + 2)]
    await until_async(lambda: len(room.web.wants) == AT_THE_WEB)
    room.give_up(link, numbers[-2])
    room.web.go.set()
    await room.quiet()
    assert len(room.web.wants) == AT_THE_WEB + 1
    assert numbers[-1] in link.answered


async def test_one_channel_is_called_so_often_at_once_by_one_upper() -> None:
    room, link, other = Room(), cast(Any, Link()), cast(Any, Link())
    numbers = [room.call(link, camera(1)) for _ in range(OF_A_CHANNEL + 1)]
    await room.quiet()
    assert link.refused == {numbers[-1]: 486}
    assert len(link.answered) == len(room.web.wants) == OF_A_CHANNEL
    room.call(link, camera(2))
    room.call(other, camera(1))
    room.give_up(link, numbers[0])
    room.call(link, camera(1))
    await room.quiet()
    assert len(room.web.wants) == OF_A_CHANNEL + 3


async def test_no_call_stands_without_the_web_whatever_end_it_has() -> None:
    room, link = Room(), cast(Any, Link())
    room.web.until_us = room.clock.wall_us() + 86_400_000_000
    number = room.call(link)
    await room.quiet()
    for _ in range(20):
        room.clock.advance(UPPER_PACE.unconfirmed / 20)
        await room.keeping.keep()
        await room.keeping.look()
    assert link.hung_up == {}
    room.clock.advance(1)
    await room.keeping.look()
    assert link.hung_up == {number: "unconfirmed"}


async def test_the_web_is_asked_what_stands_even_where_nothing_does() -> None:
    room = Room()
    await room.keeping.ask()
    assert [(asked.gateway, asked.calls) for asked in room.web.standing] == [("gateway-1", ())]
