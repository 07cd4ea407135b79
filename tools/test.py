"""All checks and tests, in the order in which they tell most for least time. `make test` proves a change, `make test-all` everything.

What fails in pytest is looked at a second time when all has ended: alone, in one process, nothing beside it. What fails again is red; what
passes is named *unsteady*, and more than `MOST_UNSTEADY` of these are red too. Checks, collections and what tests leave behind have no second
look, and `--steady` gives none at all. The last lines are the ones to read.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from steps import ROOT, Failure, Interrupted, Outcome, Runner, Step

MOST_UNSTEADY = 5
MOST_SECOND_LOOKS = 20
"""Where more failed than this, something is broken: no second look would make it green."""
ROOM = 6 * 1024**3
"""Octets that must be free where temporary files lie."""
APPS = ("tests/people", "tests/places", "tests/access", "tests/sharing", "tests/upkeep", "tests/oversight", "tests/web")
BROWSER = ("tests/access/release", "tests/e2e")
# Files whole, the longest of them first (`tests/longest.py`).
BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
QUIET = ("-q", "-p", "no:cacheprovider")
SYSTEM_MARKS = "not chaos and not e2e and not bench"

CHECKS = (
    Step("ruff check", ("ruff", "check", ".")),
    Step("ruff format", ("ruff", "format", "--check", ".")),
    Step("import-linter", ("lint-imports", "--no-cache")),
    Step("mypy", ("mypy",)),
    Step("front end: types", ("npm", "run", "--silent", "check"), "frontend"),
    Step("front end: unit tests", ("npm", "test", "--silent"), "frontend"),
)
DATABASE = Step("test database", ("python", "-m", "tests.migrated"))
ON_POSTGRESQL = ("python", "-m", "tests.postgres", "--")


def pytest_step(
    name: str,
    workers: int,
    marks: str,
    *places: str,
    before: tuple[str, ...] = (),
    more: tuple[str, ...] = BY_FILE,
    environment: dict[str, str] | None = None,
) -> Step:
    """Tests on so many workers; `before` is what pytest runs within."""
    command = (*before, "pytest", *QUIET, "-n", str(workers), *more, "-m", marks, *places)
    return Step(name, command, environment=environment or {}, again=before)


def inner() -> tuple[tuple[tuple[Step, ...], int], ...]:
    """`make test`: batches in order, and how many of a batch's steps run beside each other."""
    return (
        (CHECKS, 2),
        ((DATABASE,), 1),
        # Three workers on two cores: a third of the tests' time is waiting for processes, clocks and disks.
        ((pytest_step("pytest (SQLite)", 3, f"not whole and {SYSTEM_MARKS}", "tests"),), 1),
        (
            (
                pytest_step(
                    "pytest (PostgreSQL)",
                    2,
                    f"postgresql and not whole and {SYSTEM_MARKS}",
                    *APPS,
                    before=ON_POSTGRESQL,
                ),
            ),
            1,
        ),
        ((pytest_step("browser", 1, "e2e and not whole", "tests/e2e"),), 1),
    )


def everything(kills: int, cuts: int) -> tuple[tuple[tuple[Step, ...], int], ...]:
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
    )


def second_look(runner: Runner, step: Step, failures: list[Failure], folder: Path) -> Outcome:
    """Run these tests of a step again: alone, in one process."""
    listed = folder / "again.txt"
    listed.write_text("\n".join(one.node for one in failures) + "\n")
    command = (*(step.again or ()), "pytest", *QUIET, "-n", "0", f"@{listed}")
    return runner.run(Step(f"second look: {step.name}", command, step.folder, step.environment, step.again))


def look_again(runner: Runner, outcomes: list[Outcome], folder: Path) -> tuple[list[Failure], set[str]]:
    """Give every test that may have one its second look; those that passed at it, and the names of steps that this makes green."""
    due = [one for one in outcomes if one.step.again is not None and one.excusable]
    if not due or sum(len(one.failures) for one in due) > MOST_SECOND_LOOKS:
        return [], set()
    unsteady: list[Failure] = []
    mended = set()
    for first in due:
        again = second_look(runner, first.step, first.failures, folder)
        show(again)
        failed = {one.node for one in again.failures}
        if again.ok:
            mended.add(first.step.name)
        if again.code in (0, 1):
            unsteady += [one for one in first.failures if one.node not in failed]
    return unsteady, mended


def show(outcome: Outcome) -> None:
    """Print what a step said."""
    print(f"\n=== {outcome.step.name}: {'ok' if outcome.ok else 'FAILED'} in {outcome.seconds:.0f} s", flush=True)
    if outcome.output.strip():
        print(outcome.output.rstrip(), flush=True)
    for what in outcome.left:
        print(f"left behind, and ended: {what}", flush=True)


