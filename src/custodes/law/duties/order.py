"""What an obligation is told has to be possible: nothing is done before what it answers, nor on a day that has not come."""

from __future__ import annotations

from datetime import date, datetime

from custodes.law.bad_input import BadInput


def done_by(field: str, day: date | None, today: date, after: date | None = None) -> None:
    """Whether something can have been done on `day`, which is None while it was not.

    Args:
        after: the day of what it answers, where it can't come before it.

    Raises:
        BadInput: it lies before `after`, or in the future.
    """
    if day is None:
        return
    if after is not None and day < after:
        raise BadInput(field, f"it can't come before {after:%Y-%m-%d}, the day of what it answers", "check both days")
    if day > today:
        raise BadInput(field, f"{day:%Y-%m-%d} has not come: what was done lies in the past", "check the day")


def not_before(field: str, moment: datetime | None, first: datetime) -> None:
    """Whether `moment`, which is None while it has not come, can follow `first`.

    Raises:
        BadInput: it lies before.
    """
    if moment is not None and moment < first:
        raise BadInput(field, "it can't come before what it answers", "check both times")


def counted(field: str, number: int) -> None:
    """Whether something was counted: no number of things or seconds is below none.

    Raises:
        BadInput: it is negative.
    """
    if number < 0:
        raise BadInput(field, "there are not less than none", "check the number")
