"""The shapes of the browser's API (wire.md §4), refusals in the language of the page, and how many wishes one person has in a minute."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext
from ninja import Schema
from ninja.throttling import AuthRateThrottle
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import in_english
from custodes.settings import get_settings

MAX_CAMERAS = 64
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200


def _plausible(value: datetime) -> datetime:
    """Times that a camera could have: at the ends of the calendar, arithmetic and records overflow."""
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValueError(f"the year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
#: PostgreSQL stores no NUL, and what turns the writing direction makes a record read otherwise than it is.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00\u202a-\u202e\u2066-\u2069]*$")]


class _Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class SpanIn(_Strict):
    """Two times with their zone."""

    from_: Moment = Field(alias="from")
    to: Moment


class ReasonIn(_Strict):
    """事由 and 内容 (N16.2(3)); `matter` is the number of the case or event that they are about, where there is one."""

    purpose: Annotated[Text, Field(max_length=200)]
    content: Annotated[Text, Field(max_length=500)]
    matter: Annotated[Text, Field(max_length=100)] = ""


class ViewIn(_Strict):
    """A wish to look; `request` names the agency request that it rests on."""

    cameras: Annotated[list[UUID], Field(min_length=1, max_length=MAX_CAMERAS)]
    live: bool = False
    span: SpanIn | None = None
    reason: ReasonIn | None = None
    request: UUID | None = None
    session: UUID | None = None


class SocketOut(Schema):
    """One worker's WebSocket."""

    url: str
    token: str
    cameras: list[UUID]


class SpanOut(Schema):
    """A granted span, ISO 8601 in UTC."""

    model_config = ConfigDict(populate_by_name=True)

    from_: datetime = Field(serialization_alias="from")
    to: datetime


class UnmetOut(Schema):
    """One condition that is not met."""

    clause: str
    reason: str
    remedy: str


class WithheldOut(Schema):
    """Cameras that were asked for and are not shown, and why."""

    cameras: list[UUID]
    refusal: list[UnmetOut]


class ViewOut(Schema):
    """A grant with the sockets that it opens."""

    grant: UUID
    index: int
    watermark: str
    live: bool
    back_seconds: int
    span: SpanOut | None
    expires: datetime
    sockets: list[SocketOut]
    withheld: list[WithheldOut]


class RefusalOut(Schema):
    """Why not, and where the refusal is recorded."""

    refusal: list[UnmetOut]
    index: int | None


def expires_at(now: datetime, seconds: int) -> datetime:
    """When the tokens end."""
    return now + timedelta(seconds=seconds)


Answer = tuple[int, Any]


class PersonThrottle(AuthRateThrottle):
    """So many wishes a minute from one person; the count is in the cache that all web processes share."""

    def __init__(self) -> None:
        super().__init__(f"{get_settings().views_per_minute}/m")


def spoken(unmet: Iterable[Unmet]) -> list[dict[str, str]]:
    """``[{clause, reason, remedy}]``."""
    english = in_english()
    return [
        {
            "clause": item.clause,
            "reason": item.reason_en if english else item.reason_zh,
            "remedy": item.remedy_en if english else item.remedy_zh,
        }
        for item in unmet
    ]


def refusal(unmet: Iterable[Unmet], index: int | None) -> dict[str, Any]:
    """A refusal with its place in the ledger."""
    return {"refusal": spoken(unmet), "index": index}


def plain_refusal(reason: str, remedy: str = "") -> dict[str, Any]:
    """A refusal that no clause asks for: not found, a service that is down."""
    return {"refusal": [{"clause": "", "reason": reason, "remedy": remedy}], "index": None}


def notary_down() -> dict[str, Any]:
    """Grants fail closed."""
    return plain_refusal(
        gettext("存证服务不可用，查看无法登记，因此不能显示画面"),
        gettext("录像不受影响。请稍后再试，或者联系系统管理员。"),
    )
