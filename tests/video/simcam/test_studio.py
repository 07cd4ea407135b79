"""Films are made beside whoever shows them, and not without them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

ALONE = """
import multiprocessing, sys, threading, time
from pathlib import Path
from custodes.video.simcam import station
from custodes.video.simcam.film import film_apart
[order] = station.orders(1, 0)
threading.Thread(target=film_apart, args=(order, Path(sys.argv[1])), daemon=True).start()
while not multiprocessing.active_children():
    time.sleep(0.01)
print("filming", flush=True)
time.sleep(600)
"""


def test_a_film_that_is_made_apart_ends_with_whoever_wanted_it_even_where_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ALONE, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"filming\n"
        process.kill()
        # The output ends when nobody holds it any more.
        process.communicate(timeout=PATIENCE)
    assert not list(tmp_path.glob("*.h264")), "it was not made to its end"
