"""The people around a request, and cameras with places."""

from __future__ import annotations

import pytest

from tests.access.agency.asked import Asked
from tests.access.missing.conftest import desk  # noqa: F401  # a fixture
from tests.places.stage import Stage

HERE = (91.117234, 29.657812)


def put(camera, east=0.0, north=0.0):
    """Put a camera so many degrees from here."""
    camera.longitude, camera.latitude = f"{HERE[0] + east:.6f}", f"{HERE[1] + north:.6f}"
    camera.save()


@pytest.fixture
def asked(stage: Stage) -> Asked:
    put(stage.gate)
    put(stage.yard, 0.01)
    put(stage.lobby, 0.0001)
    return Asked.on(stage)
