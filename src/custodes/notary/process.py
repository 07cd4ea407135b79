"""The notary as a running process: puts the parts together, and takes them apart in order."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from custodes.ledger.tiles import TileFolder, TileTree
from custodes.metrics.serving import Lateness, port_of, registry_of, serve_metrics
from custodes.servicemanager import live, tell
from custodes.settings import Settings
from custodes.video.clock import HostClock

from .appender import GroupAppender
from .cosigned import LogCosignatures
from .figures import NotaryFigures
from .keys import load_grant_key, load_signer
from .peers import Peers
from .recovery import LogMismatch, open_log
from .server import NotaryServer
from .service import Identity, NotaryService
from .timers import CheckpointTimer, Rhythm, beat

STATE_FILE = "signed.json"
LOCK_FILE = "notary.lock"

_log = structlog.get_logger("notary")


@dataclass(frozen=True, slots=True)
class NotaryConfig:
    """Everything the notary needs to know; made from the settings by `config_of`."""

    ledger: Path
    keys: Path
    socket: Path
    origin: str
    peers: Peers
    rhythm: Rhythm
    grant_seconds: int
    witnesses: Path
    checkpoint_copy: Path | None = None
    metrics_port: int = 0


def config_of(settings: Settings) -> NotaryConfig:
    """The notary's part of the settings."""
    return NotaryConfig(
        ledger=settings.ledger_folder,
        keys=settings.keys_folder / "notary",
        socket=settings.notary_socket_path,
        origin=settings.log_origin,
        peers=Peers.of(settings.web_uid, settings.node_uid),
        rhythm=Rhythm(settings.checkpoint_seconds, settings.checkpoint_entries, settings.heartbeat_seconds),
        grant_seconds=settings.grant_seconds,
        witnesses=settings.witnesses_folder,
        checkpoint_copy=settings.checkpoint_copy,
        metrics_port=port_of(settings.metrics_port, "notary"),
    )


class NotaryAlreadyRunning(Exception):
    """Another notary holds this ledger."""


async def serve(
    config: NotaryConfig,
    clock: HostClock,
    stop: asyncio.Event | None = None,
    ready: Callable[[], None] = lambda: None,
    reached: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the notary until SIGTERM, SIGINT or `stop`.

    Args:
        stop: set by the caller to end; None listens to signals alone.
        ready: called once the socket accepts.
        reached: told the steps of writing, for tests that stop there.

    Raises:
        KeyFileError, AlreadyRunning, LogMismatch, StoreError, SigningRefused, ServerError: it can't start, or must not go
            on signing.
    """
    stopping = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    with locked(config.ledger):
        # Behind the lock: a rotation that is under way must not leave this process with the key that it replaces.
        signer = load_signer(config.keys, config.origin)
        grant_key = load_grant_key(config.keys)
        log = open_log(config.ledger, config.keys / STATE_FILE, signer, config.checkpoint_copy, reached)
        threads = [ThreadPoolExecutor(1, name) for name in ("writing", "publishing")]
        checkpoints = CheckpointTimer(log, config.rhythm, threads[1], clock)

        def appended(entries: Sequence[bytes]) -> None:
            log.publisher.feed(entries)
            checkpoints.appended(len(entries))

        appender = GroupAppender(log.store, threads[0], appended)
        identity = Identity(config.origin, str(signer.verifier), config.peers.separated)
        tree = TileTree(TileFolder(config.ledger), 0)
        cosigned = LogCosignatures(config.ledger, signer.verifier, log.publisher, config.witnesses)
        service = NotaryService(
            log, tree, appender, grant_key, config.grant_seconds, identity, clock, cosigned, threads[1], reached
        )
        server = NotaryServer(config.socket, service, config.peers)
        writing = asyncio.create_task(appender.run())
        try:
            await server.start()
            _log.info("notary.started", origin=config.origin, size=log.store.size, separated=identity.separated)
            beating = asyncio.create_task(beat(log, appender, config.rhythm, clock))
            signing = asyncio.create_task(checkpoints.run())
            living = asyncio.create_task(live())
            lateness = Lateness()
            figures = NotaryFigures(log, appender, server, lateness, cosigned)
            counting = [
                asyncio.create_task(lateness.run()),
                asyncio.create_task(serve_metrics(config.metrics_port, registry_of(figures))),
            ]
            ready()
            waiting = asyncio.create_task(stopping.wait())
            await asyncio.wait((waiting, signing, writing), return_when=asyncio.FIRST_COMPLETED)
            aside = (waiting, beating, signing, living, *counting)
            for task in aside:
                task.cancel()
            await asyncio.gather(*aside, return_exceptions=True)
            await server.stop()
        finally:
            appender.close()
            await asyncio.gather(writing, return_exceptions=True)
            if log.publisher.unsigned and not checkpoints.failed:
                await checkpoints.publish()
            for thread in threads:
                thread.shutdown()
            service.close()
            log.close()
            _log.info("notary.stopped", size=log.store.size)
        if checkpoints.failed:
            raise LogMismatch(str(checkpoints.failed))


@contextmanager
def locked(ledger: Path) -> Iterator[None]:
    """One writer to a ledger: an flock that ends with the process, however it ends.

    Raises:
        AlreadyRunning: another process holds it.
    """
    ledger.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(ledger / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise NotaryAlreadyRunning(f"another notary is running on {ledger}") from error
    try:
        yield
    finally:
        os.close(descriptor)


def run(config: NotaryConfig, clock: HostClock) -> None:
    """Run the notary in this process until it is told to stop; raises what `serve` raises."""
    import uvloop

    # Threads hand over sooner than Python's 5 ms: a commit must not wait behind the decoding of a large request.
    sys.setswitchinterval(0.0005)

    def ready() -> None:
        tell("READY=1")

    uvloop.run(serve(config, clock, ready=ready))
