"""By which names and addresses an installation is reached, as certificates carry them (RFC 5280 §4.2.1.6, §4.2.1.10)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

from cryptography import x509

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: How every machine calls itself: web and node of one machine speak with each other under these.
OWN = ("localhost", "127.0.0.1", "::1")

_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")


class NameRefused(Exception):
    """A name or an address can't stand in a certificate; the message says which, why and what to give instead."""


def host(text: str) -> str:
    """A host name in its written form (lower case, IDNA) or an address.

    Args:
        text: what a person typed: ``Video.example.cn``, ``10.20.0.5``, ``2001:db8::5``.

    Raises:
        NameRefused: it is neither a host name nor an address.
    """
    bare = text.strip().rstrip(".").strip("[]")
    address = _address(bare)
    if address is not None:
        if address.is_unspecified or address.is_multicast:
            raise NameRefused(f"{text!r} is an address that no machine is reached by")
        return str(address)
    try:
        ascii_name = bare.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise NameRefused(f"{text!r} is no host name: {error}") from error
    if (
        not ascii_name
        or len(ascii_name) > 253
        or not all(_LABEL.match(label) for label in ascii_name.split("."))
        or ascii_name.rsplit(".", 1)[-1].isdigit()
    ):
        raise NameRefused(f"{text!r} is no host name or address: give it without scheme, port, path and wildcard")
    return ascii_name


def hosts(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order given, and behind them this machine's own.

    Raises:
        NameRefused.
    """
    return tuple(dict.fromkeys((*(host(text) for text in texts), *OWN)))


def called(names: Sequence[str]) -> str:
    """The name under which browsers are to come: the first host name given, else the first address, else localhost."""
    given = [name for name in names if name not in OWN]
    return next((name for name in given if _address(name) is None), given[0] if given else "localhost")


def general_name(name: str) -> x509.GeneralName:
    """As a subjectAltName."""
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def constraint(name: str) -> x509.GeneralName:
    """As a permitted subtree: this name and what stands below it, or this one address."""
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(ipaddress.ip_network(address))


def url_host(name: str) -> str:
    """As an address bar has it: IPv6 in brackets."""
    return f"[{name}]" if ":" in name else name


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
