"""The gateway's sealing key is replaced: every password in the register that is sealed to it is sealed again.

Here and not in `places`, since links seal to the same key, and both go in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from custodes.places.devices.telling import bump_gateways
from custodes.places.models import Gateway, GbDevice
from custodes.sharing.models import Link


def reseal(seal_key: str, again: Callable[[str], str | None]) -> list[UUID]:
    """Seal the passwords of devices and of links with platforms again, and let the register know the gateway's new key.

    Args:
        seal_key: the gateway's new public half, raw 32 bytes in base64.
        again: a sealed password, sealed to the new key; None when it does not open.

    Returns:
        Devices and links whose password did not open. It is left as it is, and their pages ask for another.
    """
    key = seal_key.strip()
    left: list[UUID] = []
    with transaction.atomic():
        for model in (GbDevice, Link):
            for row in model._default_manager.select_for_update().exclude(sealed_password=""):
                sealed = again(row.sealed_password)
                if sealed is None:
                    left.append(row.pk)
                else:
                    model._default_manager.filter(pk=row.pk).update(sealed_password=sealed, sealed_to=key)
        Gateway.objects.update(seal_key=key)
        bump_gateways()
    return left
