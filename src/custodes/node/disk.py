"""The worker's small thread pool: whatever touches a disk for a viewer happens there, never on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

THREADS = 3


class Disk:
    """Runs blocking calls in a few threads, and in one more those that must not be lost."""

    def __init__(self, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="disk")
        self._sure = ThreadPoolExecutor(1, thread_name_prefix="disk-sure")
        self._later = ThreadPoolExecutor(1, thread_name_prefix="disk-later")

    async def run(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of `call`, made in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: call(*args, **kwargs))

    async def surely(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The same; once asked for it is made, also when the caller is cancelled meanwhile or everything stops."""
        asked = self._sure.submit(lambda: call(*args, **kwargs))
        return await asyncio.shield(asyncio.wrap_future(asked))

    def later(self, call: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Make `call` when those before it are made; nobody waits for it. It must not raise, and is made again after a start."""
        self._later.submit(lambda: call(*args, **kwargs))

    def close(self) -> None:
        """Wait for what is under way and for what was surely asked for, and take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._later.shutdown(wait=True, cancel_futures=True)
        self._sure.shutdown(wait=True)
