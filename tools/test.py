"""All checks and tests, in the order in which they tell most for least time. Called by `make test`.

Steps that wait rather than compute run beside each other. Each step's output is shown when it ends; the first line of
the summary that says FAILED is the one to read.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Step:
    """One command, its name, and the folder it runs in."""

    name: str
    command: tuple[str, ...]
    folder: str = "."


CHECKS = (
    Step("ruff check", ("ruff", "check", ".")),
    Step("ruff format", ("ruff", "format", "--check", ".")),
    Step("import-linter", ("lint-imports", "--no-cache")),
    Step("mypy", ("mypy",)),
    Step("front end: types", ("npm", "run", "--silent", "check"), "frontend"),
    Step("front end: unit tests", ("npm", "test", "--silent"), "frontend"),
)
APPS = ("tests/people", "tests/places", "tests/access", "tests/sharing", "tests/upkeep", "tests/oversight", "tests/web")
# Files whole, the longest of them first (`tests/longest.py`).
BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
# Three workers on two cores: a third of the tests' time is waiting for processes, clocks and disks.
TESTS = (
    Step("test database", ("python", "-m", "tests.migrated")),
    Step("pytest (SQLite)", ("pytest", "-q", "-n", "3", *BY_FILE, "-m", "not chaos and not e2e", "tests")),
    Step(
        "pytest (PostgreSQL)",
        ("python", "-m", "tests.postgres", "--", "pytest", "-q", "-n", "2", *BY_FILE, *APPS),
    ),
    Step("browser", ("pytest", "-q", "-m", "e2e and not chaos", "tests")),
)
# Batches in order, and how many of a batch's steps run beside each other.
BATCHES = ((CHECKS, 2), (TESTS, 1))


@dataclass(frozen=True)
class Outcome:
    """What a step said and how long it took, in seconds."""

    step: Step
    code: int
    output: str
    seconds: float


def run(step: Step) -> Outcome:
    """Run one step to its end."""
    begun = time.monotonic()
    done = subprocess.run(step.command, cwd=ROOT / step.folder, capture_output=True, text=True, check=False)
    return Outcome(step, done.returncode, done.stdout + done.stderr, time.monotonic() - begun)


def show(outcome: Outcome) -> None:
    """Print what a step said."""
    verdict = "ok" if outcome.code == 0 else "FAILED"
    print(f"\n=== {outcome.step.name}: {verdict} in {outcome.seconds:.0f} s", flush=True)
    if outcome.output.strip():
        print(outcome.output.rstrip(), flush=True)


def main() -> int:
    """Run the steps; 0 only when each of them passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="names (or parts of names) of the steps to run")
    only = parser.parse_args().only

    def chosen(steps: tuple[Step, ...]) -> list[Step]:
        return [step for step in steps if not only or any(word in step.name for word in only)]

    outcomes: list[Outcome] = []
    for batch, beside in BATCHES:
        with ThreadPoolExecutor(max_workers=beside) as pool:
            for outcome in pool.map(run, chosen(batch)):
                show(outcome)
                outcomes.append(outcome)
    failed = [outcome.step.name for outcome in outcomes if outcome.code != 0]
    total = sum(outcome.seconds for outcome in outcomes)
    print(
        f"\n{len(outcomes)} steps, {total:.0f} s of work; "
        + (f"FAILED: {', '.join(failed)}" if failed else "all passed")
    )
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
