"""Holiday notices: which days are off and which weekend days are worked, by the paper that says so.

National notices come from the State Council's general office; Lhasa's add 藏历新年 and 雪顿节, which 《全国年节及纪念日放假办法》
article 4 leaves to the place. A new year is a new entry here; nothing else changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Notice:
    """One published arrangement.

    Attributes:
        year: which it arranges.
        title: as published.
        issued: its date.
        off: days off, with the name of the holiday.
        worked: weekend days that are working days.
        unconfirmed: why it can't be relied on without a look at the paper; empty when it was read.
    """

    year: int
    title: str
    issued: date
    off: dict[date, str]
    worked: frozenset[date]
    unconfirmed: str = ""


def _off(*spans: tuple[str, date, date]) -> dict[date, str]:
    return {first + timedelta(days=n): name for name, first, last in spans for n in range((last - first).days + 1)}


NATIONAL = (
    Notice(
        2024,
        "国务院办公厅关于2024年部分节假日安排的通知",
        date(2023, 10, 25),
        _off(
            ("元旦", date(2024, 1, 1), date(2024, 1, 1)),
            ("春节", date(2024, 2, 10), date(2024, 2, 17)),
            ("清明节", date(2024, 4, 4), date(2024, 4, 6)),
            ("劳动节", date(2024, 5, 1), date(2024, 5, 5)),
            ("端午节", date(2024, 6, 10), date(2024, 6, 10)),
            ("中秋节", date(2024, 9, 15), date(2024, 9, 17)),
            ("国庆节", date(2024, 10, 1), date(2024, 10, 7)),
        ),
        frozenset(
            (
                date(2024, 2, 4),
                date(2024, 2, 18),
                date(2024, 4, 7),
                date(2024, 4, 28),
                date(2024, 5, 11),
                date(2024, 9, 14),
                date(2024, 9, 29),
                date(2024, 10, 12),
            )
        ),
    ),
    Notice(
        2025,
        "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）",
        date(2024, 11, 12),
        _off(
            ("元旦", date(2025, 1, 1), date(2025, 1, 1)),
            ("春节", date(2025, 1, 28), date(2025, 2, 4)),
            ("清明节", date(2025, 4, 4), date(2025, 4, 6)),
            ("劳动节", date(2025, 5, 1), date(2025, 5, 5)),
            ("端午节", date(2025, 5, 31), date(2025, 6, 2)),
            ("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8)),
        ),
        frozenset((date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11))),
    ),
    Notice(
        2026,
        "国务院办公厅关于2026年部分节假日安排的通知",
        date(2025, 11, 4),
        _off(
            ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
            ("春节", date(2026, 2, 15), date(2026, 2, 23)),
            ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
            ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
            ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
            ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
            ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
        ),
        frozenset(
            (
                date(2026, 1, 4),
                date(2026, 2, 14),
                date(2026, 2, 28),
                date(2026, 5, 9),
                date(2026, 9, 20),
                date(2026, 10, 10),
            )
        ),
    ),
)

LOSAR, SHOTON = "藏历新年", "雪顿节"

LHASA = (
    Notice(
        2025,
        "拉萨市人民政府办公室关于2025年藏历新年放假安排的通知",
        date(2025, 2, 11),
        _off((LOSAR, date(2025, 2, 27), date(2025, 3, 4))),
        frozenset(),
    ),
    Notice(
        2026,
        "拉萨市人民政府办公室关于2026年春节、藏历新年放假安排的通知",
        date(2026, 1, 28),
        _off((LOSAR, date(2026, 2, 24), date(2026, 2, 26))),
        frozenset((date(2026, 2, 14), date(2026, 2, 28))),
    ),
)


@dataclass(frozen=True, slots=True)
class Season:
    """When a holiday of the Tibetan calendar can fall; days in it are uncertain while its notice is not known.

    Attributes:
        name: of the holiday.
        first, last: month and day of the season's ends, wider than any year's days off.
    """

    name: str
    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Whether the day lies in the season."""
        return self.first <= (day.month, day.day) <= self.last


SEASONS = (Season(LOSAR, (1, 20), (3, 20)), Season(SHOTON, (8, 1), (9, 20)))
