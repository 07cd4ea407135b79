"""A process of its own for one source, read by the tick like a camera's socket (decision 0025); and the films that one may play.

Films lie below one folder; no step to them is a link, and only regular files are played.
"""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from custodes.video.source.address import (
    PORTS,
    RTSP,
    AddressPolicy,
    BadUrl,
    NotAllowed,
    UnknownName,
    parse_camera_url,
)
from custodes.video.source.defaults import ConnectionOptions, ForeignSourcePool
from custodes.video.source.foreign.wire import BadSourceMessage, Inbox, Message, SourceOrder
from custodes.video.source.link import BYTES_PER_SECOND
from custodes.video.source.tick import Reader, Timer

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class NoFile(Exception):
    """There is no such file to play; the message says why."""


def parse_file_url(text: str) -> tuple[str, ...]:
    """The steps below the folder of ``file:///a/b.mp4``.

    Raises:
        BadUrl: with a sentence that says what is wrong.
    """
    try:
        parts = urlsplit(text)
        steps = tuple(unquote(parts.path, errors="strict").strip("/").split("/"))
    except (ValueError, UnicodeDecodeError) as error:
        raise BadUrl("the address is not a URL") from error
    if parts.scheme.lower() != "file" or parts.netloc or parts.query or parts.fragment:
        raise BadUrl("a file's address is file:///NAME, below the folder of CUSTODES_FILE_SOURCES")
    if any(step in ("", ".", "..") or not step.isprintable() for step in steps):
        raise BadUrl("a file's address names files and folders below the folder of CUSTODES_FILE_SOURCES only")
    return steps


def open_below(folder: Path | None, steps: tuple[str, ...]) -> int:
    """A descriptor of the regular file at `steps` below `folder`; no step may be a link. Blocks while the disk does.

    Raises:
        NoFile: there is none, or `folder` is None.
    """
    if folder is None:
        raise NoFile("files are played in a training installation only, from the folder of CUSTODES_FILE_SOURCES")
    try:
        at = os.open(folder, _FOLDER)
        for step in steps[:-1]:
            at = _inside(at, step, _FOLDER)
        found = _inside(at, steps[-1], _FILE)
    except OSError as error:
        raise NoFile("there is no such file, or the way to it leads over a link") from error
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise NoFile("it is not a regular file")
    return found


def _inside(at: int, name: str, flags: int) -> int:
    """Open `name` in the folder `at`, which is closed."""
    try:
        return os.open(name, flags, dir_fd=at)
    finally:
        os.close(at)


SCHEMES = tuple(scheme for scheme in PORTS if scheme not in RTSP)
"""Those that go over a network; ``file`` is the third."""

COMMAND = (sys.executable, "-I", "-m", "custodes.video.source.foreign.child")
_POLL_SECONDS = 0.02
_REAP_SECONDS = 1.0


