"""What a node is told of planned interruptions and recording hours; it obeys them by its own clock (wire.md §2)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

DAY_MINUTES = 24 * 60
Day = Annotated[int, Field(ge=1, le=7)]
Minute = Annotated[int, Field(ge=0, le=DAY_MINUTES)]


class PlannedStop(BaseModel):
    """An approved interruption of one camera (S34(6)).

    Attributes:
        id: of the plan in the register; it stands in the record of each gap that the plan explains.
        cause: why, one of the register's closed list, ``power``.
        from_us, until_us: microseconds UTC; the end is not part of it.
        dark: nothing may be taken in at all (S10(3), a vote): neither recorded nor shown, whatever the camera sends.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    cause: str = Field(max_length=40)
    from_us: int
    until_us: int
    dark: bool = False

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.until_us <= self.from_us:
            raise ValueError("a planned stop ends after it begins")
        return self


class WeekHours(BaseModel):
    """Hours of recording on some days of the week, local time.

    Attributes:
        days: on which they begin, 1 for Monday to 7 for Sunday.
        begin, end: minutes after midnight. An end that is not behind the beginning is on the day after.
    """

    model_config = ConfigDict(frozen=True)

    days: tuple[Day, ...] = Field(min_length=1)
    begin: Annotated[int, Field(ge=0, lt=DAY_MINUTES)]
    end: Minute

    @property
    def length(self) -> int:
        """Minutes, at most a day."""
        return (self.end - self.begin) % DAY_MINUTES or DAY_MINUTES


class SpecialDay(BaseModel):
    """A day of the calendar that is recorded as another day of the week: a holiday as a Sunday, say.

    Attributes:
        day: on the local calendar.
        as_day: whose hours it has, 1 for Monday to 7 for Sunday.
    """

    model_config = ConfigDict(frozen=True)

    day: date
    as_day: Day


class RecordingWeek(BaseModel):
    """When a camera is recorded, week by week; outside of these hours nothing is owed.

    Attributes:
        id: of the schedule in the register.
        zone: name of the time zone in which the hours are meant.
        special: days that are not recorded as their day of the week; the centre knows the calendar, a node does not.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    zone: str
    hours: tuple[WeekHours, ...] = Field(min_length=1, max_length=28)
    special: tuple[SpecialDay, ...] = Field(default=(), max_length=400)

    @field_validator("zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError
            raise ValueError(f"no time zone {name!r}") from error
        except KeyError as error:
            raise ValueError(f"no time zone {name!r}") from error
        return name
