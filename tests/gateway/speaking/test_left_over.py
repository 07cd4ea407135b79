"""A speech whose gateway died: the device hears BYE from the next one, inside the dialog that was opened with the first, by whomever."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from custodes.gateway.calls.book import DialogFile
from custodes.gateway.calls.switchboard import Switchboard
from custodes.gb28181.device.quirks import Quirk
from tests.gateway.calls.house import Gateway, Simulated, gateway
from tests.patience import until_async
from tests.ports import free_port


@pytest.mark.parametrize("form", ["broadcast", "talk"])
async def test_killed_with_a_speech_the_next_one_ends_it(tmp_path: Path, form: str) -> None:
    port = free_port()
    arguments = ("-m", "tests.gateway.speaking.killed", str(tmp_path), str(port), form)
    killed = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert killed.stdout is not None
    assert (await killed.stdout.readline()).decode().strip() == "listening"
    there = Gateway(tmp_path / "other")
    there.transport.port = port
    device = await Simulated(there, quirks=[Quirk.TALK]).start()
    try:
        while (line := (await killed.stdout.readline()).decode()) and not line.startswith("spoken"):
            pass
        assert line.strip() == f"spoken None {form}"
        assert len(device.core.calls.listening) == 1
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        async with gateway(tmp_path, port=port) as process:
            board = Switchboard(process)
            process.ears.append(board.hear)
            board.tick()  # at the address that was kept: the device has not registered with this one
            await until_async(lambda: not device.core.calls.listening)
            assert device.count("BYE") == 1
            await until_async(lambda: not len(board.farewells))
            await board.stop(0)
            assert DialogFile(tmp_path).left() == []
    finally:
        if killed.returncode is None:
            killed.kill()
        await device.kill()
