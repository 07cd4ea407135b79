"""A pair of installations for a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.witness.pairs import Pair, made_pair


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A fresh pair, each known to the other."""
    with made_pair() as made:
        yield made
