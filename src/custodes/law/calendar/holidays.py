"""Days of fixed date that are off in every year, by 《全国年节及纪念日放假办法》, whatever notice is published.

Its holidays of the lunar calendar and 清明 are left out: on which day they fall only the year's notice says.
"""

from __future__ import annotations

from datetime import date

AMENDED = 2025
"""From this year on 劳动节 has two days (amended in November 2024)."""

_NEW_YEAR = {(1, 1): "元旦"}
_NATIONAL_DAY = {(10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}
_BEFORE = {**_NEW_YEAR, (5, 1): "劳动节", **_NATIONAL_DAY}
_SINCE = {**_BEFORE, (5, 2): "劳动节"}


def name_of(day: date) -> str | None:
    """The statutory holiday of fixed date that `day` is; None for any other day."""
    return (_SINCE if day.year >= AMENDED else _BEFORE).get((day.month, day.day))
