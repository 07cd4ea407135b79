"""What uppers subscribed to of what they are shown: alarms, and where cameras are that move; asked of the web, told in NOTIFY.

Alarms at most once. Where an upper was not there, or subscribed to nothing, it is not told later; after a restart what comes from then on is
told. An alarm that is told twice calls somebody out twice, and one of an hour ago calls nobody; whoever wants what was has the page of the
device. Places are asked for while an upper subscribes to them and told no sooner than it wants: what it was told is never told again, and of
what was between two places nothing is known here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import structlog

from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.web_client import GatewayWebClient, WebUnavailable
from custodes.gb28181.cascade.moving import LastPlace
from custodes.gb28181.manscdp.alarm import AlarmInfo, AlarmNotice
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.clock import HostClock
from custodes.video.wire.devices import ShownPositions
from custodes.video.wire.upper_platforms import ShownAlarm, ShownAlarms

log = structlog.get_logger(__name__)


AT_ONCE = 100
"""Alarms that one link is told of one question; in a flood the first ones say how it began. More would end a subscription for want of room."""


@dataclass
class UpperAlarms:
    """Of all links.

    Attributes:
        told: notices to subscriptions; refused: alarms that an upper could not be told, by rule; left_out: that came at once in too great a number.
    """

    web: GatewayWebClient
    clock: HostClock
    pace: UpperPace
    told: int = 0
    refused: int = 0
    left_out: int = 0

    async def follow(self, link: UpperLink) -> None:
        """Ask for its alarms while it is registered and may be told them, until cancelled."""
        while True:
            if link.upper.alarms and link.registered:
                try:
                    await self._look(link)
                except Exception:
                    # It is not given up for that: what comes next may be sound.
                    log.exception("upper.alarms_failed", link=str(link.upper.link))
            await asyncio.sleep(self.pace.alarms)

    async def _look(self, link: UpperLink) -> None:
        after = link.alarms_after
        path = f"/internal/gateway/shown/alarms?link={link.upper.link}&after={quote(after, safe='')}"
        try:
            found = await self.web.fetch(path, ShownAlarms, absent="link")
        except WebUnavailable as error:
            log.debug("upper.alarms_not_fetched", link=str(link.upper.link), why=str(error))
            return
        if link.alarms_after != after or not link.upper.alarms:
            return  # it was switched off meanwhile
        if found is None or found.link != link.upper.link:
            link.alarms_after = ""
            return
        if after:
            self._tell(link, found.alarms)
        link.alarms_after = found.after

    def _tell(self, link: UpperLink, alarms: tuple[ShownAlarm, ...]) -> None:
        lower = link.lower
        if lower is None or not link.registered or not link.upper.alarms:
            return  # while the web was asked it left, or may be told no more
        self.left_out += max(0, len(alarms) - AT_ONCE)
        for one in alarms[:AT_ONCE]:
            try:
                self.told += lower.alarm(alarm_of(one), self.clock.monotonic())
            except (Gb28181Refused, ValueError, OverflowError):
                self.refused += 1
                log.info("upper.alarm_refused", link=str(link.upper.link), channel=one.channel)
        if alarms:
            link.ask_work()


def alarm_of(one: ShownAlarm) -> AlarmNotice:
    """As the core tells it.

    Raises:
        OverflowError: a moment that no calendar has.
    """
    return AlarmNotice(
        sn=0,  # the core numbers what it sends
        device_id=one.channel,
        priority=one.priority,
        method=one.method,
        time=_EPOCH + timedelta(microseconds=one.at_us),
        description=one.text,
        alarm_type=one.type,
        info=AlarmInfo(alarm_type=one.type) if one.type is not None else None,
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class UpperPositions:
    """Of all links.

    Attributes:
        told: notices that went out to subscriptions; refused: rounds that could not be written for an upper.
    """

    web: GatewayWebClient
    clock: HostClock
    pace: UpperPace
    told: int = 0
    refused: int = 0

    async def follow(self, link: UpperLink) -> None:
        """Ask where they are while the upper follows them and may, until cancelled. Where it may no more, its subscriptions end."""
        while True:
            lower = link.lower
            if link.registered and lower is not None and lower.telling.follows:
                try:
                    self._tell(link, await self._look(link) if link.upper.positions else None)
                except Exception:
                    # It is not given up for that: what comes next may be sound.
                    log.exception("upper.positions_failed", link=str(link.upper.link))
            if lower is not None:
                self.told += lower.telling.positions_sent()
            await asyncio.sleep(self.pace.positions)

    async def _look(self, link: UpperLink) -> ShownPositions | None:
        path = f"/internal/gateway/shown/positions?link={link.upper.link}"
        try:
            found = await self.web.fetch(path, ShownPositions, absent="link")
        except WebUnavailable as error:
            log.debug("upper.positions_not_fetched", link=str(link.upper.link), why=str(error))
            return None
        return found if found is not None and found.link == link.upper.link else None

    def _tell(self, link: UpperLink, found: ShownPositions | None) -> None:
        lower = link.lower
        if lower is None or not link.registered:
            return  # while the web was asked it left
        try:
            lower.positions(_places(found), self.clock.monotonic())
        except Gb28181Refused:
            self.refused += 1
            log.info("upper.positions_refused", link=str(link.upper.link))
        link.ask_work()


def _places(found: ShownPositions | None) -> list[LastPlace]:
    if found is None:
        return []
    return [
        LastPlace(one.channel, one.longitude, one.latitude, _EPOCH + timedelta(microseconds=one.at_us))
        for one in found.positions
        if 0 <= one.at_us < 2**53
    ]
