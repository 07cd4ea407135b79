"""Which tests are `whole`: those that `make test` leaves to `make test-all`.

Whole is a test that starts a process of ours, a browser, a database server or a disk, kills something, runs a bench, or takes over a second on
a quiet machine. Few of them can be told by a mark in the file: it is the folder that they stand in.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
WHOLE = (
    "backup",
    "bench",
    "chaos",
    "commands",
    "e2e",
    "frontend",
    "interop",
    "node/health",
    "node/masking",
    "tools",
    "upgrade",
    "upkeep/alarms",
    "web/every_view",
    "web/test_seed.py",
    "witness",
)
STORIES = (
    "e2e/test_adding_a_camera.py",
    "e2e/test_main_job.py",
    "e2e/test_stolen_bicycle.py::test_from_the_desk_to_the_burnt_picture_and_its_end",
    "e2e/test_filing.py::test_a_school_files_its_system_from_nothing_to_the_receipt",
    "e2e/test_law_pages.py::test_without_script_",
)
"""The browser's stories of the inner ring, on one demo: a camera comes in, is seen live and played back; a request is decided and looked at; a
filing; the law's pages."""
MARKS = ("bench", "chaos", "e2e")


def mark_whole(items: list[pytest.Item]) -> None:
    """Mark them."""
    for item in items:
        place = item.path.relative_to(HERE).as_posix() if HERE in item.path.parents else ""
        if f"{place}::{item.name}".startswith(STORIES):
            continue
        within = f"{place}/"
        if any(within.startswith(f"{one}/") for one in WHOLE) or any(item.get_closest_marker(one) for one in MARKS):
            item.add_marker("whole")
