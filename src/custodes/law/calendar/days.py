"""Working days and days off in Lhasa, with the holiday notice that says so; uncertain days are said to be uncertain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class CalendarNotice:
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
    CalendarNotice(
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
    CalendarNotice(
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
    CalendarNotice(
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
    CalendarNotice(
        2025,
        "拉萨市人民政府办公室关于2025年藏历新年放假安排的通知",
        date(2025, 2, 11),
        _off((LOSAR, date(2025, 2, 27), date(2025, 3, 4))),
        frozenset(),
    ),
    CalendarNotice(
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


AMENDED = 2025
"""From this year on 劳动节 has two days (amended in November 2024)."""

_NEW_YEAR = {(1, 1): "元旦"}
_NATIONAL_DAY = {(10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}
_BEFORE = {**_NEW_YEAR, (5, 1): "劳动节", **_NATIONAL_DAY}
_SINCE = {**_BEFORE, (5, 2): "劳动节"}


def holiday_name_of(day: date) -> str | None:
    """The statutory holiday of fixed date that `day` is; None for any other day."""
    return (_SINCE if day.year >= AMENDED else _BEFORE).get((day.month, day.day))


ZONE = ZoneInfo("Asia/Shanghai")
_SATURDAY = 5
_DAY = timedelta(days=1)
_YEARS_END = (12, 28)
"""From here on the next year's notice may speak of a day: its New Year's Day makes three days off with the weekend beside it, so
that a day off lies on 30 or 31 December, and the weekend day that is worked for it on the weekend before, 28 December at the earliest.
"""


def day_of(moment: datetime) -> date:
    """The day in Lhasa at this moment.

    Raises:
        ValueError: the moment has no time zone, so that its day can't be known.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no day: give it one, for example +08:00")
    return moment.astimezone(ZONE).date()


@dataclass(frozen=True, slots=True)
class DayJudgement:
    """What kind of day it is.

    Attributes:
        working: whether it is a working day.
        zh, en: why.
        missing: the notice that is not known and could change this, Chinese and English; None when it is settled.
        holiday: which holiday makes it a day off; empty for a weekend and for working days.
    """

    day: date
    working: bool
    zh: str
    en: str
    missing: tuple[str, str] | None = None
    holiday: str = ""

    @property
    def provisional(self) -> bool:
        """Whether a notice that is not known could change it."""
        return self.missing is not None


class WorkCalendar:
    """Which days are worked. Local notices go before national ones, notices before the week.

    Args:
        national, local: published notices. A year without a national one is provisional, the last days of the
            year before with it, statutory days off (`holiday_name_of`) excepted; so is a day in the season of a
            local holiday (`notices.SEASONS`) of a year whose local notices do not name that holiday.
    """

    def __init__(self, national: Iterable[CalendarNotice] = NATIONAL, local: Iterable[CalendarNotice] = LHASA) -> None:
        self._national = tuple(national)
        self._local = tuple(local)
        self._years = {notice.year for notice in self._national}

    def __eq__(self, other: object) -> bool:
        """Calendars of the same notices judge every day alike, so that what was counted by one need not be counted again."""
        if not isinstance(other, WorkCalendar):
            return NotImplemented
        return self._national == other._national and self._local == other._local

    def __hash__(self) -> int:
        return hash(tuple((notice.year, notice.issued) for notice in (*self._national, *self._local)))

    def judge(self, day: date) -> DayJudgement:
        """What kind of day `day` is, and why."""
        # A notice may arrange days of the year before its own: New Year's Day of 2019 had 2018-12-29 worked for it.
        for notice in (*self._local, *self._national):
            if (name := notice.off.get(day)) is not None:
                return self._judged(day, False, notice, f"{name}放假", f"off: {name}", name)
            if day in notice.worked:
                return self._judged(day, True, notice, "调休上班", "a weekend day that is worked")
        if (statutory := holiday_name_of(day)) is not None:
            return DayJudgement(
                day,
                False,
                f"{statutory}放假，据《全国年节及纪念日放假办法》",
                f"off: {statutory}, a statutory holiday",
                holiday=statutory,
            )
        working = day.weekday() < _SATURDAY
        zh, en = ("工作日", "a weekday") if working else ("周末", "a weekend day")
        return DayJudgement(day, working, zh, en, self._missing(day))

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day, as far as is known."""
        return self.judge(day).working

    def on_or_after(self, day: date) -> date:
        """The first working day from `day` on."""
        while not self.is_working(day):
            day += _DAY
        return day

    def on_or_before(self, day: date) -> date:
        """The last working day up to `day`."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def provisional_between(self, first: date, last: date) -> tuple[DayJudgement, ...]:
        """The uncertain days from `first` to `last`, both included."""
        found = []
        day = first
        while day <= last:
            judged = self.judge(day)
            if judged.provisional:
                found.append(judged)
            day += _DAY
        return tuple(found)

    def _missing(self, day: date) -> tuple[str, str] | None:
        for year in (day.year, day.year + 1) if (day.month, day.day) >= _YEARS_END else (day.year,):
            if year not in self._years:
                return f"{year}年放假安排尚未公布", f"the arrangement of {year} is not published"
        for season in SEASONS:
            if season.holds(day) and not self._names(day.year, season.name):
                return f"{day.year}年{season.name}放假通知未录入", f"no notice for {season.name} {day.year} is entered"
        return None

    def _names(self, year: int, holiday: str) -> bool:
        return any(notice.year == year and holiday in notice.off.values() for notice in self._local)

    @staticmethod
    def _judged(day: date, working: bool, notice: CalendarNotice, zh: str, en: str, holiday: str = "") -> DayJudgement:
        missing = (notice.unconfirmed, "that notice is unconfirmed") if notice.unconfirmed else None
        return DayJudgement(
            day,
            working,
            f"{zh}，据{notice.title}",
            f"{en}, by the notice of {notice.issued:%Y-%m-%d}",
            missing,
            holiday,
        )
