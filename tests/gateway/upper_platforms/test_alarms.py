"""Alarms of what an upper is shown: told where it subscribed, at most once, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from custodes.gateway.upper_platforms.notices import AT_ONCE
from custodes.video.wire.devices import DeviceAlarm
from custodes.video.wire.upper_platforms import ShownAlarm
from tests.gateway.upper_platforms.world import OWN, camera, pair
from tests.patience import until_async

NIGHT_US = 1_764_270_000_000_000


def alarm(number: int = 1, **more: Any) -> ShownAlarm:
    told = {"at_us": NIGHT_US, "priority": 2, "method": 5, "type": 6, "text": "入侵检测"} | more
    return ShownAlarm.model_validate({"channel": camera(number), **told})


async def listening(both: Any) -> list[DeviceAlarm]:
    """The gateway above has subscribed, as it does of platforms below; what its web is told."""
    await until_async(lambda: both.link.lower is not None and both.link.lower.telling.notifier.of_topic("Alarm"))
    found: list[DeviceAlarm] = both.above.world.web.alarms
    return found


async def test_a_gateway_above_subscribes_and_its_web_is_told(tmp_path: Path) -> None:
    async with pair(tmp_path, alarms=True) as both:
        heard = await listening(both)
        await until_async(lambda: both.web.alarms_asked)
        both.web.alarms.append(alarm())
        await until_async(lambda: heard)
        (told,) = heard
        assert (told.device, told.channel, told.method, told.kind, told.priority) == (OWN, camera(1), 5, 6, 2)
        assert (told.words, told.at_us) == ("入侵检测", NIGHT_US)
        asked = len(both.web.alarms_asked)
        await until_async(lambda: len(both.web.alarms_asked) > asked + 3)
        assert len(heard) == 1, "once"


async def test_a_gateway_above_subscribes_anew_behind_a_restart_below(tmp_path: Path) -> None:
    async with pair(tmp_path, alarms=True) as both:
        await listening(both)
        link = both.link
        both.web.uppers = [one.model_copy(update={"transport": "tcp"}) for one in both.web.uppers]
        await until_async(lambda: both.ours.uppers.links and both.link is not link)
        heard = await listening(both)
        await until_async(lambda: both.web.alarms_asked and both.web.alarms_asked[-1][1])
        both.web.alarms.append(alarm(2))
        await until_async(lambda: heard)
        assert [one.channel for one in heard] == [camera(2)]


async def test_what_was_before_and_what_is_not_shown_is_told_to_nobody(tmp_path: Path) -> None:
    async with pair(tmp_path, alarms=True) as both:
        both.web.alarms.append(alarm(2))
        heard = await listening(both)
        await until_async(lambda: both.web.alarms_asked and both.web.alarms_asked[-1][1])
        both.web.alarms += [alarm(99), alarm(1)]
        await until_async(lambda: heard)
        assert [one.channel for one in heard] == [camera(1)]
        assert both.ours.uppers.alarms.refused == 1
        assert both.web.alarms_asked[0][1] == "", "it begins with the newest"


async def test_an_upper_that_did_not_subscribe_and_a_flood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(tmp_path, alarms=True) as both:
        heard = await listening(both)
        await until_async(lambda: both.web.alarms_asked and both.web.alarms_asked[-1][1])
        lower = both.link.lower
        assert lower is not None
        with monkeypatch.context() as silent:
            silent.setattr(lower.telling.notifier, "of_topic", lambda _topic: [])
            both.web.alarms.append(alarm(3))
            asked = len(both.web.alarms_asked)
            await until_async(lambda: len(both.web.alarms_asked) > asked + 3)
            assert both.ours.uppers.alarms.told == 0, "it subscribed to nothing"
        both.web.alarms += [alarm(1, at_us=NIGHT_US + number) for number in range(AT_ONCE + 20)]
        await until_async(lambda: len(heard) == AT_ONCE)
        assert both.ours.uppers.alarms.left_out == 20
        assert camera(3) not in {one.channel for one in heard}, "not told late"


async def test_it_is_switched_on_and_off_without_a_new_link(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        await until_async(lambda: len(both.above.catalogue()) == 5)
        link = both.link
        assert not both.web.alarms_asked, "off by default"
        both.web.uppers = [one.model_copy(update={"alarms": True}) for one in both.web.uppers]
        asked = both.web.alarms_asked
        await until_async(lambda: asked and asked[-1][1])  # it knows by now where it stands
        assert both.link is link
        both.web.uppers = [one.model_copy(update={"alarms": False}) for one in both.web.uppers]
        await until_async(lambda: not link.upper.alarms)
        both.web.alarms.append(alarm(3))
        begun = len(asked)
        both.web.uppers = [one.model_copy(update={"alarms": True}) for one in both.web.uppers]
        await until_async(lambda: any(not after for _, after in asked[begun:]) and asked[-1][1])
        assert both.link is link
        heard = await listening(both)
        both.web.alarms.append(alarm(1))
        await until_async(lambda: heard)
        assert [one.channel for one in heard] == [camera(1)], "not what was while it was switched off"
