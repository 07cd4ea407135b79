"""A notary that kills itself at a step: ``python -m tests.notary.faulty STEP COUNT``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from custodes.notary.process import config_of, serve
from custodes.settings import get_settings
from custodes.video.clock import SystemClock

if __name__ == "__main__":
    step, left = sys.argv[1], int(sys.argv[2])

    def reached(name: str) -> None:
        """Count the step down; at zero this process is gone."""
        global left
        if name == step:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(serve(config_of(get_settings()), SystemClock(), reached=reached))
