"""A worker that keeps plans by its own clock: there is no web in these tests, only the last answer on disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from custodes.video.wire.assignment import PlannedStop
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import until

ONE, TWO = UUID(int=1), UUID(int=2)
PLAN = UUID(int=77)
SECOND = 1_000_000
_ALL = (0, 1 << 62)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "data")
    notary = FakeNotary(made.settings.notary_socket_path)
    notary.start()
    yield made
    notary.stop()


def now_us() -> int:
    return time.time_ns() // 1000


def stop(after: float, length: float, *, dark: bool = True) -> PlannedStop:
    begin = now_us() + round(after * SECOND)
    cause = "vote" if dark else "power"
    return PlannedStop(id=PLAN, cause=cause, from_us=begin, until_us=begin + round(length * SECOND), dark=dark)


def state_of(running: RunningWorker, number: UUID) -> tuple[str, str]:
    state = running.call(lambda: running.worker.cameras.get(number).present_state)
    return state.state, state.reason


def test_a_vote_closes_the_camera_and_it_comes_back_by_itself_while_its_neighbour_goes_on(
    installation: Installation,
) -> None:
    with camera_server(good_mounts(2)) as server:
        installation.assign([camera(0, server), camera(1, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0) and running.recording(1))
            planned = stop(1.0, 3.0)
            installation.assign([camera(0, server, planned=(planned,)), camera(1, server)])
            running.order()
            until(lambda: state_of(running, ONE) == ("off", "planned"))
            assert running.call(lambda: running.worker.cameras.get(ONE).key_frame) is None, "nothing to show either"
            assert state_of(running, TWO)[0] == "recording"
            archive = running.worker.archive
            until(lambda: archive.runs(ONE, planned.until_us, 1 << 62))
            inside = archive.runs(ONE, planned.from_us, planned.until_us)
            assert sum(end - start for start, end in inside) <= 50_000, (
                "the last picture before it began lasts a moment"
            )
            assert archive.gaps(ONE, planned.from_us, planned.until_us)[-1][2] == "planned"
            assert archive.gaps(TWO, planned.from_us, planned.until_us) == []


def test_a_still_of_a_camera_that_is_dark_is_not_given_and_its_address_not_tried(installation: Installation) -> None:
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
            installation.assign([camera(0, server, planned=(stop(0, 60),))])
            running.order()
            until(lambda: running.call(lambda: running.worker.cameras.get(ONE).dark))
            token = installation.token(ONE, live=False, back_seconds=0, still=True)
            assert installation.request("POST", "/internal/still", {"token": token}).status_code == 404
            wish = {
                "camera": str(ONE),
                "url": f"rtsp://127.0.0.1:{server.port}/c0",
                "username": "",
                "sealed_password": "",
            }
            answer = installation.request("POST", "/internal/probe", wish).json()
            assert (answer["ok"], answer["failure"]) == (False, "not_allowed")


def test_a_worker_that_starts_inside_a_vote_does_not_connect_and_goes_on_when_it_is_over(
    installation: Installation,
) -> None:
    with camera_server(good_mounts(1)) as server:
        planned = stop(0, 6)
        installation.assign([camera(0, server, planned=(planned,))])
        with RunningWorker(installation) as running:
            assert state_of(running, ONE) == ("off", "planned")
            archive = running.worker.archive
            until(lambda: running.recording(0))
            assert archive.runs(ONE, 0, planned.until_us) == []


def test_a_node_that_is_down_inside_a_power_cut_that_was_planned_says_so(installation: Installation) -> None:
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server, planned=(stop(0, 120, dark=False),))])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
        with RunningWorker(installation) as running:
            archive = running.worker.archive
            until(lambda: len(archive.runs(ONE, *_ALL)) == 2)
            (_, down), (up, _) = archive.runs(ONE, *_ALL)
            [(start, end, reason)] = until(lambda: [gap for gap in archive.gaps(ONE, down, up) if gap[1] > gap[0]])
            assert (reason, end > start) == ("planned", True)