def summary(outcomes: list[Outcome], unsteady: list[Failure], mended: set[str]) -> bool:
    """Print the last lines; whether all is well."""
    for one in unsteady:
        print(f"\n=== unsteady: {one.node} failed once, and passed alone. The first time:\n{one.text.rstrip()}")
    print("\n=== Steps")
    for one in outcomes:
        word = "ok" if one.ok else "unsteady" if one.step.name in mended else "FAILED"
        print(f"{one.seconds:6.0f} s  {one.step.name}: {word}")
        for used in one.used:
            print(f"            {used}")
    slowest = sorted((pair for one in outcomes for pair in one.slowest), reverse=True)[:10]
    if slowest:
        print("=== The slowest tests")
        for seconds, node in slowest:
            print(f"{seconds:6.1f} s  {node}")
    failed = [one for one in outcomes if not one.ok and one.step.name not in mended]
    spared = {one.node for one in unsteady}
    lost = [(one, failure) for one in outcomes for failure in one.failures if failure.node not in spared]
    for one, failure in lost:
        print(f"FAILED {failure.node} ({one.step.name})")
    for one in failed:
        if not one.failures:
            print(
                f"FAILED {one.step.name}: exit code {one.code}" + "".join(f"; left behind {what}" for what in one.left)
            )
    for failure in unsteady:
        print(f"unsteady {failure.node}")
    if len(unsteady) > MOST_UNSTEADY:
        print(f"FAILED: {len(unsteady)} tests are unsteady, and {MOST_UNSTEADY} is the most that passes")
    well = bool(outcomes) and not failed and not lost and len(unsteady) <= MOST_UNSTEADY
    passed = sum(one.passed for one in outcomes) + len(unsteady)
    print(f"{passed} passed, {len(lost)} failed, {len(unsteady)} unsteady")
    seconds = sum(one.seconds for one in outcomes)
    print(f"{len(outcomes)} steps, {seconds:.0f} s of work; " + ("all passed" if well else "FAILED"))
    return well


def hinders() -> str | None:
    """What would make a run fail that has nothing to do with the code."""
    for place in (Path(tempfile.gettempdir()), ROOT):
        if (free := shutil.disk_usage(place).free) < ROOM:
            return f"{place} has {free / 1024**3:.1f} GiB free, and the tests want {ROOM // 1024**3}: make room there, or set TMPDIR"
    return None


def main() -> int:
    """Run the steps; 0 only when each of them passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="all that can be tried: `make test-all`")
    parser.add_argument(
        "--chaos", nargs=2, type=int, default=(50, 20), metavar=("KILLS", "CUTS"), help="with --all: so often"
    )
    parser.add_argument("--steady", action="store_true", help="no second look")
    parser.add_argument("only", nargs="*", help="names (or parts of names) of the steps to run")
    options = parser.parse_args()
    (ROOT / "var").mkdir(exist_ok=True)
    with ExitStack() as held:
        lock = held.enter_context((ROOT / "var/test.lock").open("a+"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(
                f"another run is under way in this checkout ({lock.read().strip()}): let it end, or end it",
                file=sys.stderr,
            )
            return 2
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}")
        lock.flush()
        if why := hinders():
            print(why, file=sys.stderr)
            return 2
        if options.all:
            os.environ.setdefault("CUSTODES_TEST_EXAMPLES", "full")
        # Short: sockets lie below it, and their paths may have 107 octets.
        folder = Path(tempfile.mkdtemp(prefix="cu-"))
        held.callback(remove, folder)
        folder.chmod(0o1777)  # as /tmp: PostgreSQL and the system's own users go in
        return run_all(options, folder)


def remove(folder: Path) -> None:
    """Take a folder of temporary files away, also what was made read-only."""
    subprocess.run(("chmod", "-R", "u+w", str(folder)), capture_output=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)


def run_all(options: argparse.Namespace, folder: Path) -> int:
    """Run what was asked for."""
    runner = Runner(folder)
    asked = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        asked.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    worker = threading.Thread(target=lambda: done.append(steps(options, runner, folder)))
    done: list[int] = []
    worker.start()
    while worker.is_alive():
        if asked.wait(0.2):
            print("\ninterrupted: ending what runs", file=sys.stderr, flush=True)
            runner.stop()
            worker.join()
            return 130
    return done[0] if done else 1


def steps(options: argparse.Namespace, runner: Runner, folder: Path) -> int:
    """Run the batches in order, then the second look."""
    batches = everything(*options.chaos) if options.all else inner()
    outcomes: list[Outcome] = []
    try:
        for batch, beside in batches:
            chosen = [step for step in batch if not options.only or any(word in step.name for word in options.only)]
            with ThreadPoolExecutor(max_workers=beside) as pool:
                for outcome in pool.map(runner.run, chosen):
                    show(outcome)
                    outcomes.append(outcome)
        unsteady, mended = ([], set()) if options.steady or options.all else look_again(runner, outcomes, folder)
    except Interrupted:
        return 130
    return 0 if summary(outcomes, unsteady, mended) else 1


if __name__ == "__main__":
    sys.exit(main())
