"""How a long-lived process keeps its memory flat and its pauses short (decision 0178)."""

from __future__ import annotations

import ctypes
import gc

_M_ARENA_MAX = -8
"""`mallopt`'s parameter, as in glibc's malloc.h."""


def use_one_arena() -> bool:
    """Let all threads take memory from one place; call it before the first thread is started.

    With an arena for each thread, buffers that come and go and small things that stay (pages of a database) end up side by
    side in all of them, and none gives back or reuses what another one has free. Python runs one thread at a time, so that
    they hardly ever wait for each other. Returns False where the C library knows nothing of it.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(_M_ARENA_MAX, 1))


def set_imports_aside() -> None:
    """What was loaded stays for good: the garbage collector walks over it no more, and looks at the rest more often.

    A full collection waits until a quarter of what the last one found has come anew: with all modules in that number,
    what five minutes of viewers leave behind. And each walks over all of it while nobody is answered.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # counts anew what is left
