"""The story's sound: one leave that was asked for and approved, and one request that waits and should be refused."""

from __future__ import annotations

import datetime

from custodes.places import deciding, sound
from custodes.places.models import Camera, SoundOrder
from custodes.web.seed import story
from custodes.web.seed.acting import person


def plant_sound(now: datetime.datetime) -> bool:
    """Plant them.

    Returns:
        Whether it was done now: once for an installation.
    """
    if SoundOrder.objects.exists():
        return False
    given = _ask(story.SOUND_GIVEN, now)
    deciding.approve(given, sound.RULES, person("shenpi"), now, "必要，限于求助通话")
    _ask(story.SOUND_WAITING, now)
    return True


def _ask(told: tuple[str, str], now: datetime.datetime) -> SoundOrder:
    name, why = told
    order = SoundOrder(camera=Camera.objects.get(name=name), reason="emergency", why=why)
    return sound.ask(order, person("xitong"), now)
