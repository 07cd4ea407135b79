"""One worker with a recorded street that the tests of a module share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.node.masking.street import Street, Web, record_street
from tests.node.support import FakeNotary, Installation, RunningWorker, camera


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder: Path = tmp_path_factory.mktemp("masking")
    return Installation(folder)


@pytest.fixture(scope="module")
def street(installation: Installation) -> Street:
    return record_street(installation)


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary, street: Street) -> Iterator[RunningWorker]:
    """A worker whose only camera is out of reach now."""
    installation.assign([camera(0, None)])
    with RunningWorker(installation) as running:
        yield running


@pytest.fixture
def web(worker: RunningWorker, installation: Installation, street: Street) -> Web:
    return Web(installation, street)
