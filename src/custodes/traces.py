"""Traces (OpenTelemetry), where the settings name a collector: how long a request, the notary's answer and a view took.

Off without a setting, and then nothing is imported. A span bears names of code, numbers and ids, never words: what may stand
in one is `ALLOWED`, anything else is a programming error. Errors leave their type, not their text.

A grant has a trace of its own, in which web, notary and node each find their place without telling each other: its number
follows from the grant's id. The web's request is linked to it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

ALLOWED = frozenset(
    {
        "custodes.grant",
        "custodes.index",
        "custodes.cameras",
        "custodes.worker",
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
    }
)
_WORDLESS = re.compile(r"[A-Za-z0-9_.:/<>()\[\]{}?*+^$\\-]{1,200}")
"""Names of code and patterns of addresses; no word of a person's, no sentence."""

SECONDS = 5.0
"""A collector that doesn't answer is waited for so long, in a thread of its own."""

_running: _Running | None = None


class TracesRefused(Exception):
    """Traces are wanted and can't be had; the message says what to do."""


class _Running:
    def __init__(self, provider: TracerProvider, share: float) -> None:
        self.provider = provider
        self.tracer = provider.get_tracer("custodes")
        self.share = share


def begin(process: str, endpoint: str, share: float) -> None:
    """Send this process's traces from now on; does nothing without an endpoint.

    Args:
        process: ``web``, ``notary``, ``worker``.
        endpoint: where OTLP over HTTP goes, with its path.
        share: how many of all traces are kept, 0 to 1; of a grant all processes keep or drop the same.

    Raises:
        TracesRefused: the packages are not installed.
    """
    global _running
    if not endpoint:
        return
    require()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    # Made by hand: the usual resource tells host, user and command line.
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(share)), resource=Resource({"service.name": f"custodes-{process}"})
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, timeout=SECONDS)))
    _running = _Running(provider, share)


def require() -> None:
    """
    Raises:
        TracesRefused: the packages are not installed.
    """
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter
        import opentelemetry.sdk.trace  # noqa: F401 - asked for, not used here
    except ImportError as error:
        raise TracesRefused(
            f"CUSTODES_TRACES_ENDPOINT is set, and the package for traces is missing ({error.name}): "
            "install `custodes[telemetry]`, or leave the setting empty."
        ) from error


def end() -> None:
    """Send what waits and stop."""
    global _running
    if _running is not None:
        _running.provider.shutdown()
        _running = None


@contextmanager
def span(name: str, *, grant: UUID | None = None, **attributes: object) -> Iterator[Span | None]:
    """Time what goes on inside; None where traces are off.

    Args:
        name: of the code, ``notary.grant``.
        grant: it belongs to this grant's trace; what surrounds it is linked.
        attributes: of `ALLOWED`, with ``_`` for ``.``: ``custodes_index=7``.
    """
    if _running is None:
        yield None
        return
    from opentelemetry import trace

    context, links = None, []
    if grant is not None:
        attributes["custodes_grant"] = grant
        around = trace.get_current_span().get_span_context()
        context = _of_grant(grant, _running.share)
        if around.is_valid and around.trace_id != _trace_id(grant):
            links = [trace.Link(around)]
        elif around.is_valid:
            context = None  # within the grant's trace already
    with _running.tracer.start_as_current_span(
        name, context=context, links=links, record_exception=False, set_status_on_exception=False
    ) as made:
        note(made, **attributes)
        try:
            yield made
        except BaseException as error:
            note(made, error_type=type(error).__name__)
            raise


def note(made: Span | None, **attributes: object) -> None:
    """Add what is known only later.

    Raises:
        ValueError: an attribute that may not stand in a trace.
    """
    if made is None:
        return
    for key, value in attributes.items():
        name = _named(key)
        if name not in ALLOWED:
            raise ValueError(f"{name} may not stand in a trace")
        made.set_attribute(name, _plain(value))


def _named(key: str) -> str:
    return {
        "http_request_method": "http.request.method",
        "http_response_status_code": "http.response.status_code",
    }.get(key, key.replace("_", ".", 1))


def _plain(value: object) -> str | int:
    if isinstance(value, int):
        return value
    text = str(value)
    return text if _WORDLESS.fullmatch(text) else "(withheld)"


def _trace_id(grant: UUID) -> int:
    return int.from_bytes(hashlib.sha256(grant.bytes).digest()[:16], "big")


def _of_grant(grant: UUID, share: float) -> Context:
    """As if the grant itself were the first span of its trace; kept or dropped alike in every process."""
    from opentelemetry import trace

    number = _trace_id(grant)
    kept = (number & ((1 << 64) - 1)) < round(share * (1 << 64))
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED if kept else trace.TraceFlags.DEFAULT)
    first: Any = int.from_bytes(hashlib.sha256(grant.bytes).digest()[16:24], "big")
    return trace.set_span_in_context(
        trace.NonRecordingSpan(trace.SpanContext(number, first, is_remote=True, trace_flags=flags))
    )
