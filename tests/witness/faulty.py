"""A witness that kills itself (SIGKILL) when it has passed a step so many times: ``python -m tests.witness.faulty kept 3``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from custodes.logs import configure_logs
from custodes.settings import get_settings
from custodes.witness.process import config_of, serve


def main() -> None:
    """Run it; without arguments it does not kill itself."""
    fault, times = (sys.argv[1], int(sys.argv[2])) if len(sys.argv) == 3 else ("", 0)
    left = times

    def reached(step: str) -> None:
        nonlocal left
        left -= step == fault
        if step == fault and not left:
            os.kill(os.getpid(), signal.SIGKILL)

    configure_logs(process="witness")
    asyncio.run(serve(config_of(get_settings()), reached=reached))


if __name__ == "__main__":
    main()
