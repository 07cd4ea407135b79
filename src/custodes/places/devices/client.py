"""How the web speaks to the gateway: signed requests over HTTP (wire.md §8), in the manner of `places.node_client`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from custodes.keyfile import KeyFileError
from custodes.places.keys import control_key
from custodes.places.models import Gateway
from custodes.places.node_client import trust
from custodes.video.wire.catalogue import DeviceAsk
from custodes.video.wire.commands import GatewayTaken, RebootAsk
from custodes.video.wire.configuration import ConfigurationAnswer, ConfigurationAsk, ConfigureAnswer, ConfigureAsk
from custodes.video.wire.control import sign_request

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
            headers = {
                "Authorization": sign_request(
                    control_key(), "web", self.gateway.name, "POST", path, content, time.time()
                ),
                "Content-Type": "application/json",
            }
            with httpx.Client(
                base_url=self.gateway.url, timeout=seconds, transport=TRANSPORT, verify=trust(), trust_env=False
            ) as client:
                return client.post(path, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, KeyFileError, OSError) as error:
            raise GatewayUnreachable(f"{self.gateway.name}: {type(error).__name__}") from error
