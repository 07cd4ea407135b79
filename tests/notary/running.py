"""Runs a real notary for tests: as a process of its own, on a folder of the test's."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from custodes.ledger.client import NotaryClient
from custodes.notary.keys import make_keys
from tests.ledger.madelog import ORIGIN
from tests.patience import PATIENCE


@dataclass
class Running:
    """A notary under test.

    Attributes:
        folder: the data folder.
        socket: its socket; the path is short, as sockets want.
        process: the process.
    """

    folder: Path
    socket: Path
    process: subprocess.Popen[bytes]

    def client(self) -> NotaryClient:
        """A new client."""
        return NotaryClient(self.socket, timeout=PATIENCE)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def log_text(self) -> str:
        """What it has written to its log so far."""
        return (self.folder / "notary.log").read_text(encoding="utf-8")


@contextlib.contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder with keys, under a short path."""
    folder = Path(tempfile.mkdtemp(prefix="cn-"))
    try:
        make_keys(folder / "keys/notary", folder / "keys/public", ORIGIN)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def launch(folder: Path, *fault: str, cli: bool = False, **settings: object) -> Running:
    """Start a notary without waiting for it.

    Args:
        fault: name of a step and how many times it is passed before the process kills itself there.
        cli: start it as ``custodes notary``, to see its exit code and words.
        settings: of `custodes.settings`, by field name.
    """
    socket = folder / "s"
    environment = {
        **os.environ,
        "CUSTODES_DATA": str(folder),
        "CUSTODES_NOTARY_SOCKET": str(socket),
        "CUSTODES_LOG_ORIGIN": ORIGIN,
        **{f"CUSTODES_{name.upper()}": str(value) for name, value in settings.items()},
    }
    command = ["-m", "tests.notary.faulty", *fault] if fault else ["-m", "custodes.notary"]
    if cli:
        command = ["-m", "custodes.cli", "notary"]
    with (folder / "notary.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, *command], env=environment, stdout=log, stderr=log)
    return Running(folder, socket, process)


def wait_ready(running: Running) -> None:
    """Until it answers, or fail."""
    deadline, last = time.monotonic() + PATIENCE, ""
    while running.process.poll() is None and time.monotonic() < deadline:
        try:
            with running.client() as client:
                client.status()
            return
        except Exception as error:
            last = repr(error)
            time.sleep(0.02)
    raise AssertionError(f"the notary is not ready; last seen: {last}; it says: {running.log_text()}")


@contextlib.contextmanager
def notary(folder: Path, *fault: str, **settings: object) -> Iterator[Running]:
    """A notary that answers; stopped at the end whatever happened."""
    running = launch(folder, *fault, **settings)
    try:
        wait_ready(running)
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()
