"""The stage with something behind every address."""

from __future__ import annotations

import pytest

from tests.access.notary import FakeNotary
from tests.places.furnishings import furnish
from tests.places.stage import Stage


@pytest.fixture(autouse=True)
def _no_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening the page that verifies the log begins no thread here."""
    from custodes.oversight import verification

    monkeypatch.setattr(verification, "_in_thread", lambda pk: None)


@pytest.fixture
def furnished(stage: Stage, notary: FakeNotary) -> Stage:
    """The stage with something behind every address."""
    furnish(stage, notary)
    return stage
