"""The people around a release, and the node that masks."""

from __future__ import annotations

import pytest

from tests.access.notary import FakeNotary
from tests.access.release.flow import Flow
from tests.access.release.node import FakeNode, install
from tests.places.stage import Stage


@pytest.fixture
def masker(monkeypatch: pytest.MonkeyPatch) -> FakeNode:
    return install(monkeypatch)


@pytest.fixture
def flow(stage: Stage, notary: FakeNotary, masker: FakeNode) -> Flow:
    return Flow(stage, masker)
