"""The process that opens what others made: `python -m custodes.people.papers.examination.keeper`.

It has the libraries loaded and opens nothing itself: for each file it makes a child by `fork`, which costs some milliseconds
where a new interpreter costs a hundred, and which begins with nothing of the file before it. The child has little time, little
memory, no way to write a file, and no environment; what it says goes straight to whoever asked. The keeper ends it when it
is late, and adds what it used. When the socket that orders come by is closed, all of it ends.
"""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import gc
import io
import math
import os
import resource
import selectors
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from custodes.people.papers.examination.order import USED, ExaminationOrder, Unfit, UnfitReason
from custodes.people.papers.examination.packages import check_package
from custodes.people.papers.examination.pdf import check_pdf
from custodes.people.papers.examination.pictures import check_picture, thumbnail

MOST_ORDER = 4096
ANSWER_SECONDS = 2.0
NICE = 5
"""Pages and records go before papers."""
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_LIBC = ctypes.CDLL(None)
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f")
_PIECE = 1 << 16


@dataclass
class _Child:
    pid: int
    ends: float
    answer: socket.socket


def main() -> None:
    """Serve until the socket that is this process's standard input is closed."""
    control = socket.socket(fileno=os.dup(0))
    control.setblocking(False)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)  # children have no copy of it
    os.close(nothing)
    _load()
    gc.freeze()
    children: dict[int, _Child] = {}
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    while True:
        now = time.monotonic()
        for handle, child in children.items():
            if child.ends <= now:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
        nearest = min((child.ends for child in children.values()), default=math.inf)
        wait = None if nearest is math.inf else max(0.01, nearest - now)
        for key, _events in selector.select(wait):
            if key.fileobj is control:
                if not _begin(control, selector, children):
                    _end_all(children)
                    return
            else:
                selector.unregister(key.fileobj)
                _reap(key.fd, children.pop(key.fd))


def _load() -> None:
    """What children use beside the modules that are imported above, loaded once: they can open no file."""
    import zipfile  # noqa: F401

    import pikepdf
    from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin  # noqa: F401

    for name in ("gb18030", "cp437", "utf-16", "latin-1"):
        codecs.lookup(name)
    Image.preinit()
    # qpdf opens what it needs of the system's cryptography with the first locked file; a child can open nothing.
    locked = io.BytesIO()
    with pikepdf.new() as made:
        made.save(locked, encryption=pikepdf.Encryption(owner="x", user=""))
    with pikepdf.open(locked):
        pass


def examine(order: ExaminationOrder, file: IO[bytes]) -> bytes:
    """Do it here and now: the key of the kind (of a package; else empty), or the thumbnail.

    Raises:
        Unfit.
    """
    if order.like == "pdf":
        check_pdf(file)
    elif order.like == "package":
        return check_package(file, order.wanted, order.unpacked).encode()
    elif order.like == "text":
        if not is_text(file):
            raise Unfit(UnfitReason.UNWANTED)
    elif order.small:
        return thumbnail(file, order.like, order.pixels)
    else:
        check_picture(file, order.like, order.pixels)
    return b""


def answer_of(order: ExaminationOrder, file: IO[bytes]) -> bytes:
    """The answer as it is sent: ``+`` and what was found, or ``-`` with why not."""
    try:
        return b"+" + examine(order, file)
    except Unfit as unfit:
        return f"-{unfit.why} {unfit.kind}".encode()
    except MemoryError:
        return f"-{UnfitReason.MEMORY} ".encode()
    except RecursionError:
        return f"-{UnfitReason.TRAP} ".encode()


def is_text(file: IO[bytes]) -> bool:
    """Whether all of its octets are plain text in UTF-8 or GB 18030, without control characters; markup and scripts are none."""
    file.seek(0)
    start = file.read(_PIECE).removeprefix(b"\xef\xbb\xbf").lstrip()[:2]
    if start.startswith(b"<") or start == b"#!":
        return False
    return any(_decodes(file, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    with contextlib.suppress(UnicodeDecodeError):
        while piece := file.read(_PIECE):
            if len(piece.translate(None, _CONTROL)) != len(piece):
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
        return True
    return False


def _begin(control: socket.socket, selector: selectors.BaseSelector, children: dict[int, _Child]) -> bool:
    """Take one order and begin it; whether more may come."""
    try:
        data, passed, _flags, _address = socket.recv_fds(control, MOST_ORDER, 2)
    except BlockingIOError:
        return True
    if len(passed) != 2:
        return bool(data)
    order, file, answer = ExaminationOrder.decode(data), passed[0], socket.socket(fileno=passed[1])
    pid = os.fork()
    if pid == 0:
        _be_a_child(order, file, answer)
    os.close(file)
    handle = os.pidfd_open(pid)
    children[handle] = _Child(pid, time.monotonic() + order.wall_s, answer)
    selector.register(handle, selectors.EVENT_READ)
    return True


def _be_a_child(order: ExaminationOrder, file: int, answer: socket.socket) -> None:
    """Examine one file and end. Whatever happens, the keeper's own code is not come back to."""
    code = 70
    try:
        _confine(order, {file, answer.fileno()})
        with open(file, "rb") as opened:
            answer.setblocking(True)
            answer.sendall(answer_of(order, opened))
        code = 0
    finally:
        os._exit(code)


def _confine(order: ExaminationOrder, keeps: set[int]) -> None:
    """Leave it the processor and memory of the order, and of descriptors these: no file, no socket, no process beside them."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) not in keeps:
            with contextlib.suppress(OSError):  # that by which they were listed
                os.close(int(name))
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    with contextlib.suppress(OSError):
        os.nice(NICE)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + order.memory
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # none is opened any more: no network either
    seconds = math.ceil(order.processor_s)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # Finer than RLIMIT_CPU, which counts whole seconds: SIGPROF ends a process that does not ask for it.
    signal.setitimer(signal.ITIMER_PROF, order.processor_s)


def _reap(handle: int, child: _Child) -> None:
    os.close(handle)
    _pid, status, used = os.wait4(child.pid, 0)
    ended = os.waitstatus_to_exitcode(status)
    with contextlib.suppress(OSError), child.answer:
        # A large answer may wait for whoever asked, on a busy machine for a moment: without these octets it is none.
        child.answer.settimeout(ANSWER_SECONDS)
        child.answer.sendall(USED.pack(ended, round((used.ru_utime + used.ru_stime) * 1000), used.ru_maxrss))


def _end_all(children: dict[int, _Child]) -> None:
    for handle in children:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
