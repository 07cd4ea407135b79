"""A channel of a GB/T 28181 device at the node's helm: from the hand through desk, client and gateway to a simulated device."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.gateway.calls.needs import Handler
from custodes.gateway.steering import movements
from custodes.gateway.steering.room import SteerDesk, Steering
from custodes.gb28181.device.ptz import View
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.presets import HomePosition
from custodes.gb28181.ptz.command import STOP, Move
from custodes.gb28181.ptz.hold import HoldPatience
from custodes.node.gb28181 import steering as driving
from custodes.node.gb28181.gateway_client import AssignedGateway, GatewayClient, GatewayUnavailable
from custodes.node.gb28181.steering import GbPtz
from custodes.node.steering import bounds
from custodes.node.steering import camera_steering as steering_helm
from custodes.node.steering.camera_steering import CameraSteering
from custodes.node.steering.driver import Drivers
from custodes.video.clock import SystemClock
from custodes.video.source.address import AddressPolicy
from custodes.video.steering import STILL, Bearing, PtzBox, PtzMotion, SteerFailure
from custodes.video.wire.assignment import CameraAssignment, GatewayAddress, SourceAssignment
from custodes.video.wire.commands import GatewaySteer, GatewayTaken
from custodes.video.wire.control import RequestChecker
from tests.gateway.calls.house import CAMERAS, NODE, NVR, Gateway, Simulated, gateway, simulated
from tests.node.steering.support import CAMERA, GRANT, Room, begin
from tests.patience import until_async

CHANNEL, KEY, ADDRESS = CAMERAS[0], Ed25519PrivateKey.generate(), GatewayAddress(name="gateway-1", url="http://g")
RIGHT = PtzMotion(pan=100)


class Cast:
    """Node and gateway, in one loop; between them HTTP, signed."""

    def __init__(self, process: Gateway, device: Simulated) -> None:
        self.process, self.device = process, device
        self.camera = process.assigned.camera(CHANNEL)
        self.room = Steering(process)
        self.away = False
        self.posts: list[str] = []
        process.ears.append(self.room.hear)
        process.message_ears.append(self.room.hear_message)
        checker, clock = RequestChecker(KEY.public_key(), NODE, ADDRESS.name), SystemClock()

        def signed(path: str, handler: Handler) -> Route:
            async def serve(request: Request) -> Response:
                body = await request.body()
                checker.check(request.headers["authorization"], "POST", path, body, clock.wall_us() / 1_000_000)
                return await handler(NODE, body)

            return Route(path, serve, methods=["POST"])

        app = httpx.ASGITransport(Starlette(routes=SteerDesk(self.room).routes(signed)))

        class Way(httpx.AsyncBaseTransport):
            async def handle_async_request(way, request: httpx.Request) -> httpx.Response:
                self.posts.append(request.url.path)
                if self.away:
                    raise httpx.ConnectError("away")
                return await app.handle_async_request(request)

        self.line = AssignedGateway(lambda address: GatewayClient(address, NODE, KEY, clock, transport=Way()))
        self.line.use(ADDRESS)
        self.drivers = Drivers(AddressPolicy(), lambda sealed: "", self.line)

    def assignment(self, **more: Any) -> CameraAssignment:
        url = f"gb28181://{NVR}/{CHANNEL}"
        return CameraAssignment(
            **{"id": self.camera, "name": "gate", "main": SourceAssignment(url=url), "turns": True, **more}
        )

    async def driver(self) -> Any:
        return await self.drivers.steerable(self.assignment())

    @property
    def head(self) -> Any:
        return self.device.core.head(CHANNEL)


@asynccontextmanager
async def cast(folder: Path, edition: Edition = Edition.E2016) -> AsyncIterator[Cast]:
    async with gateway(folder / "gateway", edition) as process, simulated(process, edition=edition) as device:
        made = Cast(process, device)
        watching = asyncio.create_task(made.room.run())
        try:
            yield made
        finally:
            watching.cancel()


async def test_a_platform_below_can_be_told_whose_hand_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hand's look goes with what it asks; with a stop, and with the turn back, none does."""
    async with cast(tmp_path) as all:
        asked: list[tuple[str, UUID | None]] = []
        steer, presets = all.room.steer, all.room.presets

        async def steered(node: str, wish: GatewaySteer) -> GatewayTaken:
            asked.append((wish.command, wish.grant))
            return await steer(node, wish)

        async def listed(node: str, ask: Any) -> Any:
            asked.append(("presets", ask.grant))
            return await presets(node, ask)

        monkeypatch.setattr(all.room, "steer", steered)
        monkeypatch.setattr(all.room, "presets", listed)
        room = Room(tmp_path)
        room.clock = SystemClock()  # type: ignore[assignment]
        room.cameras[all.camera] = SimpleNamespace(id=all.camera, assignment=all.assignment(home="3"))
        room.open_looks.add((GRANT, all.camera))
        room.open()
        room.desk.make_driver = all.drivers.steerable
        assert (await room.desk.begin(begin(presets=True).model_copy(update={"camera": all.camera}))).ok
        helm = room.desk.helm(all.camera, GRANT)
        assert helm is not None
        helm.hold(RIGHT)
        await until_async(lambda: all.head.moving == Move(255))
        helm.hold(STILL)
        await until_async(lambda: all.head.moving == STOP)
        await helm.presets()
        await helm.control("goto", "3", "")
        await room.desk.stop()
        driver = await all.driver()
        await driver.goto("3")  # as the desk turns it back
        told = {(what, grant) for what, grant in asked if what != "goto"}
        assert told == {("move", GRANT), ("stop", None), ("presets", GRANT)}
        assert [grant for what, grant in asked if what == "goto"] == [GRANT, None]


