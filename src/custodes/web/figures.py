"""What the web counts, as Prometheus asks for it. Addresses go by the name of their view: no person, no object, no query."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from custodes.metrics.serving import Lateness, registry_of
from custodes.people import delivery
from custodes.people.models import Account
from custodes.places.models import Camera
from custodes.upkeep.health import cameras_down

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0)

#: Requests are counted here whether anybody asks or not: two additions a request.
REQUESTS = CollectorRegistry()
ANSWERED = Counter(
    "custodes_web_requests", "Requests by view, method and status.", ("view", "method", "status"), registry=REQUESTS
)
TAKEN = Histogram(
    "custodes_web_request_duration_seconds", "How long an answer took.", ("view",), buckets=SECONDS, registry=REQUESTS
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Figures:
    """Middleware that counts requests; in both worlds, so that a node's long poll holds no thread."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Any) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """The answer of whoever comes next, counted."""
        if iscoroutinefunction(self):
            return self._later(request)
        begun = time.perf_counter()
        answer = self._get_response(request)
        _count(request, answer, time.perf_counter() - begun)
        return answer

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        answer: HttpResponseBase = await self._get_response(request)
        _count(request, answer, time.perf_counter() - begun)
        return answer


def _count(request: HttpRequest, answer: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    view = (match.view_name or match.route) if match is not None else "(none)"
    method = request.method if request.method in METHODS else "(other)"
    ANSWERED.labels(view, method, str(answer.status_code)).inc()
    TAKEN.labels(view).observe(seconds)


class WebFigures(Collector):
    """What is in the database, looked up when somebody asks."""

    def __init__(self, lateness: Lateness) -> None:
        self._lateness = lateness

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All figures."""
        yield from REQUESTS.collect()
        late = GaugeMetricFamily(
            "custodes_web_loop_lateness_seconds", "How late the event loop was at worst since the last time of asking."
        )
        late.add_metric((), self._lateness.take())
        yield late
        close_old_connections()
        try:
            waiting = GaugeMetricFamily("custodes_web_records_waiting", "Records on their way to the notary.")
            waiting.add_metric((), delivery.waiting())
            accounts = GaugeMetricFamily("custodes_web_accounts", "Accounts that may sign in.")
            accounts.add_metric((), Account.objects.filter(is_active=True).count())
            down = GaugeMetricFamily("custodes_web_cameras_down", "Cameras that should be recorded and are not.")
            down.add_metric((), cameras_down(Camera.objects.all(), timezone.now()).count())
            yield from (waiting, accounts, down)
        finally:
            connection.close()


def registry(lateness: Lateness) -> CollectorRegistry:
    """Everything the web counts."""
    return registry_of(WebFigures(lateness))
