"""A gateway for `test_left_over.py` to kill: has the device that registers call to be spoken to, or calls it, says so, and goes on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import cast
from uuid import uuid4

from custodes.gateway.calls.switchboard import Switchboard
from custodes.gateway.speaking.room import Speaking
from custodes.video.wire.control_leases import SpeakAsk, SpeechChoice
from tests.gateway.calls.house import CAMERAS, HOST, NODE, NVR, gateway
from tests.patience import until_async


async def live(folder: Path, port: int, speech: SpeechChoice) -> None:
    async with gateway(folder, port=port) as process:
        board = Switchboard(process)
        room = Speaking(process, board.shelf, board.farewells, lambda _device: frozenset())
        process.ears += [board.hear, room.hear]
        process.message_ears.append(room.hear_message)
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        await until_async(lambda: process.reach(NVR) is not None)
        camera = process.assigned.camera(CAMERAS[0], speaker=(CAMERAS[0],))
        key = (camera, NVR, CAMERAS[0])
        process.assigned.channels[key] = process.assigned.channels[key].model_copy(update={"speech": speech})
        ask = SpeakAsk(
            camera=camera,
            device=NVR,
            channel=CAMERAS[0],
            targets=(CAMERAS[0],),
            address=HOST,
            port=30_000,
            grant=uuid4(),
        )
        answer = await room.speak(NODE, ask)
        sys.stdout.write(f"spoken {answer.step} {answer.form}\n")
        sys.stdout.flush()
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2]), cast("SpeechChoice", sys.argv[3])))
