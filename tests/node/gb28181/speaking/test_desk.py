"""A worker's speeches with a gateway that stands in: what is asked, what is believed, and that each ends once, its ports given back."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from custodes.node.gb28181.gateway_client import GatewayUnavailable
from custodes.node.gb28181.place import CallPlace, CameraSources
from custodes.node.gb28181.speaking import desk as desks
from custodes.node.gb28181.speaking import speech as speeches
from custodes.node.gb28181.speaking.desk import NotSpoken, SpeakDesk
from custodes.video.source.address import AddressPolicy
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.calls import CallsStanding
from custodes.video.wire.control_leases import SpeakAnswer, SpeakAsk, SpeakStep
from tests.node.gb28181.speaking.world import CAMERA, HERE, NVR, OUTPUT, assigned, tone
from tests.patience import until_async

PORTS = (26_300, 26_399)


@dataclass
class StandIn:
    """The gateway: answers as it is told to."""

    answer: dict[str, Any] = field(default_factory=dict)
    asks: list[SpeakAsk] = field(default_factory=list)
    ended: list[UUID] = field(default_factory=list)
    kept: list[tuple[str, list[UUID]]] = field(default_factory=list)
    over: dict[UUID, str] = field(default_factory=dict)
    away: bool = False
    holds: asyncio.Event | None = None

    async def speak(self, ask: SpeakAsk) -> SpeakAnswer:
        self._there()
        self.asks.append(ask)
        if self.holds is not None:
            await self.holds.wait()
        return SpeakAnswer(**{"call": uuid.uuid4(), "address": HERE, "hosts": (HERE,), "ssrc": 7, **self.answer})

    async def keep_speaking(self, worker: str, calls: Sequence[UUID]) -> CallsStanding:
        self._there()
        self.kept.append((worker, list(calls)))
        return CallsStanding(ended={id: why for id, why in self.over.items() if id in calls})

    async def end_speaking(self, call: UUID) -> None:
        self._there()
        self.ended.append(call)

    def _there(self) -> None:
        if self.away:
            raise GatewayUnavailable("the gateway can't be reached")


@dataclass
class Cast:
    """A desk, its gateway, a device's port."""

    gateway: StandIn
    desk: SpeakDesk
    cameras: dict[UUID, CameraAssignment]
    camera: UUID
    sock: socket.socket
    whys: list[str] = field(default_factory=list)

    async def begin(self) -> Any:
        return await self.desk.begin(self.camera, uuid4(), self.whys.append)

    async def heard(self) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self.sock, 2_000)

    def free(self) -> bool:
        """Whether the desk has given its port back."""
        port = self.gateway.asks[-1].port
        try:
            socket.create_server((HERE, port)).close()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind((HERE, port))
        except OSError:
            return False
        return True


@pytest.fixture
async def all() -> AsyncIterator[Cast]:
    gateway, camera = StandIn(), uuid4()
    cameras = {camera: assigned(camera)}
    sources = CameraSources(policy=AddressPolicy(allow_loopback=True))
    desk = SpeakDesk("node-1/0", lambda: gateway, CallPlace(HERE, PORTS, sources), cameras.get, Random(2))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HERE, 0))
        sock.setblocking(False)
        gateway.answer["port"] = sock.getsockname()[1]
        yield Cast(gateway, desk, cameras, camera, sock)
        await desk.stop()


async def test_what_is_asked_is_what_the_register_says(all: Cast) -> None:
    speech = await all.begin()
    (ask,) = all.gateway.asks
    assert (ask.device, ask.channel, ask.targets) == (NVR, CAMERA, (OUTPUT, CAMERA, NVR))
    assert PORTS[0] <= ask.port <= PORTS[1]
    assert (speech.ended, all.whys, len(all.desk)) == (None, [], 1)
    speech.feed(tone(0.02))
    assert (await all.heard())[12:] == tone(0.02)
    await speech.end()
    await speech.end()
    assert speech.ended == "closed"
    assert len(all.gateway.ended) == 1
    assert all.free()
    assert (all.whys, len(all.desk)) == ([], 0)
    speech.feed(tone(1))
    assert speech.octets == 160


async def test_who_can_t_be_spoken_through_is_not_asked_for(all: Cast) -> None:
    all.cameras[all.camera] = assigned(all.camera, ())
    for camera in (all.camera, uuid4()):
        with pytest.raises(NotSpoken) as refused:
            await all.desk.begin(camera, uuid4(), all.whys.append)
        assert refused.value.step is SpeakStep.NO_SPEAKER
    assert all.gateway.asks == []


@pytest.mark.parametrize("step", [SpeakStep.NO_CALL, SpeakStep.BUSY, SpeakStep.OFFER])
async def test_why_there_is_none_is_said(all: Cast, step: SpeakStep) -> None:
    all.gateway.answer = {"step": step, "detail": "a sentence", "call": None}
    with pytest.raises(NotSpoken) as refused:
        await all.begin()
    assert (refused.value.step, refused.value.detail) == (step, "a sentence")
    assert all.free()
    assert (len(all.desk), all.gateway.ended) == (0, [])


