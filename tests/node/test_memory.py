"""What a worker takes of memory it gives back, or uses again."""

import asyncio
import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID

import pytest

from custodes.node.channel import Channel
from custodes.node.session import ViewSession
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse
from tests.patience import PATIENCE, until

CAMERA = UUID(int=1)

ARENAS = """
import ctypes, sys, threading
from custodes.memory import use_one_arena
if sys.argv[1] == "one":
    assert use_one_arena()
together = threading.Barrier(5)
def work():
    kept = [bytes(2000) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
together.wait()
ctypes.CDLL(None).malloc_stats()
"""

ASIDE = """
import gc, json
import custodes.node.worker
from custodes.memory import set_imports_aside
set_imports_aside()
print(json.dumps([gc.get_freeze_count(), len(gc.get_objects())]))
"""


@pytest.fixture
def no_collector() -> Iterator[None]:
    """The garbage collector stands still."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def arenas(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", ARENAS, how], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return done.stderr.count("Arena ")


def test_all_threads_take_memory_from_one_place() -> None:
    assert arenas("many") > 1
    assert arenas("one") == 1


def test_the_collector_walks_over_no_module_once_they_are_set_aside() -> None:
    done = subprocess.run([sys.executable, "-c", ASIDE], capture_output=True, text=True, check=True, timeout=PATIENCE)
    aside, left = json.loads(done.stdout)
    assert aside > 20 * left


def alive() -> int:
    return sum(type(one) in (ViewSession, Channel) for one in gc.get_objects())


async def look(installation: Installation) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.say("open", channel=0, camera=str(CAMERA))
        await browser.media(3)


async def look_and_vanish(installation: Installation) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.say("open", channel=0, camera=str(CAMERA), stream="sub")
        await browser.media(3)
        connection.transport.abort()


async def test_a_look_that_is_over_leaves_nothing_for_the_collector(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, no_collector: None
) -> None:
    before = alive()
    for _ in range(2):
        await look(installation)
        await look_and_vanish(installation)
    # In a thread: a socket that is pulled out needs this loop to be gone.
    await asyncio.to_thread(until, lambda: worker.worker.gate.open_views == 0)
    await asyncio.to_thread(until, lambda: alive() == before)
