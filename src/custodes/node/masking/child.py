"""The process that works on one stage of one job: `python -m custodes.node.masking.child`.

Its order comes on standard input as one line; it lives as long as that stays open, and says on standard output how far it is. It
gives way to everything else on the machine: recording goes on whatever is masked (decision 0250).
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import sys
import threading
from contextlib import suppress
from pathlib import Path

from custodes.node.masking.process import Failed, PicturesDone, Read, WorkOrder, Wrote
from custodes.video.wire.masking import MaskRefusalReason

NICE = 19
_PR_SET_NO_NEW_PRIVS = 38
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""EFBIG: the file became larger than the room that there is for it (RLIMIT_FSIZE)."""


def main() -> None:
    """Do what the order says."""
    order = WorkOrder.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    confine(order)
    say(work(order))


def work(order: WorkOrder) -> Read | Wrote | Failed:
    """One stage, from its beginning; whatever goes wrong is an answer."""
    # What is large is loaded behind the bounds.
    import logging

    import cv2

    from custodes.node.masking import stages
    from custodes.video.archive.handing import NotAsSealed
    from custodes.video.mask.detector import ModelRefused
    from custodes.video.mask.reading import MaskSourceRefused
    from custodes.video.mask.sidecar import BadSidecar
    from custodes.video.mask.tracks import BadTrack
    from custodes.video.mask.verifying import NotClean

    logging.getLogger("libav").setLevel(logging.CRITICAL)
    cv2.setNumThreads(order.threads)
    tell = lambda done, total: say(PicturesDone(done=done, total=total))  # noqa: E731
    try:
        return stages.read(order, tell) if order.do == "reading" else stages.write(order, tell)
    except stages.TooLarge as error:
        return Failed(why=MaskRefusalReason.TOO_LARGE, detail=str(error), bound=order.most_pixels)
    except NotAsSealed as error:
        return Failed(why=MaskRefusalReason.GONE, detail=str(error))
    except ModelRefused as error:
        return Failed(why=MaskRefusalReason.MODEL, detail=str(error))
    except (BadSidecar, BadTrack) as error:
        return Failed(why=MaskRefusalReason.BAD_TRACKS, detail=str(error)[:500])
    except MaskSourceRefused as error:
        return Failed(why=MaskRefusalReason.UNREADABLE, detail=str(error))
    except NotClean as error:
        return Failed(why=MaskRefusalReason.NOT_CLEAN, detail=str(error))
    except MemoryError:
        return Failed(why=MaskRefusalReason.MEMORY, detail="out of memory")
    except cv2.error as error:
        memory = getattr(error, "code", 0) == -4  # StsNoMem
        return Failed(why=MaskRefusalReason.MEMORY if memory else MaskRefusalReason.ERROR, detail="OpenCV failed")
    except OSError as error:  # FFmpeg's errors of input and output are such too
        why = (
            MaskRefusalReason.DISK
            if error.errno in _FULL
            else MaskRefusalReason.MEMORY
            if error.errno == errno.ENOMEM
            else MaskRefusalReason.ERROR
        )
        return Failed(why=why, detail=f"{type(error).__name__}: {os.strerror(error.errno or 0)}")
    except Exception as error:
        return Failed(why=MaskRefusalReason.ERROR, detail=type(error).__name__)


def confine(order: WorkOrder) -> None:
    """Take away what is not needed: memory and files beyond a bound, core dumps, new privileges, priority."""
    resource.setrlimit(resource.RLIMIT_AS, (order.memory, order.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (order.room, order.room))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.umask(0o077)
    os.nice(NICE)
    with suppress(OSError):  # where memory is short this goes first
        Path("/proc/self/oom_score_adj").write_text("1000")


def say(message: PicturesDone | Read | Wrote | Failed) -> None:
    """One line; a worker that is gone ends us."""
    data = memoryview(message.model_dump_json().encode() + b"\n")
    try:
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        os._exit(0)


def _end_with_the_worker() -> None:
    os.read(0, 1)
    os._exit(0)


if __name__ == "__main__":
    main()
