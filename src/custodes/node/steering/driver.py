"""How the worker reaches a camera that turns: by ONVIF, or through the GB/T 28181 gateway. Whoever adds a protocol adds it here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from custodes.node.gb28181.place import is_channel
from custodes.node.gb28181.steering import GatewayLine, GbPtz
from custodes.video.onvif.client import OnvifClient, OnvifFailure
from custodes.video.onvif.degrees import DataSheet, DegreeRange
from custodes.video.onvif.device import clock_of
from custodes.video.onvif.ptz import OnvifPtz, ask_for_key_frame
from custodes.video.source.address import AddressPolicy, BadUrl, NotAllowed, UnknownName, parse_camera_url
from custodes.video.steering import Steerable, SteerFailure
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.seal import Unsealable

COMMAND_SECONDS = 2.0
"""A camera that takes longer over a command is of no use to a hand; a stop waits for no more than this."""

MakeDriver = Callable[[CameraAssignment], Awaitable[Steerable]]


def for_look(driver: Steerable, grant: UUID) -> Steerable:
    """The driver for a hand with this look: a platform below has to be told whose it is, no camera of our own does."""
    return driver.for_look(grant) if isinstance(driver, GbPtz) else driver


def sheet_of(camera: CameraAssignment) -> DataSheet | None:
    """How far an ONVIF camera turns, where the register has it."""
    said = camera.onvif.range if camera.onvif is not None else None
    return None if said is None else DataSheet(said.pan, DegreeRange(said.low, said.high))


def below(driver: Steerable | None) -> GbPtz | None:
    """The driver of a platform's channel below, which may take the camera from any hand here."""
    return driver if isinstance(driver, GbPtz) and driver.below else None


@dataclass(frozen=True)
class Drivers:
    """Makes drivers for the worker's cameras, each with the one address that was checked.

    Attributes:
        gateway: finds the GB/T 28181 gateway of the assignment.
        key_of: asks for a key picture of a channel's call; False where it is not called (`calls.CallDesk.key_of`).
    """

    policy: AddressPolicy
    unseal: Callable[[str], str]
    gateway: GatewayLine = lambda: None
    key_of: Callable[[UUID], bool] = lambda camera: False
    _channels: dict[UUID, tuple[str, GbPtz]] = field(default_factory=dict, repr=False)

    async def steerable(self, camera: CameraAssignment) -> Steerable:
        """The camera, ready for commands.

        Raises:
            SteerFailure: it can't be steered, or not reached.
        """
        if is_channel(camera.main.url) and camera.turns:
            return self._channel(camera)
        if camera.onvif is None or not camera.onvif.turns:
            raise SteerFailure("unsupported", "the camera is not known to turn")
        driver = OnvifPtz(await self._client(camera), camera.onvif.profile, sheet_of(camera))
        await driver.abilities()
        return driver

    def _channel(self, camera: CameraAssignment) -> GbPtz:
        """One driver for each channel: what it still says in the background ends with its next command."""
        url, known = self._channels.get(camera.id, ("", None))
        if known is None or url != camera.main.url:
            known = GbPtz.of(self.gateway, camera)
            self._channels[camera.id] = camera.main.url, known
        return known

    async def key_frame(self, camera: CameraAssignment) -> None:
        """Ask the camera for a key frame now, a channel through the gateway: one that is not called just now begins with one anyway.

        Raises:
            SteerFailure: it does not know how, or is away.
        """
        if is_channel(camera.main.url):
            self.key_of(camera.id)
            return
        if camera.onvif is None or not camera.onvif.profile:
            raise SteerFailure("unsupported", "the camera's profile is not known")
        client = await self._client(camera)
        try:
            await ask_for_key_frame(client, camera.onvif.profile)
        except OnvifFailure as error:
            raise SteerFailure(error.kind, error.detail) from error

    async def _client(self, camera: CameraAssignment) -> OnvifClient:
        assert camera.onvif is not None
        try:
            host = parse_camera_url(camera.main.url).host
            password = self.unseal(camera.sealed_password) if camera.sealed_password else ""
            target = await asyncio.to_thread(self.policy.target, host, camera.onvif.port)
            client = OnvifClient(target, host, camera.username, password, seconds=COMMAND_SECONDS)
            client.clock_offset = await clock_of(client) or timedelta(0)
        except (BadUrl, NotAllowed, UnknownName) as error:
            raise SteerFailure("refused", str(error)[:200]) from error
        except Unsealable as error:
            raise SteerFailure("password", "the sealed password does not open with this node's key") from error
        except OnvifFailure as error:
            raise SteerFailure(error.kind, error.detail) from error
        return client
