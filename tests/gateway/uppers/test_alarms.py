"""Alarms of what an upper is shown: told where it subscribed, at most once, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from custodes.gateway.process import Gateway
from custodes.gateway.uppers.alarms import AT_ONCE
from custodes.gb28181.edition import BASE
from custodes.gb28181.manscdp.alarm import Alarm
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.subscription import AlarmSubscription, events
from custodes.gb28181.sip.subscription import Subscriber, Wish
from custodes.video.wire.uppers import ShownAlarm
from tests.gateway.uppers.world import OWN, camera, pair
from tests.gateway.world import until

NIGHT_US = 1_764_270_000_000_000


def alarm(number: int = 1, **more: Any) -> ShownAlarm:
    told = {"at_us": NIGHT_US, "priority": 2, "method": 5, "type": 6, "text": "入侵检测"} | more
    return ShownAlarm.model_validate({"channel": camera(number), **told})


class Listener:
    """A subscription to alarms of the gateway above; what it was told."""

    def __init__(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[Alarm] = []
        self.active = False
        self._gateway = gateway
        self._subscriber = Subscriber(gateway.endpoint, lambda _one, _body: b"", 10, 10)
        watching = gateway.watching
        told, got = watching.told, watching.got

        def heard(event: Any) -> Any:
            news = self._subscriber.told(event, gateway.context.clock.monotonic())
            if news is None:
                return told(event)
            for one in news:
                if one.what == "told" and one.body:
                    message = read_body(one.body)
                    assert isinstance(message, Alarm)
                    self.told.append(message)
            return []

        def answered(event: Any) -> bool:
            news = self._subscriber.got(event, gateway.context.clock.monotonic())
            self.active |= any(one.what == "active" for one in news or ())
            return news is not None or got(event)

        monkeypatch.setattr(watching, "told", heard)
        monkeypatch.setattr(watching, "got", answered)

    async def subscribe(self) -> None:
        reach = self._gateway.context.reach(OWN)
        assert reach is not None
        query = AlarmSubscription(sn=7, device_id=OWN)
        wish = Wish(OWN, OWN, events("Alarm", 7), lambda: write_message(query, BASE, None), 600)
        self._subscriber.subscribe(wish, reach.peer, self._gateway.context.clock.monotonic())
        self._gateway.transport.drain()
        await until(lambda: self.active)


async def test_an_upper_that_subscribed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(tmp_path, alarms=True) as both:
        await until(lambda: len(both.above.catalogue()) == 5)
        listener = Listener(both.theirs, monkeypatch)
        await listener.subscribe()
        await until(lambda: both.web.alarms_asked)
        both.web.alarms.append(alarm())
        await until(lambda: listener.told)
        (told,) = listener.told
        assert (told.device_id, told.method, told.type, told.priority) == (camera(1), 5, 6, 2)
        assert told.description == "入侵检测"
        assert told.time is not None
        assert told.time.timestamp() * 1_000_000 == NIGHT_US
        asked = len(both.web.alarms_asked)
        await until(lambda: len(both.web.alarms_asked) > asked + 3)
        assert len(listener.told) == 1, "once"


async def test_what_was_before_and_what_is_not_shown_is_told_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path, alarms=True) as both:
        both.web.alarms.append(alarm(2))
        await until(lambda: len(both.above.catalogue()) == 5)
        listener = Listener(both.theirs, monkeypatch)
        await listener.subscribe()
        await until(lambda: both.web.alarms_asked and both.web.alarms_asked[-1][1])
        both.web.alarms += [alarm(99), alarm(1)]
        await until(lambda: listener.told)
        assert [one.device_id for one in listener.told] == [camera(1)]
        assert both.ours.uppers.alarms.refused == 1
        assert both.web.alarms_asked[0][1] == "", "it begins with the newest"


async def test_an_upper_that_did_not_subscribe_and_a_flood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(tmp_path, alarms=True) as both:
        await until(lambda: len(both.above.catalogue()) == 5)
        await until(lambda: both.web.alarms_asked and both.web.alarms_asked[-1][1])
        both.web.alarms.append(alarm(3))
        asked = len(both.web.alarms_asked)
        await until(lambda: len(both.web.alarms_asked) > asked + 3)
        assert both.ours.uppers.alarms.told == 0, "it subscribed to nothing"
        listener = Listener(both.theirs, monkeypatch)
        await listener.subscribe()
        both.web.alarms += [alarm(1)] * (AT_ONCE + 20)
        await until(lambda: len(listener.told) == AT_ONCE)
        assert both.ours.uppers.alarms.left_out == 20
        assert camera(3) not in {one.device_id for one in listener.told}, "not told late"


async def test_it_is_switched_on_and_off_without_a_new_link(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        await until(lambda: len(both.above.catalogue()) == 5)
        link = both.link
        assert not both.web.alarms_asked, "off by default"
        both.web.uppers = [one.model_copy(update={"alarms": True}) for one in both.web.uppers]
        await until(lambda: both.web.alarms_asked)
        assert both.link is link
        both.web.uppers = [one.model_copy(update={"alarms": False}) for one in both.web.uppers]
        await until(lambda: not link.upper.alarms)
        await until(lambda: both.web.alarms_asked[-1][1])
        both.web.alarms_asked.clear()
        both.web.uppers = [one.model_copy(update={"alarms": True}) for one in both.web.uppers]
        await until(lambda: both.web.alarms_asked)
        assert both.link is link
