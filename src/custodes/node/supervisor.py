"""`custodes node`: one worker process per core, kept running, and the assignment fetched for them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from custodes.logs import configure_logs
from custodes.metrics.serving import Lateness, port_of, registry_of, serve_metrics
from custodes.node.assignment import NAME, Pins, UntrustedAssignment, load_assignment, save_assignment
from custodes.node.keys import load_keys
from custodes.node.web_client import NodeWebClient, WebUnavailable, trusted_authorities
from custodes.servicemanager import live, tell
from custodes.settings import Settings
from custodes.video.clock import SystemClock

log = structlog.get_logger(__name__)


class SupervisorFigures(Collector):
    """The supervisor: how often each worker had to be started again, and whether it runs."""

    def __init__(self, workers: Callable[[], Sequence[tuple[int, int, bool]]], lateness: Lateness) -> None:
        """
        Args:
            workers: gives ``(index, restarts, runs)`` of each.
        """
        self._workers = workers
        self._lateness = lateness

    def describe(self) -> Iterable[Metric]:
        """As `WorkerFigures.describe`."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All figures."""
        restarts = CounterMetricFamily("custodes_node_worker_restarts", "Times a worker ended.", labels=("worker",))
        running = GaugeMetricFamily("custodes_node_worker_running", "1 while the worker runs.", labels=("worker",))
        for index, count, runs in self._workers():
            restarts.add_metric((str(index),), count)
            running.add_metric((str(index),), runs)
        late = GaugeMetricFamily(
            "custodes_node_loop_lateness_seconds", "How late the event loop was at worst since the last time of asking."
        )
        late.add_metric((), self._lateness.take())
        yield from (restarts, running, late)


RESTART_SECONDS = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
HEALTHY_SECONDS = 60.0
RESTARTS = "CUSTODES_WORKER_RESTARTS"
"""Tells a worker, in its environment, how often it had to be started again."""

STOP_SECONDS = 12.0
_POLL_BACK_OFF = (1.0, 2.0, 5.0, 10.0, 15.0)


def worker_command(index: int, count: int) -> Sequence[str]:
    """The command line of one worker."""
    return (sys.executable, "-m", "custodes.node.worker", str(index), str(count))


def reader_command(workers: int) -> Sequence[str]:
    """The command line of the health reader."""
    return (sys.executable, "-m", "custodes.node.health.reader", str(workers))


@dataclass
class Keeper:
    """Keeps one process running. Its standard input is the line to it: orders go there, and its end ends the worker."""

    index: int
    command: Sequence[str]
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    name: str = "worker"

    async def run(self) -> None:
        """Start the worker again whenever it ends, later each time; until cancelled."""
        failures = 0
        while True:
            begun = self.monotonic()
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.PIPE,
                env={**os.environ, RESTARTS: str(self.restarts)},
            )
            code = await self.process.wait()
            failures = 0 if self.monotonic() - begun > HEALTHY_SECONDS else failures + 1
            wait = RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)]
            log.error(f"{self.name}.ended", worker=self.index, code=code, again_in_seconds=wait)
            self.restarts += 1
            await self.sleep(wait)

    @property
    def standing(self) -> tuple[int, int, bool]:
        """Which worker, how often it ended, whether it runs."""
        return self.index, self.restarts, self.process is not None and self.process.returncode is None

    def tell(self, order: bytes) -> None:
        """Send one order; a worker that is being started reads the disk anyway."""
        process = self.process
        if process is None or process.stdin is None or process.returncode is not None:
            return
        with contextlib.suppress(ConnectionError, RuntimeError):
            process.stdin.write(order + b"\n")

    async def stop(self) -> None:
        """End the worker; kill it when it has not ended in time."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            log.error(f"{self.name}.killed", worker=self.index)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@dataclass
class Supervisor:
    """The node: workers and the long poll."""

    settings: Settings
    web: NodeWebClient
    keepers: list[Keeper] = field(default_factory=list)
    reader: Keeper | None = None

    @classmethod
    def of(cls, settings: Settings) -> Supervisor:
        """Put together from settings.

        Raises:
            KeyFileError: `custodes init` was not run.
        """
        keys = load_keys(settings.keys_folder / "node")
        web = NodeWebClient(
            settings.web_internal_url,
            settings.node_name,
            keys.control,
            SystemClock(),
            trusted_authorities(settings.keys_folder / "public"),
        )
        count = settings.worker_count
        reader = Keeper(0, reader_command(count), name="health") if settings.health_checks_per_minute else None
        return cls(settings, web, [Keeper(index, worker_command(index, count)) for index in range(count)], reader)

    async def run(self) -> None:
        """Until SIGTERM or SIGINT; then end the workers and return."""
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, done.set)
        self.settings.node_folder.mkdir(parents=True, exist_ok=True)
        kept = [*self.keepers, *((self.reader,) if self.reader is not None else ())]
        tasks = [asyncio.create_task(keeper.run()) for keeper in kept]
        tasks.append(asyncio.create_task(self.poll()))
        tasks.append(asyncio.create_task(live()))
        lateness = Lateness()
        figures = SupervisorFigures(lambda: [keeper.standing for keeper in self.keepers], lateness)
        tasks.append(asyncio.create_task(lateness.run()))
        tasks.append(
            asyncio.create_task(serve_metrics(port_of(self.settings.metrics_port, "node"), registry_of(figures)))
        )
        log.info("node.started", workers=len(self.keepers))
        tell("READY=1")
        await done.wait()
        log.info("node.stopping")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(keeper.stop() for keeper in kept))
        log.info("node.stopped")

    async def poll(self) -> None:
        """Fetch the assignment whenever it changes; the node goes on with the last one while the web is away."""
        failures = 0
        while True:
            try:
                await self.poll_once()
                if failures:
                    log.info("assignment.web_back")
                failures = 0
            except (WebUnavailable, UntrustedAssignment, OSError) as error:
                if failures == 0:
                    log.warning("assignment.not_fetched", why=str(error))
                wait = _POLL_BACK_OFF[min(failures, len(_POLL_BACK_OFF) - 1)]
                failures += 1
                await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries

    async def poll_once(self) -> bool:
        """One poll; True when a new assignment came and was handed on.

        Raises:
            WebUnavailable, UntrustedAssignment, OSError: nothing was changed.
        """
        path = self.settings.node_folder / NAME
        known = await asyncio.to_thread(load_assignment, path)
        assignment = await self.web.assignment(known.generation if known else 0, len(self.keepers))
        if assignment is None:
            return False
        if assignment.node != self.settings.node_name:
            raise UntrustedAssignment("the assignment is for another node")
        Pins.read(self.settings.keys_folder / "public").check(assignment)
        await asyncio.to_thread(save_assignment, path, assignment)
        log.info("assignment.fetched", generation=assignment.generation, cameras=len(assignment.cameras))
        for keeper in self.keepers:
            keeper.tell(b"assignment")
        return True


def run_node(settings: Settings) -> None:
    """Run the node until it is told to stop.

    Raises:
        KeyFileError: `custodes init` was not run.
    """
    configure_logs(process="supervisor")
    # Indexes and journals say who looked at what, and when: nobody but the node's user and group reads them.
    os.umask(0o027)
    asyncio.run(Supervisor.of(settings).run())
