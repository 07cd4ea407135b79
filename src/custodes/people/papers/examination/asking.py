"""How the web asks for a file to be examined, and what a child that says nothing means."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import structlog

from custodes.people.papers.examination.order import (
    MOST_ANSWER,
    USED,
    ExaminationOrder,
    Unfit,
    UnfitReason,
    read_answer,
)

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-I", "-m", "custodes.people.papers.examination.keeper")
AT_ONCE = 2
"""Files that one web process has examined at the same time; the next waits for `WAITS_S`."""
WAITS_S = 10.0
_GRACE_S = 5.0
"""What a file's examination may take beyond its own time: until a keeper that was just started has loaded its libraries."""
_ENDED = {-signal.SIGPROF: UnfitReason.WORK, -signal.SIGXCPU: UnfitReason.WORK, -signal.SIGKILL: UnfitReason.BUSY}
"""What the signal that ended a child says. One that used its time ends by the first two: one that is late was not let."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What came back of one child.

    Attributes:
        answer: as `order.answer_of` gives it.
        ended: its exit code, or the signal that ended it as a negative number.
        processor_ms, memory_kib: what it used, at most; the memory with the libraries that it began with.
    """

    answer: bytes
    ended: int
    processor_ms: int
    memory_kib: int

    def found(self) -> bytes:
        """As `order.examine` gives it.

        Raises:
            Unfit: what is wrong with the file, or that its examination used too much or said nothing.
        """
        if self.ended != 0:
            raise Unfit(_ENDED.get(self.ended, UnfitReason.SILENT))
        return read_answer(self.answer)


class _Keeper:
    """The one keeper of this process, started when it is first needed and again when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0

    def order(self, order: ExaminationOrder, file: int, answer: int) -> None:
        """Pass it on.

        Raises:
            OSError: no keeper takes it.
        """
        with self._lock:
            for last in (False, True):
                try:
                    socket.send_fds(self._running(), [order.encode()], [file, answer])
                    return
                except OSError:
                    self._end()
                    if last:
                        raise

    def end(self) -> None:
        """End it, if it is ours."""
        with self._lock:
            self._end()

    def _running(self) -> socket.socket:
        if self._control is not None and self._owner == os.getpid() and self._process and self._process.poll() is None:
            return self._control
        self._end()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                COMMAND,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Nothing of the web's environment: it may hold secrets.
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
            )
        ours.settimeout(_GRACE_S)
        self._control, self._owner = ours, os.getpid()
        return ours

    def _end(self) -> None:
        control, process, self._control, self._process = self._control, self._process, None, None
        if control is not None:
            control.close()
        if process is not None and self._owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
            if process.poll() is None:
                process.kill()
                process.wait()


_keeper = _Keeper()
_places = threading.BoundedSemaphore(AT_ONCE)
atexit.register(_keeper.end)


def ask(order: ExaminationOrder, file: IO[bytes]) -> bytes:
    """Have a file examined apart. Blocks, for no longer than the order's own time and what waiting for a place may take.

    Args:
        file: open, seekable; what was written to it is flushed.

    Raises:
        Unfit: what is wrong with it, or that its examination used too much, said nothing, or found no place.
    """
    if not _places.acquire(timeout=WAITS_S):
        raise Unfit(UnfitReason.BUSY)
    try:
        with _own_descriptor(file) as descriptor:
            examined = examine_apart(order, descriptor)
    finally:
        _places.release()
    return examined.found()


def examine_apart(order: ExaminationOrder, file: int) -> Examined:
    """One child's work on what this descriptor is of.

    Raises:
        Unfit: no child said anything, nor was anything said of it.
    """
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            try:
                _keeper.order(order, file, theirs.fileno())
            except OSError as error:
                log.error("papers.no_keeper", why=error.strerror)
                raise Unfit(UnfitReason.SILENT) from error
        data = _received(ours, time.monotonic() + order.wall_s + _GRACE_S)
    if len(data) < USED.size:
        log.error("papers.keeper_silent", like=order.like)  # its own process could not begin, or is gone
        raise Unfit(UnfitReason.SILENT)
    return Examined(data[: -USED.size], *USED.unpack(data[-USED.size :]))


def _received(sock: socket.socket, until: float) -> bytes:
    """All that comes until it is closed; what is too much or too late is as if nothing had come."""
    parts: list[bytes] = []
    size = 0
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    while poll.poll(max(0.0, until - time.monotonic()) * 1000):
        part = sock.recv(1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > MOST_ANSWER:
            break
    return b""


@contextlib.contextmanager
def _own_descriptor(file: IO[bytes]) -> Iterator[int]:
    """A descriptor of the file's content with a place of its own: the child's reading moves nobody else's."""
    try:
        if file.writable():
            file.flush()
        descriptor = os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
    except (OSError, AttributeError):  # in memory only (`io.BytesIO`)
        descriptor = os.memfd_create("paper", os.MFD_CLOEXEC)
        with open(descriptor, "wb", closefd=False) as copy:
            file.seek(0)
            while piece := file.read(1 << 16):
                copy.write(piece)
        os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
