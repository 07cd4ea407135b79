"""Recording hours of a week as spans of time, on the local calendar (docs/design/plans.md)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from custodes.video.wire.plan import RecordingWeek, WeekHours

Span = tuple[int, int]
_MINUTE = timedelta(minutes=1)


def on_spans(week: RecordingWeek, from_us: int, to_us: int) -> list[Span]:
    """When it is recorded inside ``[from_us, to_us)``: in order, spans that touch made one.

    Hours are read on the clock on the wall: where a zone's clock is put forward or back, the local time counts. Hours that
    cross midnight belong to the day on which they begin, a special day too.
    """
    zone = ZoneInfo(week.zone)
    first = datetime.fromtimestamp(from_us / 1e6, zone).date() - timedelta(
        days=1
    )  # yesterday's hours may cross midnight
    last = datetime.fromtimestamp(to_us / 1e6, zone).date()
    special = {each.day: each.as_day for each in week.special}
    found: list[Span] = []
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        weekday = special.get(day, day.isoweekday())
        for hours in week.hours:
            if weekday in hours.days:
                start, end = _on_day(hours, day, zone)
                if start < to_us and end > from_us:
                    found.append((max(start, from_us), min(end, to_us)))
    return _merged(found)


def off_spans(week: RecordingWeek, from_us: int, to_us: int) -> list[Span]:
    """When it is not: what `on_spans` leaves."""
    found, at = [], from_us
    for start, end in on_spans(week, from_us, to_us):
        if start > at:
            found.append((at, start))
        at = end
    if at < to_us:
        found.append((at, to_us))
    return found


def _on_day(hours: WeekHours, day: date, zone: ZoneInfo) -> Span:
    local = datetime.combine(day, time())
    begin = local + hours.begin * _MINUTE
    return _us(begin, zone), _us(begin + hours.length * _MINUTE, zone)


def _us(local: datetime, zone: ZoneInfo) -> int:
    return int(local.replace(tzinfo=zone).timestamp()) * 1_000_000


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