async def test_without_a_gateway_there_is_none(all: Cast) -> None:
    all.gateway.away = True
    with pytest.raises(NotSpoken) as refused:
        await all.begin()
    assert refused.value.step is SpeakStep.GATEWAY


@pytest.mark.parametrize(
    "there",
    [
        {"address": "192.0.2.1"},
        {"setup": "tcp-active", "address": "192.0.2.1"},
        {"setup": "tcp-passive", "hosts": (HERE, "192.0.2.1")},
        {"setup": "tcp-passive", "hosts": ()},
        {"address": ""},
    ],
)
async def test_nothing_goes_where_no_device_may_be_whatever_is_answered(all: Cast, there: dict[str, Any]) -> None:
    all.gateway.answer |= there
    with pytest.raises(NotSpoken) as refused:
        await all.begin()
    assert refused.value.step is SpeakStep.OFFER
    await until_async(lambda: len(all.gateway.ended) == 1)  # the call that stands is ended
    assert all.free()


async def test_through_one_camera_one_speaks(all: Cast) -> None:
    all.gateway.holds = asyncio.Event()
    asking = asyncio.create_task(all.begin())
    await until_async(lambda: all.gateway.asks)
    with pytest.raises(NotSpoken) as refused:
        await all.begin()
    assert refused.value.step is SpeakStep.BUSY
    all.gateway.holds.set()
    speech = await asking
    with pytest.raises(NotSpoken):
        await all.begin()
    await speech.end()
    assert (await all.begin()).ended is None


async def test_as_many_as_there_may_be(all: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "MOST", 0)
    with pytest.raises(NotSpoken) as refused:
        await all.begin()
    assert refused.value.step is SpeakStep.FULL


async def test_who_gives_up_while_it_is_agreed_on_leaves_nothing(all: Cast) -> None:
    all.gateway.holds = asyncio.Event()
    asking = asyncio.create_task(all.begin())
    await until_async(lambda: all.gateway.asks)
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
    assert len(all.desk) == 0
    assert all.free()


@pytest.mark.parametrize(("why", "told"), [("device", "device"), ("gone", "gone"), ("unknown", "gateway"), ("odd", "gateway")])  # fmt: skip
async def test_what_the_gateway_ended_is_over_here(all: Cast, why: str, told: str) -> None:
    speech = await all.begin()
    await all.desk.keep_once()
    ((worker, (id,)),) = all.gateway.kept
    assert worker == "node-1/0"
    all.gateway.over[id] = why
    await all.desk.keep_once()
    assert (speech.ended, all.whys) == (told, [told])
    assert all.gateway.ended == []  # it knows
    assert all.free()


async def test_a_gateway_that_is_away_is_waited_for_a_while(all: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    speech = await all.begin()
    all.gateway.away = True
    await all.desk.keep_once()
    assert speech.ended is None
    monkeypatch.setattr(desks, "AWAY_SECONDS", 0.0)
    await all.desk.keep_once()
    assert (speech.ended, all.whys) == ("gateway", ["gateway"])


@pytest.mark.parametrize("left", [None, ()])
async def test_a_camera_that_may_not_be_spoken_through_any_more_is_not(all: Cast, left: tuple[str, ...] | None) -> None:
    speech = await all.begin()
    if left is None:
        del all.cameras[all.camera]
    else:
        all.cameras[all.camera] = assigned(all.camera, left)
    await all.desk.keep_once()
    assert (speech.ended, all.whys) == ("gone", ["gone"])
    await until_async(lambda: len(all.gateway.ended) == 1)


async def test_who_says_nothing_for_long_speaks_no_more(all: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speeches, "SILENT_SECONDS", 0.2)
    speech = await all.begin()
    speech.feed(tone(0.02))
    await until_async(lambda: speech.ended)
    assert (speech.ended, all.whys, speech.octets) == ("silent", ["silent"], 160)
    await until_async(lambda: len(all.gateway.ended) == 1)


async def test_a_worker_that_stops_hangs_up(all: Cast) -> None:
    speech = await all.begin()
    await all.desk.stop()
    assert (speech.ended, all.whys) == ("closed", ["closed"])
    assert len(all.gateway.ended) == 1


async def test_an_owner_that_fails_hinders_nothing(all: Cast) -> None:
    def fails(_why: str) -> None:
        raise RuntimeError

    speech = await all.desk.begin(all.camera, uuid4(), fails)
    speech.over("device")
    assert len(all.desk) == 0
    assert all.free()


async def test_two_seconds_wait_at_most(all: Cast) -> None:
    speech = await all.begin()
    speech.feed(bytes(20_000))
    assert speech.dropped == 4_000
