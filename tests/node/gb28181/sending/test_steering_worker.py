"""A whole worker and a device that turns: what the gateway asks for an upper platform moves it, and somebody here goes before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from custodes.video.wire.assignment import OnvifAssignment
from tests.node.gb28181.sending.test_worker import GATEWAY, ask
from tests.node.leases import CAMERA, give, looking
from tests.node.support import (
    Browser,
    FakeNotary,
    Installation,
    RunningWorker,
    browse,
    camera,
    camera_server,
    good_mounts,
)
from tests.patience import until
from tests.ports import free_port
from tests.video.onvif.turning import Turning
from tests.video.onvif.virtual import device_that

ELSEWHERE = UUID(int=9)
STEER, MOVE = "/internal/send/steer", {"command": "move", "pan": 60}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    first = free_port()
    return Installation(tmp_path_factory.mktemp("node"), {"node_media_ports": f"{first}-{first + 9}"})


@pytest.fixture(scope="module")
def notary(installation: Installation) -> Iterator[FakeNotary]:
    fake = FakeNotary(installation.settings.notary_socket_path)
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def device() -> Turning:
    return Turning()


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary, device: Turning) -> Iterator[RunningWorker]:
    with camera_server(good_mounts(1)) as server, device_that(device.answer) as port:
        turning = OnvifAssignment(port=port, profile="p1", turns=True)
        installation.assign([camera(0, server, onvif=turning)], gateway=GATEWAY)
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
            yield running


def token(installation: Installation, grant: UUID, *cameras: UUID) -> str:
    """Leave to move, as the web has it signed."""
    opens = {"live": False, "back_seconds": 0, "span": None}
    return installation.token(*(cameras or (CAMERA,)), grant=grant, sub="link:7", upper="steer", **opens)


def said(installation: Installation, call: UUID, signed: str = "", **what: Any) -> str:
    """One command; what the worker says of it."""
    body = {"call": str(call), "token": signed, "name": "巴桑", "unit": "自治区公安厅"} | (what or MOVE)
    answer = ask(installation, STEER, body)
    assert answer.status_code == 200
    step: str = answer.json()["step"]
    return step


async def test_an_upper_moves_a_camera_until_somebody_here_does(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, device: Turning
) -> None:
    call, grant = uuid4(), uuid4()
    signed = token(installation, grant)
    device.said.clear()
    assert said(installation, call, signed) == ""
    until(lambda: "ContinuousMove" in device.names())
    listed = ask(installation, "/internal/send/presets", {"call": str(call)}).json()
    assert listed["presets"] == [[1, "大门"], [255, ""]], (
        "the camera's own home position has the last number that is free"
    )
    assert (listed["step"], listed["home"]) == ("", 255)
    assert ask(installation, "/internal/send/keep", {"calls": [str(call)]}).json() == {"ended": {}}
    assert said(installation, uuid4(), signed) == "not_granted", "it was used up"
    assert said(installation, uuid4(), token(installation, uuid4())) == "held"
    assert said(installation, uuid4(), token(installation, uuid4(), ELSEWHERE)) == "not_here"
    assert said(installation, call, command="set", preset=3) == "not_granted"
    claims = installation.claims(CAMERA)
    async with looking(installation, claims):
        state = installation.request("GET", f"/internal/steering?camera={CAMERA}").json()
        assert (state["holder"]["person"], state["holder"]["person_name"], state["holder"]["rank"]) == (
            *("link:7", "巴桑", -1),
        )
        assert give(installation, "steering", claims, CAMERA, rank=1)["ok"]
        assert "Stop" in device.names()
        assert said(installation, call) == "held"
        kept = ask(installation, "/internal/send/keep", {"calls": [str(call)]}).json()
        assert kept == {"ended": {str(call): "held"}}
    [ended] = until(lambda: [one for one in notary.of_type("control.ended") if one["steering"] == str(grant)])
    [commands] = [one for one in notary.of_type("control.commands") if one["steering"] == str(grant)]
    assert (ended["person"], ended["index"], ended["reason"]) == ("link:7", commands["index"], "yielded")
    assert [one["what"] for one in commands["commands"]] == ["move", "stop"]


def test_a_silent_gateway_an_end_and_a_revocation(
    worker: RunningWorker, installation: Installation, device: Turning
) -> None:
    call, grant = uuid4(), uuid4()
    device.said.clear()
    assert said(installation, call, token(installation, grant)) == ""
    until(lambda: "Stop" in device.names())  # nobody said it again for a second
    installation.request("POST", "/internal/revoke", {"grants": [str(grant)], "reason": "over"})
    assert said(installation, call) == "not_granted"
    until(lambda: ask(installation, "/internal/send/keep", {"calls": [str(call)]}).json()["ended"])
    device.said.clear()
    other = uuid4()
    assert said(installation, other, token(installation, uuid4())) == ""
    until(lambda: "ContinuousMove" in device.names())
    assert ask(installation, "/internal/send/end", {"call": str(other)}).status_code == 204
    assert ask(installation, "/internal/send/end", {"call": str(other)}).status_code == 404
    assert device.names("Stop", "ContinuousMove")[-1] == "Stop"


async def test_leave_to_move_opens_no_socket_no_sending_and_no_still(
    worker: RunningWorker, installation: Installation
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=token(installation, uuid4()))
        assert await browser.closed() == 4401
    body = {"call": str(uuid4()), "token": "", "way": "udp", "address": "127.0.0.1", "port": 9, "ssrc": 1}
    answer = ask(installation, "/internal/send", body | {"token": token(installation, uuid4())})
    assert answer.json()["step"] == "not_granted"
    signed = token(installation, uuid4())
    assert installation.request("POST", "/internal/still", {"token": signed}).status_code == 403
