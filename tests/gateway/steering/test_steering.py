"""Steering a device of our own over real sockets: it turns as told, and stops when nobody holds it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from custodes.gateway.steering import movements
from custodes.gateway.steering.room import MOST_HELD, Steering
from custodes.gb28181.device.ptz import View
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.control import HELD, DeviceControlAnswer
from custodes.gb28181.manscdp.frame import Result
from custodes.gb28181.manscdp.presets import HomePosition
from custodes.gb28181.ptz.command import STOP, Cruise, CruiseDo, Lens, Move, Preset, PresetDo
from custodes.gb28181.ptz.hold import HoldPatience
from custodes.gb28181.ptz.octets import encode
from custodes.gb28181.sip.peer import Carrier
from custodes.video.wire.commands import GatewaySteer, PictureBox, PointAt, PositionAsk, PresetsAsk
from tests.gateway.calls.house import CAMERAS, NODE, NVR, Gateway, Simulated, gateway, simulated
from tests.patience import until_async

CHANNEL = CAMERAS[0]
STOPPED = encode(STOP).encode()


class Cast:
    """Gateway, its room of steering, one device and a camera of it."""

    def __init__(self, process: Gateway, room: Steering, device: Simulated) -> None:
        self.process, self.room, self.device = process, room, device
        self.camera = process.assigned.camera(CHANNEL)

    async def steer(self, command: Any, node: str = NODE, **more: Any) -> str:
        wish = GatewaySteer(camera=self.camera, device=NVR, channel=CHANNEL, command=command, **more)
        return (await self.room.steer(node, wish)).failure

    @property
    def head(self) -> Any:
        return self.device.core.head(CHANNEL)

    def commands(self) -> list[str]:
        """PTZ commands that came, each once however often it was sent."""
        found = {
            one.call_id: one.body.decode("ascii", "replace").split("<PTZCmd>")[1][:16]
            for one in self.device.bodies(b"<PTZCmd>")
        }
        return list(found.values())


@asynccontextmanager
async def cast(
    folder: Path, carrier: Carrier = "UDP", edition: Edition = Edition.E2016, **more: object
) -> AsyncIterator[Cast]:
    async with gateway(folder, edition) as process:
        room = Steering(process)
        process.ears.append(room.hear)
        process.message_ears.append(room.hear_message)
        watching = asyncio.create_task(room.run())
        try:
            async with simulated(process, carrier, edition=edition, **more) as device:
                yield Cast(process, room, device)
        finally:
            watching.cancel()


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
async def test_it_turns_and_stops_as_told(tmp_path: Path, carrier: Carrier) -> None:
    async with cast(tmp_path, carrier) as all:
        assert await all.steer("move", pan=100, tilt=-50, zoom=1) == ""
        assert all.head.moving == Move(255, -128, 1)
        assert await all.steer("move", pan=100, tilt=-50, zoom=1) == ""  # said again: it is held, not sent
        assert await all.steer("move", focus=-100, iris=100) == ""
        assert all.head.moving == STOP
        assert await all.steer("stop") == ""
        assert all.commands() == [encode(command) for command in (Move(255, -128, 1), STOP, Lens(-255, 255), Lens())]


async def test_a_hand_that_says_nothing_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert movements.SILENCE_US == 2_000_000
    monkeypatch.setattr(movements, "WATCH", HoldPatience(silence=400_000))
    async with cast(tmp_path) as all:
        for _ in range(6):
            assert await all.steer("move", pan=20) == ""
            await asyncio.sleep(0.15)
            assert all.head.moving == Move(51)
        await until_async(lambda: all.head.moving == STOP)
        await until_async(lambda: not len(all.room.movements))


async def test_a_stop_is_sent_though_nothing_is_known_to_move(tmp_path: Path) -> None:
    """After a restart of the gateway."""
    async with cast(tmp_path) as all:
        assert await all.steer("stop") == ""
        assert all.commands() == [encode(STOP), encode(Lens())]


async def test_a_device_that_was_away_is_stopped_when_it_is_back(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.steer("move", pan=20)
        await all.device.kill()
        other = await Simulated(all.process, own=all.device.own).start()
        try:
            await until_async(lambda: bool(other.bodies(STOPPED)))
            await other.registered()
        finally:
            await other.kill()


async def test_a_stop_for_a_device_that_is_away_is_owed(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.steer("move", pan=20)
        all.device.core.leave(asyncio.get_running_loop().time())
        all.device.transport.drain()
        await until_async(lambda: all.process.changes["gone"] > 0)
        assert await all.steer("move", pan=30) == "not_registered"
        assert await all.steer("stop") == "not_registered"
        assert all.head.moving == Move(51)
        await all.device.kill()
        other = await Simulated(all.process).start()
        try:
            await until_async(lambda: bool(other.bodies(STOPPED)))
        finally:
            await other.kill()


async def test_a_movement_that_comes_behind_its_stop_is_stopped_again(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.device.deaf = frozenset({"MESSAGE"})
        moving = asyncio.create_task(all.steer("move", pan=20))
        await until_async(lambda: bool(all.device.bodies(encode(Move(51)).encode())))
        all.device.deaf = frozenset()
        assert await all.steer("stop") == ""  # and half a second later the movement is sent again
        assert await moving == ""
        await until_async(lambda: all.commands().count(encode(STOP)) == 2)
        await until_async(lambda: all.head.moving == STOP)


async def test_a_stop_that_is_not_acknowledged_is_said_again(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.steer("move", pan=20)
        all.device.deaf = frozenset({"MESSAGE"})
        stopping = asyncio.create_task(all.steer("stop"))
        await until_async(lambda: bool(all.device.bodies(STOPPED)))
        all.process.endpoint.tick(all.process.clock.monotonic() + 40)  # its transaction is over
        all.process.transport.drain()
        assert await stopping == "no_answer"
        all.device.deaf = frozenset()
        await until_async(lambda: all.head.moving == STOP)


async def test_the_gateway_ends_and_nothing_moves_on(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.steer("move", pan=20)
        await all.room.stop()
        assert all.head.moving == STOP


@pytest.mark.parametrize("edition", [Edition.E2016, Edition.E2022])
async def test_presets_are_kept_recalled_and_forgotten(tmp_path: Path, edition: Edition) -> None:
    async with cast(tmp_path, edition=edition) as all:
        assert await all.steer("set", preset=7, name="东门 <a&b>") == ""
        assert all.head.presets[7][0] == ("东门 <a&b>" if edition is Edition.E2022 else "7")
        all.head.presets[9] = ("old", View(pan=90.0))
        answer = await all.room.presets(NODE, PresetsAsk(camera=all.camera, device=NVR, channel=CHANNEL))
        assert (answer.failure, [preset.number for preset in answer.presets]) == ("", [7, 9])
        await all.steer("move", tilt=10)
        assert await all.steer("goto", preset=9) == ""
        assert (all.head.moving, all.head.view(0.0).pan) == (STOP, 90.0)
        assert all.commands()[-2:] == [encode(STOP), encode(Preset(PresetDo.CALL, 9))]
        assert await all.steer("remove", preset=7) == ""
        assert list(all.head.presets) == [9]


@pytest.mark.parametrize("quirk", [Quirk.SUM_TOO_LARGE, Quirk.WRONG_SN, Quirk.GBK_AS_GB2312])
async def test_presets_of_a_device_with_faults(tmp_path: Path, quirk: Quirk) -> None:
    async with cast(tmp_path, quirks=[quirk]) as all:
        all.head.presets[3] = ("镕基路口", View())
        answer = await all.room.presets(NODE, PresetsAsk(camera=all.camera, device=NVR, channel=CHANNEL))
        assert [(preset.number, preset.name) for preset in answer.presets] == [(3, "镕基路口")]


async def test_presets_that_can_not_be_had(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        strange = "34020000001320009999"  # of the register, not of the device
        camera = all.process.assigned.camera(strange)
        ask = PresetsAsk(camera=camera, device=NVR, channel=strange)
        assert (await all.room.presets(NODE, ask)).failure == "refused"
        assert (await all.room.presets("node-2", ask)).failure == "not_assigned"
        asking = asyncio.create_task(all.room.presets(NODE, PresetsAsk(camera=all.camera, device=NVR, channel=CHANNEL)))
        all.device.deaf = frozenset({"MESSAGE"})
        await until_async(lambda: len(all.device.bodies(b"PresetQuery")) >= 2)
        all.device.core.leave(asyncio.get_running_loop().time())
        all.device.transport.drain()
        assert (await asking).failure == "not_registered"


async def test_home_is_asked_for_and_gone_to_where_the_edition_can_tell(tmp_path: Path) -> None:
    async with cast(tmp_path, edition=Edition.E2022) as all:
        assert await all.steer("home") == "refused"  # none is set
        all.head.presets[4] = ("home", View(pan=45.0))
        all.head.home = HomePosition(enabled=True, reset_time=60, preset=4)
        assert await all.steer("home") == ""
        assert all.head.view(0.0).pan == 45.0


async def test_what_is_not_done(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        assert await all.steer("home") == "refused"  # 2016 has no question for it
        assert await all.steer("goto") == "refused"  # preset 0 is reserved
        assert await all.steer("move", node="node-2", pan=5) == "not_assigned"
        all.camera = all.process.assigned.camera(CHANNEL, turns=False)
        assert await all.steer("move", pan=5) == "not_assigned"
        assert all.commands() == []
        all.camera = all.process.assigned.camera(CHANNEL)
        await all.device.kill()
        all.process.registrar.remove(NVR)
        assert await all.steer("move", pan=5) == "not_registered"


BOX = PictureBox(left=0.75, top=0.4, width=0.2, height=0.2)


async def test_a_camera_is_pointed_to_a_place_and_tells_it(tmp_path: Path) -> None:
    async with cast(tmp_path, edition=Edition.E2022) as all:
        ask = PositionAsk(camera=all.camera, device=NVR, channel=CHANNEL)
        await all.steer("move", pan=10)
        assert await all.steer("precise", point=PointAt(pan=350.5, tilt=-10, zoom=2)) == ""
        assert all.head.moving == STOP
        answer = await all.room.position(NODE, ask)
        assert (answer.failure, answer.pan, answer.tilt, answer.zoom) == ("", 350.5, -10.0, 2.0)
        assert (await all.room.position("node-2", ask)).failure == "not_assigned"
        all.device.deaf = frozenset({"MESSAGE"})
        assert (await all.room.position(NODE, ask)).failure == "no_answer"


async def test_an_older_edition_is_neither_pointed_nor_asked(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        assert await all.steer("precise", point=PointAt(pan=10, tilt=0, zoom=1)) == "refused"
        answer = await all.room.position(NODE, PositionAsk(camera=all.camera, device=NVR, channel=CHANNEL))
        assert answer.failure == "refused"
        assert not all.device.bodies(b"PTZP")


async def test_a_box_of_the_picture_is_brought_near_and_put_back(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        assert await all.steer("drag_in", box=BOX) == ""
        view = all.head.view(0.0)
        assert (round(view.pan), round(view.zoom)) == (21, 5)
        body = all.device.bodies(b"<DragZoomIn>")[0].body
        assert b"<Length>1920</Length>" in body
        assert b"<MidPointX>1632</MidPointX>" in body
        assert await all.steer("drag_out", box=BOX) == ""
        assert round(all.head.view(0.0).zoom) == 1
        assert await all.steer("drag_in", box=PictureBox(left=0.99, top=0.9, width=0.01, height=0.01)) == ""


async def test_a_cruise_goes_on_while_it_is_held_and_ends_with_the_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cast(tmp_path) as all:
        await all.steer("move", pan=20)
        assert await all.steer("cruise", cruise=3) == ""
        first = all.room.movements._helds[NVR, CHANNEL].cruise_us
        assert await all.steer("cruise", cruise=3) == ""  # said again: it is held, not sent
        assert all.room.movements._helds[NVR, CHANNEL].cruise_us > first
        assert all.head.cruise == 3
        assert all.commands()[1:] == [encode(command) for command in (STOP, Cruise(CruiseDo.START, 3))]
        monkeypatch.setattr(movements, "WATCH", HoldPatience(silence=100_000))
        await until_async(lambda: all.head.cruise is None)  # nobody says it any more
        await until_async(lambda: not len(all.room.movements))
        monkeypatch.setattr(movements, "WATCH", HoldPatience(silence=60_000_000))
        await all.steer("cruise", cruise=4)
        assert await all.steer("stop") == ""
        assert all.head.cruise is None
        await all.steer("cruise", cruise=4)
        await all.room.stop()
        assert all.head.cruise is None


async def test_a_cruise_that_comes_behind_its_stop_is_stopped_again(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.device.deaf = frozenset({"MESSAGE"})
        cruising = asyncio.create_task(all.steer("cruise", cruise=1))
        await until_async(lambda: bool(all.device.bodies(encode(Cruise(CruiseDo.START, 1)).encode())))
        all.device.deaf = frozenset()
        assert await all.steer("stop") == ""
        assert await cruising == ""
        await until_async(lambda: all.commands().count(encode(STOP)) == 2)
        await until_async(lambda: all.head.cruise is None)


async def test_a_device_that_was_away_on_a_cruise_is_stopped_when_it_is_back(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.steer("cruise", cruise=1)
        await all.device.kill()
        other = await Simulated(all.process, own=all.device.own).start()
        try:
            await until_async(lambda: bool(other.bodies(STOPPED)))
        finally:
            await other.kill()


async def test_a_platform_below_says_of_its_own_cameras_alone_that_it_steers_them(tmp_path: Path) -> None:
    """It is told once; who says it of a thousand cameras pushes out nobody else's; a device that is no platform steers nothing itself."""
    one, flood = "54010000002000000001", "54020000002000000001"
    async with gateway(tmp_path, Edition.E2016) as process:
        room = Steering(process)

        def said(device: str, channel: str) -> None:
            no = DeviceControlAnswer(sn=1, device_id=channel, result=Result.ERROR, reason=HELD)
            assert room.hear_message(device, no)

        said(one, CHANNEL)
        said(NVR, CHANNEL)
        for number in range(4 * MOST_HELD):
            said(flood, f"{CHANNEL[:13]}{number:07}")
        assert sum(map(len, room._held.values())) == MOST_HELD + 1
        assert not room._lost((NVR, CHANNEL))
        assert not room._lost((flood, CHANNEL))
        assert room._lost((one, CHANNEL))
        assert not room._lost((one, CHANNEL))
