"""The people around a request."""

from __future__ import annotations

import pytest

from tests.access.agency.asked import Asked
from tests.places.stage import Stage


@pytest.fixture
def asked(stage: Stage) -> Asked:
    return Asked.on(stage)
