"""What is worked out once."""

from __future__ import annotations

import pytest

from custodes.gb28181.sip.message import lazily


class Thing:
    def __init__(self) -> None:
        self.worked = 0

    @lazily
    def value(self) -> int:
        """What it is worth."""
        self.worked += 1
        if self.worked == 1:
            raise ValueError("not yet")
        return self.worked


def test_a_value_is_worked_out_once_and_an_error_each_time() -> None:
    thing = Thing()
    with pytest.raises(ValueError, match="not yet"):
        _ = thing.value
    assert [thing.value for _ in range(3)] == [2, 2, 2]
    assert thing.worked == 2
    assert Thing.value.__doc__ == "What it is worth."
