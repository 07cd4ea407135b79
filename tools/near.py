"""Runs, in a minute or two, the tests that are nearest to a change: `make near`, while one works. `make test` is what proves it.

What changed since a commit (``SINCE``, else where this branch left its upstream) leads along the imports to files of tests: first those that
changed, then those that import what changed, then those one import further away, for as long as the time lasts that they took in the last run.
A template, a text or a picture leads to the tests of the folders that are called as its own.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import grimp
from batches import QUIET, SYSTEM_MARKS
from steps import OUTCOMES, ROOT

BUDGET_S = 200.0
"""Of two workers together, by what the tests took last time."""
UNKNOWN_S = 3.0
"""What a file is taken to take that did not run yet."""


def changed(since: str | None) -> list[Path]:
    """Files that differ from that commit, those that git does not know yet with them; relative to the repository."""
    base = since or _git("merge-base", "HEAD", "@{upstream}") or "HEAD"
    names = _git("diff", "--name-only", "-z", base) + "\0" + _git("ls-files", "--others", "--exclude-standard", "-z")
    return sorted({Path(name) for name in names.split("\0") if name})


def _git(*command: str) -> str:
    done = subprocess.run(("git", *command), cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def importers() -> dict[str, set[str]]:
    """Of each module of the product and the tests: those that import it."""
    graph = grimp.build_graph("custodes")
    found: dict[str, set[str]] = defaultdict(set)
    for module in graph.modules:
        found[module] |= graph.find_modules_that_directly_import(module)
    for path in (ROOT / "tests").rglob("*.py"):
        for name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            found[name].add(module_of(path.relative_to(ROOT)))
    return found


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def module_of(path: Path) -> str:
    """What a file of Python is imported as."""
    parts = path.with_suffix("").parts
    return ".".join(parts[parts[0] == "src" :]).removesuffix(".__init__")


def nearest(files: list[Path]) -> list[Path]:
    """Files of tests in the order of their distance from the changed ones."""
    imported_by = importers()
    reached = dict.fromkeys(module_of(one) for one in files if one.suffix == ".py")
    rooms = {part for one in files if one.suffix != ".py" for part in one.parts[:-1]} - {"src", "custodes", "tests"}
    ranked = [path for path in _tests() if rooms.intersection(path.parts)] if rooms else []
    generation = list(reached)
    while generation:
        ranked += [
            path for one in generation if (path := ROOT / f"{one.replace('.', '/')}.py").name.startswith("test_")
        ]
        generation = sorted({each for one in generation for each in imported_by[one]} - reached.keys())
        reached.update(dict.fromkeys(generation))
    return [path for path in dict.fromkeys(ranked) if path.exists()]


def _tests() -> list[Path]:
    return sorted((ROOT / "tests").rglob("test_*.py"))


def took() -> dict[str, float]:
    """Seconds that each file of tests took in the inner ring's last run."""
    seconds: dict[str, float] = defaultdict(float)
    for file in (OUTCOMES / "pytest-SQLite.jsonl",):
        for line in file.read_text().splitlines() if file.exists() else ():
            if (said := json.loads(line))["kind"] == "test":
                seconds[said["node"].partition("::")[0]] += said["seconds"]
    return seconds


def affordable(names: list[str], took: dict[str, float], budget: float) -> list[str]:
    """Those of the files that fit in so many seconds, the nearest first."""
    chosen = []
    for name in names:
        if (cost := took.get(name, UNKNOWN_S)) <= budget:
            budget -= cost
            chosen.append(name)
    return chosen


def main() -> int:
    """Run them; pytest's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--since", metavar="COMMIT", default=os.environ.get("SINCE") or None)
    files = changed(parser.parse_args().since)
    if not files:
        print("nothing has changed")
        return 0
    found = [path.relative_to(ROOT).as_posix() for path in nearest(files)]
    chosen = affordable(found, took(), BUDGET_S)
    print(
        f"{len(files)} files have changed; of {len(found)} files of tests that depend on them the nearest {len(chosen)} run",
        flush=True,
    )
    if not chosen:
        return 0
    marks = f"not whole and {SYSTEM_MARKS}"
    command = ("pytest", *QUIET, "-n", "2", "--dist", "worksteal", "-m", marks, *chosen)
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    return 0 if code == 5 else code  # 5: all of them are whole


if __name__ == "__main__":
    sys.exit(main())
