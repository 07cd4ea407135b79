"""What the level below shows, or in the county its own device, becomes cameras, in a process of its own with the settings of its installation: as soon as there is a catalogue.

Each change of its stage goes to standard output, a word a line (`web.seed.levels.taking.Stage`).
"""

from __future__ import annotations

import sys
import time

LOOK_SECONDS = 1.0
ASK_EACH = 15
"""Looks after which the level below is asked for its catalogue again, as a person does with the button of its page."""


def main(key: str) -> None:
    """Until it is done; whoever started it ends it."""
    from custodes.commands.installation import set_up_django

    set_up_django()
    from django.db import OperationalError, connection
    from django.utils import timezone

    from custodes.places.devices.client import GatewayClient, GatewayUnreachable, NotRegistered
    from custodes.places.devices.gateways import own_gateway
    from custodes.web.seed.levels.joining import try_below
    from custodes.web.seed.levels.story import by_key
    from custodes.web.seed.levels.taking import Stage, source_of, take_on, trouble

    told, said, looks = by_key(key), "", 0
    source = source_of(told)
    while said != Stage.DONE:
        try:
            if not looks:
                try_below(told, timezone.now())
            stage = take_on(told, timezone.now())
            word = f"{stage} {trouble(told)}".strip() if stage == Stage.NO_PICTURE else str(stage)
            if word != said:
                said = word
                sys.stdout.write(f"{said}\n")
                sys.stdout.flush()
            looks += 1
            gateway = own_gateway()
            if stage == Stage.NO_CATALOGUE and looks % ASK_EACH == 0 and gateway is not None:
                GatewayClient(gateway).take_catalogue(source.gb_id)
        except (OperationalError, GatewayUnreachable, NotRegistered):
            pass  # busy, or not up yet: looked at again
        finally:
            connection.close()
        if said != Stage.DONE:
            time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
