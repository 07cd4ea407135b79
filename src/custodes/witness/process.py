"""The witness as a running process: its lock, its logs, its listener."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from custodes.ledger.witnessed import LogsError, LowerLog, read_logs
from custodes.servicemanager import live, tell
from custodes.settings import Settings
from custodes.tls.handed_server import server_context, trust
from custodes.tls.pinned import witness_server
from custodes.witness.files import WitnessFiles

from .keys import load_key
from .server import serving
from .service import WitnessAnswer, WitnessService

LOOK_SECONDS = 2.0
LOCK_FILE = "witness.lock"

_log = structlog.get_logger("witness")


class WitnessAlreadyRunning(Exception):
    """Another witness holds this folder."""


class NotSwitchedOn(Exception):
    """No witness is to run here; the message says which setting switches it on."""


@dataclass(frozen=True, slots=True)
class WitnessConfig:
    """Everything the witness needs to know; made from the settings by `config_of`.

    Attributes:
        folder: of its logs, states and evidence.
        keys: the installation's folder of keys.
    """

    name: str
    host: str
    port: int
    folder: Path
    keys: Path


def config_of(settings: Settings) -> WitnessConfig:
    """The witness's part of the settings.

    Raises:
        NotSwitchedOn.
    """
    if not settings.witness_name:
        raise NotSwitchedOn("no witness is to run here: CUSTODES_WITNESS_NAME gives it its name and switches it on")
    return WitnessConfig(
        settings.witness_name,
        settings.witness_host,
        settings.witness_port,
        settings.witness_folder,
        settings.keys_folder,
    )


class Logs:
    """The known logs, read again when a file of them changes. While one can't be used, those before it stand."""

    def __init__(self, folder: Path, changed: Callable[[list[LowerLog]], None]) -> None:
        """
        Args:
            changed: given all logs whenever they were read.

        Raises:
            LogsError: a file can't be used.
        """
        self._folder = folder
        self._changed = changed
        self._stamp = self._look()
        self.known = read_logs(folder)
        changed(list(self.known.values()))

    def look(self) -> None:
        """Read them again if a file changed."""
        stamp = self._look()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self.known = read_logs(self._folder)
        except LogsError as error:
            _log.error("logs.refused", reason=str(error))
            return
        self._changed(list(self.known.values()))
        _log.info("logs.read", logs=len(self.known))

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for path in sorted(self._folder.glob("*.toml")):
            try:
                stat = path.stat()
            except OSError:
                continue
            found.append((path.name, stat.st_ino, stat.st_mtime_ns))
        return tuple(found)


async def serve(
    config: WitnessConfig,
    stop: asyncio.Event | None = None,
    ready: Callable[[int], None] = lambda port: None,
    reached: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the witness until SIGTERM, SIGINT or `stop`.

    Args:
        ready: called with the port once it listens.
        reached: told the steps of cosigning, for tests that stop there.

    Raises:
        KeyFileError, AlreadyRunning, LogsError, StateError, OSError: it can't start.
    """
    stopping = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    shelf = WitnessFiles(config.folder)
    shelf.prepare()
    with locked(config.folder / "state"):
        service = WitnessService(config.name, load_key(config.keys), shelf, lambda: int(time.time()), reached)
        context = server_context(witness_server(config.keys))
        logs = Logs(config.folder / "logs", lambda known: trust(context, [log.certificate for log in known]))

        def answering(client: bytes, body: bytes) -> WitnessAnswer:
            return service.answer(logs.known, client, body)

        async with serving(config.host, config.port, context, answering) as port:
            _log.info("witness.started", name=config.name, port=port, logs=len(logs.known))
            living = asyncio.create_task(live())
            ready(port)
            while not stopping.is_set():
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await stopping.wait()
                except TimeoutError:
                    logs.look()
            living.cancel()
    _log.info("witness.stopped")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One witness to a folder: two would cosign side by side what neither knows of the other.

    Raises:
        AlreadyRunning: another process holds it.
    """
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise WitnessAlreadyRunning(f"another witness is running on {folder}") from error
    try:
        yield
    finally:
        os.close(descriptor)


def run(config: WitnessConfig) -> None:
    """Run the witness in this process until it is told to stop; raises what `serve` raises."""

    def ready(port: int) -> None:
        tell("READY=1")

    asyncio.run(serve(config, ready=ready))