class SourceRefused(Exception):
    """The source may not be taken in, or is not there; `why` is what refused it."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    sock: socket.socket


def launch(url: str, way: ConnectionOptions, policy: AddressPolicy, files: Path | None) -> _Running:
    """Check and resolve `url`, and start the process that takes it in. Blocks; call it in a thread.

    Raises:
        Refused: the address is none, or not allowed, or the file is not there.
    """
    try:
        order = _order(url, way, policy, files)
    except (BadUrl, NotAllowed, UnknownName, NoFile) as error:
        raise SourceRefused(error) from error
    ours, theirs = socket.socketpair()
    passed = (order.file,) if order.file >= 0 else ()
    try:
        process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=theirs.fileno(),
            stderr=subprocess.DEVNULL,
            pass_fds=passed,
            # Nothing of the worker's environment: it may hold secrets.
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
        for descriptor in passed:
            os.close(descriptor)
    assert process.stdin is not None
    process.stdin.write(order.encode())
    process.stdin.flush()
    ours.setblocking(False)
    return _Running(process, ours)


def _order(url: str, way: ConnectionOptions, policy: AddressPolicy, files: Path | None) -> SourceOrder:
    if url[:5].lower() == "file:":
        return SourceOrder("file", file=open_below(files, parse_file_url(url)), sound=way.sound)
    if url.partition(":")[0].lower() not in SCHEMES:
        raise BadUrl(f"the address must begin with {', '.join(f'{scheme}://' for scheme in PORTS)} or file:///")
    parsed = parse_camera_url(url, SCHEMES)
    target = policy.target(parsed.host, parsed.port)
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return SourceOrder(
        parsed.scheme,
        target.address,
        target.port,
        parsed.host,
        path,
        way.username,
        way.password,
        way.reencode,
        sound=way.sound,
    )


class Apart:
    """One process, from its start to its end.

    Args:
        on_message: takes each message; None means connected.
        on_refused: the address may not be used, or no seat is free.
        on_lost: the process is gone, or said what no sound process says; a plain sentence.

    Attributes:
        received: octets read so far.
        throttled: seconds in which it sent more than `BYTES_PER_SECOND`.
    """

    def __init__(
        self,
        reader: Reader,
        yard: ForeignSourcePool,
        on_message: Callable[[Message], None],
        on_refused: Callable[[Exception], None],
        on_lost: Callable[[str], None],
    ) -> None:
        self.received = 0
        self.throttled = 0
        self._reader = reader
        self._yard = yard
        self._on_message = on_message
        self._on_refused = on_refused
        self._on_lost = on_lost
        self._inbox = Inbox()
        self._starting: Future[_Running] | None = None
        self._running: _Running | None = None
        self._timer: Timer | None = None
        self._left = BYTES_PER_SECOND
        self._resting = False

    def open(self, url: str, way: ConnectionOptions, policy: AddressPolicy) -> None:
        """Begin to start it."""
        if not self._yard.seats.take():
            self._on_refused(
                NotAllowed("as many sources as CUSTODES_APART_SOURCES allows have a process of their own already")
            )
            return
        self._starting = self._reader.in_thread(lambda: launch(url, way, policy, self._yard.files))
        self._await_start()

    def each_second(self) -> None:
        """A second has passed: it may send again."""
        self._left = BYTES_PER_SECOND
        if self._resting and self._running is not None:
            self._resting = False
            self._reader.want(self._running.sock)

    def close(self) -> None:
        """End it; nothing is called any more."""
        if self._timer is not None:
            self._timer.cancel()
        starting, self._starting = self._starting, None
        if starting is not None:
            starting.add_done_callback(self._clear_away)
        running, self._running = self._running, None
        if running is not None:
            self._reader.remove(running.sock)
            self._end(running)

    # What the reader calls

    def on_readable(self) -> None:
        """Read once."""
        running = self._running
        if running is None:
            return
        try:
            count = running.sock.recv_into(self._reader.buffer)
        except BlockingIOError:
            return
        except OSError:
            count = 0
        if not count:
            self._look_why(running)
            return
        self.received += count
        self._left -= count
        if self._left < 0 and not self._resting:
            self._resting = True
            self.throttled += 1
            self._reader.want(running.sock, read=False)
        try:
            for message in self._inbox.take(self._reader.buffer[:count]):
                self._on_message(message)
                if self._running is not running:
                    return
        except BadSourceMessage as error:
            self._lose(f"the process that takes it in is not sound: {error}")

    def on_writable(self) -> None:
        """Never asked for."""

    def on_broken(self, error: Exception) -> None:
        """Something in `on_message` failed."""
        self._lose(f"taking it in failed ({type(error).__name__})")

    # Beginning and ending

    def _await_start(self) -> None:
        starting = self._starting
        if starting is None:
            return
        if not starting.done():
            self._timer = self._reader.call_later(_POLL_SECONDS, self._await_start)
            return
        self._starting = None
        try:
            self._running = starting.result()
        except SourceRefused as error:
            self._yard.seats.give()
            self._on_refused(error.why)
        except Exception as error:
            self._yard.seats.give()
            self._on_lost(f"the process that takes it in could not be started ({type(error).__name__})")
        else:
            self._reader.add(self._running.sock, self)

    def _look_why(self, running: _Running) -> None:
        """The process has closed its end: how it ended is known in a moment."""
        self._reader.remove(running.sock)
        self._tell_end(running, self._reader.in_thread(lambda: _reap(running)))

    def _tell_end(self, running: _Running, code: Future[int]) -> None:
        if self._running is not running:
            return
        if not code.done():
            self._timer = self._reader.call_later(_POLL_SECONDS, lambda: self._tell_end(running, code))
            return
        number = code.result()
        how = f"by the signal {signal.strsignal(-number) or -number}" if number < 0 else f"with the code {number}"
        self._lose(f"the process that takes it in ended {how}")

    def _lose(self, detail: str) -> None:
        self.close()
        self._on_lost(detail)

    def _clear_away(self, starting: Future[_Running]) -> None:
        """It was given up before it had started (runs in the thread that started it)."""
        if starting.cancelled() or starting.exception() is not None:
            self._yard.seats.give()
        else:
            self._end(starting.result())

    def _end(self, running: _Running) -> None:
        running.sock.close()
        running.process.kill()
        self._yard.seats.give()
        with suppress(RuntimeError):  # at the end of the worker there is no thread any more, and nobody to reap for
            self._reader.in_thread(lambda: _reap(running))


def _reap(running: _Running) -> int:
    """Its exit code; negative for a signal. It is killed when it does not end by itself."""
    assert running.process.stdin is not None
    running.process.stdin.close()
    try:
        return running.process.wait(_REAP_SECONDS)
    except subprocess.TimeoutExpired:
        running.process.kill()
        return running.process.wait()
