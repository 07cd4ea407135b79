"""`custodes gb28181 listen`: a capture in lines, whole and as JSON, filtered; and what passes on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from tests.commands.called import PROGRAM, environment
from tests.gb28181.capture.test_capture import message
from tests.gb28181.capture.wire import datagram, pcap
from tests.gb28181.sip.examples import DEVICE
from tests.patience import PATIENCE, until


def listened(file: Path, *arguments: str) -> tuple[int, list[str]]:
    found = CliRunner().invoke(app, ["gb28181", "listen", "--pcap", str(file), *arguments])
    return found.exit_code, found.stdout.splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.pcap"
    path.write_bytes(pcap([datagram(message(1)), datagram(message(2))]))
    return path


def test_a_line_for_each_message_and_all_of_it_where_asked(file: Path) -> None:
    code, lines = listened(file)
    assert (code, len(lines)) == (0, 2)
    assert "Notify Keepalive" in lines[0]
    assert f"    From: <sip:{DEVICE}@3402000000>;tag=a" in listened(file, "--full")[1]
    documents = [json.loads(line) for line in listened(file, "--json")[1]]
    assert [each["call_id"] for each in documents] == ["call-1", "call-2"]


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (("--device", DEVICE), 2), (("--device", "1"), 0), (("--method", "message"), 2), (("--method", "INVITE"), 0),
        (("--call", "call-2"), 1), (("--port", "5060"), 2), (("--port", "5080"), 0), (("--count", "1"), 1),
    ],
)  # fmt: skip
def test_messages_are_chosen_by_device_method_call_and_port(file: Path, arguments: tuple[str, ...], count: int) -> None:
    assert len(listened(file, *arguments)[1]) == count


def test_what_is_broken_is_1_and_what_cannot_be_read_is_3(tmp_path: Path) -> None:
    path = tmp_path / "odd.pcap"
    path.write_bytes(pcap([datagram(b"nonsense")]))
    assert listened(path)[0] == 1
    path.write_bytes(b"no capture")
    assert listened(path)[0] == 3
    assert listened(tmp_path / "none")[0] == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="looking at an interface needs root")
def test_what_passes_on_loopback_is_told_while_the_port_is_in_use(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        command = [*PROGRAM, "gb28181", "listen", "--interface", "lo", "--port", str(port), "--count", "1", "--json"]
        with subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.PIPE, text=True) as process:
            try:

                def ended() -> bool:
                    server.sendto(message(1), ("127.0.0.1", port))
                    return process.poll() is not None

                until(ended, "the program to have seen one and to end", every=0.1)
                assert process.stdout is not None
                assert json.loads(process.stdout.readline())["call_id"] == "call-1"
                assert process.wait(PATIENCE) == 0
            finally:
                process.kill()
