"""Devices that are platforms below: a room above this one says once which of them may not register now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

Source = Callable[[], "QuerySet[Any, str]"]
_source: list[Source] = []


def with_unjoined(source: Source) -> None:
    """Where it comes from: device IDs, as a query, of platforms below with which no link is under way or in force."""
    _source[:] = [source]


def unjoined() -> list[QuerySet[Any, str]]:
    """Queries of device IDs that may not register; none where nobody knows of platforms."""
    return [source() for source in _source]
