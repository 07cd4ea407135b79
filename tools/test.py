"""All checks and tests, in the order in which they tell most for least time. Called by `make test`.

Steps that wait rather than compute run beside each other. Each step's output is shown when it ends; the first line of
the summary that says FAILED is the one to read.
"""

from __future__ import annotations

import argparse
import os
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
BROWSER = ("tests/access/release", "tests/e2e")
# Files whole, the longest of them first (`tests/longest.py`).
BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
SLOWEST = ("--durations", "25", "--durations-min", "5")

# Three workers on two cores: a third of the tests' time is waiting for processes, clocks and disks.
SQLITE = (
    Step("test database", ("python", "-m", "tests.migrated")),
    Step(
        "pytest (SQLite)",
        ("pytest", "-q", "-n", "3", *BY_FILE, *SLOWEST, "-m", "not chaos and not e2e and not bench", "tests"),
    ),
)
SYSTEM = (
    Step("benches start", ("pytest", "-q", "-n", "3", "--dist", "loadgroup", *SLOWEST, "-m", "bench", "tests/bench")),
    # Two browsers and two demos: one alone leaves most of a core idle.
    Step("browser", ("pytest", "-q", "-n", "2", *BY_FILE, *SLOWEST, "-m", "e2e and not chaos", *BROWSER)),
)


def postgresql(whole: bool) -> Step:
    """The whole of an app's tests there, or what is marked `postgresql`."""
    there = "not e2e" if whole else "postgresql and not e2e"
    run_there = ("python", "-m", "tests.postgres", "--", "pytest", "-q", "-n", "2", *BY_FILE, *SLOWEST)
    return Step("pytest (PostgreSQL)", (*run_there, "-m", there, *APPS))


def chaos(kills: int, cuts: int) -> Step:
    """The kill and power-cut tests, each that repeats itself so many times."""
    # Nearly all of it waits for processes that are killed and for disks: three workers. Beside PostgreSQL it was no quicker: both want two cores.
    times = ("env", f"CUSTODES_CHAOS_KILLS={kills}", f"CUSTODES_TEST_CUTS={cuts}")
    run_them = ("pytest", "-q", "-n", "3", "--dist", "loadfile", *SLOWEST, "--timeout", "3000")
    return Step("chaos", (*times, *run_them, "-m", "chaos", "tests"))


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
    parser.add_argument("--all", action="store_true", help="all that can be tried: `make test-all`")
    parser.add_argument("--chaos", nargs=2, type=int, metavar=("KILLS", "CUTS"), help="kill and cut too, so often")
    parser.add_argument("only", nargs="*", help="names (or parts of names) of the steps to run")
    options = parser.parse_args()
    only = options.only
    if options.all:
        os.environ.setdefault("CUSTODES_TEST_EXAMPLES", "full")

    def chosen(steps: tuple[Step, ...]) -> list[Step]:
        return [step for step in steps if not only or any(word in step.name for word in only)]

    outcomes: list[Outcome] = []
    # Batches in order, and how many of a batch's steps run beside each other.
    there = (postgresql(options.all),)
    kills = (chaos(*options.chaos),) if options.chaos else ()
    for batch, beside in ((CHECKS, 2), (SQLITE, 1), (there, 1), (SYSTEM, 1), (kills, 1)):
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
