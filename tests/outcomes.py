"""Tells `tools/test.py` how each test ended: a line of JSON a phase, in the file that ``CUSTODES_TEST_OUTCOMES`` names.

A plugin of the process that talks to the person, not of pytest-xdist's workers; these send what they used up to it as they end.
"""

from __future__ import annotations

import json
import resource
from pathlib import Path
from typing import Any

import pytest

from tests.leftovers import LEFT_BEHIND

USED = "custodes_used"


class Outcomes:
    """Writes the file."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", buffering=1)

    def _write(self, **line: object) -> None:
        self._file.write(json.dumps(line) + "\n")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test's set-up, call or end."""
        text = report.longreprtext if report.failed else ""
        self._write(
            kind="test",
            node=report.nodeid,
            when=report.when,
            outcome="xfailed" if report.skipped and hasattr(report, "wasxfail") else report.outcome,
            seconds=round(report.duration, 3),
            text="\n".join([text, *(f"--- {name}\n{said}" for name, said in report.sections)]) if text else "",
            left=f"\n{LEFT_BEHIND}:\n" in f"\n{text}",  # a worker's name may stand before it
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of which no test could be read."""
        if report.failed:
            self._write(kind="collection", node=report.nodeid, text=report.longreprtext)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker has ended."""
        if used := getattr(node, "workeroutput", {}).get(USED):
            self._write(kind="worker", name=node.gateway.id, **used)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """The run has ended; without workers it is its own."""
        if not session.config.getoption("numprocesses", None):
            self._write(kind="worker", name="alone", **used_up())

    def pytest_unconfigure(self) -> None:
        """Nothing more comes."""
        self._file.close()


class WorkerUse:
    """In a worker: says at its end what it used up."""

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send it with what else a worker sends."""
        session.config.workeroutput[USED] = used_up()  # type: ignore[attr-defined]


def used_up() -> dict[str, float]:
    """Seconds of processor of this process and of its children that ended, and the most memory in MB each kind had."""
    own, children = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": round(own.ru_utime + own.ru_stime, 1),
        "memory": own.ru_maxrss // 1024,
        "children_seconds": round(children.ru_utime + children.ru_stime, 1),
        "child_memory": children.ru_maxrss // 1024,
    }
