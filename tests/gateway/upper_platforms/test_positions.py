"""Where what moves is goes up where it may, to who subscribed, under the link's own IDs; a gateway of ours above tells its own web."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from custodes.video.wire.devices import ShownPosition
from custodes.video.wire.gateway_assignment import GatewayMobile
from tests.gateway.upper_platforms.world import OWN, camera, pair
from tests.patience import until_async

MOVES = (GatewayMobile(device=OWN, channel=camera(1), interval_s=5),)


def position(number: int = 1, longitude: float = 91.12, ago: float = 1.0) -> ShownPosition:
    at_us = round((time.time() - ago) * 1_000_000)
    return ShownPosition(channel=camera(number), longitude=longitude, latitude=29.65, at_us=at_us)


def follows(both: Any) -> bool:
    return both.link.lower is not None and both.link.lower.telling.follows


async def test_a_gateway_above_subscribes_and_its_web_is_told(tmp_path: Path) -> None:
    async with pair(tmp_path, positions=True, mobiles=MOVES) as both:
        both.web.positions = [position(), position(2)]
        (place,) = await until_async(lambda: both.above.world.web.places)
        assert (place.device, place.channel, place.longitude) == (OWN, camera(1), 91.12)
        assert place.said_us == both.web.positions[0].at_us // 1_000_000 * 1_000_000, "whole seconds go over the wire"
        await until_async(lambda: both.above.world.web.watched() == {(OWN, camera(1)): ("active", 0)})
        asked = both.web.positions_asked
        await until_async(lambda: both.web.positions_asked > asked + 3)
        assert len(both.above.world.web.places) == 1, "the same place is told once"


async def test_without_the_switch_it_is_refused_and_the_web_is_not_asked(tmp_path: Path) -> None:
    async with pair(tmp_path, mobiles=MOVES) as both:
        both.web.positions = [position()]
        await until_async(lambda: both.above.world.web.watched() == {(OWN, camera(1)): ("refused", 403)})
        assert both.web.positions_asked == 0
        assert both.above.world.web.places == []


async def test_it_is_switched_off_without_a_new_link(tmp_path: Path) -> None:
    async with pair(tmp_path, positions=True, mobiles=MOVES) as both:
        await until_async(lambda: follows(both))
        link, registered = both.link, both.ours.uppers.registered
        both.web.uppers = [one.model_copy(update={"positions": False}) for one in both.web.uppers]
        await until_async(lambda: not follows(both))
        assert both.link is link
        assert both.ours.uppers.registered == registered
        await until_async(lambda: both.above.world.web.watched() == {(OWN, camera(1)): ("waiting", 0)})


async def test_a_web_that_is_away_ends_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path, positions=True, mobiles=MOVES) as both:
        await until_async(lambda: follows(both))
        both.web.broken.add("/internal/gateway/shown/positions")
        both.web.positions = [position()]
        link = both.link
        await until_async(lambda: both.web.heard)
        both.web.broken.clear()
        await until_async(lambda: both.above.world.web.places)
        assert both.link is link
