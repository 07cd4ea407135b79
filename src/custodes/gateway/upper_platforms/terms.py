"""What the web says of an upper platform as the core takes it."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

import structlog

from custodes.addresses import is_within
from custodes.gb28181.cascade.settings import UpperBounds, UpperPlatformSettings
from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registering import RegistrarServer
from custodes.video.wire.upper_platforms import GatewayUpper

log = structlog.get_logger(__name__)

_EDITIONS = {"2016": Edition.E2016, "2022": Edition.E2022}
_CHARSETS = {"gb18030": Charset.GB18030, "utf-8": Charset.UTF8}


def carrier_of(upper: GatewayUpper) -> Carrier:
    """How its signalling goes."""
    return "TCP" if upper.transport == "tcp" else "UDP"


def same_but_tree(one: GatewayUpper, other: GatewayUpper) -> bool:
    """Whether nothing differs that a link is made of, which what it is shown and told is not; a password is sealed to another text each time and compared elsewhere."""
    apart = {"tree": "", "sealed_password": "", "alarms": False, "positions": False}
    return one.model_copy(update=apart) == other.model_copy(update=apart)


async def addresses(host: str) -> tuple[str, ...]:
    """IP addresses of a host that is given by address or name.

    Raises:
        OSError: there are none.
    """
    try:
        return (str(ipaddress.ip_address(host)),)
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except UnicodeError as error:
        raise OSError("no name") from error
    made = tuple(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    if not made:
        raise OSError("no address")
    return made


def leads(upper: GatewayUpper, known: str, found: Sequence[str]) -> tuple[str, ...]:
    """The addresses among those that its name leads to at which we register, the first at once; none where it leads astray.

    Where we registered before we go on. Elsewhere only into the link's own networks, which two persons have seen: whoever turns a name round
    gets no answer of ours to a challenge (decision 0330).

    Args:
        known: address where we registered under this name; empty where we never did: then what it leads to is what was put in force.
    """
    if not known:
        return tuple(found)
    if known in found:
        return known, *(each for each in found if each != known)
    networks = _networks(upper)
    return tuple(each for each in found if is_within(each, networks))


def terms(
    upper: GatewayUpper, secret: Secret, own: Peer, platform: Peer, heard: Sequence[str], bounds: UpperBounds
) -> UpperPlatformSettings:
    """The core's settings.

    Args:
        own: our address as the upper is to reach us; platform: where it is reached.
        heard: addresses that it may be heard from.
    """
    account = RegistrarServer(
        upper.id,
        upper.own,
        secret,
        own,
        expires=upper.expires_s,
        interval=float(upper.keepalive_s),
        misses=upper.misses,
    )
    return UpperPlatformSettings(
        account,
        platform,
        hosts=frozenset(heard),
        media=_networks(upper),
        theirs=_EDITIONS.get(upper.edition),
        charset=_CHARSETS.get(upper.charset),
        bounds=bounds,
    )


def _networks(upper: GatewayUpper) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    found: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
    for text in upper.media:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            log.error("upper.no_network", link=str(upper.link), network=text[:50])
    if upper.media and not found:
        # A bound that can't be read is not none: nothing is sent anywhere.
        return (ipaddress.IPv4Network("255.255.255.255/32"),)
    return tuple(found)
