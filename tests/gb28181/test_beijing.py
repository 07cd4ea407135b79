"""Times as heads write them; those of bodies are tried where bodies are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from custodes.gb28181.beijing import read_time, written_date, written_time


def test_a_date_is_beijings_in_milliseconds_without_a_zone() -> None:
    assert written_date(1_795_527_907_123_999) == "2026-11-24T21:45:07.123"
    assert written_date(0) == "1970-01-01T08:00:00.000"


def test_a_date_is_read_as_the_second_that_it_lies_in() -> None:
    assert read_time(written_date(1_795_527_907_999_000)) == datetime(2026, 11, 24, 13, 45, 7, tzinfo=UTC)


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="no zone"):
        written_time(datetime(2026, 11, 24))  # noqa: DTZ001
