"""A gateway for `test_left_over.py` to kill: calls the channel of the device that registers, says so, and goes on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from custodes.gateway.calls.switchboard import Switchboard
from tests.gateway.calls.house import NODE, NVR, ask, gateway
from tests.patience import until_async


async def live(folder: Path, port: int) -> None:
    async with gateway(folder, port=port) as process:
        board = Switchboard(process)
        process.ears.append(board.hear)
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        await until_async(lambda: process.reach(NVR) is not None)
        answer = await board.place(NODE, ask(process.assigned.camera("34020000001320000001")))
        sys.stdout.write(f"called {answer.step}\n")
        sys.stdout.flush()
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
