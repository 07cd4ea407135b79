"""What the notary counts, as Prometheus asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from custodes.metrics.serving import Lateness

from .appender import GroupAppender
from .cosigned import LogCosignatures
from .recovery import OpenLog
from .server import NotaryServer


class NotaryFigures(Collector):
    """Read at the moment of asking from what the parts keep anyway."""

    def __init__(
        self, log: OpenLog, appender: GroupAppender, server: NotaryServer, lateness: Lateness, cosigned: LogCosignatures
    ) -> None:
        self._log = log
        self._appender = appender
        self._server = server
        self._lateness = lateness
        self._cosigned = cosigned

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All figures."""
        published = self._log.publisher.published
        entries = CounterMetricFamily("custodes_notary_entries", "Durable entries of the log.")
        entries.add_metric((), self._log.store.size)
        unsigned = GaugeMetricFamily("custodes_notary_unsigned_entries", "Entries that no checkpoint covers yet.")
        unsigned.add_metric((), self._log.store.size - (published.size if published else 0))
        waiting = GaugeMetricFamily("custodes_notary_waiting_requests", "Requests to append that wait for the disk.")
        waiting.add_metric((), self._appender.waiting)
        failures = CounterMetricFamily("custodes_notary_append_failures", "Groups that the disk refused.")
        failures.add_metric((), self._appender.failures)
        connections = GaugeMetricFamily("custodes_notary_connections", "Connections of web and nodes.")
        connections.add_metric((), self._server.connections)
        refused = CounterMetricFamily(
            "custodes_notary_connections_refused", "Connections that were turned away or cut off.", labels=["reason"]
        )
        for reason, times in self._server.refused.items():
            refused.add_metric((reason,), times)
        late = GaugeMetricFamily(
            "custodes_notary_loop_lateness_seconds",
            "How late the event loop was at worst since the last time of asking.",
        )
        late.add_metric((), self._lateness.take())
        witnessed = GaugeMetricFamily(
            "custodes_notary_cosigned_entries",
            "Entries under the last checkpoint that a witness cosigned.",
            labels=["witness"],
        )
        for one in self._cosigned.last():
            witnessed.add_metric((one.name,), one.size)
        yield from (entries, unsigned, waiting, failures, connections, refused, late, witnessed)
