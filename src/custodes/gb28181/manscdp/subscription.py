"""Bodies of SUBSCRIBE (GB/T 28181 §9.11), and which event a subscription names. A catalog's is `CatalogQuery`, a PTZ position's `PtzPositionQuery`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.alarm import AlarmAnswer
from custodes.gb28181.manscdp.device import RESULT
from custodes.gb28181.manscdp.frame import Message, Result, Root, write_message
from custodes.gb28181.manscdp.structure import one, structure
from custodes.gb28181.manscdp.values import TIME, Integer, Text

CATALOG_SECONDS = 600
"""How long a subscription of a catalog lasts unless somebody says otherwise (P.2)."""

POSITION_SECONDS = 5


@structure
class AlarmSubscription(Message):
    """Tell me of alarms. `start_priority` 0 means all; `method` 0 all, or digits in a row (`12`), in 2022 joined (`2/5`)."""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "Alarm"

    start_priority: int | None = one("StartAlarmPriority", Integer(0, 4))
    end_priority: int | None = one("EndAlarmPriority", Integer(0, 4))
    method: str = one("AlarmMethod", Text(32), default="")
    alarm_type: str = one("AlarmType", Text(64), default="")
    start: datetime | None = one("StartAlarmTime", TIME, also=("StartTime",))
    end: datetime | None = one("EndAlarmTime", TIME, also=("EndTime",))

    @property
    def methods(self) -> frozenset[int]:
        """The methods asked for; empty for all."""
        numbers = frozenset(int(digit) for digit in self.method if digit in "0123456789")
        return frozenset() if 0 in numbers else numbers


@structure
class PositionSubscription(Message):
    """Tell me where it is, each `interval` seconds."""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "MobilePosition"
    SINCE: ClassVar = Edition.E2016

    interval: int | None = one("Interval", Integer(1, 86_400))


@structure
class CatalogAnswer(Message):
    """In the 200 to SUBSCRIBE and NOTIFY, editions before 2022 (J.18–J.21)."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "Catalog"

    result: Result = one("Result", RESULT, default=Result.OK, always=True)


def events(cmd: str, number: int) -> tuple[str, str]:
    """What to put into the Event header of a subscription, and what to try when that is answered by 489 (Bad Event).

    Args:
        cmd: ``Catalog``, ``Alarm``, ``MobilePosition`` or ``PTZPosition``.
        number: of the subscription, the same in each of its notices.
    """
    both = (f"Catalog;id={number}", "presence")
    return both if cmd == "Catalog" else (both[1], both[0])


def answer_of(cmd: str, sn: int, device_id: str, edition: Edition, charset: Charset | None = None) -> bytes:
    """The body of a 200 to SUBSCRIBE or NOTIFY: alarms and catalogs have one before 2022 (J.18–J.21), all else is empty (RFC 6665)."""
    kind = {"catalog": CatalogAnswer, "alarm": AlarmAnswer}.get(cmd.lower())
    if kind is None or edition >= Edition.E2022 or not sn or not device_id:
        return b""
    return write_message(kind(sn=sn, device_id=device_id), edition, charset)
