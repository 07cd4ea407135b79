"""Working days and days off in Lhasa, with the paper that says so; uncertain days are said to be uncertain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from custodes.law.calendar import holidays, notices
from custodes.law.calendar.notices import Notice

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
class Judgement:
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
            year before with it, statutory days off (`holidays`) excepted; so is a day in the season of a
            local holiday (`notices.SEASONS`) of a year whose local notices do not name that holiday.
    """

    def __init__(self, national: Iterable[Notice] = notices.NATIONAL, local: Iterable[Notice] = notices.LHASA) -> None:
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

    def judge(self, day: date) -> Judgement:
        """What kind of day `day` is, and why."""
        # A notice may arrange days of the year before its own: New Year's Day of 2019 had 2018-12-29 worked for it.
        for notice in (*self._local, *self._national):
            if (name := notice.off.get(day)) is not None:
                return self._judged(day, False, notice, f"{name}放假", f"off: {name}", name)
            if day in notice.worked:
                return self._judged(day, True, notice, "调休上班", "a weekend day that is worked")
        if (statutory := holidays.name_of(day)) is not None:
            return Judgement(
                day,
                False,
                f"{statutory}放假，据《全国年节及纪念日放假办法》",
                f"off: {statutory}, a statutory holiday",
                holiday=statutory,
            )
        working = day.weekday() < _SATURDAY
        zh, en = ("工作日", "a weekday") if working else ("周末", "a weekend day")
        return Judgement(day, working, zh, en, self._missing(day))

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

    def provisional_between(self, first: date, last: date) -> tuple[Judgement, ...]:
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
        for season in notices.SEASONS:
            if season.holds(day) and not self._names(day.year, season.name):
                return f"{day.year}年{season.name}放假通知未录入", f"no notice for {season.name} {day.year} is entered"
        return None

    def _names(self, year: int, holiday: str) -> bool:
        return any(notice.year == year and holiday in notice.off.values() for notice in self._local)

    @staticmethod
    def _judged(day: date, working: bool, notice: Notice, zh: str, en: str, holiday: str = "") -> Judgement:
        missing = (notice.unconfirmed, "that notice is unconfirmed") if notice.unconfirmed else None
        return Judgement(
            day,
            working,
            f"{zh}，据{notice.title}",
            f"{en}, by the notice of {notice.issued:%Y-%m-%d}",
            missing,
            holiday,
        )
