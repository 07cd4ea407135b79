"""`custodes simupper` as a process: our gateway registers with it, is asked and called, and what it said of that is printed; wrong calls are refused."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants
from tests.commands.called import PROGRAM, environment
from tests.gateway.upper_platforms.world import OWN, Below, camera
from tests.gateway.world import ID, PASSWORD
from tests.patience import until_async
from tests.ports import free_port

SECOND = "54000000002000000009"


async def test_our_gateway_registers_and_is_asked_and_called(tmp_path: Path) -> None:
    secret, port = tmp_path / "passwords", free_port()
    secret.write_text(f"{ID} {PASSWORD}\n{SECOND} another\n")
    secret.chmod(0o600)
    ways = ("--id", ID, "--id", SECOND, "--port", str(port), "--password-file", str(secret), "--calls", "1", "--json")
    command = [*PROGRAM, "simupper", OWN, *ways]
    out = tmp_path / "out"
    with out.open("w") as file:
        process = subprocess.Popen(command, env=environment(tmp_path), stdout=file, stderr=subprocess.STDOUT, text=True)
    below = Below(tmp_path / "below")

    async def refuse(_wants: UpperWants) -> UpperVerdict:
        return UpperVerdict(status=403, why="not granted")

    below.web.decide = refuse
    try:
        await until_async(lambda: out.read_text().count("\n"))
        first = json.loads(out.read_text().splitlines()[0])
        listening = [{"id": id, "host": "127.0.0.1", "port": port + step} for step, id in enumerate((ID, SECOND))]
        assert first == {"uppers": listening}
        below.link_at(port)
        async with below.node.running(), below.running():
            told = await until_async(
                lambda: (found := _did(out)) and len([one for one in found if one["what"] == "refused"]) == 2 and found
            )
    finally:
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, 20)
    assert code == 0
    assert [one["what"] for one in told] == ["registered", "catalogue", "refused", "refused"]
    assert told[-1]["about"] == camera(1)
    assert (told[-1]["status"], told[1]["count"]) == (403, 5)
    assert PASSWORD not in out.read_text()


def _did(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.read_text().splitlines()[1:] if line.endswith("}")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((OWN,), "there is none"),
        (("5401", "--id", ID), "20"),
        ((OWN, "--id", "54010000001180000001"), "is no platform's"),
        ((OWN, "--id", ID, "--id", ID), "is given twice"),
        ((OWN, "--id", ID, "--host", "above.example"), "is no address"),
        ((OWN, "--id", ID, "--port", "65535", "--id", SECOND), "run past 65535"),
    ],
)
def test_what_can_t_be_right_is_named_and_nothing_begins(arguments: tuple[str, ...], words: str) -> None:
    found = CliRunner().invoke(app, ["simupper", *arguments], env={"CUSTODES_SIMCAM_PASSWORD": "x"})
    assert found.exit_code == 2, found.output
    assert words in found.output


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        ways = ["--id", ID, "--port", str(held.getsockname()[1])]
        found = CliRunner().invoke(app, ["simupper", OWN, *ways], env={"CUSTODES_SIMCAM_PASSWORD": "x"})
    assert found.exit_code == 3
    assert "--port" in found.output
