"""One worker takes cameras in over TCP, UDP, TLS and as Motion JPEG; what is wrong with one is told and hurts no other."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from custodes.video.clock import SystemClock
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.mount import Mount
from custodes.video.rtsp.server import RtspServer
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment
from tests.node.authority import Certified, certify
from tests.node.support import Installation, RunningWorker, camera, camera_server, frames, good_mounts
from tests.patience import until
from tests.video.source.foreign.http_camera import http_camera
from tests.video.source.test_rtsps import context, fingerprint

TCP, UDP, TLS, JPEG, CHANGED, PLAIN, SILENT = range(7)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certify(tmp_path_factory.mktemp("own"), "camera.example")


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory, own: Certified) -> Iterator[RunningWorker]:
    installation = Installation(tmp_path_factory.mktemp("node"))
    params, film = frames()
    clock = SystemClock()
    guard = Guard({}, clock, secrets.token_bytes(32))
    with (
        camera_server(good_mounts(2)) as clear,
        RtspServer([Mount("cam", params, film)], guard, clock, tls=context(own)) as secure,
        http_camera() as jpegs,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        rtsps = f"rtsps://127.0.0.1:{secure.port}/cam"
        installation.assign(
            [
                camera(TCP, clear, "c0"),
                assigned(UDP, f"rtsp://127.0.0.1:{clear.port}/c1", transport="udp"),
                assigned(TLS, rtsps, certificate=fingerprint(own)),
                assigned(JPEG, f"http://127.0.0.1:{jpegs}/cam", reencode=True),
                assigned(CHANGED, rtsps, certificate="0" * 64),
                assigned(PLAIN, f"http://127.0.0.1:{jpegs}/cam"),
                assigned(SILENT, f"rtsps://127.0.0.1:{silent.getsockname()[1]}/cam", certificate=fingerprint(own)),
            ]
        )
        with RunningWorker(installation) as running:
            yield running


def assigned(number: int, url: str, **how: Any) -> CameraAssignment:
    return CameraAssignment(id=UUID(int=number + 1), name=str(number), main=SourceAssignment(url=url, **how))


def state(worker: RunningWorker, number: int) -> tuple[str, str]:
    found = worker.worker.cameras.get(UUID(int=number + 1))
    assert found is not None
    return found.present_state.state, found.present_state.reason


def test_each_is_recorded(worker: RunningWorker) -> None:
    for number in (TCP, UDP, TLS, JPEG):
        until(lambda number=number: worker.recording(number))
        assert state(worker, number) == ("recording", "")
    footage: list[Path] = list(worker.installation.folder.rglob("*.mp4"))
    assert {path.relative_to(worker.installation.folder).parts[1] for path in footage} == {
        str(UUID(int=number + 1)) for number in (TCP, UDP, TLS, JPEG)
    }


@pytest.mark.parametrize(
    ("number", "told"),
    [(CHANGED, ("refused", "certificate")), (PLAIN, ("refused", "codec")), (SILENT, ("network", "network"))],
)
def test_what_can_not_be_taken_in_has_its_reason_and_a_gap(
    worker: RunningWorker, number: int, told: tuple[str, str]
) -> None:
    until(lambda: state(worker, number) == told)
    gaps = worker.worker.archive.gaps
    until(lambda: told[1] in {reason for _from, _to, reason in gaps(UUID(int=number + 1), 0, 1 << 62)})
    assert not worker.recording(number)
    until(lambda: state(worker, TCP) == state(worker, UDP) == ("recording", ""))
