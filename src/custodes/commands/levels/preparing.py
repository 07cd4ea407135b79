"""One of the three made ready, in a process of its own with its own settings: keys, database, people, platforms, links.

It begins at once with what takes long; the order of its work, a line of JSON, comes over standard input when the level above has answered,
since that one makes the password. Its answer goes to standard output. A password is never in a file, an argument or the environment.
"""

from __future__ import annotations

import json
import sys
from typing import Any

MIGRATED = "migrated"
"""What it says once its database is up to date."""


def main() -> None:
    """Read the order, do it, answer."""
    from custodes.commands.installation import NewerDatabase, make_keys, migrate, register_own_node
    from custodes.settings import get_settings

    settings = get_settings()
    try:
        make_keys(settings)
        migrate()
    except NewerDatabase as error:
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
    from custodes.commands.demo_gb28181 import kept_passwords, password_file
    from custodes.commands.levels.plan import LOOPBACK
    from custodes.settings import get_settings
    from custodes.video.simcam.login import PASSWORD, USER
    from custodes.web.seed.levels.joining import (
        enter_below,
        enter_dome,
        enter_platforms,
        hand_out,
        join_upper,
        share,
        shown,
    )
    from custodes.web.seed.levels.plant import plant
    from custodes.web.seed.levels.story import DOME_DEVICE, below_of, by_key, lower_of
    from custodes.web.seed.story import PASSWORD as LOGIN

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


if __name__ == "__main__":
    main()
