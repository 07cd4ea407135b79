"""The worker, made to lose memory: what `soak.py --leak` has to notice. `leaking_worker.py MIB_AN_HOUR NUMBER COUNT`."""

from __future__ import annotations

import os
import sys
import threading
import time

from custodes.node.worker import main

OBJECT_BYTES = 200


def leak(mib_an_hour: float) -> None:
    """Keep small objects for ever, as something does that forgets to forget."""
    kept = []
    objects = mib_an_hour * 2**20 / OBJECT_BYTES / 3600
    due = time.monotonic()
    while True:
        due += 1 / objects
        time.sleep(max(0.0, due - time.monotonic()))
        kept.append(os.urandom(OBJECT_BYTES - sys.getsizeof(b"")))


if __name__ == "__main__":
    threading.Thread(target=leak, args=(float(sys.argv[1]),), daemon=True).start()
    main(int(sys.argv[2]), int(sys.argv[3]))