async def test_a_hand_at_the_helm_turns_the_channel_and_all_is_in_the_book(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        room = Room(tmp_path)
        room.clock = SystemClock()  # type: ignore[assignment]
        room.cameras[all.camera] = SimpleNamespace(id=all.camera, assignment=all.assignment(home="3"))
        room.open_looks.add((GRANT, all.camera))
        room.open()
        room.desk.make_driver = all.drivers.steerable
        assert (await room.desk.begin(begin(presets=True).model_copy(update={"camera": all.camera}))).ok
        helm = room.desk.helm(all.camera, GRANT)
        assert helm is not None
        helm.hold(RIGHT)
        await until_async(lambda: all.head.moving == Move(255))
        helm.hold(STILL)
        await until_async(lambda: all.head.moving == STOP)
        token = await helm.control("set", "", "东门")
        all.head.presets[3] = ("home", View(pan=30.0))
        assert token == "1"
        assert [preset.token for preset in await helm.presets()] == ["1", "3"]
        await helm.control("goto", "3", "")
        assert all.head.view(0.0).pan == 30.0
        assert room.desk.stand(all.camera).preset == ""  # where it was declared to look
        await room.desk.stop()
        [commands] = room.records("control.commands")
        assert [(one.what, one.outcome) for one in commands.commands] == [
            ("move", "taken"),
            ("stop", "taken"),
            ("set", "taken"),
            ("goto", "taken"),
        ]


async def test_a_movement_goes_on_while_it_is_held_and_ends_with_the_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driving, "REPEAT_SECONDS", 0.1)
    monkeypatch.setattr(movements, "WATCH", HoldPatience(silence=300_000))
    async with cast(tmp_path) as all:
        driver = await all.driver()
        await driver.move(RIGHT, 0.8)
        for _ in range(6):
            await asyncio.sleep(0.1)
            assert all.head.moving == Move(255)  # the driver says it again
        await until_async(lambda: all.head.moving == STOP)  # 0.8 s are over, nobody asked anew: the gateway's watchdog
        await driver.move(RIGHT, 30.0)
        await driver.stop()
        assert driver._said.task is None  # nothing says it again
        assert all.head.moving == STOP


