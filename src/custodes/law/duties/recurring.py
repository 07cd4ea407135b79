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


def recurring(clauses: tuple[str, ...], last: date | None, every: Interval, today: date, zh: str, en: str) -> Finding:
    """Whether something that is done every so often was done in time.

    Args:
        last: when it was done last, None for never.
        every: how often.
        zh, en: what it is.

    Raises:
        BadInput: an interval of no days, or a last time that lies in the future.
    """
    found = _recurring(clauses, last, every.days, today, zh, en)
    return resting_on(found, every.assumed, every.name) if every.name else found


def _recurring(clauses: tuple[str, ...], last: date | None, every_days: int, today: date, zh: str, en: str) -> Finding:
    if every_days < 1:
        raise BadInput("every_days", "an interval has at least one day", "set the interval in days")
    if last is None:
        return Finding(Status.MISSING, clauses, f"从未{zh}", f"never done: {en}", missing=("last",), internal=True)
    if last > today:
        raise BadInput("last", "what was done lies in the past", "check the day")
    due = last + timedelta(days=every_days)
    late = max(0, (today - due).days)
    if late:
        return Finding(
            Status.LATE,
            clauses,
            f"上次{zh}于{last:%Y-%m-%d}，已逾{late}日（间隔{every_days}日为本单位设定）",
            f"{en}: last on {last:%Y-%m-%d}, {late} days late (an interval of {every_days} days is the unit's own)",
            due,
            late,
            internal=True,
        )
    return Finding(
        Status.MET, clauses, f"下次{zh}不晚于{due:%Y-%m-%d}", f"{en}: next by {due:%Y-%m-%d}", due, internal=True
    )


def valid_until(clauses: tuple[str, ...], until: date | None, today: date, warn_days: int, zh: str, en: str) -> Finding:
    """Whether something that expires is there and valid; `until` is its last day."""
    if until is None:
        return Finding(Status.MISSING, clauses, f"没有{zh}", f"there is none: {en}", missing=("until",))
    late = max(0, (today - until).days)
    if late:
        return Finding(
            Status.LATE, clauses, f"{zh}已于{until:%Y-%m-%d}到期", f"{en}: expired on {until:%Y-%m-%d}", until, late
        )
    if (until - today).days <= warn_days:
        return Finding(
            Status.DUE,
            clauses,
            f"{zh}将于{until:%Y-%m-%d}到期",
            f"{en}: expires on {until:%Y-%m-%d}",
            until,
            internal=True,
        )
    return Finding(Status.MET, clauses, f"{zh}有效至{until:%Y-%m-%d}", f"{en}: valid until {until:%Y-%m-%d}", until)
