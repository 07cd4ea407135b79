"""Shows whether the tests find what they are there for: applies the faults of tests/mutants/mutants.toml one at a time and runs a few tests.

It makes a copy of the tree (a git worktree of a commit, with an environment of its own) and never touches the one that it is called in. Run it
where nothing else runs: a test that comes to its time limit has failed, and would be taken for one that caught something. ``--unchanged``
shows that none fails by itself. ``--json before.json``, and later ``--against before.json``, names what was caught and is not any more.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests/mutants/mutants.toml"
LONGEST = 1800
"""Seconds for the tests of one mutant; one that makes them hang is caught too."""
FAILED = (1, 2)
"""What pytest returns when a test failed, or could not be collected."""
GIT = ("git", "-C", str(ROOT))
Outcome = dict[str, str | float]
"""What became of a mutant: name, room, seconds, verdict (``caught``, ``escaped``, ``not there``, or ``untold`` where the tests could not be
run), and why: the test that caught it, or what hindered."""


@dataclass(frozen=True)
class Mutant:
    """An entry of the list, as its head tells the fields."""

    name: str
    room: str
    says: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]
    postgresql: bool = False

    def fault(self, tree: Path) -> str:
        """Why it can't be applied to a tree; empty where it can."""
        path = tree / self.file
        if not path.is_file():
            return f"{self.file} is not there"
        count = path.read_bytes().count(self.before.encode())
        return "" if count == 1 else f"its text is {count} times in {self.file}"

    @contextmanager
    def applied(self, tree: Path) -> Iterator[None]:
        """The tree with the fault in it, which is taken out again whatever happens."""
        path = tree / self.file
        whole = path.read_bytes()
        try:
            path.write_bytes(whole.replace(self.before.encode(), self.after.encode()))
            yield
        finally:
            path.write_bytes(whole)


def listed() -> tuple[Mutant, ...]:
    """All entries, in their order."""
    found = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    return tuple(Mutant(**{**one, "tests": tuple(one["tests"])}) for one in found)


def faults(mutants: tuple[Mutant, ...]) -> list[str]:
    """What is wrong with the list, held against the tree that it lies in."""
    found = [f"{name} is there twice" for name, count in Counter(one.name for one in mutants).items() if count > 1]
    for one in mutants:
        wrong = [one.fault(ROOT)] + [f"{test} is not there" for test in one.tests if not (ROOT / test).is_file()]
        wrong.append("it changes nothing" if one.before == one.after else "")
        wrong.append("" if one.tests else "no tests")
        found += [f"{one.name}: {each}" for each in wrong if each]
    return found


def pytest(tree: Path, tests: list[str], postgresql: bool) -> tuple[int, str]:
    """Run tests in a tree, with its own environment: the exit code and what was said. Tests without an end have failed."""
    python = str(tree / ".venv/bin/python")
    before = (python, "-m", "tests.postgres", "--") if postgresql else ()
    command = (*before, python, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *tests)
    path = f"{tree / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(tree / ".venv"), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile() as output:  # no pipe: what a test leaves running would keep it open
        both = {"stdout": output, "stderr": subprocess.STDOUT}
        process = subprocess.Popen(command, cwd=tree, env=env, start_new_session=True, **both)
        try:
            code = process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            return FAILED[0], f"FAILED after {LONGEST} s without an end"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        output.seek(0)
        return code, output.read().decode("utf-8", "replace")


def judge(mutant: Mutant, tree: Path) -> Outcome:
    """Apply a mutant, run its tests, take it out."""
    begun = time.monotonic()
    tests = [one for one in mutant.tests if (tree / one).is_file()]
    verdict, why = "not there", mutant.fault(tree) or "none of its tests is there"
    if tests and not mutant.fault(tree):
        with mutant.applied(tree):
            code, output = pytest(tree, tests, mutant.postgresql)
        lines = output.splitlines() or [""]
        failed = [line.split(" ", 1)[1].split(" - ")[0] for line in lines if line.startswith(("FAILED ", "ERROR "))]
        if code == 0:
            verdict, why = "escaped", lines[-1]
        elif code in FAILED and failed:
            verdict, why = "caught", failed[0]
        else:
            verdict, why = "untold", f"exit code {code}: {lines[-1]}"
    seconds = round(time.monotonic() - begun, 1)
    return {"name": mutant.name, "room": mutant.room, "verdict": verdict, "why": why, "seconds": seconds}


