"""Every second accounted for."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.archive.completeness import day_bounds
from custodes.video.archive.timeline import merge, subtract
from custodes.video.source.state import SourceState
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US

DAY = date(2025, 6, 15)
SECOND = 1_000_000
HOUR = 3600 * SECOND


def test_a_day_with_everything_in_it_adds_up(site: Site) -> None:
    site.record(60)
    recorder = site.recorder()
    recorder.source_state(SourceState("network", "network", "", site.clock.wall_us()))
    site.clock.advance(100)
    recorder.stop("schedule")
    site.clock.advance(50)
    recorder.resume()
    site.sent.clear()
    site.record(40)
    site.archive.tick()
    account = site.archive.completeness(CAMERA, DAY)
    start, _ = day_bounds(DAY, "Asia/Shanghai")
    assert account.reasons == {"new": START_US - start, "network": 100 * SECOND, "schedule": 50 * SECOND}
    assert account.recorded_us == 99 * SECOND
    assert account.owed_us == 199 * SECOND
    assert account.recorded_us + account.reasons["network"] == account.owed_us


def test_the_next_day_is_owed_from_midnight(site: Site) -> None:
    site.record(60)
    site.recorder().source_state(SourceState("silent", "silent", "", site.clock.wall_us()))
    site.clock.advance(2 * 86_400)
    site.archive.tick()
    account = site.archive.completeness(CAMERA, date(2025, 6, 16))
    assert (account.recorded_us, account.owed_us, account.reasons) == (0, 24 * HOUR, {"silent": 24 * HOUR})


@pytest.mark.clause("S32", "S34(6)")
def test_time_without_reason_is_named_unexplained(site: Site) -> None:
    site.record(60)
    site.recorder().close()
    site.archive.tick()
    with site.archive._index.transaction() as cursor:
        cursor.execute("DELETE FROM gaps")
    site.archive.stream(CAMERA).gap = None
    site.clock.advance(3 * 3600)
    account = site.archive.completeness(CAMERA, DAY)
    assert account.unexplained_us > 0


def test_nothing_is_owed_in_the_future(site: Site) -> None:
    site.record(5)
    assert site.archive.completeness(CAMERA, date(2030, 1, 1)).owed_us == 0


def test_a_camera_that_was_taken_away_owes_nothing_more(site: Site) -> None:
    site.record(60)
    site.recorder().stop("operator")
    site.archive.tick()
    site.archive.retire(CAMERA)
    site.clock.advance(2 * 86_400)
    assert site.archive.completeness(CAMERA, date(2025, 6, 16)).owed_us == 0
    assert site.archive.completeness(CAMERA, DAY).recorded_us == 60 * SECOND


def test_an_unknown_camera_is_an_error_of_the_caller(site: Site) -> None:
    with pytest.raises(KeyError):
        site.archive.completeness(CAMERA, DAY)


def test_hours_add_up_to_the_day_and_carry_the_roots(site: Site) -> None:
    site.record(130)
    site.recorder().close()
    site.archive.tick()
    start, end = day_bounds(DAY, "Asia/Shanghai")
    hours = [site.archive.rollup(CAMERA, at) for at in range(start, end, HOUR)]
    account = site.archive.completeness(CAMERA, DAY)
    assert sum(hour.recorded_us for hour in hours) == account.recorded_us
    assert sum(hour.owed_us for hour in hours) == account.owed_us
    assert len({hour.roots for hour in hours}) > 1
    assert hours == [site.archive.rollup(CAMERA, at) for at in range(start, end, HOUR)]


def test_a_day_has_the_hours_that_its_zone_gives_it() -> None:
    assert [
        (b - a) // HOUR
        for a, b in (
            day_bounds(date(2026, 3, 29), "Europe/Berlin"),
            day_bounds(date(2026, 10, 25), "Europe/Berlin"),
            day_bounds(date(2026, 10, 25), "Asia/Shanghai"),
        )
    ] == [23, 25, 24]
    assert day_bounds(DAY, "Asia/Shanghai")[0] == round(
        datetime(2025, 6, 15, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1e6
    )


spans = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)).map(lambda s: (s[0], s[0] + s[1])), max_size=12)


@given(spans, spans)
def test_subtracting_spans_is_subtracting_their_points(
    some: list[tuple[int, int]], away: list[tuple[int, int]]
) -> None:
    def points(given_spans: list[tuple[int, int]]) -> set[int]:
        return {point for start, end in given_spans for point in range(start, end)}

    left = subtract(merge(some, 0), merge(away, 0))
    assert points(left) == points(some) - points(away)
    assert left == sorted(left)


def test_the_forecast_follows_the_rate(site: Site) -> None:
    site.record(130)
    site.recorder().close()
    site.archive.tick()
    (volume,) = site.archive.forecast()
    assert volume.state == "ok"
    assert volume.rate_bytes_per_s > 0
    assert volume.days_left == pytest.approx(volume.bytes_free / volume.rate_bytes_per_s / 86_400)
    assert volume.oldest == START_US // HOUR * HOUR
    assert volume.path_name == "volume"
