"""The assignment as the gateway asks it: who may register with which password, from where, and which node may call which channel;
and the last one on disk, so that the gateway starts without the centre.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import structlog
from pydantic import ValidationError

from custodes.addresses import Network, plain
from custodes.gb28181.sip.account import Follow, SipAccount
from custodes.gb28181.sip.digest import Secret
from custodes.keyfile import write_private
from custodes.video.wire.gateway_assignment import GatewayAssignment, GatewayChannel, GatewayDevice
from custodes.video.wire.seal import Unsealable

log = structlog.get_logger(__name__)

ASSIGNMENT = "assignment.json"


class AssignedDevices:
    """What the present assignment says. Before the first: nobody may register, from nowhere.

    Args:
        unseal: opens a sealed password; raises `Unsealable`.
        within: networks of this machine's settings that devices must come from besides; empty for no further bound.
    """

    def __init__(self, unseal: Callable[[str], str], within: Sequence[Network] = ()) -> None:
        self._unseal = unseal
        self._within = tuple(within)
        self._networks: tuple[Network, ...] = ()
        self._devices: dict[str, GatewayDevice] = {}
        self._channels: dict[tuple[UUID, str, str], GatewayChannel] = {}
        self._accounts: dict[str, SipAccount | None] = {}
        self.generation = 0

    def __len__(self) -> int:
        return len(self._devices)

    def take(self, assignment: GatewayAssignment) -> tuple[set[str], set[str]]:
        """Use `assignment` from now on.

        Returns:
            Devices that were taken out or have another password: what is registered of them counts no more. And those of which anything
            else changed.
        """
        devices = {device.id: device for device in assignment.devices}
        out, changed = set(), set()
        for id, before in self._devices.items():
            now = devices.get(id)
            if now is None or not self._same_password(before, now):
                out.add(id)
            elif now != before:
                changed.add(id)
        for id in out | changed:
            self._accounts.pop(id, None)
        self._devices = devices
        self._channels = {(one.camera, one.device, one.channel): one for one in assignment.channels}
        self._networks = _networks(assignment.networks)
        self.generation = assignment.generation
        return out, changed

    def devices(self) -> list[str]:
        """Who may register."""
        return list(self._devices)

    def device(self, id: str) -> GatewayDevice | None:
        """What the assignment says of a device."""
        return self._devices.get(id)

    def account(self, id: str) -> SipAccount | None:
        """The account of a device, its password opened when it is first asked for and kept in memory alone; None for one that may not register."""
        device = self._devices.get(id)
        if device is None:
            return None
        if id not in self._accounts:
            self._accounts[id] = self._opened(device)
        return self._accounts[id]

    def channel(self, camera: UUID, device: str, channel: str, node: str) -> GatewayChannel | None:
        """The channel that a camera of the register is, where this node may call it; None otherwise."""
        found = self._channels.get((camera, device, channel))
        return found if found is not None and found.node == node else None

    def cameras(self, device: str) -> frozenset[str]:
        """Channels of a device that are cameras of the register, which some node may call."""
        return frozenset(channel for _camera, owner, channel in self._channels if owner == device)

    def admits(self, host: str) -> bool:
        """Whether devices may come from this address."""
        address = plain(host)
        if address is None:
            return False
        inside = any(address in network for network in self._networks)
        return inside and (not self._within or any(address in network for network in self._within))

    def _same_password(self, before: GatewayDevice, now: GatewayDevice) -> bool:
        """Sealed anew it has another text; what is in it counts. One that was never opened let nobody in."""
        if before.sealed_password == now.sealed_password:
            return True
        known, new = self._accounts.get(before.id), self._opened(now)
        return known is not None and new is not None and known.secret == new.secret

    def _opened(self, device: GatewayDevice) -> SipAccount | None:
        try:
            secret = Secret(self._unseal(device.sealed_password))
        except Unsealable:
            log.error("device.password_unsealable", device=device.id)
            return None
        return SipAccount(
            device.id,
            secret,
            interval=float(device.keepalive_s),
            misses=device.misses,
            follow=Follow.PORT if device.follow_port else Follow.ASK,
        )


def _networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Those that are networks; another opens nothing."""
    found: list[Network] = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            log.error("assignment.no_network", network=text[:50])
    return tuple(found)


def save_assignment(folder: Path, assignment: GatewayAssignment) -> None:
    """Put `assignment` in place of the last one, for the gateway's own user alone: whole and durable, or not at all.

    Raises:
        OSError: it could not be written; the last one stands.
    """
    write_private(folder / ASSIGNMENT, assignment.model_dump_json().encode())


def load_assignment(folder: Path) -> GatewayAssignment | None:
    """The last assignment; None when there was none yet or it can't be read, which is logged."""
    try:
        return GatewayAssignment.model_validate_json((folder / ASSIGNMENT).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.error("assignment.unreadable", path=ASSIGNMENT, why=type(error).__name__)
        return None
