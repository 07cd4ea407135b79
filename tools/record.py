"""What `make test-all` has shown of this tree, in ``var/test-all.txt``: each step with its seconds and how it ended."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import tempfile
import time
from pathlib import Path

from steps import ROOT, Outcome

_STEP = re.compile(r" *\d+ s  (?P<name>.+?): (?P<ended>ok|FAILED)(?:,.*)?")


class OtherTree(Exception):
    """What stands in the record was found of another tree."""


class Record:
    """The file, which is written anew after each step; what stands there of the same tree is kept until its step runs again.

    Args:
        file: where.
        names: of all steps, in order.
        go_on: something must stand there.

    Raises:
        OtherTree: `go_on`, and it tells of no run of this tree.
    """

    def __init__(self, file: Path, names: list[str], *, go_on: bool) -> None:
        self._file, self._names = file, names
        self._commit, self._tree = _git("rev-parse", "HEAD"), tree_of_files()
        self._told: dict[str, list[str]] = {}
        self._begun = time.strftime("begun %Y-%m-%d %H:%M %Z")
        lines = file.read_text().splitlines() if file.exists() else []
        if lines and lines[1] == f"tree {self._tree}":
            self._begun = lines[3]
            self._read(lines[4:])
        elif go_on:
            raise OtherTree(f"{file} tells of no run of this tree: begin with all steps (make test-all)")
        self._write()

    def _read(self, lines: list[str]) -> None:
        name = ""
        for line in lines:
            if found := _STEP.fullmatch(line):
                name = found["name"]
                self._told[name] = [line]
            elif name and line.startswith("    "):
                self._told[name].append(line)

    def add(self, outcome: Outcome) -> None:
        """A step has ended."""
        word = "ok" if outcome.ok else "FAILED"
        passed = f", {outcome.passed} passed" if outcome.passed else ""
        failed = [f"          {one.node}" for one in outcome.failures] + [
            f"          left {one}" for one in outcome.left
        ]
        name = outcome.step.name
        self._told[name] = [f"{outcome.seconds:6.0f} s  {name}: {word}{passed}", *failed]
        self._write()

    @property
    def verdict(self) -> str:
        """Of all steps together."""
        failed = [name for name, lines in self._told.items() if ": FAILED" in lines[0]]
        missing = [name for name in self._names if name not in self._told]
        parts = [f"FAILED: {', '.join(failed)}"] if failed else []
        parts += [f"not run yet: {', '.join(missing)}"] if missing else []
        return "; ".join(parts) or "all passed"

    def _write(self) -> None:
        head = (
            f"commit {self._commit}",
            f"tree {self._tree}",
            f"Python {platform.python_version()}, {os.cpu_count()} processors",
            self._begun,
        )
        told = [line for name in self._names for line in self._told.get(name, [])]
        self._file.write_text("\n".join((*head, *told, self.verdict)) + "\n")


def tree_of_files() -> str:
    """Git's name for all files as they lie here, committed or not."""
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        _git("read-tree", "HEAD", **index)
        _git("add", "--all", **index)
        return _git("write-tree", **index)


def _git(*command: str, **environment: str) -> str:
    done = subprocess.run(
        ("git", *command), cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
