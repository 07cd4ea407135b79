"""One day for the web part's tests: each begins on the same morning, and its clock goes on from there.

A plugin. A test that is about a day says which, by an argument or with `time_machine.travel`. What asks other processes, or OpenSSL, whose clock
nobody moves, is marked `real_clock`. ``CUSTODES_TEST_DAY=2027-02-16T09:00`` (in Asia/Shanghai) tries another day: there the product must hold too.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Generator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

LHASA = ZoneInfo("Asia/Shanghai")
MORNING = datetime.datetime(2026, 7, 15, 10, tzinfo=LHASA)
"""A Wednesday: no holiday, worked Sunday, turn of a year or end of a month within the terms that the law counts from it."""
ROOMS = ("access", "cases", "documents", "golden", "law", "oversight", "people", "places", "sharing", "upkeep", "web")
HERE = Path(__file__).parent


def morning() -> datetime.datetime:
    """When every test of the web part begins."""
    said = os.environ.get("CUSTODES_TEST_DAY")
    return datetime.datetime.fromisoformat(said).replace(tzinfo=LHASA) if said else MORNING


def machines_time() -> datetime.datetime:
    """The moment that other processes and OpenSSL go by, also while the clock is moved here."""
    hatch = time_machine.escape_hatch
    return (hatch.datetime.datetime if hatch.is_travelling() else datetime.datetime).now(datetime.UTC)


class OneDay:
    """Moves the clock around each test of the web part, with what it sets up and ends."""

    def __init__(self) -> None:
        # In UTC: a moment with a zone would move the process's own zone as well.
        self._begins = morning().astimezone(datetime.UTC)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, object, object]:
        """What a module of theirs works out as it is read: the days of a table, a certificate."""
        with self._day_of(collector):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """A test, its fixtures and their ends."""
        with self._day_of(item):
            return (yield)

    def _day_of(self, node: pytest.Collector | pytest.Item) -> contextlib.AbstractContextManager[object]:
        """That of the web part for what belongs to it, else the machine's."""
        ours = node.path.is_relative_to(HERE) and node.path.relative_to(HERE).parts[:1]
        if not ours or ours[0] not in ROOMS or node.get_closest_marker("real_clock"):
            return contextlib.nullcontext()
        return time_machine.travel(self._begins, tick=True)
