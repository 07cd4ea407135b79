"""Filming all cameras at the first start, on all cores."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from custodes.video.simcam.film import FilmOrder, make_film


def film_all(orders: Sequence[FilmOrder], cache: Path, done: Callable[[FilmOrder], None]) -> None:
    """Make the films that `cache` lacks; `done` is called as each is there."""
    missing = [order for order in orders if not all(path.exists() for path in order.files(cache))]
    for order in orders:
        if order not in missing:
            done(order)
    if not missing:
        return
    workers = min(os.cpu_count() or 1, len(missing))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_end_with, initargs=(os.getpid(),)) as pool:
        running = {pool.submit(make_film, order, cache): order for order in missing}
        for future in as_completed(running):
            future.result()
            done(running[future])


def _end_with(parent: int) -> None:
    """In a worker: end when the parent does, also when it is killed; else the worker would wait for work for ever (prctl(2))."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _film_alone(parent: int, order: FilmOrder, cache: Path) -> None:
    """A parent that is told to end before it listens ends no daemons of its own."""
    _end_with(parent)
    make_film(order, cache)


def film_apart(order: FilmOrder, cache: Path) -> bool:
    """Make one film in a process apart, so that whoever sends meanwhile keeps time; whether it is there. Blocks."""
    if not all(path.exists() for path in order.files(cache)):
        # A daemon: it does not hold up the end of who asked.
        spawn = multiprocessing.get_context("spawn")
        process = spawn.Process(target=_film_alone, args=(os.getpid(), order, cache), daemon=True)
        process.start()
        process.join()
    return all(path.exists() for path in order.files(cache))