@contextmanager
def copy_of(commit: str) -> Iterator[Path]:
    """A worktree of a commit in a temporary folder, set up and gone at the end."""
    with tempfile.TemporaryDirectory(prefix="custodes-mutants-") as folder:
        tree = Path(folder) / "tree"
        try:
            subprocess.run((*GIT, "worktree", "add", "--quiet", "--detach", str(tree), commit), check=True)
            yield tree
        finally:
            subprocess.run((*GIT, "worktree", "remove", "--force", str(tree)), check=False)


def run(mutants: tuple[Mutant, ...], tree: Path, options: argparse.Namespace) -> int:
    """Try each of them in this copy; 0 when all were caught, or escaped before as well."""
    tree = tree.resolve()
    if tree == ROOT:
        raise SystemExit("mutants are applied to a copy of the tree, never to the one that this program lies in")
    subprocess.run(("make", "--silent", "setup"), cwd=tree, check=True)
    if options.unchanged:
        tests = sorted({one for mutant in mutants for one in mutant.tests if (tree / one).is_file()})
        code, output = pytest(tree, tests, False)
        print(output)
        return code
    head = subprocess.run(("git", "-C", str(tree), "rev-parse", "HEAD"), check=True, capture_output=True, text=True)
    outcomes: list[Outcome] = []
    for mutant in mutants:
        outcomes.append(judge(mutant, tree))
        print("{verdict:9}  {name}  ({seconds:.0f} s)  {why}".format(**outcomes[-1]), flush=True)
        counts = Counter(str(one["verdict"]) for one in outcomes)
        if options.json:  # each time: what was found stays when it is stopped
            told = {"commit": head.stdout.strip(), "counts": counts, "mutants": outcomes}
            options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))
    if options.against:
        former = json.loads(options.against.read_text(encoding="utf-8"))["mutants"]
        caught = {one["name"] for one in former if one["verdict"] == "caught"}
        lost = [str(one["name"]) for one in outcomes if one["verdict"] != "caught" and one["name"] in caught]
        print(f"caught before and not now: {', '.join(lost) or 'none'}")
        return int(bool(lost))
    return int(set(counts) != {"caught"})


def main() -> int:
    """List, check or run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of mutants; all of them without one")
    parser.add_argument("--list", action="store_true", help="their names, by room")
    parser.add_argument("--check", action="store_true", help="that each text is there once, and each file of tests")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--commit", default="HEAD", help="of which a copy is made")
    where.add_argument("--tree", type=Path, help="a copy that is there")
    parser.add_argument("--unchanged", action="store_true", help="run their tests without any of them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what came of it")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="name what was caught in this --json and is not now"
    )
    options = parser.parse_args()
    mutants = listed()
    if unknown := set(options.names) - {one.name for one in mutants}:
        parser.error(f"there is no mutant {', '.join(sorted(unknown))}; --list names all")
    mutants = tuple(one for one in mutants if not options.names or one.name in options.names)
    if options.list:
        print("\n".join(f"{one.room:9}  {one.name}: {one.says}" for one in mutants))
        return 0
    if options.check:
        found = faults(mutants)
        print("\n".join(found) or f"{len(mutants)} mutants, each can be applied")
        return int(bool(found))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was applied is taken out
    if options.tree:
        return run(mutants, options.tree, options)
    with copy_of(options.commit) as tree:
        return run(mutants, tree, options)


if __name__ == "__main__":
    sys.exit(main())
