"""Runs the steps of a check, each in a session of its own, and sees to it that nothing of a step outlives it.

What a step starts and leaves becomes a child of this process (a subreaper, prctl(2)); it is named, ended, and makes the step red.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTCOMES = ROOT / "var/outcomes"
"""How each test of the last run ended and how long it took, a file a step."""
GRACE = 12.0
"""Seconds in which what was interrupted may end by itself; continuous integration kills after 30."""
_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Step:
    """One command, its name, and the folder it runs in; of pytest also what a second look begins with."""

    name: str
    command: tuple[str, ...]
    folder: str = "."
    environment: dict[str, str] = field(default_factory=dict)
    again: tuple[str, ...] | None = None
    """The command in whose place a second look puts its own: what stands before ``pytest``. None where no second look is given."""
    slow: float | None = None
    """Seconds beyond which a test's call is looked at a second time as well; None where they may take what they take."""


@dataclass(frozen=True)
class Failure:
    """A test, or a file of which none could be read, that failed for the first time in a step."""

    node: str
    text: str
    excusable: bool
    """Whether a second look may find that it passes."""


@dataclass
class Outcome:
    """What a step said and how long it took, in seconds."""

    step: Step
    code: int
    output: str
    seconds: float
    left: list[str]
    """What it started and left: command lines, mounts."""
    failures: list[Failure] = field(default_factory=list)
    passed: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)
    calls: dict[str, float] = field(default_factory=dict)
    """Seconds that the call of each test took, without what it sets up."""
    used: list[str] = field(default_factory=list)
    """What its workers used up, a line each."""

    @property
    def ok(self) -> bool:
        """Whether everything went well at the first look."""
        return self.code == 0 and not self.left

    @property
    def slow(self) -> list[str]:
        """Tests that passed and took longer than the step allows, the longest first."""
        limit = self.step.slow
        return (
            []
            if limit is None
            else sorted(
                (one for one in self.calls if self.calls[one] > limit), key=self.calls.__getitem__, reverse=True
            )
        )

    @property
    def excusable(self) -> bool:
        """Whether all that is wrong is tests to which a second look is due."""
        return self.code == 1 and not self.left and bool(self.failures) and all(one.excusable for one in self.failures)


class Interrupted(Exception):
    """Somebody wants it to end; the steps have ended."""


class Runner:
    """Runs steps, several at a time if asked to, until it is stopped."""

    def __init__(self, temporary: Path) -> None:
        self._temporary = temporary
        self._running: dict[int, Step] = {}
        self._lock = threading.Lock()
        self.stopped = False
        ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def run(self, step: Step) -> Outcome:
        """Run one step to its end.

        Raises:
            Interrupted: `stop` was called.
        """
        OUTCOMES.mkdir(parents=True, exist_ok=True)
        outcomes = OUTCOMES / (re.sub(r"\W+", "-", step.name).strip("-") + ".jsonl")
        outcomes.unlink(missing_ok=True)
        environment = {
            **os.environ,
            "TMPDIR": str(self._temporary),
            "CUSTODES_TEST_OUTCOMES": str(outcomes),
            **step.environment,
        }
        mounts = mounted()
        begun = time.monotonic()
        with self._lock:
            if self.stopped:
                raise Interrupted
            process = subprocess.Popen(
                step.command, cwd=ROOT / step.folder, env=environment, text=True, errors="replace",
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            self._running[process.pid] = step
        said: list[str] = []
        # What a step left holds its output open: that is read by a thread of its own, and waited for no longer than the step.
        reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
        reader.start()
        code = self._wait(process)
        seconds = time.monotonic() - begun
        with self._lock:
            del self._running[process.pid]
            # Where another step runs beside it, whose they are cannot be told: the last of them is asked.
            left = [] if self._running else [*end_all(stayed()), *unmount(mounted() - mounts)]
        reader.join(GRACE)
        if self.stopped:
            raise Interrupted
        outcome = Outcome(step, code, "".join(said), seconds, left)
        if outcomes.exists():
            read_outcomes(outcome, outcomes)
        return outcome

    def _wait(self, process: subprocess.Popen[str]) -> int:
        """Wait for its end; orphans that ended meanwhile are taken leave of, as init does: whoever looks for one must find it gone."""
        while True:
            try:
                return process.wait(1.0)
            except subprocess.TimeoutExpired:
                with self._lock:
                    for pid, (state, parent) in states().items():
                        if state == "Z" and parent == os.getpid() and pid not in self._running:
                            with suppress(ChildProcessError):
                                os.waitpid(pid, os.WNOHANG)

    def stop(self) -> None:
        """End all that runs: asked first, killed after `GRACE`."""
        with self._lock:
            self.stopped = True
            sessions = list(self._running)
        for session in sessions:
            with suppress(ProcessLookupError):
                os.killpg(session, signal.SIGINT)
        end_all(stayed())


def read_outcomes(outcome: Outcome, file: Path) -> None:
    """Take in what `tests/outcomes.py` wrote."""
    durations: dict[str, float] = {}
    failures: dict[str, Failure] = {}
    passed: set[str] = set()
    for line in file.read_text().splitlines():
        said = json.loads(line)
        match said["kind"]:
            case "test":
                node = said["node"]
                durations[node] = durations.get(node, 0) + said["seconds"]
                if said["outcome"] == "failed":
                    before = failures.get(node)
                    text = f"{before.text}\n{said['text']}" if before else said["text"]
                    failures[node] = Failure(node, text, not said["left"] and (before is None or before.excusable))
                elif said["when"] == "call":
                    passed.add(node)
                    outcome.calls[node] = said["seconds"]
            case "collection":
                failures[said["node"]] = Failure(said["node"], said["text"], False)
            case "worker":
                outcome.used.append(
                    f"{said['name']}: {said['seconds']:.0f} s of processor, {said['memory']} MB; "
                    f"its children {said['children_seconds']:.0f} s, the largest {said['child_memory']} MB"
                )
    outcome.failures = list(failures.values())
    outcome.passed = len(passed - failures.keys())
    outcome.slowest = sorted(((seconds, node) for node, seconds in durations.items()), reverse=True)[:10]


def states() -> dict[int, tuple[str, int]]:
    """Of each process its state, a letter as in proc(5), and its parent's id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            found[int(entry.name)] = state, int(parent)
    return found


def orphans() -> dict[int, str]:
    """Processes that descend from this one and belong to no step that runs: their command lines, by process id."""
    parents = {pid: parent for pid, (state, parent) in states().items() if state != "Z"}
    found, generation = {}, {os.getpid()}
    while generation := {pid for pid, parent in parents.items() if parent in generation}:
        for pid in generation:
            try:
                found[pid] = (
                    Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:200]
                )
            except OSError:
                continue
    return found


def stayed() -> dict[int, str]:
    """The orphans that do not end by themselves within `GRACE`."""
    deadline = time.monotonic() + GRACE
    while (found := orphans()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def end_all(processes: dict[int, str]) -> list[str]:
    """Kill them; what each was."""
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid in processes:
        with suppress(ChildProcessError):  # not a child of this process, or one no more
            os.waitpid(pid, 0)
    return [f"process {pid}: {words.strip()}" for pid, words in processes.items()]


def mounted() -> set[str]:
    """Where something is mounted."""
    return {line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()}


def unmount(places: Iterable[str]) -> list[str]:
    """Take these mounts away; what each was."""
    for place in places:
        subprocess.run(("umount", "--lazy", place), capture_output=True, check=False)
    return [f"mount {place}" for place in places]
