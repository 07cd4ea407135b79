"""Obligations that come again: the law says 定期 and names no interval, so that the interval is a setting and said to be ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from custodes.law.assumptions.model import Assumptions
from custodes.law.bad_input import BadInput
from custodes.law.duties.finding import Finding, Status, resting_on


@dataclass(frozen=True, slots=True)
class Interval:
    """How often something is done.

    Attributes:
        days: natural days.
        assumed, name: the assumptions and the name of the one that it was taken from; empty when the unit has set its own.
    """

    days: int
    assumed: Assumptions
    name: str = ""


def interval(own: int | None, assumed: Assumptions, name: str) -> Interval:
    """The unit's own interval, or else the assumption `name`."""
    if own is not None:
        return Interval(own, assumed)
    return Interval(getattr(assumed, name), assumed, name)


@dataclass(frozen=True, slots=True)
class Routine:
    """What is done every so often, in words.

    Attributes:
        zh: a noun, as in ``从未进行监督检查``.
        en: a noun, as in ``inspection: next by ...``.
        verb: what one does with the noun in Chinese.
    """

    zh: str
    en: str
    verb: str = "进行"


def recurring(clauses: tuple[str, ...], last: date | None, every: Interval, today: date, routine: Routine) -> Finding:
    """Whether something that is done every so often was done in time.

    Args:
        last: when it was done last, None for never.
        every: how often.
        routine: what it is.

    Raises:
        BadInput: an interval of no days, or a last time that lies in the future.
    """
    found = _recurring(clauses, last, every.days, today, routine)
    return resting_on(found, every.assumed, every.name) if every.name else found


def _recurring(clauses: tuple[str, ...], last: date | None, every_days: int, today: date, routine: Routine) -> Finding:
    if every_days < 1:
        raise BadInput("every_days", "an interval has at least one day", "set the interval in days")
    zh, en, verb = routine.zh, routine.en, routine.verb
    if last is None:
        return Finding(
            Status.MISSING, clauses, f"从未{verb}{zh}", f"never done: {en}", missing=("last",), internal=True
        )
    if last > today:
        raise BadInput("last", "what was done lies in the past", "check the day")
    due = last + timedelta(days=every_days)
    late = max(0, (today - due).days)
    if late:
        return Finding(
            Status.LATE,
            clauses,
            f"上次{verb}{zh}为{last:%Y-%m-%d}，应当不迟于{due:%Y-%m-%d}再次{verb}，已逾期{late}日（间隔{every_days}日由本单位设定）",
            f"{en}: last on {last:%Y-%m-%d}, {late} days late (an interval of {every_days} days is the unit's own)",
            due,
            late,
            internal=True,
        )
    return Finding(
        Status.MET,
        clauses,
        f"应当不迟于{due:%Y-%m-%d}再次{verb}{zh}（间隔{every_days}日由本单位设定）",
        f"{en}: next by {due:%Y-%m-%d} (an interval of {every_days} days is the unit's own)",
        due,
        internal=True,
    )


def valid_until(
    clauses: tuple[str, ...], until: date | None, today: date, warn_days: int, zh: str, en: str, lacking_zh: str
) -> Finding:
    """Whether something that expires is there and valid; `until` is its last day, `lacking_zh` what is said where there is none."""
    if until is None:
        return Finding(Status.MISSING, clauses, lacking_zh, f"there is none: {en}", missing=("until",))
    late = max(0, (today - until).days)
    if late:
        return Finding(
            Status.LATE,
            clauses,
            f"{zh}有效期至{until:%Y-%m-%d}，已过期{late}日",
            f"{en}: valid until {until:%Y-%m-%d}, {late} days ago",
            until,
            late,
        )
    if (until - today).days <= warn_days:
        return Finding(
            Status.DUE,
            clauses,
            f"{zh}有效期至{until:%Y-%m-%d}，即将届满",
            f"{en}: expires on {until:%Y-%m-%d}",
            until,
            internal=True,
        )
    return Finding(Status.MET, clauses, f"{zh}有效期至{until:%Y-%m-%d}", f"{en}: valid until {until:%Y-%m-%d}", until)
