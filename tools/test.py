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
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType

from batches import QUIET, everything, inner
from steps import ROOT, Failure, Interrupted, Outcome, Runner, Step

from record import OtherTree, Record

MOST_UNSTEADY = 5
MOST_SECOND_LOOKS = 20
"""Where more failed than this, something is broken: no second look would make it green."""
ROOM = 6 * 1024**3
"""Octets that must be free where temporary files lie."""
RECORD = ROOT / "var/test-all.txt"


@dataclass
class SecondLooks:
    """What was seen at them."""

    unsteady: list[Failure] = field(default_factory=list)
    mended: set[str] = field(default_factory=set)
    """Steps that are green after all."""
    too_slow: list[tuple[float, str]] = field(default_factory=list)
    """Tests that take longer than their step allows with nothing beside them, and seconds."""


def second_look(runner: Runner, step: Step, nodes: list[str], folder: Path) -> Outcome:
    """Run these tests of a step again: alone, in one process."""
    listed = folder / "again.txt"
    listed.write_text("\n".join(nodes) + "\n")
    command = (*(step.again or ()), "pytest", *QUIET, "-n", "0", f"@{listed}")
    return runner.run(replace(step, name=f"second look: {step.name}", command=command))


def look_again(runner: Runner, outcomes: list[Outcome], folder: Path) -> SecondLooks:
    """Give every test that may have one its second look: what failed, and the longest of what took too long."""
    seen = SecondLooks()
    due = [one for one in outcomes if one.step.again is not None and (one.excusable or one.ok)]
    if sum(len(one.failures) for one in due) > MOST_SECOND_LOOKS:
        return seen
    for first in due:
        failed = {one.node for one in first.failures}
        if not (nodes := [*failed, *first.slow[:MOST_SECOND_LOOKS]]):
            continue
        again = second_look(runner, first.step, nodes, folder)
        show(again)
        if again.code in (0, 1) and not again.left:
            again_failed = {one.node for one in again.failures}
            if failed.isdisjoint(again_failed):
                seen.mended.add(first.step.name)
            seen.unsteady += [one for one in first.failures if one.node not in again_failed]
            seen.unsteady += [one for one in again.failures if one.node not in failed]
            seen.too_slow += [(again.calls[node], node) for node in again.slow]
        elif not failed:
            outcomes.append(again)
    return seen


def show(outcome: Outcome) -> None:
    """Print what a step said."""
    print(f"\n=== {outcome.step.name}: {'ok' if outcome.ok else 'FAILED'} in {outcome.seconds:.0f} s", flush=True)
    if outcome.output.strip():
        print(outcome.output.rstrip(), flush=True)
    for what in outcome.left:
        print(f"left behind, and ended: {what}", flush=True)


def summary(outcomes: list[Outcome], seen: SecondLooks) -> bool:
    """Print the last lines; whether all is well."""
    unsteady, mended = seen.unsteady, seen.mended
    for one in unsteady:
        print(f"\n=== unsteady: {one.node} failed once, and passed once. The first time:\n{one.text.rstrip()}")
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
    for seconds, node in seen.too_slow:
        print(
            f"FAILED {node}: {seconds:.1f} s alone is too long for `make test`; make it quicker, or whole (tests/rings.py)"
        )
    if len(unsteady) > MOST_UNSTEADY:
        print(f"FAILED: {len(unsteady)} tests are unsteady, and {MOST_UNSTEADY} is the most that passes")
    well = bool(outcomes) and not failed and not lost and not seen.too_slow and len(unsteady) <= MOST_UNSTEADY
    passed = sum(one.passed for one in outcomes) + len(
        spared & {one.node for each in outcomes for one in each.failures}
    )
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
    parser.add_argument(
        "--from", dest="begin", metavar="STEP", help="with --all: go on at this step where a run of this tree stopped"
    )
    parser.add_argument("--steady", action="store_true", help="no second look")
    parser.add_argument("only", nargs="*", help="names (or parts of names) of the steps to run")
    options = parser.parse_args()
    # Each of the hundreds of processes would compile all of Django again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
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
    names = [step.name for batch, _ in batches for step in batch]
    try:
        chosen = choose(names, options.only, options.begin)
        record = Record(RECORD, names, go_on=options.begin is not None) if options.all else None
    except (LookupError, OtherTree) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    try:
        for batch, beside in batches:
            with ThreadPoolExecutor(max_workers=beside) as pool:
                for outcome in pool.map(runner.run, [step for step in batch if step.name in chosen]):
                    show(outcome)
                    outcomes.append(outcome)
                    if record is not None:
                        record.add(outcome)
        seen = SecondLooks() if options.steady or options.all else look_again(runner, outcomes, folder)
    except Interrupted:
        return 130
    well = summary(outcomes, seen)
    if record is not None:
        print(f"{RECORD.relative_to(ROOT)}: {record.verdict}")
    return 0 if well else 1


def choose(names: list[str], only: list[str], begin: str | None) -> list[str]:
    """Names of the steps that are to run.

    Raises:
        LookupError: there is none.
    """
    chosen = [name for name in names if not only or any(word in name for word in only)]
    if begin is not None:
        at = next((number for number, name in enumerate(names) if begin in name), len(names))
        chosen = [name for name in chosen if name in names[at:]]
    if not chosen:
        raise LookupError(f"no step is called that; there are: {', '.join(names)}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
