"""A witness that dies while it cosigns never comes to have cosigned two histories."""

from __future__ import annotations

import http.client
import random
import threading
import time
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.ports import free_port
from tests.witness.running import Lower, Running, data_folder, holds, launch, wait_listening, witness


def _try(running: Running, lower: Lower, old: int, size: int) -> tuple[int, str] | None:
    """The answer, None when the witness died over it."""
    try:
        return running.submit(lower, old, size)
    except (OSError, http.client.HTTPException):
        return None


@pytest.mark.parametrize("step", ["kept", "cosigned"])
def test_who_dies_between_keeping_and_answering_goes_on_from_what_was_kept(tmp_path: Path, step: str) -> None:
    lower = Lower.make(tmp_path, "a.example/log")
    with data_folder(lower) as folder:
        with witness(folder, step, "2") as running:
            assert running.submit(lower, 0, 5)[0] == 200
            assert _try(running, lower, 5, 21) is None
            running.process.wait(PATIENCE)
        with witness(folder) as running:
            assert running.submit(lower.rewritten(3), 5, 21) == (409, "21\n")
            assert running.submit(lower, 5, 21) == (409, "21\n")
            status, line = running.submit(lower, 21, 21)
            assert status == 200
            assert holds(lower, running.key, 21, line)


def test_killed_at_any_moment_it_never_cosigns_two_histories(tmp_path: Path) -> None:
    """Two histories of one log are submitted side by side while the witness is killed again and again; what is cosigned is of one."""
    lower = Lower.make(tmp_path, "a.example/log", 400)
    histories = (lower, lower.rewritten(0))
    cosigned: tuple[set[int], set[int]] = (set(), set())
    chance = random.Random(20_261_124)
    with data_folder(lower) as folder:
        port = free_port()
        rounds = 0
        while rounds < 5 or (sum(map(len, cosigned)) <= 20 and rounds < 40):
            rounds += 1
            answered = threading.Event()
            running = launch(folder, port)
            wait_listening(running)

            def feed(which: int, running: Running = running, answered: threading.Event = answered) -> None:
                last, size = 0, 1
                while running.process.poll() is None:
                    size = min(400, max(last, size) + 1)
                    answer = _try(running, histories[which], last, size)
                    if answer is None:
                        continue
                    status, body = answer
                    if status == 200:
                        assert holds(histories[which], running.key, size, body)
                        cosigned[which].add(size)
                        last = size
                        answered.set()
                    elif status == 409:
                        last = int(body)
                        size = last
                    else:
                        time.sleep(0.005)

            threads = [threading.Thread(target=feed, args=(which,)) for which in (0, 1)]
            for thread in threads:
                thread.start()
            try:
                assert answered.wait(PATIENCE), "nothing is cosigned"
                time.sleep(chance.uniform(0, 0.2))
            finally:
                running.process.kill()
                running.process.wait(PATIENCE)
                for thread in threads:
                    thread.join(PATIENCE)
    assert sum(map(len, cosigned)) > 20
    assert not all(cosigned), "both histories were cosigned"
