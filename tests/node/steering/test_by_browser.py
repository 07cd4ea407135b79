"""From the browser's socket to the device: leave of the web first, then hold to move, and a stop when the line breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from custodes.video.wire.assignment import OnvifAssignment
from custodes.video.wire.token import GrantClaims
from tests.node.leases import CAMERA, UNABLE, check_the_web_alone_gives_leave, give, heard, looking, revoke
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import until
from tests.video.onvif.test_degrees import DEGREES
from tests.video.onvif.turning import Turning
from tests.video.onvif.virtual import device_that


@pytest.fixture(scope="module")
def device() -> Turning:
    """The device that camera 0 is."""
    return Turning()


@pytest.fixture(scope="module")
def worker(
    tmp_path_factory: pytest.TempPathFactory, installation: Installation, notary: FakeNotary, device: Turning
) -> Iterator[RunningWorker]:
    """A worker with a camera that turns and one that does not."""
    with camera_server(good_mounts(2)) as server, device_that(device.answer) as port:
        turning = OnvifAssignment(port=port, profile="p1", turns=True)
        installation.assign([camera(0, server, onvif=turning), camera(1, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0) and running.recording(1))
            yield running


def begin(installation: Installation, claims: GrantClaims, camera: UUID = CAMERA, **changes: Any) -> dict[str, Any]:
    return give(installation, "steering", claims, camera, **{"rank": 1, **changes})


async def helm(browser: Browser, what: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    return await heard(browser, "helm", what)


async def test_hold_to_move_over_the_socket_and_a_stop_when_it_is_let_go(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, device: Turning
) -> None:
    claims = installation.claims(CAMERA)
    device.said.clear()
    async with looking(installation, claims) as browser:
        assert (await helm(browser, lambda said: True))["holder"] is None
        await browser.say("steer", channel=3, pan=50)
        assert (await browser.text("controlled"))["failure"] == "not_yours"
        assert begin(installation, claims)["ok"]
        holder = (await helm(browser, lambda said: said["holder"]))["holder"]
        assert (holder["name"], holder["mine"], holder["presets"]) == ("卓玛", True, False)
        await browser.say("steer", channel=3, pan=50, zoom=-20)
        until(lambda: device.names("ContinuousMove"))
        await browser.say("steer", channel=3)
        until(lambda: device.names("Stop"))
        await browser.say("control", channel=3, do="list")
        assert (await browser.text("presets"))["presets"] == [{"token": "1", "name": "大门"}]
        await browser.say("control", channel=3, do="goto", token="1")
        while (done := await browser.text("controlled"))["do"] != "goto":
            pass
        assert done["failure"] == ""
        await browser.say("control", channel=3, do="set", name="新")
        assert (await browser.text("controlled"))["failure"] == "not_allowed"
        await browser.say("control", channel=3, do="leave")
        await helm(browser, lambda said: said["holder"] is None)
    ended = until(lambda: [one for one in notary.of_type("control.ended") if one["reason"] == "left"])
    commands = [one for one in notary.of_type("control.commands") if one["steering"] == ended[0]["steering"]]
    assert [one["what"] for one in commands[0]["commands"]] == ["move", "stop", "goto"]
    assert commands[0]["commands"][0]["motion"] == [50, 0, -20, 0, 0]
    assert commands[0]["index"] == 7


async def test_where_it_points_is_asked_and_it_is_pointed_by_degrees_where_the_device_has_a_measure(
    worker: RunningWorker, installation: Installation, device: Turning, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = installation.claims(CAMERA)
    async with looking(installation, claims) as browser:
        assert begin(installation, claims)["ok"]
        assert not (await helm(browser, lambda said: said["holder"]))["precise"]
        await browser.say("control", channel=3, do="where")
        assert (await browser.text("controlled"))["failure"] == "timeout"
        await browser.say("control", channel=3, do="leave")
        await helm(browser, lambda said: said["holder"] is None)
        monkeypatch.setattr(device, "spaces", device.spaces + DEGREES)
        device.said.clear()
        assert begin(installation, claims)["ok"]
        await helm(browser, lambda said: said["precise"])
        await browser.say("control", channel=3, do="where")
        said = await browser.text("bearing")
        assert (said["pan"], said["tilt"], said["zoom"]) == (45.0, 45.0, None)
        await browser.say("control", channel=3, do="precise", there={"pan": 300, "tilt": 10, "zoom": 1})
        while (done := await browser.text("controlled"))["do"] != "precise":
            pass
        assert (done["failure"], device.names("AbsoluteMove")) == ("", ["AbsoluteMove"])
        await browser.say("control", channel=3, do="leave")
        await helm(browser, lambda said: said["holder"] is None)


async def test_a_line_that_breaks_while_the_camera_moves_stops_it(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, device: Turning
) -> None:
    claims = installation.claims(CAMERA)
    device.said.clear()
    async with looking(installation, claims) as browser:
        assert begin(installation, claims)["ok"]
        await browser.say("steer", channel=3, tilt=-80)
        until(lambda: device.names("ContinuousMove"))
        browser.connection.transport.abort()
    until(lambda: device.names("Stop"))
    until(lambda: [one for one in notary.of_type("control.ended") if one["reason"] == "disconnected"])


async def test_a_revoked_look_steers_no_more(
    worker: RunningWorker, installation: Installation, device: Turning
) -> None:
    claims = installation.claims(CAMERA)
    device.said.clear()
    async with looking(installation, claims) as browser:
        assert begin(installation, claims)["ok"]
        await browser.say("steer", channel=3, pan=10)
        until(lambda: device.names("ContinuousMove"))
        revoke(installation, claims)
        until(lambda: device.names("Stop"))


async def test_others_see_who_steers_and_can_not(
    worker: RunningWorker, installation: Installation, device: Turning
) -> None:
    mine, theirs = installation.claims(CAMERA), installation.claims(CAMERA, sub="person-2")
    device.said.clear()
    async with looking(installation, mine) as first, looking(installation, theirs) as second:
        assert begin(installation, mine)["ok"]
        seen = (await helm(second, lambda said: said["holder"]))["holder"]
        assert (seen["name"], seen["mine"]) == ("卓玛", False)
        await second.say("steer", channel=3, pan=100)
        assert (await second.text("controlled"))["failure"] == "not_yours"
        held = begin(installation, theirs)
        assert (held["failure"], held["holder"]["person_name"]) == ("held", "卓玛")
        assert begin(installation, theirs, over=True, rank=2)["ok"]
        assert not (await helm(first, lambda said: said["holder"] and not said["holder"]["mine"]))["holder"]["mine"]
    assert not device.names("ContinuousMove")


async def test_a_camera_that_does_not_turn_has_no_helm(worker: RunningWorker, installation: Installation) -> None:
    claims = installation.claims(UNABLE)
    async with looking(installation, claims, UNABLE) as browser:
        assert begin(installation, claims, UNABLE)["failure"] == "unsteerable"
        assert [said for said in browser.texts if said["type"] == "helm"] == []


def test_the_web_alone_gives_leave(worker: RunningWorker, installation: Installation) -> None:
    check_the_web_alone_gives_leave(installation, "steering", has="holder", unable="unsteerable")
    assert installation.request("POST", "/internal/onvif/probe", {}, headers={}).status_code == 401


async def test_playback_is_not_steered_by(worker: RunningWorker, installation: Installation) -> None:
    claims = installation.claims(CAMERA)
    first = worker.worker.archive.runs(CAMERA, 0, 1 << 62)[0][0]
    async with looking(installation, claims, at=first) as browser:
        assert begin(installation, claims)["ok"]
        await browser.say("steer", channel=3, pan=100)
        assert "live" in (await browser.text("error"))["detail"]
