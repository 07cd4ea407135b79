"""The gateway: in the register since its start, told of each change by a generation that rises, spoken to with signed requests over HTTP (wire.md §8).

It is spoken to in the manner of `places.node_client`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import httpx
from django.db import transaction
from pydantic import BaseModel, ValidationError

from custodes.keyfile import KeyFileError
from custodes.places.assignment import bump
from custodes.places.devices.assignment import bump_gateways
from custodes.places.keys import control_key
from custodes.places.models import Gateway, GbDevice, Node, Standing
from custodes.places.node_client import trust
from custodes.video.wire.commands import GatewayTaken, RebootAsk
from custodes.video.wire.configuration import ConfigurationAnswer, ConfigurationAsk, ConfigureAnswer, ConfigureAsk
from custodes.video.wire.control import signed_headers
from custodes.video.wire.devices import DeviceAsk

_Answer = TypeVar("_Answer", bound=BaseModel)

CALL_SECONDS = 5.0
REBOOT_SECONDS = 8.0
"""The gateway waits four seconds for the device."""
READ_SECONDS = 20.0
"""Ten for all types at once, four for the first of them alone."""
SET_SECONDS = 35.0
"""Five until the gateway expects it, ten for the device's word, one until it is asked again, four for each type of three."""

TRANSPORT: httpx.BaseTransport | None = None
"""How requests travel; the tests put a gateway of their own here."""


class GatewayUnreachable(Exception):
    """It did not answer, or not with what was agreed; the message is for the log, not for the page."""


class NotRegistered(Exception):
    """The device is not registered now, so nothing can be asked of it."""


@dataclass(frozen=True)
class GatewayClient:
    """One gateway."""

    gateway: Gateway

    def take_catalogue(self, device: str) -> None:
        """Have it ask the device for its catalogue now; what comes of it is reported later.

        Raises:
            NotRegistered, GatewayUnreachable.
        """
        response = self._post("/internal/catalogue", DeviceAsk(device=device).model_dump_json().encode())
        if response.status_code == 404:
            raise NotRegistered
        if response.status_code != 204:
            raise GatewayUnreachable(f"{self.gateway.name} answered {response.status_code}")

    def reboot(self, device: str, step: UUID) -> str:
        """Have a device start again; the failure of `GatewayTaken`, empty where it took the command.

        Args:
            step: of the register that says who wants it and why.

        Raises:
            GatewayUnreachable: it is not known whether it was sent.
        """
        ask = RebootAsk(device=device, step=step).model_dump_json().encode()
        response = self._post("/internal/reboot", ask, REBOOT_SECONDS)
        if response.status_code != 200:
            raise GatewayUnreachable(f"{self.gateway.name} answered {response.status_code}")
        try:
            return GatewayTaken.model_validate_json(response.content).failure
        except ValidationError as error:
            raise GatewayUnreachable(f"{self.gateway.name} answered with the wrong shape") from error

    def configuration(self, device: str, channel: str) -> ConfigurationAnswer:
        """How a device, or one of its channels, says that it is set.

        Raises:
            GatewayUnreachable.
        """
        ask = ConfigurationAsk(device=device, channel=channel)
        return self._asked("/internal/configuration", ask, ConfigurationAnswer, READ_SECONDS)

    def configure(self, ask: ConfigureAsk) -> ConfigureAnswer:
        """Have it set so.

        Raises:
            GatewayUnreachable: it is not known whether it was sent.
        """
        return self._asked("/internal/configure", ask, ConfigureAnswer, SET_SECONDS)

    def _asked(self, path: str, ask: BaseModel, shape: type[_Answer], seconds: float) -> _Answer:
        response = self._post(path, ask.model_dump_json().encode(), seconds)
        if response.status_code != 200:
            raise GatewayUnreachable(f"{self.gateway.name} answered {response.status_code}")
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            raise GatewayUnreachable(f"{self.gateway.name} answered with the wrong shape") from error

    def _post(self, path: str, content: bytes, seconds: float = CALL_SECONDS) -> httpx.Response:
        try:
            headers = signed_headers(control_key(), "web", self.gateway.name, "POST", path, content, time.time())
            with httpx.Client(
                base_url=self.gateway.url, timeout=seconds, transport=TRANSPORT, verify=trust(), trust_env=False
            ) as client:
                return client.post(path, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, KeyFileError, OSError) as error:
            raise GatewayUnreachable(f"{self.gateway.name}: {type(error).__name__}") from error


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
