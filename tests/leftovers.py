"""What a test starts is over when its module is over: threads, child processes, listening sockets, asyncio tasks.

A plugin. What a fixture of the session or of a package starts may stay until that fixture ends; everything else that was not there before the
module is named, with the test after which it was first seen, and ended. It is an error of the module's last test, and no second look mends it.
What outlives a whole step (orphans, mounts, clusters) is looked for by `tools/test.py`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import thread as futures_thread
from pathlib import Path
from types import FrameType

import pytest

LEFT_BEHIND = "left behind"
"""How the error begins: by this the second look knows what it does not excuse."""
PATIENCE = 20.0
"""Seconds in which what was told to end may do so on a busy machine."""
LIFELONG = ("custodes.people.papers.examination.keeper", "multiprocessing.resource_tracker")
"""Processes of which another has one for all its life, and which end with it."""

Name = tuple[str, int]
"""A kind (``thread``, ``process``, ``listening socket``) and its number of that kind: identity, process id, inode."""


def threads() -> dict[Name, str]:
    """Python's threads that live, by name, without those of a pool that wait for work: a pool is kept for the life of a process."""
    frames = sys._current_frames()
    return {
        ("thread", id(one)): one.name
        for one in threading.enumerate()
        if one is not threading.main_thread() and not _waits_in_a_pool(frames.get(one.ident or 0))
    }


def _waits_in_a_pool(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_code.co_filename == futures_thread.__file__


def processes() -> dict[Name, str]:
    """Child processes of this one that run, by their command lines."""
    subprocess._cleanup()  # type: ignore[attr-defined]  # reaps what ended and nobody waited for
    found = {}
    for task in Path("/proc/self/task").iterdir():
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for pid in children:
            if (words := command_line(int(pid))) is not None and not any(one in words for one in LIFELONG):
                found["process", int(pid)] = words
    return found


def command_line(pid: int) -> str | None:
    """What was called; None where it has ended, though nobody waited for it."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    # A moment after its start a process has no command line yet; one that has ended has none any more.
    return (
        None if state in "ZX" else words.replace(b"\0", b" ").decode(errors="replace").strip()[:300] or f"number {pid}"
    )


def listeners() -> dict[Name, str]:
    """This process's sockets that wait for connections, by address."""
    found = {}
    for entry in os.listdir("/proc/self/fd"):
        try:
            if not (target := os.readlink(f"/proc/self/fd/{entry}")).startswith("socket:"):
                continue
            copy = os.dup(int(entry))
        except OSError:
            continue
        with socket.socket(fileno=copy) as one:
            try:
                if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    found["listening socket", int(target[8:-1])] = str(one.getsockname())
            except OSError:
                continue
    return found


def end(name: Name) -> None:
    """End a process, or let a socket accept nothing any more; nobody can end a thread."""
    kind, number = name
    if kind == "process":
        try:
            os.kill(number, signal.SIGKILL)
            os.waitpid(number, 0)
        except OSError:
            pass
    elif kind == "listening socket":
        for entry in os.listdir("/proc/self/fd"):
            try:
                if os.readlink(f"/proc/self/fd/{entry}") != f"socket:[{number}]":
                    continue
                # Never closed: whoever holds the object would close the number again, and with it another's file.
                with socket.socket(fileno=os.dup(int(entry))) as one:
                    one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Leftovers:
    """Knows what may be there, and looks at the end of each test and module."""

    def __init__(self) -> None:
        self._allowed: set[Name] = set()
        self._seen: dict[Name, str] = {}
        self._tasks: list[str] = []
        self._begun = False
        self._cancel_all_tasks = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]
        asyncio.runners._cancel_all_tasks = self._note_tasks  # type: ignore[attr-defined]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """What is there before the first test is the run's own."""
        if not self._begun:
            self._begun = True
            self._allowed.update(_everything())
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        """What a fixture of the session or of a package starts may stay."""
        if fixturedef.scope not in ("session", "package"):
            return (yield)
        before = set(_everything())
        try:
            return (yield)
        finally:
            self._allowed.update(set(_everything()) - before)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
        """Note what is new after this test; behind the last of a module, refuse what stayed."""
        try:
            yield
        finally:
            for name in (*threads(), *processes()):
                self._seen.setdefault(name, item.nodeid)
            left, self._tasks = self._tasks, []
            if nextitem is None or nextitem.path != item.path:
                left += self._left()
                self._seen.clear()
        if left:
            pytest.fail(f"{LEFT_BEHIND}:\n" + "\n".join(left), pytrace=False)

    def _note_tasks(self, loop: asyncio.AbstractEventLoop) -> None:
        for task in asyncio.all_tasks(loop):
            if task.cancelling() or type(task.get_coro()).__name__.startswith("async_generator_"):
                continue  # is told to end, or closes a generator that nobody holds any more
            self._tasks.append(f"- an asyncio task that had not ended: {task!r}"[:500])
        self._cancel_all_tasks(loop)

    def _left(self) -> list[str]:
        """What is there and may not be, each in a line; it is ended."""
        deadline = time.monotonic() + PATIENCE
        while (found := self._forbidden()) and time.monotonic() < deadline:
            time.sleep(0.02)
        for name in found:
            end(name)
        self._allowed.update(found)  # told once
        return [
            f"- {kind} {what}, first seen after {self._seen.get((kind, number), 'an unknown test of this module')}"
            for (kind, number), what in found.items()
        ]

    def _forbidden(self) -> dict[Name, str]:
        return {name: what for name, what in _everything().items() if name not in self._allowed}


def _everything() -> dict[Name, str]:
    return threads() | processes() | listeners()
