"""The process that takes in one foreign source: `python -m custodes.video.source.foreign.child`.

Its order comes on standard input as one line, its messages go to standard output. It lives as long as both are open. What
FFmpeg reads is written by others: a fault in there ends this process and no recorder.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import threading

from custodes.video.source.foreign import wire
from custodes.video.source.foreign.wire import SourceEnded, SourceOrder

MEMORY_BYTES = 2 << 30
"""Address space; what is truly used is about 100 MB (1080p, encoding)."""
_PR_SET_NO_NEW_PRIVS = 38


def main() -> None:
    """Take in what the order says until it ends."""
    order = SourceOrder.decode(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    confine()
    try:
        _take(order)
    except SourceEnded as ended:
        _send(wire.failure(ended.kind, ended.detail))
    except MemoryError:
        _send(wire.failure("protocol", "the source needs more memory than it may have"))
    except BrokenPipeError:
        return
    except Exception as error:
        _send(wire.failure("protocol", f"the source can't be taken in ({type(error).__name__})"))


def confine() -> None:
    """Take away what is not needed: memory beyond a bound, writing files, core dumps, new privileges, priority."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.nice(5)  # recording goes first


def _take(order: SourceOrder) -> None:
    # FFmpeg is loaded behind the bounds.
    if order.scheme == "http":
        from custodes.video.source.foreign.mjpeg import take_mjpeg

        take_mjpeg(order, _send)
    else:
        from custodes.video.source.foreign.container import take_file, take_rtmp

        (take_rtmp if order.scheme == "rtmp" else take_file)(order, _send)


def _send(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def _end_with_the_worker() -> None:
    os.read(0, 1)
    os._exit(0)


if __name__ == "__main__":
    main()