async def test_a_stop_that_the_gateway_did_not_take_is_said_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driving, "OWED_SECONDS", 0.1)
    monkeypatch.setattr(movements, "WATCH", HoldPatience(silence=3_600_000_000))  # the gateway's watchdog does nothing
    async with cast(tmp_path) as all:
        driver = await all.driver()
        await driver.move(RIGHT, 30.0)
        all.away = True
        with pytest.raises(SteerFailure) as failure:
            await driver.stop()
        assert failure.value.kind == "timeout"
        assert all.head.moving == Move(255)
        all.away = False
        await until_async(lambda: all.head.moving == STOP)
        assert await all.driver() is driver  # whose next command ends what it says in the background


async def test_home_and_presets_of_a_2022_device(tmp_path: Path) -> None:
    async with cast(tmp_path, Edition.E2022) as all:
        driver = await all.driver()
        assert await driver.set_preset("东门") == "1"
        assert await driver.set_preset("西门") == "2"
        assert await driver.set_preset("南门", "2") == "2"
        assert [(one.token, one.name) for one in await driver.presets()] == [("1", "东门"), ("2", "南门")]
        await driver.remove_preset("1")
        all.head.presets[2] = ("南门", View(pan=60.0))
        all.head.home = HomePosition(enabled=True, preset=2)
        await driver.goto_home()
        assert all.head.view(0.0).pan == 60.0


async def test_what_is_not_done_is_a_failure_with_its_kind(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        driver = await all.driver()
        for token in ("", "0", "256", "1 ", "²", "1\r\n"):
            with pytest.raises(SteerFailure) as failure:
                await driver.goto(token)
            assert failure.value.kind == "refused"
        assert all.posts == []
        with pytest.raises(SteerFailure) as failure:
            await driver.set_home()
        assert failure.value.kind == "unsupported"
        all.head.presets.update({number: ("x", View()) for number in range(1, 256)})
        with pytest.raises(SteerFailure, match="remove one"):
            await driver.set_preset("one more")
        for change in ({"turns": False}, {"main": SourceAssignment(url="gb28181://no channel")}):
            with pytest.raises(SteerFailure):
                await all.drivers.steerable(all.assignment(id=UUID(int=9), **change))
        all.line.use(None)
        with pytest.raises(SteerFailure, match="no gateway"):
            await driver.move(RIGHT, 1.0)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        ("not_assigned", "refused"),
        ("not_registered", "timeout"),
        ("no_answer", "timeout"),
        ("refused", "refused"),
        ("held", "held"),
    ],
)
async def test_each_failure_of_the_gateway_has_its_kind(failure: Any, kind: str) -> None:
    class Refusing:
        async def steer(self, steer: GatewaySteer) -> GatewayTaken:
            return GatewayTaken(failure=failure)

        async def presets(self, ask: object) -> Any:
            raise GatewayUnavailable("away")

        async def position(self, ask: object) -> Any:
            raise GatewayUnavailable("away")

    driver = GbPtz(Refusing, UUID(int=1), NVR, CHANNEL)
    with pytest.raises(SteerFailure) as raised:
        await driver.move(RIGHT, 1.0)
    assert raised.value.kind == kind
    with pytest.raises(SteerFailure) as raised:
        await driver.presets()
    assert raised.value.kind == "timeout"


