"""Fixtures of the source's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from custodes.video.clock import FakeClock
from tests.video.source.rig import Rig


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    yield made
    made.close()


@pytest.fixture
def still_rig() -> Iterator[Rig]:
    """A rig whose clock moves only when it is told to."""
    made = Rig(FakeClock())
    yield made
    made.close()
