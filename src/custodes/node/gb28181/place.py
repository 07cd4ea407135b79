"""Where a worker takes channels in: the address that devices send to, its share of the ports, and who may send."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from custodes.addresses import Network
from custodes.gb28181.ids import checked, family
from custodes.gb28181.media.bounds import Sources
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.source.address import AddressPolicy, BadUrl

SCHEME = "gb28181"
_DISCARD = 9


@dataclass(frozen=True, slots=True)
class ChannelUrl:
    """A channel as ``gb28181://DEVICE/CHANNEL`` names it."""

    device: str
    channel: str

    @property
    def platform(self) -> bool:
        """Whether it is of a platform below, by the type in its ID (2016 Annex D): what it shows is recorded there."""
        return family(self.device) == "platform"


def is_channel(url: str) -> bool:
    """Whether `url` names a channel of a GB/T 28181 device."""
    return url.partition(":")[0].lower() == SCHEME


def is_below(url: str) -> bool:
    """Whether `url` names a channel of a platform below."""
    try:
        return is_channel(url) and parse_channel_url(url).platform
    except BadUrl:
        return False


def parse_channel_url(text: str) -> ChannelUrl:
    """Read ``gb28181://DEVICE/CHANNEL``.

    Raises:
        BadUrl: with a sentence that says what is wrong.
    """
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise BadUrl("the address is not a URL") from error
    if parts.scheme.lower() != SCHEME:
        raise BadUrl(f"the address must begin with {SCHEME}://")
    if parts.query or parts.fragment:
        raise BadUrl("the address ends with the channel's ID")
    try:
        return ChannelUrl(checked(parts.netloc, "device"), checked(parts.path.removeprefix("/"), "channel"))
    except Gb28181Refused as error:
        raise BadUrl(
            "the address must be gb28181://DEVICE/CHANNEL with the IDs of both, of letters and digits"
        ) from error


def same_channel(one: str, other: str) -> bool:
    """Whether two addresses name the same channel; what names none is no other's."""
    try:
        return parse_channel_url(one) == parse_channel_url(other)
    except BadUrl:
        return False


@dataclass(frozen=True, slots=True)
class CameraSources(Sources):
    """Media may come from where cameras may be, and from nowhere else: without networks from nobody."""

    policy: AddressPolicy = field(default_factory=AddressPolicy)

    def allows(self, address: str) -> bool:
        """Whether something from `address` is looked at."""
        return self.policy.allows(address)


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Where one worker takes channels in.

    Attributes:
        address: that devices are told to send to; empty where none is known.
        ports: the worker's own, first and last.
        sources: who may send.
    """

    address: str
    ports: tuple[int, int]
    sources: Sources

    @property
    def bind(self) -> str:
        """The address that ports are opened at: all of the host's, since behind NAT the one that devices know is none of its own."""
        if self.address in ("127.0.0.1", "::1"):
            return self.address
        return "::" if ":" in self.address else "0.0.0.0"  # noqa: S104 packets are looked at only from `sources`


def share_of(ports: tuple[int, int], worker: int, workers: int) -> tuple[int, int]:
    """The ports of worker `worker` out of `workers`: equal shares of whole pairs; none (last before first) where there are too few."""
    first = ports[0] + ports[0] % 2
    pairs = (ports[1] + 1 - first) // 2 // workers
    begin = first + 2 * pairs * worker
    return begin, begin + 2 * pairs - 1


def address_towards(networks: Sequence[Network], *, training: bool) -> str:
    """This host's address as cameras see it: of the interface that leads to the first of their networks. No packet is sent.

    Empty where there are no networks, or no way to them.
    """
    if training and not networks:
        return "127.0.0.1"
    for network in networks:
        there = network.network_address + (1 if network.num_addresses > 1 else 0)
        family = socket.AF_INET6 if isinstance(there, ipaddress.IPv6Address) else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((str(there), _DISCARD))
                return str(probe.getsockname()[0])
        except OSError:
            continue
    return ""