async def test_a_movement_that_is_held_finds_that_the_platform_below_steers_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Said again in the background it was refused: whoever holds it is told with the next word, and a hand behind a stop is not."""
    monkeypatch.setattr(driving, "REPEAT_SECONDS", 0.01)
    answers: list[Any] = []

    class Below:
        async def steer(self, steer: GatewaySteer) -> GatewayTaken:
            answers.append("" if steer.command == "stop" or not answers else "held")
            return GatewayTaken(failure=answers[-1])

    line: Any = Below
    driver = GbPtz(line, UUID(int=1), NVR, CHANNEL).for_look(GRANT)
    await driver.move(RIGHT, 30.0)
    await until_async(lambda: "held" in answers)
    with pytest.raises(SteerFailure) as raised:
        await driver.move(RIGHT, 30.0)
    assert raised.value.kind == "held"
    answers.clear()
    await driver.move(RIGHT, 30.0)
    await until_async(lambda: "held" in answers)
    await driver.stop()
    answers.clear()
    await driver.move(RIGHT, 30.0)
    await driver.stop()


async def test_a_hand_that_asks_for_nothing_ends_when_the_platform_below_steers_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering_helm, "STANDS_SECONDS", 0.01)
    standing = GatewayTaken()

    class Below:
        async def stands(self, _ask: object) -> GatewayTaken:
            return standing

        async def position(self, _ask: object) -> Any:
            raise GatewayUnavailable("away")

    room, line = Room(tmp_path), Below
    room.clock = SystemClock()  # type: ignore[assignment]
    room.open()

    async def driver(camera: CameraAssignment) -> Any:
        return GbPtz(line, camera.id, "54010200002000000001", CHANNEL)  # type: ignore[arg-type]

    room.desk.make_driver = driver
    assert (await room.desk.begin(begin())).ok
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    await until_async(lambda: helm._asked > 0)
    assert not helm.over
    standing = GatewayTaken(failure="held")
    await until_async(lambda: room.desk.hand(CAMERA) is None)
    assert room.desk.lost_below(CAMERA, GRANT)


def _inside(helm: CameraSteering, view: View) -> bool:
    assert helm.bounds.fence is not None
    return helm.bounds.fence.holds(Bearing(view.pan, view.tilt, view.zoom))


async def test_a_2022_device_is_kept_in_its_declared_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LOOK_SECONDS", 0.05)
    async with cast(tmp_path, Edition.E2022) as all:
        room = Room(tmp_path)
        room.clock = SystemClock()  # type: ignore[assignment]
        room.cameras[all.camera] = SimpleNamespace(
            id=all.camera, assignment=all.assignment(spread=40.0, rise=(-20.0, 0.0))
        )
        room.open_looks.add((GRANT, all.camera))
        room.open()
        room.desk.make_driver = all.drivers.steerable
        assert (await room.desk.begin(begin(presets=True).model_copy(update={"camera": all.camera}))).ok
        helm = room.desk.helm(all.camera, GRANT)
        assert helm is not None
        await helm.control("precise", "", "", there=Bearing(10.0, 5.0, 2.0))
        assert all.head.view(0.0) == View(10.0, 5.0, 2.0)
        for beyond in (Bearing(90.0, 5.0, 2.0), Bearing(10.0, 25.0, 2.0)):  # its tilt counts downwards
            with pytest.raises(SteerFailure) as failure:
                await helm.control("precise", "", "", there=beyond)
            assert failure.value.kind == "outside"
        helm.hold(RIGHT)
        await until_async(lambda: helm.edge)
        await until_async(lambda: all.head.moving == STOP and _inside(helm, all.head.view(0.0)))
        await room.desk.stop()
        [commands] = room.records("control.commands")
        assert [(one.what, one.outcome) for one in commands.commands][:5] == [
            ("precise", "taken"),
            ("precise", "outside"),
            ("precise", "outside"),
            ("move", "taken"),
            ("edge", "taken"),
        ]


async def test_a_drag_and_a_cruise_come_to_the_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "REPEAT_SECONDS", 0.05)
    async with cast(tmp_path) as all:
        driver = await all.driver()
        assert await driver.bearing() is None  # 2016
        await driver.drag(PtzBox(0.25, 0.25, 0.5, 0.5), True)
        assert all.head.view(0.0).zoom == 2.0
        await driver.drag(PtzBox(0.25, 0.25, 0.5, 0.5), False)
        assert all.head.view(0.0).zoom == 1.0
        await driver.cruise(5, 30.0)
        assert all.head.cruise == 5
        said = len(all.posts)
        await until_async(lambda: len(all.posts) > said + 2)
        await driver.stop()
        assert all.head.cruise is None
        all.away = True
        with pytest.raises(SteerFailure):
            await driver.bearing()
