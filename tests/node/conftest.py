"""One worker with two cameras that the tests of a module share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import until


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Keys and settings; the assignment is written by `worker`."""
    folder: Path = tmp_path_factory.mktemp("node")
    return Installation(folder)


@pytest.fixture(scope="module")
def notary(installation: Installation) -> Iterator[FakeNotary]:
    """A notary that is there."""
    fake = FakeNotary(installation.settings.notary_socket_path)
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary) -> Iterator[RunningWorker]:
    """A worker that records two cameras."""
    with camera_server(good_mounts(2)) as server:
        installation.assign([camera(0, server), camera(1, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0) and running.recording(1))
            yield running
