"""The two processes of one level, each with the settings of its own installation.

One makes it ready: keys, database, people, platforms, links. It begins at once with what takes long; the order of its work, a line of JSON,
comes over standard input when the level above has answered, since that one makes the password. Its answer goes to standard output. A
password is never in a file, an argument or the environment.

In the other, what the level below shows, or in the county its own device, becomes cameras as soon as there is a catalogue. Each change of
its stage goes to standard output, a word a line (`demo.levels.taking.TakingStage`).
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

MIGRATED = "migrated"
"""What it says once its database is up to date."""


def prepare_as_told() -> None:
    """Read the order, do it, answer."""
    from custodes.commands.installation import UnfitDatabase, make_keys, migrate, register_own_node
    from custodes.settings import get_settings

    settings = get_settings()
    try:
        make_keys(settings)
        migrate()
    except UnfitDatabase as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(3) from error
    sys.stdout.write(f"{MIGRATED}\n")
    sys.stdout.flush()
    order = json.loads(sys.stdin.readline())
    register_own_node(settings)
    json.dump(prepare(order), sys.stdout)
    sys.stdout.flush()


def prepare(order: dict[str, Any]) -> dict[str, Any]:
    """Plant, enter, join.

    Args:
        order: ``level``; ``ports`` of signalling: ``own``, ``upper``, ``lower``, null where there is none; ``statements``: ``url`` and ``certificate`` of the side channel of ``upper`` and ``lower``; ``camera_port``; ``password`` that the level above made;
            ``below_joined``: whether the level below has its own already.

    Returns:
        ``password`` for the level below, empty where it has one; ``login``: the password of all people.
    """
    from django.utils import timezone

    from custodes.access.holds.delivering import resting
    from custodes.demo.gb28181 import kept_passwords, password_file
    from custodes.demo.levels.joining import (
        enter_below,
        enter_dome,
        enter_platforms,
        hand_out,
        join_upper,
        share,
        shown,
    )
    from custodes.demo.levels.plan import LOOPBACK
    from custodes.demo.levels.plant import plant
    from custodes.demo.levels.story import DOME_DEVICE, below_of, by_key, lower_of
    from custodes.demo.story import PASSWORD as LOGIN
    from custodes.settings import get_settings
    from custodes.video.simcam.cast import PASSWORD, USER

    told, now = by_key(order["level"]), timezone.now()
    addresses = {role: (LOOPBACK, int(port)) for role, port in order["ports"].items() if port is not None}
    with resting():
        plant(told, now, camera_port=order["camera_port"], user=USER, password=PASSWORD)
        handed_over = {
            role: (at["url"], at["certificate"]) for role, at in order["statements"].items() if at is not None
        }
        enter_platforms(told, addresses, now, handed_over)
        handed = hand_out(told, now, joined=order["below_joined"])
        if below := [one.gb_id for one in below_of(told.key)]:
            enter_below(told, kept_passwords(password_file(get_settings().data), below), now)
        if lower_of(told.key) is None:
            made = kept_passwords(password_file(get_settings().data), (DOME_DEVICE,))
            enter_dome(told, made[DOME_DEVICE], now)
        join_upper(told, order["password"], timezone.now())
        share(told, shown(told), timezone.now())
    return {"password": handed, "login": LOGIN}


PREPARE = "prepare"
"""The argument of the one; the other has the key of its level."""
LOOK_SECONDS = 1.0
ASK_EACH = 15
"""Looks after which the level below is asked for its catalogue again, as a person does with the button of its page."""


def take_over(key: str) -> None:
    """Until it is done; whoever started it ends it."""
    from custodes.commands.installation import set_up_django

    set_up_django()
    from django.db import OperationalError, connection
    from django.utils import timezone

    from custodes.demo.levels.joining import try_below
    from custodes.demo.levels.story import by_key
    from custodes.demo.levels.taking import TakingStage, source_of, take_on, trouble
    from custodes.places.devices.gateways import GatewayClient, GatewayUnreachable, NotRegistered, own_gateway

    told, said, looks = by_key(key), "", 0
    source = source_of(told)
    while said != TakingStage.DONE:
        try:
            if not looks:
                try_below(told, timezone.now())
            stage = take_on(told, timezone.now())
            word = f"{stage} {trouble(told)}".strip() if stage == TakingStage.NO_PICTURE else str(stage)
            if word != said:
                said = word
                sys.stdout.write(f"{said}\n")
                sys.stdout.flush()
            looks += 1
            gateway = own_gateway()
            if stage == TakingStage.NO_CATALOGUE and looks % ASK_EACH == 0 and gateway is not None:
                GatewayClient(gateway).take_catalogue(source.gb_id)
        except (OperationalError, GatewayUnreachable, NotRegistered):
            pass  # busy, or not up yet: looked at again
        finally:
            connection.close()
        if said != TakingStage.DONE:
            time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    if sys.argv[1] == PREPARE:
        prepare_as_told()
    else:
        take_over(sys.argv[1])
