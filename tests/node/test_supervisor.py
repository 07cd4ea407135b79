"""The node's processes: started, kept running, told of changes, and ended."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from custodes.node.assignment import NAME, UntrustedAssignment, load_assignment, save_assignment
from custodes.node.supervisor import Keeper, Supervisor
from custodes.node.web_client import NodeWebClient, WebUnavailable
from custodes.video.clock import SystemClock
from custodes.video.wire.control import RequestChecker
from tests.node.process import NodeProcess
from tests.node.support import Installation, camera, camera_server, good_mounts
from tests.patience import PATIENCE, until


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_worker_that_dies_is_started_again_and_all_end_with_the_supervisor(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    with camera_server(good_mounts(2)) as server:
        installation.assign([camera(0, server), camera(1, server)])
        node = NodeProcess(installation, workers=2)
        try:
            node.wait_recording(1, worker=0)
            node.wait_recording(1, worker=1)
            first, second = node.workers()
            os.kill(first, signal.SIGKILL)
            until(lambda: first not in node.workers() and len(node.workers()) == 2)
            node.wait_recording(1, worker=0)
            assert second in node.workers(), "the other worker was left alone"
            workers = node.workers()
            assert node.stop() == 0
            assert not any(alive(pid) for pid in workers)
        finally:
            if node.process.poll() is None:
                node.kill()


def test_workers_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.assign([])
    node = NodeProcess(installation, workers=2)
    try:
        until(lambda: node.recording(0) == 0 and node.recording(1) == 0)
        workers = node.workers()
        node.process.kill()
        node.process.wait(PATIENCE)
        until(lambda: not any(alive(pid) for pid in workers))
    finally:
        for pid in [pid for pid in workers if alive(pid)]:
            os.kill(pid, signal.SIGKILL)


def web_that(answer: Callable[[httpx.Request], httpx.Response], installation: Installation) -> NodeWebClient:
    return NodeWebClient(
        "http://web.example",
        installation.settings.node_name,
        installation.keys.control,
        SystemClock(),
        transport=httpx.MockTransport(answer),
    )


async def test_a_new_assignment_is_kept_and_workers_are_told(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.assign([camera(0, None)])
    path = installation.settings.node_folder / NAME
    newer = load_assignment(path)
    assert newer is not None
    newer = newer.model_copy(update={"generation": 9})
    checker = RequestChecker(installation.keys.control.public_key(), "node-1", "web")

    def answer(request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        checker.check(request.headers["Authorization"], "GET", target, request.content, SystemClock().wall_us() / 1e6)
        if request.url.params["after"] == "9":
            return httpx.Response(204)
        assert request.url.params["workers"] == "1"
        return httpx.Response(200, content=newer.model_dump_json())

    keeper = Keeper(0, (sys.executable, "-c", "import sys; print(sys.stdin.readline(), end='')"))
    supervisor = Supervisor(installation.settings, web_that(answer, installation), [keeper])
    keeper.process = await asyncio.create_subprocess_exec(
        *keeper.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert await supervisor.poll_once()
    assert load_assignment(path) == newer
    output, _ = await asyncio.wait_for(keeper.process.communicate(), PATIENCE)
    assert output == b"assignment\n"
    assert not await supervisor.poll_once(), "204 changes nothing"


@pytest.mark.parametrize(
    "changes", [{"node": "node-2"}, {"grant_key": "x"}, {"web_key": "AAAA"}, {"cameras": 7}], ids=str
)
async def test_an_assignment_that_is_not_to_be_believed_changes_nothing(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    installation = Installation(tmp_path)
    installation.assign([camera(0, None)])
    path = installation.settings.node_folder / NAME
    before = path.read_bytes()
    assignment = load_assignment(path)
    assert assignment is not None
    body = {**assignment.model_dump(mode="json"), "generation": 9, **changes}
    supervisor = Supervisor(installation.settings, web_that(lambda _: httpx.Response(200, json=body), installation), [])
    with pytest.raises((UntrustedAssignment, WebUnavailable)):
        await supervisor.poll_once()
    assert path.read_bytes() == before


async def test_a_grant_key_other_than_the_pinned_one_is_not_believed(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.assign([])
    path = installation.settings.node_folder / NAME
    assignment = load_assignment(path)
    assert assignment is not None
    public = installation.settings.keys_folder / "public"
    (public / "grant.pub").write_text((public / "node.pub").read_text())
    answer = assignment.model_copy(update={"generation": 9}).model_dump_json()
    supervisor = Supervisor(
        installation.settings, web_that(lambda _: httpx.Response(200, content=answer), installation), []
    )
    with pytest.raises(UntrustedAssignment, match=r"grant\.pub"):
        await supervisor.poll_once()


def test_a_broken_assignment_file_is_as_none(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"generation": 1')
    assert load_assignment(tmp_path / NAME) is None


def test_an_assignment_is_replaced_whole(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.assign([camera(0, None)])
    path = installation.settings.node_folder / NAME
    assignment = load_assignment(path)
    assert assignment is not None
    save_assignment(path, assignment.model_copy(update={"generation": 5}))
    assert [file.name for file in path.parent.glob("assignment*")] == [NAME]
    assert (path.stat().st_mode & 0o777) == 0o600


async def test_pauses_grow_while_a_worker_keeps_dying_and_begin_anew_after_a_quiet_time() -> None:
    """Five deaths at once, one after an hour of work, one more at once."""
    lives = iter([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3600.0, 1.0])
    now, waits = 0.0, []
    begun = False

    def monotonic() -> float:
        nonlocal now, begun
        begun = not begun
        if not begun:  # the second time of asking: the worker has lived so long
            now += next(lives)
        return now

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 8:
            raise asyncio.CancelledError

    keeper = Keeper(0, (sys.executable, "-c", "pass"), monotonic=monotonic, sleep=sleep)
    with pytest.raises(asyncio.CancelledError):
        await keeper.run()
    assert waits == [1.0, 2.0, 5.0, 15.0, 30.0, 30.0, 0.5, 1.0]
    assert keeper.standing == (0, 8, False)


async def test_a_worker_is_told_how_often_it_was_started(tmp_path: Path) -> None:
    out = tmp_path / "told"
    program = f"import os; open({str(out)!r}, 'a').write(os.environ['CUSTODES_WORKER_RESTARTS'] + ' ')"

    async def sleep(seconds: float) -> None:
        if len(out.read_text().split()) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Keeper(0, (sys.executable, "-c", program), sleep=sleep).run()
    assert out.read_text().split() == ["0", "1", "2"]
