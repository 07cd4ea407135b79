"""What the supervisor counts, as Prometheus asks for it. Apart from the workers': the supervisor loads nothing of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from custodes.metrics.serving import Lateness


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
