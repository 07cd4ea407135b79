"""The gateway in the register: entered at start, and told of each change by a generation that rises."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from custodes.places.assignment import bump
from custodes.places.devices.telling import bump_gateways
from custodes.places.models import Gateway, GbDevice, Node, Standing


def register_own_gateway(
    name: str,
    url: str,
    public_key: str,
    seal_key: str,
    *,
    sip_id: str = "",
    sip_host: str = "",
    sip_port: int = 5060,
) -> Gateway:
    """Enter this machine's gateway, or what changed of it, and let nodes and gateway hear of it. Called at each start.

    Args:
        name: as which it signs (`CUSTODES_GATEWAY_NAME`).
        url: where web and nodes reach it, ``http://`` or ``https://host:port``.
        public_key: Ed25519, raw 32 bytes in base64 (``keys/public/gateway.pub``).
        seal_key: X25519, the same way (``gateway-seal.pub``).
        sip_id, sip_host, sip_port: what people type into devices as their server; empty where it is not known.
    """
    if sip_host in ("0.0.0.0", "::"):  # noqa: S104 - every address of this machine is none to be typed in
        sip_host = ""
    told = {
        "url": url, "public_key": public_key.strip(), "seal_key": seal_key.strip(), "sip_id": sip_id,
        "sip_host": sip_host, "sip_port": sip_port,
    }  # fmt: skip
    with transaction.atomic():
        before = Gateway.objects.select_for_update().filter(name=name).first()
        if before is not None and all(getattr(before, field) == value for field, value in told.items()):
            bump_gateways()  # networks and the web's key are settings, which a start may have changed
            return before
        row, _new = Gateway.objects.update_or_create(name=name, defaults=told)
        Gateway.objects.exclude(pk=row.pk).delete()  # a gateway that was renamed has no successor beside it
        bump_gateways()
        bump(*Node.objects.all())
    return row


def remove_own_gateway(at: datetime) -> None:
    """Let there be no gateway, where one was switched off: its key counts no more, nodes ask it for nothing. Called at each start.

    Devices stay in the register; nobody knows any more how they stand, so that none of them is online.
    """
    with transaction.atomic():
        if not Gateway.objects.exists():
            return
        Gateway.objects.all().delete()
        online = GbDevice.objects.filter(standing=Standing.ONLINE, retired_at__isnull=True)
        online.update(standing=Standing.OFFLINE, since=at, why="no_gateway", reported_at=None)
        bump(*Node.objects.all())


def own_gateway() -> Gateway | None:
    """The installation's gateway; None where there is none."""
    return Gateway.objects.order_by("name").first()
