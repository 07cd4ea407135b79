"""Text and numbers of a peer, made fit to be kept and shown: no control characters, no directions, nothing that a column can't hold."""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime, timedelta

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
"""How far a gateway's clock may be before ours without a word."""


class Impossible(ValueError):
    """A value of a report can't be; the message says which and why, without the value."""


def shown(text: str, most: int = 300) -> str:
    """Without what would break a line, a column or the direction of writing."""
    return "".join(one for one in text if unicodedata.category(one) not in _DROPPED).strip()[:most]


def small(number: int | None) -> int | None:
    """A code of one of the standard's tables; None for what is none."""
    return number if number is not None and 0 <= number <= 9999 else None


def degrees(value: float | None, most: int) -> float | None:
    """A co-ordinate; None for what is on no map, and for the nought that devices send where they know none."""
    if value is None or not math.isfinite(value) or value == 0 or abs(value) > most:
        return None
    return value


def moment(us: int, field: str, now: datetime) -> datetime:
    """A time in microseconds UTC. One in the future is now: a clock that was set back must not silence whoever reports (decision 0347).

    Raises:
        Impossible: before 1970.
    """
    if us < 0:
        raise Impossible(f"{field}: a time before 1970")
    return now if us > _us(now) else _EPOCH + timedelta(microseconds=us)


def ahead(us: int, now: datetime) -> bool:
    """Whether a time is so far in the future that a clock is wrong."""
    return us > _us(now + AHEAD)


def _us(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def said_moment(us: int, now: datetime) -> datetime:
    """A time that a device said: its clock may be anything, and what can't be is when we heard of it."""
    try:
        return moment(us, "at_us", now)
    except Impossible:
        return now
