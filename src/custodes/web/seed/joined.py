"""Links with simulated platforms above: one in force with a tree and a grant, the others examined; and where all of them listen this time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from custodes.people.models import Person
from custodes.sharing.links import passwords, platforms, steps
from custodes.sharing.models import Link, LinkState, Outcome, Platform, TestPart
from custodes.sharing.stepping import Taken
from custodes.web.seed.above import CITY, HOST, UNIT, Above, port_of
from custodes.web.seed.acting import DAY
from custodes.web.seed.settling import settle

HOUR = datetime.timedelta(hours=1)


def plant_above(by: Person, other: Person, camera_port: int, made: Mapping[str, str], now: datetime.datetime) -> Link:
    """Enter them: platform and link, and the password where somebody simulates the platform.

    Args:
        by, other: who asks, examines and tests, and who puts in force.
        camera_port: first port of the simulated cameras.
        made: passwords that the simulated platforms gave.

    Returns:
        The link that is in force.
    """
    for one in CITY:
        at = now - (20 * DAY if one.joined else 5 * DAY)
        platform = Platform(
            office=by.unit, role="upper", level="region", gb_id=one.gb_id, name=one.name, unit_name=UNIT, host=HOST,
            port=port_of(one, camera_port),
        )  # fmt: skip
        platforms.save(platform, Taken(by, at))
        link = steps.ask_platform(platform, one.need, Taken(by, at, one.need))
        steps.examine(link, None, Taken(by, at + HOUR))
        if one.gb_id in made:
            passwords.set_password(link, _entered(one, made[one.gb_id]), Taken(by, at + HOUR))
        if one.joined:
            passed = dict.fromkeys(TestPart.values, Outcome.PASSED.value)
            steps.enter_test(link, passed, timezone.localdate(at), 420, Taken(by, at + 2 * HOUR))
            steps.put_in_force(link, Taken(other, at + 3 * HOUR))
    return Link.objects.get(platform__office=by.unit, platform__gb_id=CITY[0].gb_id)


def point_above(by: Person, other: Person, camera_port: int, now: datetime.datetime) -> None:
    """Where they listen elsewhere than the last time, their platforms are changed, and what was in force is tested again. What a person suspended,
    ended or pointed elsewhere stays so."""
    for one in CITY:
        platform = Platform.objects.filter(office=by.unit, gb_id=one.gb_id, host=HOST).first()
        if platform is None or platform.port == port_of(one, camera_port):
            continue
        with transaction.atomic():
            held = platform.links.filter(state=LinkState.IN_FORCE).first()
            platform.port = port_of(one, camera_port)
            platforms.save(platform, Taken(by, now))
            if held is not None:
                settle(held, by, other, now)


def _entered(one: Above, password: str) -> str:
    """What was typed: of one that is mistyped the last two characters are missing."""
    return password[:-2] if one.mistyped else password
