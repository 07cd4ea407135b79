"""Structured logs of the node: one JSON object a line on standard error, and nothing in it that opens anything."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from custodes.logstream import unfailing

_SECRET_NAMES = frozenset({"token", "password", "sealed_password", "authorization", "url", "username"})
_CREDENTIALS = re.compile(r"(rtsps?://)[^/\s@]*@", re.IGNORECASE)
_JWS = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


def _clean(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Last line of defence: names that hold secrets are dropped, and what looks like one inside a text is masked."""
    for name in _SECRET_NAMES & event.keys():
        del event[name]
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _JWS.sub("(token)", _CREDENTIALS.sub(r"\1", value))
    return event


def configure_logs(**fields: object) -> None:
    """Send structlog and the standard library's warnings to standard error as JSON lines with `fields` in each."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _clean,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(unfailing(sys.stderr)),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(**fields)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
