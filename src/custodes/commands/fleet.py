"""Starts the processes of one machine, watches them, and stops them in the order in which nothing is lost.

Children live in sessions of their own, so that Ctrl-C reaches only the parent and the order of stopping is ours: those
that look first, those that record next, the notary last, since the others still have records for it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from custodes.memory import set_imports_aside

RESTART_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0)
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.2
REST_SECONDS = 5.0
"""For what a process leaves behind that ended before its own children."""


class FleetError(Exception):
    """A process could not be started or did not become ready; the message names it and its log file."""


@dataclass(eq=False)
class FleetProcess:
    """One process.

    Attributes:
        name: also the name of its log file.
        arguments: of the `custodes` command.
        user: OS user and group that it runs as; None for the caller's own. Only root can give one.
        needs: those that have to be ready before it begins; None means all that are named before it.
        simulated: it stands for somebody outside: no record is lost with it, and such ones that were begun one after another end together.
        ready: answers True once the process does its work; polled until `ready_seconds` have passed.
    """

    name: str
    arguments: Sequence[str]
    ready: Callable[[], bool] = lambda: True
    ready_seconds: float = 60.0
    user: tuple[int, int] | None = None
    needs: Sequence[FleetProcess] | None = None
    simulated: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    retry_at: float = field(default=0.0, init=False)
    since: float = field(default=0.0, init=False)


class Fleet:
    """The processes of one machine; start in order, watch, stop in reverse order.

    Args:
        logs: folder for one log file a process.
        environment: of the children.
        say: prints a line for the person at the terminal.
        program: what each member's arguments are given to.
        tend_logs: called several times a second with the monotonic clock.
    """

    def __init__(
        self,
        logs: Path,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        program: Sequence[str] = (sys.executable, "-m", "custodes.cli"),
        tend_logs: Callable[[float], None] = lambda monotonic: None,
    ) -> None:
        self._tend_logs = tend_logs
        self._program = tuple(program)
        self._logs = logs
        self._environment = dict(environment)
        self._say = say
        self._members: list[FleetProcess] = []
        self._stopping = False

    def start(self, member: FleetProcess) -> None:
        """Start one process and wait until it is ready; nothing once the fleet is asked to stop.

        Raises:
            FleetError: it ended, or was not ready in time; or its log file is in a place that others write to.
        """
        self.begin(member)
        self.await_ready(member)

    def begin(self, member: FleetProcess) -> None:
        """Start one process and go on at once; nothing once the fleet is asked to stop.

        Raises:
            FleetError: its log file is in a place that others write to.
        """
        if self._stopping:
            return
        self._logs.mkdir(parents=True, exist_ok=True)
        if member.user is not None:
            self._require_own_logs()
        self._members.append(member)
        self._spawn(member)

    def start_all(self, members: Sequence[FleetProcess]) -> None:
        """Start each as soon as those that it needs are ready, and wait until all are; one that was begun before is waited for alone,
        and stopped in its place among these.

        Raises:
            FleetError: as `start`.
        """
        waiting: list[FleetProcess] = []
        for member in members:
            for earlier in [one for one in waiting if member.needs is None or one in member.needs]:
                self.await_ready(earlier)
                waiting.remove(earlier)
            if member.process is None and not self._stopping:
                self._say(f"Starting {member.name} …")
                self.begin(member)
            elif member in self._members:
                self._members.remove(member)
                self._members.append(member)
            waiting.append(member)
        for member in waiting:
            self.await_ready(member)

    def await_ready(self, member: FleetProcess) -> None:
        """Wait until a process that was begun is ready, or the fleet is asked to stop.

        Raises:
            FleetError: it ended, or was not ready in time.
        """
        if self._stopping:
            return
        deadline = time.monotonic() + member.ready_seconds
        while not member.ready():
            assert member.process is not None
            if member.process.poll() is not None:
                raise FleetError(f"{member.name} ended at once; its last words are in {self._log_of(member)}")
            if time.monotonic() > deadline:
                raise FleetError(
                    f"{member.name} was not ready after {member.ready_seconds:.0f} s; see {self._log_of(member)}"
                )
            if self._stopping:
                return
            time.sleep(0.1)

    def look(self) -> None:
        """Restart once what ended, later each time it ends again."""
        for member in self._members:
            self._tend(member)
        self._tend_logs(time.monotonic())

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopping

    def ask_stop(self) -> None:
        """Let `watch` return; safe in a signal handler."""
        self._stopping = True

    def stop(self) -> None:
        """Stop all processes, last started first; kill what has not ended after 20 s, and say so.

        A process that is told before it listens, as in its first seconds, ends without its own children: they are ended too.
        """
        self._stopping = True
        for _simulated, members in groupby(reversed(self._members), lambda one: one.simulated or one):
            together = [(one.name, one.process) for one in members if one.process is not None]
            for _name, process in together:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
            for name, process in together:
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    self._say(f"{name} did not stop within {STOP_SECONDS:.0f} s and was killed")
                    process.kill()
                    process.wait()
                _end_session(process.pid)

    def _log_of(self, member: FleetProcess) -> Path:
        return self._logs / f"{member.name}.log"

    def _require_own_logs(self) -> None:
        found = self._logs.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
            raise FleetError(
                f"{self._logs} must be a folder that root alone writes to; `custodes init`, called by root, gives it to root"
            )

    def _open_log(self, member: FleetProcess) -> BinaryIO:
        """Not through a link: what a child says must not end up in a file that somebody else chose."""
        path = self._log_of(member)
        flags = os.O_APPEND | os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            return os.fdopen(os.open(path, flags, 0o644), "ab")
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise FleetError(f"The log file {path} is a link: remove it") from error
            raise FleetError(f"The log file {path} can't be opened: {error.strerror}") from error

    def _spawn(self, member: FleetProcess) -> None:
        with self._open_log(member) as log:
            member.process = subprocess.Popen(
                [*self._program, *member.arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=ends_with(os.getpid()),
                **_as(member.user),
            )
        member.since = time.monotonic()

    def _tend(self, member: FleetProcess) -> None:
        assert member.process is not None
        now = time.monotonic()
        code = member.process.poll()
        if code is None:
            if now - member.since > 60:
                member.failures = 0
            return
        if member.retry_at <= member.since:
            wait = RESTART_SECONDS[min(member.failures, len(RESTART_SECONDS) - 1)]
            member.failures += 1
            member.retry_at = now + wait
            self._say(
                f"{member.name} ended with code {code}; starting it again in {wait:.0f} s ({self._log_of(member)})"
            )
        elif now >= member.retry_at:
            self._spawn(member)


def _as(user: tuple[int, int] | None) -> dict[str, Any]:
    return {} if user is None else {"user": user[0], "group": user[1], "extra_groups": ()}


def _end_session(leader: int) -> None:
    """End whatever is left of the session of a process that has ended: asked first, so that who records writes to its end.

    The session's number is nobody else's while something is left of it.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGTERM)
        deadline = time.monotonic() + REST_SECONDS
        while time.monotonic() < deadline:
            os.killpg(leader, 0)
            time.sleep(0.05)
        os.killpg(leader, signal.SIGKILL)


