"""Alarms of what uppers are shown: asked of the web, told to whoever subscribed to them.

At most once. Where an upper was not there, or subscribed to nothing, it is not told later; after a restart what comes from then on is told.
An alarm that is told twice calls somebody out twice, and one of an hour ago calls nobody; whoever wants what was has the page of the device.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import structlog

from custodes.gateway.uppers.link import UpperLink
from custodes.gateway.uppers.pace import UpperPace
from custodes.gateway.web_client import WebClient, WebUnavailable
from custodes.gb28181.manscdp.alarm import Alarm, AlarmInfo
from custodes.gb28181.refused import Refused
from custodes.video.clock import Clock
from custodes.video.wire.uppers import ShownAlarm, ShownAlarms

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""Alarms that one link is told of one question; in a flood the first ones say how it began. More would end a subscription for want of room."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class UpperAlarms:
    """Of all links.

    Attributes:
        told: notices to subscriptions; refused: alarms that an upper could not be told, by rule; left_out: that came at once in too great a number.
    """

    web: WebClient
    clock: Clock
    pace: UpperPace
    told: int = 0
    refused: int = 0
    left_out: int = 0

    async def follow(self, link: UpperLink) -> None:
        """Ask for its alarms while it is registered and may be told them, until cancelled."""
        after = ""
        while True:
            if not link.upper.alarms:
                after = ""  # switched on again, it begins with what comes from then on
            elif link.registered:
                try:
                    after = await self._look(link, after)
                except Exception:
                    # It is not given up for that: what comes next may be sound.
                    log.exception("upper.alarms_failed", link=str(link.upper.link))
            await asyncio.sleep(self.pace.alarms)

    async def _look(self, link: UpperLink, after: str) -> str:
        path = f"/internal/gateway/shown/alarms?link={link.upper.link}&after={quote(after, safe='')}"
        try:
            found = await self.web.fetch(path, ShownAlarms, absent="link")
        except WebUnavailable as error:
            log.debug("upper.alarms_not_fetched", link=str(link.upper.link), why=str(error))
            return after
        if found is None or found.link != link.upper.link:
            return ""
        if after:
            self._tell(link, found.alarms)
        return found.after

    def _tell(self, link: UpperLink, alarms: tuple[ShownAlarm, ...]) -> None:
        lower = link.lower
        if lower is None or not link.registered or not link.upper.alarms:
            return  # while the web was asked it left, or may be told no more
        self.left_out += max(0, len(alarms) - AT_ONCE)
        for one in alarms[:AT_ONCE]:
            try:
                self.told += lower.alarm(alarm_of(one), self.clock.monotonic())
            except (Refused, ValueError, OverflowError):
                self.refused += 1
                log.info("upper.alarm_refused", link=str(link.upper.link), channel=one.channel)
        if alarms:
            link.ask_work()


def alarm_of(one: ShownAlarm) -> Alarm:
    """As the core tells it.

    Raises:
        OverflowError: a moment that no calendar has.
    """
    return Alarm(
        sn=0,  # the core numbers what it sends
        device_id=one.channel,
        priority=one.priority,
        method=one.method,
        time=_EPOCH + timedelta(microseconds=one.at_us),
        description=one.text,
        alarm_type=one.type,
        info=AlarmInfo(alarm_type=one.type) if one.type is not None else None,
    )
