"""The notary's log lines: one JSON object a line on standard error, with stable event names and no content of records."""

from __future__ import annotations

import sys

import structlog

from custodes.logstream import unfailing


def set_up_logs() -> None:
    """Configure structlog for this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(unfailing(sys.stderr)),
        cache_logger_on_first_use=True,
    )
