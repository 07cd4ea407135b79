"""What a masking job may not do: reach further than its leave, take what recording needs, or stay."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from custodes.node.masking import job, line, process, showing
from custodes.node.masking.job import MaskJobFolders
from custodes.video.wire.masking import MaskRefusalReason
from tests.node.masking.street import BLIND, CAMERA, SECOND, Street, Web, files, processes, record_street
from tests.node.support import FakeNotary, Installation, RunningWorker, camera
from tests.patience import PATIENCE, until


@pytest.fixture(autouse=True)
def _blind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "COMMAND", BLIND)


@pytest.fixture
def web(worker: RunningWorker, installation: Installation, street: Street) -> Iterator[Web]:
    """A release of which nothing is left behind the test."""
    made = Web(installation, street)
    yield made
    made.ask("forget")
    assert [one for one in files(installation) if str(made.release) in str(one)] == []


def why(answer: httpx.Response) -> str:
    assert answer.status_code == 409, (answer.status_code, answer.text)
    return str(answer.json()["why"])


def test_beginning_twice_is_one_job_and_another_span_is_refused(web: Web, installation: Installation) -> None:
    assert web.begin().status_code == 204
    assert web.begin().status_code == 204
    web.until("found")
    assert web.begin().status_code == 204
    assert web.standing().stage == "found", "it is not read again"
    assert why(web.begin(to_us=web.street.end)) == MaskRefusalReason.OTHER_SPAN


def test_without_a_detector_all_is_for_a_person_and_the_film_is_whole(web: Web) -> None:
    web.begin()
    said = web.until("found")
    assert said.by_hand == ("face", "plate", "sign", "licence")
    assert said.models == ()
    assert web.found().tracks == ()
    assert len(said.times) == 16
    assert len(web.whole("film")) > 10_000


@pytest.mark.parametrize(
    "claims",
    [
        {"masking": False},
        {"masking": False, "handover": True},
        {"masking": False, "burnt": "某某"},
        {"cameras": (UUID(int=5),)},
        {"span": None},
        {"aud": "node-1/9"},
    ],
    ids=["to look", "to hand out", "to look beside an officer", "of another camera", "without a span", "for elsewhere"],
)
def test_leave_for_anything_else_opens_nothing(web: Web, claims: dict[str, Any]) -> None:
    web.begin()
    web.until("found")
    for step, more in (
        ("begin", {"from_us": web.street.span[0], "to_us": web.street.span[1]}),
        ("standing", {}),
        ("found", {}),
        ("film", {}),
        ("copy", {}),
        ("forget", {}),
    ):
        assert web.ask(step, web.token(**claims), **more).status_code == 403, step
    assert web.ask("write", web.token(**claims), packed=b"", way="solid").status_code == 403
    assert web.standing().stage == "found", "nothing was forgotten"


def test_leave_for_a_part_of_the_span_does_not_open_the_whole(web: Web) -> None:
    web.begin()
    web.until("found")
    narrow = (web.street.span[0] + 1, web.street.span[1])
    for step in ("standing", "found", "film", "forget"):
        assert web.ask(step, web.token(span=narrow)).status_code == 403, step
    other = replace(web, release=uuid4())
    assert other.ask("begin", web.token(span=narrow), from_us=web.street.span[0], to_us=web.street.span[1]).status_code == 403  # fmt: skip


def test_a_token_serves_once_and_a_release_sees_its_own_job_alone(web: Web) -> None:
    web.begin()
    token = web.token()
    assert web.ask("standing", token).status_code == 200
    assert web.ask("standing", token).status_code == 403
    other = replace(web, release=uuid4())
    for step in ("standing", "found", "film", "copy"):
        assert why(other.ask(step)) == MaskRefusalReason.NO_JOB
    assert other.ask("forget").json() == {"removed": False}
    assert web.ask("standing").status_code == 200


def test_a_request_that_the_web_did_not_sign_is_refused(web: Web, installation: Installation) -> None:
    answer = httpx.post(
        f"http://127.0.0.1:{installation.port}/internal/masking/standing",
        json={"token": web.token(), "release": str(web.release), "camera": str(CAMERA)},
        trust_env=False,
    )
    assert answer.status_code == 401


async def test_leave_to_mask_opens_no_view(web: Web, installation: Installation) -> None:
    from tests.node.support import Browser, browse

    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=web.token())
        assert await browser.closed() == 4401


def test_leave_to_mask_hands_out_no_original_bytes(web: Web, installation: Installation) -> None:
    body = {"token": web.token(), "camera": str(CAMERA), "from_us": 0}
    assert installation.request("POST", "/internal/segments", body).status_code == 403
    assert installation.request("POST", "/internal/still", {"token": web.token()}).status_code == 403


def test_what_can_t_be_masked_is_refused_with_its_bound(
    web: Web, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, end = web.street.span
    wide = web.token(span=(begin - 2000 * SECOND, end))
    answer = web.ask("begin", wide, from_us=begin - 1000 * SECOND, to_us=end)
    assert (why(answer), answer.json()["bound"]) == (MaskRefusalReason.TOO_LONG, 900)
    far = web.token(span=(begin - 90 * SECOND, end))
    assert (
        why(web.ask("begin", far, from_us=begin - 90 * SECOND, to_us=begin - 60 * SECOND))
        == MaskRefusalReason.NO_FOOTAGE
    )
    soon = round(time.time() * SECOND) + 30 * SECOND
    future = web.token(span=(begin, soon))
    assert why(web.ask("begin", future, from_us=soon - 60 * SECOND, to_us=soon)) == MaskRefusalReason.NOT_SEALED
    monkeypatch.setattr(worker.worker.masking.line, "terms", replace(worker.worker.masking.line.terms, jobs=0))
    answer = web.begin()
    assert (why(answer), answer.json()["bound"]) == (MaskRefusalReason.TOO_MANY, 0)


def test_a_picture_that_is_too_large_is_told_with_the_bound(
    web: Web, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = replace(worker.worker.masking.line.terms, pixels=100_000)
    monkeypatch.setattr(worker.worker.masking.line, "terms", terms)
    web.begin()
    said = web.until("failed")
    assert (said.why, said.bound) == (MaskRefusalReason.TOO_LARGE, 100_000)


def test_steps_out_of_their_order_are_refused(web: Web) -> None:
    web.begin()
    web.until("found")
    sidecar = web.found()
    assert why(web.ask("copy")) == MaskRefusalReason.NOT_YET
    assert why(web.ask("film", first=1 << 40)) == MaskRefusalReason.BEYOND
    assert why(web.ask("write", packed=b"nothing that was packed", way="solid")) == MaskRefusalReason.BAD_TRACKS
    assert why(web.write(sidecar, "transparent")) == MaskRefusalReason.BAD_TRACKS
    assert web.standing().stage == "found"


def test_tracks_of_other_footage_fail_and_another_file_may_follow(web: Web) -> None:
    web.begin()
    web.until("found")
    sidecar = web.found()
    assert web.write(replace(sidecar, source="0" * 64)).status_code == 204
    said = web.until("failed")
    assert said.why == MaskRefusalReason.BAD_TRACKS
    assert said.source == sidecar.source, "what was found is still there"
    assert web.begin().status_code == 204
    assert web.standing().stage == "failed", "reading did not fail and is not done again"
    assert web.write(sidecar).status_code == 204
    assert web.until("written").copy_bytes > 0


def test_a_process_that_is_killed_is_told_and_the_job_may_be_begun_again(web: Web, worker: RunningWorker) -> None:
    for stage, again in (("reading", web.begin), ("writing", lambda: web.write(web.found()))):
        again()
        [pid] = until(processes)
        os.kill(pid, signal.SIGKILL)
        said = web.until("failed")
        assert said.why == MaskRefusalReason.KILLED, stage
        assert "signal" in said.detail
        assert web.ask("copy").status_code == 409
        again()
        web.until("found" if stage == "reading" else "written")
    assert processes() == []


def test_a_job_that_is_forgotten_ends_its_process_and_leaves_nothing(
    web: Web, worker: RunningWorker, installation: Installation
) -> None:
    web.begin()
    [pid] = until(processes)
    assert web.ask("forget").status_code == 200
    assert not Path(f"/proc/{pid}").exists()
    assert files(installation) == []
    assert not [path for path in (installation.settings.node_folder / "masking").rglob("*") if path.name != "worker-0"]
    assert why(web.ask("standing")) == MaskRefusalReason.NO_JOB


def test_what_can_not_be_removed_is_said_shows_nothing_and_is_asked_for_again(
    web: Web, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.begin()
    web.until("found")
    with monkeypatch.context() as broken:
        broken.setattr(job, "_remove", lambda _path: None)
        assert why(web.ask("forget")) == MaskRefusalReason.NOT_REMOVED
    assert files(installation) != []
    assert why(web.ask("film")) == MaskRefusalReason.NO_JOB
    assert web.ask("forget").json() == {"removed": True}
    assert files(installation) == []
    assert web.ask("forget").json() == {"removed": False}


def test_one_job_is_worked_on_at_a_time_in_the_order_in_which_they_were_asked_for(web: Web) -> None:
    others = [replace(web, release=uuid4()) for _ in range(2)]
    for one in (web, *others):
        assert one.begin().status_code == 204
    seen: set[int] = set()
    while others[-1].standing().stage != "found":
        seen.add(len(processes()))
        if others[-1].standing().stage in ("reading", "found"):
            assert web.standing().stage == others[0].standing().stage == "found"
    assert max(seen) == 1
    for one in others:
        assert one.ask("forget").status_code == 200


def test_a_stage_that_takes_too_long_is_ended(web: Web, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = replace(worker.worker.masking.line.terms, stage_seconds=0.05)
    monkeypatch.setattr(worker.worker.masking.line, "terms", terms)
    web.begin()
    assert web.until("failed").why == MaskRefusalReason.TIME
    assert processes() == []


def test_a_process_that_wants_more_memory_than_it_may_have_ends_alone(
    web: Web, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = replace(worker.worker.masking.line.terms, memory=120 << 20)
    monkeypatch.setattr(worker.worker.masking.line, "terms", terms)
    web.begin()
    assert web.until("failed").why in (MaskRefusalReason.MEMORY, MaskRefusalReason.KILLED, MaskRefusalReason.ERROR)
    assert httpx.get(f"http://127.0.0.1:{web.installation.port}/healthz", trust_env=False).status_code == 200


def test_a_film_that_has_no_room_fails_as_a_full_disk_and_leaves_no_part(
    web: Web, worker: RunningWorker, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MaskJobFolders, "room", lambda self: 20_000)
    web.begin()
    assert web.until("failed").why == MaskRefusalReason.DISK
    assert [path.name for path in files(installation)] == ["job.json"]
    monkeypatch.undo()
    monkeypatch.setattr(process, "COMMAND", BLIND)
    assert web.begin().status_code == 204
    web.until("found")


def test_nothing_is_begun_on_a_disk_that_is_short_and_what_runs_is_ended(
    web: Web, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MaskJobFolders, "free", lambda self: -1)
    assert why(web.begin()) == MaskRefusalReason.DISK
    monkeypatch.setattr(MaskJobFolders, "room", lambda self: 1 << 30)
    web.begin()
    assert web.until("failed").why == MaskRefusalReason.DISK


def test_files_are_for_the_node_alone(web: Web, installation: Installation) -> None:
    web.begin()
    web.until("found")
    folder = installation.settings.node_folder / "masking" / "worker-0"
    assert {path.stat().st_mode & 0o777 for path in files(installation)} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()} == {0o700}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in files(installation)} == {"job.json", "film.mp4", "pictures.json", "found.json"}


def test_a_film_on_its_way_stays_short_when_the_leave_is_taken_back(
    web: Web, installation: Installation, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.begin()
    web.until("found")
    whole = len(web.whole("film"))
    sent = revoked_in_flight(web, installation, monkeypatch, {"grants": [str(web.grant)], "reason": "撤回"})
    assert 0 < sent < whole
    assert web.ask("film").status_code == 403, "nor does it open anything more"
    other = replace(web, grant=uuid4())
    assert len(other.whole("film")) == whole, "somebody else's leave stands"
    web.grant = other.grant


def test_a_film_on_its_way_stays_short_when_its_camera_is_taken_out_of_the_leave(
    web: Web, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.begin()
    web.until("found")
    body = {"grants": [str(web.grant)], "reason": "停用", "cameras": [str(CAMERA)]}
    assert revoked_in_flight(web, installation, monkeypatch, body) > 0
    web.grant = uuid4()


def revoked_in_flight(
    web: Web, installation: Installation, monkeypatch: pytest.MonkeyPatch, body: dict[str, Any]
) -> int:
    """Bytes of the film that went when its leave was taken back in the middle."""
    begun, go_on, genuine = threading.Event(), threading.Event(), os.pread
    reads: list[int] = []

    def slow(descriptor: int, size: int, offset: int) -> bytes:
        reads.append(offset)
        if len(reads) == 3:
            begun.set()
            assert go_on.wait(PATIENCE)
        return genuine(descriptor, size, offset)

    monkeypatch.setattr(showing, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(showing.os, "pread", slow)
    got: list[bytes] = []

    def fetch() -> None:
        try:
            got.append(web.ask("film").content)
        except httpx.RemoteProtocolError as error:
            got.append(str(error).encode())

    thread = threading.Thread(target=fetch)
    thread.start()
    try:
        assert begun.wait(PATIENCE)
        assert installation.request("POST", "/internal/revoke", body).status_code == 204
    finally:
        go_on.set()
        thread.join(PATIENCE)
        monkeypatch.setattr(showing.os, "pread", genuine)
        monkeypatch.setattr(showing, "CHUNK_BYTES", 1 << 16)
    assert b"closed" in got[0], "the answer stays short of its length"
    assert len(reads) == 3
    return reads[-1]


def test_a_film_on_its_way_stays_short_when_the_job_is_forgotten(
    web: Web, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.begin()
    web.until("found")
    genuine, reads = os.pread, []

    def forgets(descriptor: int, size: int, offset: int) -> bytes:
        reads.append(offset)
        if len(reads) == 2:
            assert web.ask("forget").status_code == 200
        return genuine(descriptor, size, offset)

    monkeypatch.setattr(showing, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(showing.os, "pread", forgets)
    with pytest.raises(httpx.RemoteProtocolError):
        web.ask("film")
    assert len(reads) == 2


def test_a_film_that_is_not_on_record_is_not_shown(
    web: Web, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    web.begin()
    web.until("found")

    def full(_begun: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(worker.worker.journal, "begin", full)
    assert web.ask("film").status_code == 503


def test_a_job_whose_term_is_over_is_removed(
    web: Web, worker: RunningWorker, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    web.begin()
    web.until("found")
    masking = worker.worker.masking.line
    monkeypatch.setattr(masking, "terms", replace(masking.terms, term_seconds=0.0))
    asyncio.run_coroutine_threadsafe(masking._care_once(), worker.loop).result(PATIENCE)
    assert files(installation) == []
    assert why(web.ask("standing")) == MaskRefusalReason.NO_JOB


def test_footage_of_a_job_is_not_deleted_while_it_lives(web: Web, worker: RunningWorker) -> None:
    from custodes.video.archive.retention import Retention

    web.begin()
    web.until("found")
    archive = worker.worker.archive
    at_once = Retention("Asia/Shanghai", training_minutes=1)
    archive.purge(at_once, 1.0)
    assert archive.sealed_segments(CAMERA, *web.street.span), "pinned"


def test_footage_that_was_changed_is_not_masked(web: Web, worker: RunningWorker) -> None:
    [segment] = worker.worker.archive.sealed_segments(CAMERA, *web.street.span)
    whole = segment.path.read_bytes()
    try:
        segment.path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        web.begin()
        assert web.until("failed").why == MaskRefusalReason.GONE
    finally:
        segment.path.write_bytes(whole)


def test_the_line_waits_for_nobody_when_a_job_breaks(
    web: Web, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault in the program")

    with monkeypatch.context() as patched:
        patched.setattr(line, "WorkOrder", broken)
        web.begin()
        assert web.until("failed").why == MaskRefusalReason.ERROR
    web.begin()
    web.until("found")


_ = (camera, record_street)
