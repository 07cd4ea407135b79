"""Reader and worker together: a camera that is turned aside is found, and only figures leave the node."""

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from custodes.node.health.desk import desk_path
from custodes.node.health.parcel import CheckedCamera
from custodes.node.health.reader import Rounds, WorkerLine
from custodes.node.health.references import REFERENCES, References
from custodes.video.clock import SystemClock
from custodes.video.health.finding import FaultKind
from custodes.video.rtsp.mount import Mount
from tests.node.health.footage import TurnedAside
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server
from tests.patience import PATIENCE, until

CAMERA = UUID(int=1)


@pytest.fixture(scope="module")
def film() -> TurnedAside:
    return TurnedAside()


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary, film: TurnedAside) -> Iterator[RunningWorker]:
    with camera_server([Mount("c0", film.params, film.frames())]) as server:
        installation.assign([camera(0, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
            yield running


@pytest.fixture
def rounds(installation: Installation) -> Rounds:
    folder = installation.settings.node_folder
    return Rounds([WorkerLine(desk_path(folder, 0))], References(folder / REFERENCES), SystemClock(), 0.15)


def seen(worker: RunningWorker) -> CheckedCamera | None:
    found = worker.call(worker.worker.health.seen)
    return found[0] if found else None


def look(rounds: Rounds, worker: RunningWorker, checks: int) -> CheckedCamera:
    """Make so many checks more; what the worker knows then."""
    wanted = rounds.checks + checks
    until(lambda: (rounds.step(), rounds.checks >= wanted)[1])
    found = seen(worker)
    assert found is not None
    return found


def test_a_camera_that_is_turned_aside_is_found_and_one_in_place_is_not(
    worker: RunningWorker, installation: Installation, film: TurnedAside, rounds: Rounds
) -> None:
    before = look(rounds, worker, 2)
    assert before.references == 0
    assert FaultKind.MOVED in before.unjudged, "without a declared view nobody can say that it moved"
    declared = installation.request(
        "POST",
        "/internal/reference",
        {"camera": str(CAMERA), "label": "日间", "by": "person-1", "reason": "验收时的采集范围"},
    )
    assert declared.status_code == 201
    in_place = look(rounds, worker, 17)
    assert (in_place.references, in_place.faults, in_place.unjudged) == (1, (), ())
    film.turned = True
    turned = look(rounds, worker, 14)
    [moved] = [fault for fault in turned.faults if fault.fault is FaultKind.MOVED]
    assert moved.state == "faulty"
    assert moved.reference == declared.json()["id"]
    assert moved.measure > moved.threshold
    assert 10 < moved.details["right"] < 25
    assert 2 < abs(moved.details["turn"]) < 6
    told = asyncio.run_coroutine_threadsafe(worker.worker.reporter.status(), worker.loop).result(PATIENCE)["pictures"]
    assert {fault["fault"] for fault in told[0]["faults"]} == {"moved"}
    assert len(json.dumps(told)) < 1500, "figures and times alone"


def test_a_view_that_is_declared_anew_after_a_lawful_change_ends_the_finding(
    worker: RunningWorker, installation: Installation, film: TurnedAside, rounds: Rounds
) -> None:
    film.turned = True
    until(lambda: worker.worker.cameras.get(CAMERA).key_frame is not None)  # type: ignore[union-attr]
    look(rounds, worker, 3)
    again = installation.request(
        "POST",
        "/internal/reference",
        {"camera": str(CAMERA), "label": "日间", "by": "person-1", "reason": "变更备案 2026-17"},
    )
    assert again.status_code == 201
    found = look(rounds, worker, 12)
    assert [fault for fault in found.faults if fault.fault is FaultKind.MOVED] == []
    listed = installation.request("GET", f"/internal/references?camera={CAMERA}").json()["references"]
    assert [one["reason"] for one in listed] == ["变更备案 2026-17"], "the one before is not in force any more"


def test_who_is_not_the_web_declares_nothing(worker: RunningWorker, installation: Installation) -> None:
    wish = {"camera": str(CAMERA), "label": "日间", "by": "x", "reason": "y"}
    assert installation.request("POST", "/internal/reference", wish, headers={}).status_code == 401
    assert installation.request("POST", "/internal/reference", {**wish, "reason": ""}).status_code == 422
    assert installation.request("POST", "/internal/reference", {**wish, "camera": str(UUID(int=9))}).status_code == 409


def test_pictures_are_shown_only_under_a_grant_and_each_is_on_record(
    worker: RunningWorker, installation: Installation, notary: FakeNotary
) -> None:
    wish = {"camera": str(CAMERA), "label": "雪天", "by": "person-1", "reason": "积雪"}
    view = installation.request("POST", "/internal/reference", wish).json()
    then = until(lambda: worker.worker.archive.runs(CAMERA, 0, 1 << 62))[0][0] + 1_000_000
    claims = {"live": False, "back_seconds": 0, "still": True}
    token = installation.token(CAMERA, **claims, span=(then, then + 1))
    asked = {"token": token, "reference": view["id"], "then_us": then}
    shown = installation.request("POST", "/internal/pictures", asked)
    assert shown.status_code == 200
    pictures = shown.json()["pictures"]
    assert [one["name"] for one in pictures] == ["declared", "then", "now"]
    assert all(base64.b64decode(one["jpeg"])[:2] == b"\xff\xd8" for one in pictures)
    assert then - 2_000_000 <= pictures[1]["at_us"] <= then
    assert installation.request("POST", "/internal/pictures", asked).status_code == 403, "a token is used once"
    for one in pictures:
        begun = until(lambda at=one["at_us"]: [r for r in notary.of_type("view.begun") if r["at_us"] == at])
        assert begun[0]["camera"] == str(CAMERA)


def test_a_token_opens_its_own_camera_and_moment_alone(worker: RunningWorker, installation: Installation) -> None:
    wish = {"camera": str(CAMERA), "label": "雪天", "by": "person-1", "reason": "积雪"}
    view = installation.request("POST", "/internal/reference", wish).json()
    claims = {"live": False, "back_seconds": 0, "still": True}

    def ask(token: str, **more: object) -> int:
        return installation.request("POST", "/internal/pictures", {"token": token, **more}).status_code

    assert ask(installation.token(UUID(int=7), **claims), reference=view["id"]) == 404
    assert ask(installation.token(CAMERA, **claims), then_us=5) == 403, "no span was granted"
    assert ask(installation.token(CAMERA, **claims, span=(1, 5)), then_us=5) == 403
    assert ask(installation.token(CAMERA, live=True)) == 403, "a token for watching is none for stills"


def test_what_is_declared_is_what_was_shown(worker: RunningWorker, installation: Installation) -> None:
    token = installation.token(CAMERA, live=False, back_seconds=0, still=True)
    [now] = installation.request("POST", "/internal/pictures", {"token": token}).json()["pictures"]
    wish = {"camera": str(CAMERA), "label": "夜间", "by": "person-1", "reason": "夜间补光"}
    asked = {**wish, "picture_us": now["at_us"]}
    assert installation.request("POST", "/internal/reference", {**asked, "picture_us": 1}).status_code == 409
    declared = installation.request("POST", "/internal/reference", asked)
    assert declared.status_code == 201
    assert declared.json()["picture_us"] == now["at_us"]
    assert installation.request("POST", "/internal/reference", asked).status_code == 409, "a look declares once"


def test_pictures_lie_where_nobody_else_reads_them(installation: Installation, worker: RunningWorker) -> None:
    files = [path for path in (installation.settings.node_folder / REFERENCES).rglob("*") if path.is_file()]
    assert files
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert Path(desk_path(installation.settings.node_folder, 0)).stat().st_mode & 0o077 == 0
