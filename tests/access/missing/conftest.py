"""Fixtures of the desk."""

from __future__ import annotations

import pytest

from tests.access.missing.desk import Desk, make_desk
from tests.places.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """`tests/access/missing/desk.py`."""
    return make_desk(stage)
