"""Beijing's time as bodies and heads write it: without a zone, to the second in bodies (Annex A), in milliseconds in Date (2016 §9.10.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))

_TIME = re.compile(
    r"([0-9]{4})-?([0-9]{1,2})-?([0-9]{1,2})[T ]?([0-9]{1,2}):?([0-9]{2}):?([0-9]{2})(?:[.,][0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def read_time(text: str) -> datetime:
    """The moment that a body names; one that names a zone is taken at its word, fractions of a second are dropped.

    Raises:
        ValueError: it is none; the message says what it has to be.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError("is no time like 2026-11-24T21:45:07")
    year, month, day, hour, minute, second = (int(number) for number in found.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(found.group(7))).astimezone(BEIJING)
    except (ValueError, OverflowError) as error:
        raise ValueError("is no time that there is") from error


def written_time(moment: datetime) -> str:
    """``yyyy-MM-ddTHH:mm:ss`` as a body has it.

    Raises:
        ValueError: `moment` names no zone, or lies beyond what can be written.
    """
    if moment.tzinfo is None:
        raise ValueError("names no zone")
    try:
        return moment.astimezone(BEIJING).replace(tzinfo=None).isoformat(timespec="seconds")
    except (ValueError, OverflowError) as error:
        raise ValueError("is no time that there is") from error


def written_date(wall_us: int) -> str:
    """``yyyy-MM-ddTHH:mm:ss.SSS`` as the Date of a 200 to REGISTER has it, by which devices set their clocks."""
    whole, rest = divmod(wall_us, 1_000_000)
    moment = datetime.fromtimestamp(whole, UTC).astimezone(BEIJING).replace(tzinfo=None)
    return f"{moment.isoformat()}.{rest // 1000:03}"


def _zone(text: str | None) -> timezone:
    if text is None:
        return BEIJING
    if text == "Z":
        return timezone(timedelta())
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
