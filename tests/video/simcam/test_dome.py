"""The simulated camera that turns: steered by the product's own driver, and what it shows then."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from custodes.video.onvif.client import OnvifClient
from custodes.video.onvif.device import look_at_stream
from custodes.video.onvif.ptz import OnvifPtz
from custodes.video.simcam import station
from custodes.video.simcam.cast import cast
from custodes.video.simcam.device import PROFILE, DeviceServer
from custodes.video.simcam.dome import HOME, SECONDS_ACROSS, Dome, View, steered, turned
from custodes.video.simcam.film import FilmOrder, FilmShape, make_film
from custodes.video.simcam.scene import Scene
from custodes.video.source.address import AddressPolicy, SourceAddress
from custodes.video.steering import PtzMotion, SteerFailure
from custodes.video.unit import Codec

STREAM = "rtsp://127.0.0.1:8554/cam-01/main"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dome(clock: Clock) -> Dome:
    return Dome({"1": ("广场东口", HOME), "2": ("检票通道", (0.7, 0.0, 0.0))}, clock)


@pytest.fixture
def server(dome: Dome) -> Iterator[DeviceServer]:
    server = DeviceServer(dome, STREAM, ("admin", "simulated-only"), 0)
    server.start()
    yield server
    server.stop()


def driver(server: DeviceServer, password: str = "simulated-only") -> OnvifPtz:
    client = OnvifClient(SourceAddress(socket.AF_INET, "127.0.0.1", server.port), "127.0.0.1", "admin", password)
    return OnvifPtz(client, PROFILE)


def test_it_moves_while_it_is_told_to_and_no_longer(dome: Dome, clock: Clock) -> None:
    dome.move((0.5, 0.0, 0.0), 2.0)
    clock.now += 1.0
    assert dome.moving
    assert dome.place[0] == pytest.approx(1 / SECONDS_ACROSS)
    clock.now += 60.0
    assert not dome.moving
    assert dome.place[0] == pytest.approx(2 / SECONDS_ACROSS), "it stops by itself after the time that was asked for"
    dome.move((1.0, 0.0, -1.0), 60.0)
    clock.now += 60.0
    assert dome.place == (1.0, 0.0, 0.0), "no further than its range"


@pytest.mark.parametrize(
    ("place", "view"),
    [(HOME, None), ((0.2, 1.0, 0.0), None), ((-0.5, 0, 0), "left"), ((0.5, 0, 0), "right"), ((0.5, 0, 0.5), "near")],
)
def test_where_it_points_says_which_film_shows_it(dome: Dome, place: tuple[float, float, float], view: View) -> None:
    dome.go(place)
    assert dome.view == view


async def test_the_products_driver_steers_it(server: DeviceServer, dome: Dome, clock: Clock) -> None:
    ptz = driver(server)
    able = await ptz.abilities()
    assert (able.move, able.zoom, able.presets, able.home, able.set_home) == (True, True, 16, True, False)
    await ptz.move(PtzMotion(pan=100), 5.0)
    clock.now += 1.0
    assert dome.view == "right"
    await ptz.stop()
    assert not dome.moving
    assert [preset.name for preset in await ptz.presets()] == ["广场东口", "检票通道"]
    await ptz.goto("1")
    assert dome.view is None
    await ptz.goto("2")
    assert (await ptz.where()).pan == pytest.approx(0.7)
    kept = await ptz.set_preset("夜间", "")
    await ptz.goto_home()
    assert dome.place == HOME
    await ptz.goto(kept)
    assert dome.view == "right"
    await ptz.remove_preset(kept)
    with pytest.raises(SteerFailure):
        await ptz.goto(kept)


async def test_it_asks_for_its_login(server: DeviceServer, dome: Dome) -> None:
    with pytest.raises(SteerFailure):
        await driver(server, "another").goto("2")
    assert dome.place == HOME


async def test_the_register_finds_out_that_it_turns(server: DeviceServer) -> None:
    policy = AddressPolicy(allow_loopback=True)
    found = await look_at_stream("127.0.0.1", server.port, "admin", "simulated-only", STREAM, policy)
    assert (found.ok, found.profile, found.move, found.presets) == (True, PROFILE, True, 16), found


@pytest.mark.parametrize("request_", [b"", b"<a/>", b"\xff", b"<s:Envelope xmlns:s='x'><s:Body/></s:Envelope>"])
def test_what_is_no_request_is_refused(server: DeviceServer, request_: bytes) -> None:
    assert server.answer(request_)[0] == 400


@pytest.mark.parametrize("view", ["left", "right", "near"])
def test_another_view_shows_something_else_under_the_same_strip(view: View) -> None:
    planes = Scene(1, "测试", "test", 640, 360, 1).draw(7, 100)
    other = turned(planes, view)
    before, after = (np.frombuffer(one.y, np.uint8).reshape(360, 640) for one in (planes, other))
    assert (before[:40] == after[:40]).all()
    assert (before[60:] != after[60:]).mean() > 0.2


def test_films_change_at_key_frames_and_go_on_where_the_other_was(tmp_path: Path, dome: Dome) -> None:
    order = FilmOrder(
        cast(1)[0], Codec.H264, FilmShape(320, 180, 200_000), FilmShape(160, 90, 80_000), seconds=1, gop=5
    )
    make_film(order, tmp_path)
    turning = station.Turning(1, dome)
    main = station.mounts([order], tmp_path, None, paced=True, turning=turning)[0]
    straight = [next(main.frames) for _ in range(25)]
    dome.go((0.9, 0.0, 0.0))
    assert [next(main.frames) for _ in range(25)] == straight, "straight ahead until the other view is filmed"
    for other in turning.orders([order]):
        make_film(other, tmp_path)
        turning.fill(other, tmp_path)
    aside = [next(main.frames) for _ in range(25)]
    assert [frame.number for frame in aside] == list(range(25))
    assert aside != straight
    dome.go(HOME)
    assert [next(main.frames) for _ in range(3)] == straight[:3]
    dome.go((-0.9, 0.0, 0.0))
    assert [next(main.frames) for _ in range(2)] == straight[3:5], "not before the next key frame"
    assert next(main.frames) != straight[5]


def test_views_that_come_later_are_taken_up() -> None:
    straight, aside = ["a", "b"], ["c", "d"]
    keys = [type("F", (), {"key": True, "name": name})() for name in straight]
    others = [type("F", (), {"key": True, "name": name})() for name in aside]
    views: dict[View, list[object]] = {}
    frames = steered(keys, views, lambda: "left")  # type: ignore[arg-type]
    assert next(frames).name == "a"  # type: ignore[attr-defined]
    views["left"] = others
    assert next(frames).name == "d"  # type: ignore[attr-defined]


def test_clients_can_come_at_once(server: DeviceServer) -> None:
    async def many() -> None:
        await asyncio.gather(*(driver(server).presets() for _ in range(8)))

    asyncio.run(many())
