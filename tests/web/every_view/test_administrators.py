"""Every address, with the city's three administrators."""

from __future__ import annotations

import pytest

from tests.places.stage import Stage
from tests.web.every_view.asking import ADMINISTRATORS, wrongly_answered


@pytest.mark.parametrize("member", ADMINISTRATORS)
def test_each_opens_what_is_theirs_and_nothing_else(member: str, furnished: Stage) -> None:
    assert wrongly_answered(member, furnished) == {}
