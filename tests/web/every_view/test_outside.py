"""Every address, with whom nothing here concerns."""

from __future__ import annotations

import pytest

from tests.places.stage import Stage
from tests.web.every_view.asking import OUTSIDE, wrongly_answered


@pytest.mark.parametrize("member", OUTSIDE)
def test_each_opens_what_is_theirs_and_nothing_else(member: str, furnished: Stage) -> None:
    assert wrongly_answered(member, furnished) == {}
