"""The health reader: one process for the whole node, of low priority. `python -m custodes.node.health.reader WORKERS`.

It asks the workers for key frames, decodes them, judges them and tells the workers what it found. It holds no key, opens
no network and writes nothing. When it is slow, checks come later; when it hangs, the alarm ends it; when it dies, the
supervisor starts it again, later each time; recording knows nothing of it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import cv2
import structlog

from custodes.logs import configure_logs
from custodes.node.health.desk import desk_path
from custodes.node.health.line import WorkerLine
from custodes.node.health.references import REFERENCES, References
from custodes.node.health.rounds import Rounds
from custodes.settings import Settings, get_settings
from custodes.video.clock import SystemClock

log = structlog.get_logger(__name__)

NICE = 10
HANG_SECONDS = 30
"""A check takes some 0.1 s; one that has not ended by then never will (SIGALRM ends the process, also within a decoder)."""


def read(settings: Settings, workers: int) -> None:
    """Make rounds until the supervisor is gone."""
    lines = [WorkerLine(desk_path(settings.node_folder, worker)) for worker in range(workers)]
    references = References(settings.node_folder / REFERENCES)
    period = 60 / settings.health_checks_per_minute
    rounds = Rounds(lines, references, SystemClock(), period, _set_alarm)
    log.info("health.started", workers=workers, period_seconds=period)
    said = 0.0
    while True:
        idle = rounds.step()
        if rounds.late > period and time.monotonic() - said > 600:
            said = time.monotonic()
            log.warning("health.behind", seconds=round(rounds.late), remedy="CUSTODES_HEALTH_CHECKS_PER_MINUTE")
        if idle:
            _set_alarm()
            time.sleep(idle)


def _set_alarm() -> None:
    signal.alarm(HANG_SECONDS)


def _end_with_supervisor() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # nothing here needs an orderly end


def main(workers: int) -> None:
    """Read for `workers` workers; the end of standard input is the supervisor's end."""
    configure_logs(process="health")
    os.nice(NICE)
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    read(get_settings(), workers)


if __name__ == "__main__":
    main(int(sys.argv[1]))
