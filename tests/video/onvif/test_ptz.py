"""Steering by ONVIF: against a virtual camera that is not ours, and devices that lack this or that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from custodes.video.onvif.client import OnvifClient
from custodes.video.onvif.device import look_at_stream
from custodes.video.onvif.ptz import OnvifPtz, ask_for_key_frame, duration
from custodes.video.onvif.xml import BadXml, parse, text
from custodes.video.source.address import AddressPolicy
from custodes.video.steering import PtzMotion, SteerFailure, ViewPreset
from tests.patience import until
from tests.video.onvif.turning import Turning
from tests.video.onvif.virtual import LOGIN, device_that, virtual_camera

POLICY = AddressPolicy((), allow_loopback=True)
T = TypeVar("T")


def client_at(port: int) -> OnvifClient:
    return OnvifClient(POLICY.target("127.0.0.1", port), "127.0.0.1", *LOGIN)


def with_device(device: Turning, use: Callable[[OnvifPtz], Awaitable[T]], profile: str = "") -> T:
    async def run(port: int) -> T:
        return await use(OnvifPtz(client_at(port), profile))

    with device_that(device.answer) as port:
        return asyncio.run(run(port))


def refused(device: Turning, use: Callable[[OnvifPtz], Awaitable[Any]], profile: str = "") -> SteerFailure:
    with pytest.raises(SteerFailure) as failure:
        with_device(device, use, profile)
    return failure.value


def test_the_virtual_camera_turns_while_it_is_told_to_and_stands_when_told_so(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # it keeps its presets in a file where it runs
    with virtual_camera() as camera:

        async def use() -> None:
            ptz = OnvifPtz(client_at(camera.port), "Profile_Main")
            able = await ptz.abilities()
            assert (able.move, able.step, able.place, able.zoom, able.presets, able.home) == (*(True,) * 4, 10, True)
            assert not able.set_home  # it says that its home is fixed
            await ptz.move(PtzMotion(pan=100, tilt=-50), 5)
            until(lambda: camera.ptz.state.pan > 0.01)
            await ptz.stop()
            assert (camera.ptz.velocity.pan_speed, camera.ptz.velocity.tilt_speed) == (0, 0)
            token = await ptz.set_preset("校门")
            assert ViewPreset(token, "校门") in await ptz.presets()
            await ptz.goto_home()
            assert camera.ptz.state.pan == 0
            await ptz.goto(token)
            assert camera.ptz.state.pan > 0.01
            assert (await ptz.where()).pan == pytest.approx(camera.ptz.state.pan)
            await ptz.place(PtzMotion(pan=20, zoom=50))
            await ptz.step(PtzMotion(pan=-10))
            assert (camera.ptz.state.pan, camera.ptz.state.zoom) == (pytest.approx(0.1), pytest.approx(0.5))

        asyncio.run(use())


def test_a_profile_is_taken_by_its_token_and_else_the_first_that_turns() -> None:
    device = Turning()

    async def move(ptz: OnvifPtz) -> None:
        await ptz.move(PtzMotion(pan=10), 2)

    with_device(device, move)
    with_device(device, move, "p1")
    assert all("<ProfileToken>p1<" in body for name, body in device.said if name == "ContinuousMove")
    gone = refused(device, move, "p7")
    assert gone.kind == "path"


def test_the_device_is_asked_to_stop_by_itself_within_what_it_allows() -> None:
    device = Turning()

    async def move(ptz: OnvifPtz) -> None:
        await ptz.move(PtzMotion(pan=100), 0.2)
        await ptz.move(PtzMotion(pan=100), 600)

    with_device(device, move)
    moves = [body for name, body in device.said if name == "ContinuousMove"]
    assert ["PT1S" in moves[0], "PT60S" in moves[1]] == [True, True]


def test_a_device_that_refuses_a_time_out_is_moved_without_and_not_asked_again() -> None:
    device = Turning(timeout=False)

    async def move(ptz: OnvifPtz) -> None:
        await ptz.move(PtzMotion(pan=100), 5)
        await ptz.move(PtzMotion(pan=50), 5)

    with_device(device, move)
    bodies = [body for name, body in device.said if name == "ContinuousMove"]
    assert ["Timeout" in body for body in bodies] == [True, False, False]


def test_an_axis_that_never_moved_is_not_named_and_one_that_did_is_set_to_nothing() -> None:
    device = Turning()

    async def move(ptz: OnvifPtz) -> None:
        await ptz.move(PtzMotion(zoom=30), 5)
        await ptz.move(PtzMotion(pan=30), 5)

    with_device(device, move)
    first, second = [body for name, body in device.said if name == "ContinuousMove"]
    assert "PanTilt" not in first
    assert 'x="0.3"' in second
    assert '<Zoom xmlns="http://www.onvif.org/ver10/schema" x="0"/>' in second


def test_a_device_that_knows_no_stop_is_given_a_speed_of_nothing() -> None:
    device = Turning(refuses={"Stop"})
    with_device(device, lambda ptz: ptz.stop())
    assert 'x="0" y="0"' in device.said[-1][1]
    dead = refused(Turning(refuses={"Stop", "ContinuousMove"}), lambda ptz: ptz.stop())
    assert dead.kind == "protocol"


def test_what_a_device_lacks_is_said_and_nothing_is_sent() -> None:
    without = Turning(spaces="<tt:ContinuousPanTiltVelocitySpace/>", home="false", room="<x/>", lacks={"imaging"})
    without.refuses = {"GetPresets", "GetConfigurationOptions"}
    able = with_device(without, lambda ptz: ptz.abilities())
    assert (able.move, able.zoom, able.step, able.focus, able.presets, able.home) == (True, *(False,) * 3, 0, False)
    for wish in (
        lambda ptz: ptz.move(PtzMotion(zoom=10), 1),
        lambda ptz: ptz.step(PtzMotion(pan=1)),
        lambda ptz: ptz.place(PtzMotion(pan=1)),
        lambda ptz: ptz.goto_home(),
        lambda ptz: ptz.set_home(),
    ):
        assert refused(without, wish).kind == "unsupported"
    assert not without.names("ContinuousMove", "RelativeMove", "AbsoluteMove", "GotoHomePosition", "SetHomePosition")


def test_a_device_without_the_service_is_told_apart_from_one_that_is_away() -> None:
    assert refused(Turning(lacks={"ptz"}), lambda ptz: ptz.abilities()).kind == "unsupported"

    async def away() -> None:
        await OnvifPtz(client_at(1)).abilities()

    with pytest.raises(SteerFailure) as failure:
        asyncio.run(away())
    assert failure.value.kind == "refused"


def test_a_device_that_lists_no_spaces_is_taken_to_turn() -> None:
    able = with_device(Turning(spaces=""), lambda ptz: ptz.abilities())
    assert (able.move, able.zoom, able.step) == (True, True, False)


def test_focus_has_the_speed_that_the_lens_allows_and_the_iris_goes_by_steps() -> None:
    device = Turning()

    async def use(ptz: OnvifPtz) -> None:
        await ptz.move(PtzMotion(focus=-50, iris=100), 5)
        await ptz.stop()

    with_device(device, use)
    focus = next(body for name, body in device.said if name == "Move")
    assert "<Speed>-3.5</Speed>" in focus
    assert device.iris == pytest.approx(4.5)
    assert "ContinuousMove" not in device.names()
    assert device.names("Stop") == ["Stop", "Stop"]  # of the lens too


def test_presets_are_listed_kept_and_forgotten() -> None:
    device = Turning()

    async def use(ptz: OnvifPtz) -> list[ViewPreset]:
        kept = await ptz.set_preset("<院 & 门>")
        await ptz.set_preset("新名", kept)
        await ptz.remove_preset("1")
        return await ptz.presets()

    assert with_device(device, use) == [ViewPreset("2", "新名")]
    assert "&lt;院 &amp; 门&gt;" in next(body for name, body in device.said if name == "SetPreset")
    assert refused(device, lambda ptz: ptz.goto("99")).kind == "protocol"


def test_a_device_with_a_thousand_presets_or_none_of_sense_does_no_harm() -> None:
    device = Turning(presets={str(number): "x" * 300 for number in range(1000)} | {"t" * 500: "long"})
    found = with_device(device, lambda ptz: ptz.presets())
    assert len(found) <= 300
    assert all(len(preset.name) <= 60 for preset in found)


def test_where_it_points_leaves_out_what_is_no_number() -> None:
    where = with_device(Turning(), lambda ptz: ptz.where())
    assert (where.pan, where.tilt, where.zoom, where.moving) == (0.5, -0.25, None, False)


def test_a_key_frame_is_asked_for_by_profile() -> None:
    device = Turning()
    with device_that(device.answer) as port:
        asyncio.run(ask_for_key_frame(client_at(port), "p1"))
    assert "<ProfileToken>p1<" in device.said[-1][1]
    assert device.said[-1][0] == "SetSynchronizationPoint"


@pytest.mark.parametrize(
    ("words", "seconds"), [("PT10S", 10), ("PT1M30.5S", 90.5), ("PT2M", 120), ("PT", None), ("P1D", None), ("x", None)]
)
def test_durations(words: str, seconds: float | None) -> None:
    assert duration(words) == seconds


@pytest.mark.parametrize("speed", [101, -101])
def test_a_speed_is_a_per_cent(speed: int) -> None:
    with pytest.raises(ValueError, match="per cent"):
        PtzMotion(pan=speed)


def test_an_answer_whose_prefix_was_never_declared_is_read_all_the_same() -> None:
    read = parse(
        b'<?xml version="1.0"?><s:Envelope xmlns:s="urn:s"><s:Body><ptz:A b:c="1"><ptz:T>7</ptz:T></ptz:A></s:Body></s:Envelope>'
    )
    assert text(read, "T") == "7"
    for bad in (b"<a:b", b"<s:a><s:b></s:a>", b'<!DOCTYPE a [<!ENTITY x "y">]><p:a>&x;</p:a>', b"<:a/>"):
        with pytest.raises(BadXml):
            parse(bad)


@pytest.mark.parametrize(
    ("url", "profile"), [("rtsp://127.0.0.1:8554/c0/main", "Profile_Main"), ("rtsp://x:1/y", "Profile_Main")]
)
def test_a_camera_is_found_by_the_address_of_its_stream(url: str, profile: str) -> None:
    with virtual_camera() as camera:
        found = asyncio.run(look_at_stream("127.0.0.1", camera.port, *LOGIN, url, POLICY))
        wrong = asyncio.run(look_at_stream("127.0.0.1", camera.port, LOGIN[0], "wrong", url, POLICY))
    assert (found.ok, found.profile, found.move, found.zoom, found.presets) == (True, profile, True, True, 10)
    assert (wrong.ok, wrong.failure) == (False, "password")
