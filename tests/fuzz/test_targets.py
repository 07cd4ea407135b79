"""Every target takes its seeds, and its seeds cut short: what `make fuzz` begins with."""

from __future__ import annotations

import pytest

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS


def test_every_target_has_seeds() -> None:
    assert set(seeds()) == set(TARGETS)
    assert all(seeds().values())


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds(name: str) -> None:
    for octets in seeds()[name]:
        TARGETS[name](octets)
        for end in range(0, len(octets), max(len(octets) // 20, 1)):
            TARGETS[name](octets[:end])
