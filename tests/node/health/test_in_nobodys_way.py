"""Recording knows nothing of the health reader: it may hang, flood, send nonsense or die."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from custodes.node.health.desk import desk_path
from custodes.node.health.parcel import CheckedCamera, Parcel
from custodes.node.health.reader import WorkerAway, WorkerLine
from tests.node.process import NodeProcess
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import PATIENCE, until

CAMERA = UUID(int=1)


@pytest.fixture
def desk(installation: Installation) -> Path:
    return desk_path(installation.settings.node_folder, 0)


def still_recording(worker: RunningWorker) -> bool:
    """More becomes durable from now on."""
    last = worker.worker.archive.runs(CAMERA, 0, 1 << 62)[-1][1]
    return bool(until(lambda: worker.worker.archive.runs(CAMERA, 0, 1 << 62)[-1][1] > last))


@pytest.fixture
def caller(desk: Path) -> Iterator[socket.socket]:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(PATIENCE)
    line.connect(str(desk))
    yield line
    line.close()


def test_a_reader_that_asks_and_never_listens_costs_one_answer(
    worker: RunningWorker, caller: socket.socket, desk: Path
) -> None:
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    before = worker.worker.health.answered
    question = Parcel({"op": "key", "camera": str(CAMERA)}).encode()
    caller.sendall(question * 500)
    until(lambda: worker.worker.health.answered > before)
    assert still_recording(worker)
    assert worker.worker.health.answered < before + 500, "what was not taken is not made"


@pytest.mark.parametrize("nonsense", [b"\xff" * 64, b"\0\0\0\2[]\0\0\0\0", Parcel({"op": "delete"}).encode()])
def test_nonsense_ends_the_line_and_nothing_else(
    worker: RunningWorker, caller: socket.socket, desk: Path, nonsense: bytes
) -> None:
    caller.sendall(nonsense)
    assert caller.recv(16) == b""
    assert WorkerLine(desk).cameras() == [CAMERA, UUID(int=2)]
    assert still_recording(worker)


def test_a_new_reader_takes_the_place_of_one_that_hangs(
    worker: RunningWorker, caller: socket.socket, desk: Path
) -> None:
    caller.sendall(Parcel({"op": "cameras"}).encode())
    assert caller.recv(4)
    assert WorkerLine(desk).key_frame(CAMERA) is not None
    caller.settimeout(PATIENCE)
    while caller.recv(4096):
        pass


def test_findings_of_a_camera_that_is_not_here_are_not_believed(worker: RunningWorker, desk: Path) -> None:
    now = worker.worker.clock.wall_us()
    line = WorkerLine(desk)
    line.tell(CheckedCamera(camera=UUID(int=99), at_us=now, references=0))
    line.tell(CheckedCamera(camera=CAMERA, at_us=now, references=0))
    assert [one.camera for one in worker.call(worker.worker.health.seen)] == [CAMERA]
    with pytest.raises(WorkerAway):
        line._ask({"op": "seen", "seen": {"camera": "x"}})


def test_what_was_said_long_ago_is_not_reported(worker: RunningWorker, desk: Path) -> None:
    WorkerLine(desk).tell(CheckedCamera(camera=CAMERA, at_us=worker.worker.clock.wall_us() - 301_000_000, references=0))
    assert worker.call(worker.worker.health.seen) == []


def reader_of(node: NodeProcess) -> int | None:
    """Process id of the node's health reader, None while there is none."""
    for pid in node.workers():
        try:
            if b"custodes.node.health.reader" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        except OSError:
            continue
    return None


def test_a_reader_that_stands_still_or_dies_is_replaced_and_recording_goes_on(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)])
        node = NodeProcess(installation, CUSTODES_HEALTH_CHECKS_PER_MINUTE="4")
        try:
            node.wait_recording(1)
            first = until(lambda: reader_of(node))
            until(lambda: os.getpriority(os.PRIO_PROCESS, first) >= 10)
            os.kill(first, signal.SIGSTOP)
            sealed = len(notary.of_type("segment.sealed"))
            until(lambda: len(notary.of_type("segment.sealed")) > sealed)
            os.kill(first, signal.SIGCONT)
            os.kill(first, signal.SIGKILL)
            assert until(lambda: (pid := reader_of(node)) != first and pid)
            assert node.recording() == 1
            assert notary.of_type("gap")[1:] == [], "but for its first second nothing is missing"
            assert node.stop() == 0
        finally:
            if node.process.poll() is None:
                node.kill()
            notary.stop()


def test_the_reader_ends_with_its_supervisor_and_is_not_started_when_it_is_switched_off(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.assign([])
    reader = subprocess.Popen(
        [sys.executable, "-m", "custodes.node.health.reader", "1"],
        stdin=subprocess.PIPE,
        env={**os.environ, "CUSTODES_DATA": str(tmp_path), "CUSTODES_TRAINING": "yes"},
    )
    assert reader.stdin is not None
    reader.stdin.close()
    assert reader.wait(PATIENCE) == 0
    node = NodeProcess(installation, CUSTODES_HEALTH_CHECKS_PER_MINUTE="0")
    try:
        until(lambda: node.recording() == 0)
        assert reader_of(node) is None
        assert node.stop() == 0
    finally:
        if node.process.poll() is None:
            node.kill()
