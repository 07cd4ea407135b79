"""The city's platform and a request to it for the school's gate."""

from __future__ import annotations

import pytest

from tests.access.looks.platform import Platform
from tests.places.stage import Stage


@pytest.fixture
def platform(stage: Stage) -> Platform:
    return Platform.on(stage)