def ends_with(parent: int) -> Callable[[], None]:
    """For a child of `parent` before it runs: ask the kernel for SIGTERM when the parent dies (prctl(2) PR_SET_PDEATHSIG), so that a killed parent
    leaves no orphans; one that died meanwhile is not waited for."""

    def ask() -> None:
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def own_environment(**changes: str) -> dict[str, str]:
    """This process's environment with changes; children get everything else as it is."""
    return {**os.environ, **changes}


def end_on_signals() -> None:
    """Until there is a fleet, Ctrl-C and SIGTERM end this process at once, and what it began ends with it (`ends_with`): nothing runs yet that would
    have to be stopped in an order, and an exception in the midst of loading would come out as something else."""

    def end(*_: object) -> None:
        os.write(2, b"Stopped before everything had started.\n")
        os._exit(0)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def watch(*fleets: Fleet) -> None:
    """Look after them until the first is asked to stop."""
    set_imports_aside()  # else the collector walks over all of them once more before this process ends
    while not fleets[0].stopping:
        for fleet in fleets:
            fleet.look()
        time.sleep(LOOK_SECONDS)


def stop_on_signals(*fleets: Fleet) -> None:
    """Ctrl-C and SIGTERM end `watch`; a second one changes nothing, since stopping is under way."""

    def ask(*_: object) -> None:
        for fleet in fleets:
            fleet.ask_stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
