"""Which machine an address leads to, and whether this installation may go there: the one place that judges it.

An address can be written so that it says another machine than it reaches: as an IPv4 address inside of an IPv6 one, for a
translator (NAT64, RFC 6052) or a tunnel (6to4, RFC 3056). What is reached is judged, never what is written.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SHARED = ipaddress.IPv4Network("100.64.0.0/10")
"""Shared between carriers and their customers (RFC 6598); clouds have services of their own in it."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_6TO4 = ipaddress.IPv6Network("2002::/16")
_UNTOLD = (ipaddress.IPv6Network("64:ff9b:1::/48"), ipaddress.IPv6Network("2001::/32"))
"""Local translators (RFC 8215), whose prefix nobody outside knows, and Teredo (RFC 4380), which goes by way of another machine."""
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)
"""What clouds tell whoever asks from inside: keys and passwords of the machine."""


def plain(text: str) -> Address | None:
    """The address as a packet from it has it: without its zone, one of IPv4 as such (``::ffff:192.0.2.1``). None where it is none."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found


def reached(text: str) -> Address | None:
    """The machine that a connection to the address ends at; None where it is no address, or where that can't be told."""
    found = plain(text)
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in network for network in _UNTOLD):
            return None
        if found in _NAT64:
            return ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        return found.sixtofour or found
    return found


def is_disguise(network: Network) -> bool:
    """Whether all addresses of a network only stand for other machines, of translators and tunnels: none of it is ever within it."""
    disguises = (_NAT64, _6TO4, *_UNTOLD)
    return isinstance(network, ipaddress.IPv6Network) and any(network.subnet_of(one) for one in disguises)


def is_machine(text: str) -> bool:
    """Whether the address is one machine's, on this one or elsewhere: not many, not none, no link alone, no cloud's service of keys."""
    found = reached(text)
    return found is not None and _is_machine(found)


def is_within(text: str, networks: Iterable[Network]) -> bool:
    """Whether the address is one machine's and what it reaches lies in one of the networks; a shared one only in a network of them."""
    found = reached(text)
    if found is None or not _is_machine(found):
        return False
    return any(
        found.version == network.version and found in network and (found not in SHARED or _is_shared(network))
        for network in networks
    )


def may_reach(text: str, networks: Iterable[Network] | None = None, *, loopback: bool = False) -> bool:
    """Whether this installation may connect to an address.

    Args:
        networks: what it reaches must lie within one of them; None for anywhere but this machine and shared addresses.
        loopback: let every loopback address through as well; only a training installation does.
    """
    found = reached(text)
    if found is not None and found.is_loopback:
        return loopback
    if networks is not None:
        return is_within(text, networks)
    return found is not None and _is_machine(found) and found not in SHARED


def _is_machine(found: Address) -> bool:
    if found.is_loopback:
        return True
    nobody = found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    site = isinstance(found, ipaddress.IPv6Address) and found.is_site_local
    return not nobody and not site and found not in _METADATA


def _is_shared(network: Network) -> bool:
    return isinstance(network, ipaddress.IPv4Network) and network.subnet_of(SHARED)
