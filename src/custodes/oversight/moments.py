"""Times of records, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone


def moment(us: int) -> str:
    """A time in microseconds UTC, shown in the installation's zone."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def between(begin: int, end: int) -> str:
    """A span in microseconds UTC."""
    return f"{moment(begin)}–{moment(end)}"
