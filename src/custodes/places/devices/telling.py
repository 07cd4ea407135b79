"""That the gateway has to hear of something: its generation rises, in the transaction of the change."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from custodes.places.devices.channel import PREFIX
from custodes.places.models import Gateway


def bump_gateways() -> None:
    """Raise the generation. Called inside the transaction of the change, so that both or neither happen.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an assignment changes in the same transaction as the register")
    Gateway.objects.update(generation=F("generation") + 1)


def tell_of(*urls: str) -> None:
    """Raise it where one of these addresses, which are on trial now, is a channel: a node is to probe it."""
    if any(url.startswith(PREFIX) for url in urls):
        with transaction.atomic():
            bump_gateways()
