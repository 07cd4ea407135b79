"""What a worker tells the web by itself."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest

from custodes.node.camera import CameraState
from custodes.node.disk import Disk
from custodes.node.journal import Journal
from custodes.node.reports import HOUR_US, SETTLED_US, Reporter
from custodes.node.web_client import NodeWebClient, WebUnavailable
from custodes.upkeep.reports import Status
from custodes.video.archive.completeness import HourRollup
from custodes.video.archive.forecast import ArchiveKeeping
from custodes.video.archive.retention import Retention
from custodes.video.clock import FakeClock
from custodes.video.onvif.events import OnvifNotice
from custodes.video.wire.control import RequestChecker
from tests.node.support import Installation

CAMERA = UUID(int=5)
HOUR = 1_750_000_000_000_000 // HOUR_US * HOUR_US


class Web:
    """The centre's side: checks signatures, keeps what came, and can be away."""

    def __init__(self, installation: Installation, clock: FakeClock) -> None:
        self.checker = RequestChecker(installation.keys.control.public_key(), "node-1", "web")
        self.clock = clock
        self.away = False
        self.got: list[tuple[str, Any]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away")
        path = request.url.raw_path.decode()
        self.checker.check(
            request.headers["Authorization"], "POST", path, request.content, self.clock.wall_us() / 1_000_000
        )
        self.got.append((path, json.loads(request.content)))
        return httpx.Response(204)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(HOUR + SETTLED_US + HOUR_US // 2)


@pytest.fixture
def web(tmp_path: Path, clock: FakeClock) -> Web:
    return Web(Installation(tmp_path), clock)


@pytest.fixture
def reporter(tmp_path: Path, web: Web, clock: FakeClock) -> Reporter:
    installation = Installation(tmp_path)
    state = CameraState("recording", HOUR, "")
    archive = SimpleNamespace(
        cameras=lambda: [CAMERA],
        forecast=list,
        keeping=lambda rule: ArchiveKeeping(),
        rollup=lambda camera, hour: HourRollup(HOUR_US - 7, HOUR_US, {"network": 7}, "ab"),
    )
    return Reporter(
        0,
        NodeWebClient(
            "http://web", "node-1", installation.keys.control, clock, transport=httpx.MockTransport(web.answer)
        ),
        archive,  # type: ignore[arg-type]
        [SimpleNamespace(id=CAMERA, state=state, present_state=state)],  # type: ignore[arg-type]
        Journal(tmp_path / "views.sqlite3", clock),
        Disk(1),
        clock,
        lambda: SimpleNamespace(synchronised=True, offset_us=12),  # type: ignore[arg-type, return-value]
        SimpleNamespace(report=lambda: {"step": "clear"}, retention=Retention()),  # type: ignore[arg-type]
    )


async def test_the_status_and_the_last_hour_are_sent_signed(reporter: Reporter, web: Web) -> None:
    await reporter.report_once()
    (status_path, status), (rollup_path, rollup) = web.got
    assert (status_path, rollup_path) == ("/internal/status", "/internal/rollup")
    assert status["cameras"][0]["state"] == "recording"
    assert status["clock"] == {"synchronised": True, "offset_us": 12}
    [hour] = rollup["hours"]
    assert hour["hour"].endswith(":00:00.000000Z")
    assert (hour["recorded_us"], hour["owed_us"], hour["reasons"]) == (HOUR_US - 7, HOUR_US, {"network": 7})


async def test_an_hour_is_sent_once_and_not_before_it_is_settled(
    reporter: Reporter, web: Web, clock: FakeClock
) -> None:
    await reporter.report_once()
    clock.advance(1800 - 1)
    await reporter.report_once()
    assert len([path for path, _ in web.got if path == "/internal/rollup"]) == 1
    clock.advance(1)
    await reporter.report_once()
    assert len([path for path, _ in web.got if path == "/internal/rollup"]) == 2


async def test_hours_of_an_outage_are_sent_afterwards(reporter: Reporter, web: Web, clock: FakeClock) -> None:
    await reporter.report_once()
    web.away = True
    for _ in range(5):
        clock.advance(3600)
        with pytest.raises(WebUnavailable):
            await reporter.report_once()
    web.away = False
    await reporter.report_once()
    hours = [body["hours"][0]["hour"] for path, body in web.got if path == "/internal/rollup"]
    assert len(hours) == len(set(hours)) == 6


async def test_what_cameras_say_of_themselves_is_in_the_status_until_it_has_arrived(
    reporter: Reporter, web: Web
) -> None:
    reporter.events.note(CAMERA, OnvifNotice("disk", True, "Device/HardwareFailure/StorageFailure"), HOUR)
    reporter.events.note(CAMERA, OnvifNotice("disk", False, "Device/HardwareFailure/StorageFailure"), HOUR + 1_000_000)
    web.away = True
    with pytest.raises(WebUnavailable):
        await reporter.report_once()
    web.away = False
    await reporter.report_once()
    await reporter.report_once()
    said = [body["events"] for path, body in web.got if path == "/internal/status"]
    assert [len(events) for events in said] == [1, 0]
    [event] = said[0]
    assert (event["camera"], event["kind"], event["count"], event["over"]) == (str(CAMERA), "disk", 1, True)
    assert Status.model_validate({**web.got[0][1]}).events[0].text == "Device/HardwareFailure/StorageFailure"
