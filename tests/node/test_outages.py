"""Whatever is away, recording goes on; whatever a camera does, the others are recorded."""

import asyncio
import base64
import contextlib
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.exceptions import ConnectionClosed

from custodes.node.worker import Worker
from custodes.video.clock import SystemClock
from custodes.video.rtsp.mount import Mount
from custodes.video.source.tick import Reader
from custodes.video.wire.assignment import SourceAssignment
from tests.node.support import (
    Browser,
    FakeNotary,
    Installation,
    RunningWorker,
    browse,
    camera,
    camera_server,
    frames,
    good_mounts,
)
from tests.patience import PATIENCE, until
from tests.video import misbehave


def seconds_recorded(running: RunningWorker, number: int) -> float:
    runs = running.worker.archive.runs(UUID(int=number + 1), 0, 1 << 62)
    return sum(end - start for start, end in runs) / 1e6


def test_without_notary_and_web_the_node_starts_from_its_file_and_records_and_records_arrive_afterwards(
    tmp_path: Path,
) -> None:
    installation = Installation(tmp_path)
    notary = FakeNotary(installation.settings.notary_socket_path)
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
            until(lambda: running.worker.archive.outbox_pending(10))
            notary.start()
            until(lambda: notary.of_type("gap"))
            notary.stop()
    # What was sealed at the end, with nobody there to hear of it, waits for the next start.
    assert notary.of_type("segment.sealed") == []
    notary.start()
    with RunningWorker(installation) as running:
        until(lambda: not running.worker.archive.outbox_pending(10))
    notary.stop()
    [sealed] = notary.of_type("segment.sealed")
    assert (sealed["camera"], sealed["sequence"]) == (str(UUID(int=1)), 1)


async def test_a_view_that_the_notary_does_not_hear_of_is_told_when_it_is_back(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    notary = FakeNotary(installation.settings.notary_socket_path)
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)])
        with RunningWorker(installation):
            async with browse(installation) as connection:
                browser = Browser(connection)
                await browser.say("token", token=installation.token(UUID(int=1)))
                await browser.say("open", channel=0, camera=str(UUID(int=1)))
                await browser.media(5)
            notary.start()
            until(lambda: notary.of_type("view.ended"))
            assert [r["type"] for r in notary.records if r["type"].startswith("view")] == ["view.begun", "view.ended"]
    notary.stop()


async def test_after_a_key_was_replaced_a_worker_records_and_shows_nothing_until_the_web_answers(
    tmp_path: Path,
) -> None:
    installation = Installation(tmp_path)
    new = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    (installation.settings.keys_folder / "public" / "grant.pub").write_text(new)
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)])
        with RunningWorker(installation) as worker:
            until(lambda: worker.recording(0))
            async with browse(installation) as connection:
                # The worker closes before it hears a token, so a browser may find the socket shut while it sends one.
                with contextlib.suppress(ConnectionClosed):
                    await Browser(connection).say("token", token=installation.token(UUID(int=1)))
                async with asyncio.timeout(PATIENCE):
                    await connection.wait_closed()
                assert connection.close_code == 4403, "it believes no origin either"


def test_cameras_that_misbehave_do_not_disturb_the_others(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    params, _ = frames()
    bad = [
        misbehave.garbage(frames()[1], 30),
        misbehave.sprinkled(frames()[1], 5),
        misbehave.stop_mid_frame(frames()[1], 30),
        misbehave.without_keys(frames()[1], 30, 1000),
        misbehave.flood(frames()[1], 30),
        misbehave.clock_jump(frames()[1], 30),
        misbehave.silence(frames()[1], 30),
    ]
    mounts = [Mount(f"bad{number}", params, film) for number, film in enumerate(bad, 1)]
    with camera_server([*good_mounts(1), *mounts]) as server:
        installation.assign([camera(0, server), *(camera(n, server, f"bad{n}") for n in range(1, len(bad) + 1))])
        with RunningWorker(installation) as running:
            for number in range(1, len(bad) + 1):
                until(lambda number=number: running.recording(number))
            begun = seconds_recorded(running, 0)
            until(lambda: seconds_recorded(running, 0) > begun + 4)
            assert len(running.worker.archive.runs(UUID(int=1), 0, 1 << 62)) == 1, "the good camera has no hole"


def test_an_assignment_is_applied_without_disturbing_what_stays_the_same(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    with camera_server(good_mounts(3)) as server:
        installation.assign([camera(0, server), camera(1, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0) and running.recording(1))
            stays = running.worker.cameras.get(UUID(int=1))
            installation.assign([camera(0, server, retention_days=90), camera(2, server)])
            running.order()
            until(lambda: running.recording(2))
            assert running.worker.cameras.get(UUID(int=1)) is stays
            assert running.worker.cameras.get(UUID(int=2)) is None
            until(lambda: seconds_recorded(running, 0) > 3)
            assert len(running.worker.archive.runs(UUID(int=1), 0, 1 << 62)) == 1
            assert running.recording(1), "the footage of a camera that was taken away stays"


def test_a_camera_that_is_not_to_be_recorded_is_taken_in_only_while_watched(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server, record=False)])
        with RunningWorker(installation) as running:
            one = running.worker.cameras.get(UUID(int=1))
            assert one is not None
            assert one.state.reason == "schedule"
            viewer = running.call(lambda: one.hub("main").watch())
            until(lambda: len(viewer))
            running.call(lambda: one.hub("main").leave(viewer))
            assert not running.recording(0)


async def test_a_part_that_fails_takes_the_worker_down_instead_of_letting_it_look_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Reader) -> None:
        raise RuntimeError("the tick is broken")

    monkeypatch.setattr(Reader, "run", fail)
    installation = Installation(tmp_path)
    installation.assign([])
    worker = Worker(installation.settings, 0, 1, SystemClock())
    try:
        with pytest.raises(RuntimeError, match="tick"):
            await asyncio.wait_for(worker.run(asyncio.StreamReader(), asyncio.Event()), PATIENCE)
    finally:
        worker.close()


async def test_a_sub_stream_is_taken_in_only_while_it_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custodes.node.camera.LINGER_SECONDS", 0.1)
    installation = Installation(tmp_path)
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    mounts = good_mounts(2)
    with camera_server(mounts) as server:
        sub = SourceAssignment(url=f"rtsp://127.0.0.1:{server.port}/c1")
        installation.assign([camera(0, server, sub=sub)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
            assert not mounts[1].watchers
            async with browse(installation) as connection:
                browser = Browser(connection)
                await browser.say("token", token=installation.token(UUID(int=1)))
                await browser.say("open", channel=0, camera=str(UUID(int=1)), stream="sub")
                await browser.media(3)
                assert mounts[1].watchers
            until(lambda: not mounts[1].watchers)
            assert until(lambda: notary.of_type("view.begun"))[0]["stream"] == "sub"
    notary.stop()
