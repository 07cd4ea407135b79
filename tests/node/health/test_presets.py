"""A camera that is sent to a preset is held against what was declared there, and against nothing while it is on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from custodes.node.health.desk import desk_path, taken_before
from custodes.node.health.parcel import CheckedCamera
from custodes.node.health.reader import Rounds, WorkerLine
from custodes.node.health.references import REFERENCES, References
from custodes.node.steering import desk as steering_desk
from custodes.video.clock import SystemClock
from custodes.video.health.finding import FaultKind
from custodes.video.rtsp.mount import Mount
from custodes.video.steering import PtzMotion, SteeredStand
from custodes.video.wire.assignment import OnvifAssignment
from tests.node.health.footage import TurnedAside
from tests.node.steering.support import FakeCamera, begin
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server
from tests.patience import PATIENCE, until

CAMERA, GRANT = UUID(int=1), UUID(int=70)
WISH = {"camera": str(CAMERA), "label": "day", "by": "person-1", "reason": "验收时的采集范围"}


@pytest.fixture(scope="module")
def film() -> TurnedAside:
    return TurnedAside()


@pytest.fixture(scope="module")
def device(film: TurnedAside) -> FakeCamera:
    def turn(what: str) -> None:
        film.turned = {"goto": True, "home": False}.get(what, film.turned)

    return FakeCamera(before=turn)


@pytest.fixture(scope="module")
def worker(
    installation: Installation, notary: FakeNotary, film: TurnedAside, device: FakeCamera
) -> Iterator[RunningWorker]:
    turns = OnvifAssignment(port=1, profile="p1", turns=True)
    with camera_server([Mount("c0", film.params, film.frames())]) as server:
        installation.assign([camera(0, server, onvif=turns)])
        with RunningWorker(installation) as running:

            async def reach(_assignment: Any) -> FakeCamera:
                return device

            running.worker.steering.make_driver = reach
            running.worker.steering.shows = lambda grant, camera: True
            until(lambda: running.recording(0))
            yield running


@pytest.fixture
def rounds(installation: Installation) -> Rounds:
    folder = installation.settings.node_folder
    return Rounds([WorkerLine(desk_path(folder, 0))], References(folder / REFERENCES), SystemClock(), 0.15)


def look(rounds: Rounds, worker: RunningWorker, checks: int) -> CheckedCamera:
    """Make so many checks more; what the worker knows then."""
    wanted = rounds.checks + checks
    until(lambda: (rounds.step(), rounds.checks >= wanted)[1])
    return worker.call(worker.worker.health.seen)[0]


def moved(seen: CheckedCamera) -> list[Any]:
    return [fault for fault in seen.faults if fault.fault is FaultKind.MOVED and fault.state == "faulty"]


def run(worker: RunningWorker, work: Any) -> Any:
    return asyncio.run_coroutine_threadsafe(work, worker.loop).result(PATIENCE)


def place(worker: RunningWorker, installation: Installation) -> str | None:
    found: str | None = installation.request("GET", f"/internal/references?camera={CAMERA}").json()["place"]
    return found


def test_at_a_preset_its_own_declared_view_counts_and_who_turns_it_from_outside_is_found(
    worker: RunningWorker,
    installation: Installation,
    film: TurnedAside,
    rounds: Rounds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steering_desk, "SETTLE_SECONDS", 3.0)
    desk = worker.worker.steering
    home = installation.request("POST", "/internal/reference", WISH).json()
    assert (home["preset"], place(worker, installation)) == ("", "")
    assert moved(look(rounds, worker, 10)) == []

    assert run(worker, desk.begin(begin(grant=GRANT).model_copy(update={"camera": CAMERA}))).ok
    run(worker, desk.helm(CAMERA, GRANT).control("goto", "2", ""))
    assert place(worker, installation) is None
    refused = installation.request("POST", "/internal/reference", WISH)
    assert refused.status_code == 409, "on its way it shows nothing that could be declared"
    before = worker.call(worker.worker.health.seen)[0]
    on_its_way = look(rounds, worker, 2)
    assert (on_its_way.faults, before.faults) == ((), ())
    until(lambda: place(worker, installation) == "2")

    # Nothing is declared there: faults of the device are judged, the view is not.
    undeclared = look(rounds, worker, 11)
    assert FaultKind.MOVED in undeclared.unjudged
    assert not {FaultKind.BLACK, FaultKind.WHITE, FaultKind.NOISE} & set(undeclared.unjudged)
    there = installation.request("POST", "/internal/reference", WISH).json()
    assert there["preset"] == "2"
    listed = installation.request("GET", f"/internal/references?camera={CAMERA}").json()["references"]
    assert {one["preset"] for one in listed} == {"", "2"}, "the one of the same light at home stays"
    assert moved(look(rounds, worker, 12)) == []

    film.turned = False  # by another platform, or the camera's own cruise: no command of ours
    [found] = moved(look(rounds, worker, 12))
    assert found.reference == there["id"]
    film.turned = True
    assert moved(look(rounds, worker, 12)) == []

    run(worker, desk.helm(CAMERA, GRANT)._move(PtzMotion(pan=30)))
    run(worker, desk.helm(CAMERA, GRANT)._stop("stop"))
    until(lambda: not desk.stand(CAMERA).moving)
    assert place(worker, installation) is None
    assert installation.request("POST", "/internal/reference", WISH).status_code == 409, (
        "turned by hand it stands nowhere"
    )
    run(worker, desk.helm(CAMERA, GRANT).control("home", "", ""))
    until(lambda: place(worker, installation) == "")
    assert moved(look(rounds, worker, 12)) == []
    film.turned = True
    [found] = moved(look(rounds, worker, 12))
    assert found.reference == home["id"], "at home what was declared of it counts, and the preset's view does not"
    film.turned = False
    run(worker, desk.stop())


def test_what_was_shown_is_declared_for_the_place_that_it_was_taken_at(
    worker: RunningWorker, installation: Installation, film: TurnedAside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering_desk, "SETTLE_SECONDS", 1.0)
    desk = worker.worker.steering
    assert run(worker, desk.begin(begin(grant=GRANT).model_copy(update={"camera": CAMERA}))).ok
    run(worker, desk.helm(CAMERA, GRANT).control("goto", "3", ""))

    def shown() -> dict[str, Any]:
        token = installation.token(CAMERA, live=False, back_seconds=0, still=True)
        return installation.request("POST", "/internal/pictures", {"token": token}).json()["pictures"][0]

    on_its_way = shown()
    assert on_its_way["place"] is None
    until(lambda: place(worker, installation) == "3")
    asked = {**WISH, "picture_us": on_its_way["at_us"]}
    assert installation.request("POST", "/internal/reference", asked).status_code == 409
    there = until(lambda: (one := shown())["place"] == "3" and one)
    run(worker, desk.helm(CAMERA, GRANT).control("home", "", ""))
    declared = installation.request("POST", "/internal/reference", {**WISH, "picture_us": there["at_us"]})
    assert (declared.status_code, declared.json()["preset"]) == (201, "3")
    run(worker, desk.stop())


def test_a_picture_from_before_it_arrived_is_one_of_its_way() -> None:
    stand = SteeredStand("2", since_us=1000)
    assert taken_before(stand, 999, 2000)
    assert not taken_before(stand, 1000, 2000)
    assert not taken_before(stand, 900, 950), "the clock was set back since"
    assert not taken_before(SteeredStand(), 5, 6)
