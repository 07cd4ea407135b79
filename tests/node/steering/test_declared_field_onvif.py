"""The simulated ONVIF camera is kept in its declared field by the product's own driver, over HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from custodes.node.steering import bounds
from custodes.node.steering.camera_steering import CameraSteering
from custodes.node.steering.driver import sheet_of
from custodes.video.onvif.client import OnvifClient
from custodes.video.onvif.ptz import OnvifPtz
from custodes.video.simcam.device import PROFILE, DeviceServer
from custodes.video.simcam.dome import ASIDE_DEGREES, HOME, Dome
from custodes.video.source.address import SourceAddress
from custodes.video.steering import SLACK, STILL, Bearing, PtzMotion, SteerFailure
from custodes.video.wire.assignment import CameraAssignment, TurningRange
from tests.node.steering.support import CAMERA, GRANT, Room, begin
from tests.patience import PATIENCE, until_async

SPREAD, RISE = 60.0, (-20.0, 15.0)
FAR = (0.9, 0.0, 0.4)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(bounds, "STAND_SECONDS", 0.2)


@pytest.fixture
def dome() -> Dome:
    return Dome({"1": ("规定指向", HOME), "2": ("路口", FAR)})


@pytest.fixture
def server(dome: Dome) -> Iterator[DeviceServer]:
    made = DeviceServer(dome, "rtsp://127.0.0.1/x", ("", ""), 0)
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def room(tmp_path: Path, server: DeviceServer) -> AsyncIterator[Room]:
    async def driver(camera: CameraAssignment) -> OnvifPtz:
        client = OnvifClient(SourceAddress(socket.AF_INET, "127.0.0.1", server.port), "127.0.0.1", "", "")
        return OnvifPtz(client, PROFILE, sheet_of(camera))

    made = Room(tmp_path, home="1", spread=SPREAD, rise=RISE)
    made.desk.make_driver = driver  # type: ignore[assignment]
    yield made
    await made.desk.stop()


async def hand(room: Room) -> CameraSteering:
    assert (await room.desk.begin(begin())).ok
    helm = room.desk.helm(CAMERA, GRANT)
    assert helm is not None
    async with asyncio.timeout(PATIENCE):
        await helm._looked.wait()
    return helm


def degrees(dome: Dome, way: int = 0) -> float:
    return dome.place[way] * ASIDE_DEGREES[way]


async def test_it_is_stopped_at_the_edge_and_the_other_way_is_free(room: Room, dome: Dome) -> None:
    helm = await hand(room)
    assert helm.note == "", "its declared direction is known from the beginning: it stands there"
    helm.hold(PtzMotion(pan=100))
    await until_async(lambda: helm.note == "edge" and not dome.moving)
    assert 0 < degrees(dome) <= SPREAD / 2 + SLACK
    helm.hold(STILL)
    helm.hold(PtzMotion(pan=-100))
    await until_async(lambda: degrees(dome) < 0)
    helm.hold(STILL)


@pytest.mark.parametrize("says", [True, False])
async def test_up_and_down_it_is_stopped_at_the_declared_elevation(
    room: Room, dome: Dome, server: DeviceServer, says: bool
) -> None:
    server.names_degrees = says
    known = TurningRange(pan=2 * ASIDE_DEGREES[0], low=-ASIDE_DEGREES[1], high=ASIDE_DEGREES[1])
    declared = room.cameras[CAMERA].assignment
    onvif = declared.onvif.model_copy(update={"range": None if says else known})
    room.cameras[CAMERA].assignment = declared.model_copy(update={"onvif": onvif})
    helm = await hand(room)
    assert helm.note == "", "by its own word or by its data sheet"
    for speed, edge in ((-100, RISE[0]), (100, RISE[1])):
        helm.hold(PtzMotion(tilt=speed))
        await until_async(lambda: helm.note == "edge" and not dome.moving)
        assert 0 < abs(degrees(dome, 1)) <= abs(edge) + SLACK
        helm.hold(STILL)
    with pytest.raises(SteerFailure) as failure:
        await helm.control("precise", "", "", there=Bearing(0.0, 25.0, 1.0))
    assert failure.value.kind == "outside"


async def test_a_preset_outside_is_turned_in_and_the_zoom_stays(room: Room, dome: Dome) -> None:
    helm = await hand(room)
    await helm.control("goto", "2", "")
    await until_async(lambda: helm.note == "edge")
    await until_async(lambda: degrees(dome) == pytest.approx(SPREAD / 2 - 1, abs=0.2))
    assert dome.place[2] == FAR[2]


async def test_a_place_in_degrees_is_gone_to_inside_and_refused_outside(room: Room, dome: Dome) -> None:
    helm = await hand(room)
    await helm.control("precise", "", "", there=Bearing(340.0, 10.0, 1.0))
    assert degrees(dome) == pytest.approx(-20.0)
    assert dome.place[1] * ASIDE_DEGREES[1] == pytest.approx(-10.0), "down is positive, as in GB/T 28181"
    with pytest.raises(SteerFailure) as failure:
        await helm.control("precise", "", "", there=Bearing(50.0, 0.0, 1.0))
    assert failure.value.kind == "outside"
    assert degrees(dome) == pytest.approx(-20.0)


async def test_a_device_without_a_measure_turns_as_before_and_that_is_said(
    room: Room, dome: Dome, server: DeviceServer
) -> None:
    server.names_degrees = False
    helm = await hand(room)
    assert helm.note == "blind"
    helm.hold(PtzMotion(pan=100))
    await until_async(lambda: degrees(dome) > SPREAD / 2 + 5)
    helm.hold(STILL)
