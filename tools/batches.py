"""What the two rings of the check run, in the order in which it tells most for least time."""

from __future__ import annotations

import os
import sys

from steps import ROOT, Step

sys.path.append(str(ROOT))
from tests.day import ROOMS

APPS = ("tests/people", "tests/places", "tests/access", "tests/sharing", "tests/upkeep", "tests/oversight", "tests/web")
BROWSER = ("tests/access/release", "tests/e2e")
# Files whole, the longest of them first (`tests/longest.py`).
BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
QUIET = ("-q", "-p", "no:cacheprovider")
IMPORTED = "--import-mode=importlib"
SYSTEM_MARKS = "not chaos and not e2e and not bench"

CHECKS = (
    Step("ruff check", ("ruff", "check", ".")),
    Step("ruff format", ("ruff", "format", "--check", ".")),
    Step("import-linter", ("lint-imports", "--no-cache")),
    # Compiles them once, before each worker would; what can't be read is told by the tests' own step.
    Step(
        "tests can be read",
        (
            "pytest",
            "--collect-only",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:terminal",
            "-o",
            f"addopts={IMPORTED}",
            "tests",
        ),
    ),
    Step("mypy", ("mypy",)),
    Step("coverage of the law", ("custodes", "law", "coverage", "--check")),
    Step("front end: types", ("npm", "run", "--silent", "check"), "frontend"),
    Step("front end: unit tests", ("npm", "test", "--silent"), "frontend"),
)
DATABASE = Step("test database", ("python", "-m", "tests.migrated"))
ON_POSTGRESQL = ("python", "-m", "tests.postgres", "--")


Batches = tuple[tuple[tuple[Step, ...], int], ...]
"""Steps that belong together, and how many of them run beside each other."""
SLOW_S = 3.0
"""What takes longer than this alone is `whole` (`tests/rings.py`)."""
DAYS = {
    "a minute before midnight": "2026-07-15T23:59",
    "a Sunday that is worked": "2026-09-20T10:00",
    "31 December": "2026-12-31T10:00",
    "1 January": "2027-01-01T10:00",
    "the eve of Spring Festival": "2027-02-05T10:00",
    "the middle of Spring Festival": "2027-02-09T10:00",
    "29 February": "2028-02-29T10:00",
    "the first of a year without a calendar of holidays": "2029-01-01T10:00",
}
"""Other days of the web part, in Asia/Shanghai, for which `tests/day.py` is asked."""
PYTHONS = ("3.11", "3.13")


def pytest_step(
    name: str,
    workers: int,
    marks: str,
    *places: str,
    before: tuple[str, ...] = (),
    more: tuple[str, ...] = BY_FILE,
    environment: dict[str, str] | None = None,
    slow: float | None = None,
) -> Step:
    """Tests on so many workers; `before` is what pytest runs within, and none of them may take longer than `slow` seconds alone."""
    command = (*before, "pytest", *QUIET, "-n", str(workers), *more, "-m", marks, *places)
    return Step(name, command, environment=environment or {}, again=before, slow=slow)


def on_another_day(name: str, day: str) -> Step:
    """The web part's inner ring, begun on that day."""
    places = [f"tests/{room}" for room in ROOMS if room != "golden"]  # its tours have fixed moments
    marks = f"not whole and not real_clock and {SYSTEM_MARKS}"
    return pytest_step(f"on {name}", 3, marks, *places, environment={"CUSTODES_TEST_DAY": day})


def on_another_python() -> Step:
    """The inner ring on the newest or the oldest Python that must do, whichever does not run this."""
    (other,) = {*PYTHONS} - {PYTHONS[0] if sys.version_info < (3, 12) else PYTHONS[1]}
    before = (os.environ.get("UV", "uv"), "run", "--frozen", "--quiet", "--python", other)
    environment = {"UV_PROJECT_ENVIRONMENT": str(ROOT / f"var/python-{other}"), "VIRTUAL_ENV": ""}
    marks = f"not whole and {SYSTEM_MARKS}"
    return pytest_step(f"Python {other}", 3, marks, "tests", before=before, environment=environment)


def inner() -> Batches:
    """`make test`."""
    return (
        (CHECKS, 2),
        ((DATABASE,), 1),
        # Four workers on two cores: a third of the tests' time is waiting for processes, clocks and disks.
        ((pytest_step("pytest (SQLite)", 4, f"not whole and {SYSTEM_MARKS}", "tests", slow=SLOW_S),), 1),
        # A browser's story waits for its pictures half of the time.
        (
            (
                pytest_step(
                    "pytest (PostgreSQL)",
                    2,
                    f"postgresql and not whole and {SYSTEM_MARKS}",
                    *APPS,
                    before=ON_POSTGRESQL,
                ),
                pytest_step("browser", 1, "e2e and not whole", "tests/e2e"),
            ),
            2,
        ),
    )


def everything(kills: int, cuts: int) -> Batches:
    """`make test-all`; the kill and power-cut tests that repeat themselves do so this often."""
    often = {"CUSTODES_CHAOS_KILLS": str(kills), "CUSTODES_TEST_CUTS": str(cuts)}
    return (
        (CHECKS, 2),
        ((DATABASE,), 1),
        ((pytest_step("pytest (SQLite)", 3, f"not whole and {SYSTEM_MARKS}", "tests"),), 1),
        ((pytest_step("whole (SQLite)", 3, f"whole and {SYSTEM_MARKS}", "tests"),), 1),
        ((pytest_step("pytest (PostgreSQL)", 2, SYSTEM_MARKS, *APPS, before=ON_POSTGRESQL),), 1),
        ((pytest_step("benches start", 3, "bench", "tests/bench", more=("--dist", "loadgroup")),), 1),
        # Two browsers and two demos: one alone leaves most of a core idle.
        ((pytest_step("browser", 2, "e2e and not chaos", *BROWSER),), 1),
        # Nearly all of it waits for processes that are killed and for disks.
        ((pytest_step("chaos", 3, "chaos", "tests", more=(*BY_FILE, "--timeout", "3000"), environment=often),), 1),
        *(((on_another_day(name, day),), 1) for name, day in DAYS.items()),
        ((on_another_python(),), 1),
    )
