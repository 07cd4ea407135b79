"""Which tests are near to a change."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("near")


def test_first_comes_what_changed_then_what_imports_it_then_what_is_further_away(near: Any) -> None:
    changed = [Path("src/custodes/law/calendar/days.py"), Path("tests/law/fines/test_table.py")]
    found = [path.relative_to(near.ROOT).as_posix() for path in near.nearest(changed)]
    assert found[0] == "tests/law/fines/test_table.py"
    first, far = found.index("tests/law/calendar/test_days.py"), found.index("tests/law/deadlines/test_counting.py")
    assert 0 < first < far
    assert not [name for name in found if name.startswith("tests/gb28181/sip/")], "it knows no law"


def test_a_template_leads_to_the_tests_of_its_room(near: Any) -> None:
    found = [
        path.relative_to(near.ROOT).as_posix()
        for path in near.nearest([Path("src/custodes/web/templates/people/x.html")])
    ]
    assert "tests/people/test_applying.py" in found
    assert not [name for name in found if name.startswith("tests/video/")]


def test_no_more_is_chosen_than_there_is_time_for(near: Any) -> None:
    cost = {"a": 2.0, "b": 5.0, "c": 1.0}
    assert near.affordable(["a", "b", "c", "d"], cost, 6.0) == ["a", "c", "d"]
