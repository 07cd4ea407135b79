"""Which addresses a node may connect to, and where a camera's URL leads.

A name is resolved once and the connection goes to the address that was checked, so that a name whose answer changes
between check and use (DNS rebinding) gains nothing. Redirects pass through the same door.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from custodes.addresses import Network, may_reach, reached

Lookup = Callable[..., Sequence[tuple[Any, ...]]]

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "rtmp": 1935}
"""Default ports (RFC 2326 §3.2, RFC 7826 §4.2, RFC 9110 §4.2.1, RTMP §1)."""

RTSP = ("rtsp", "rtsps")


class NotAllowed(Exception):
    """The target is outside the networks in which cameras may be.

    Attributes:
        failure: as probes name it.
    """

    failure: Literal["not_allowed", "loopback"] = "not_allowed"


class OwnMachine(NotAllowed):
    """The target is this machine, which no network of cameras opens: only a training installation has cameras there."""

    failure = "loopback"


class UnknownName(Exception):
    """The host name has no address."""


class BadUrl(ValueError):
    """The text is not a camera URL; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class CameraUrl:
    """A camera's URL without user name and password.

    Attributes:
        scheme: in lower case.
        host: name or address literal, without brackets.
        port: TCP port.
        text: the URL as it is sent in requests.
    """

    scheme: str
    host: str
    port: int
    text: str


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """One checked address to connect to.

    Attributes:
        family: ``socket.AF_INET`` or ``socket.AF_INET6``.
        address: address literal.
        port: TCP port.
    """

    family: int
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """The networks in which cameras may be.

    Attributes:
        networks: targets must lie inside one of them; empty means that nothing may be connected to.
        allow_loopback: let loopback addresses through as well; only a training installation does.
    """

    networks: tuple[Network, ...] = ()
    allow_loopback: bool = False

    def allows(self, address: str) -> bool:
        """Whether a node may connect to the address literal `address`."""
        return may_reach(address, self.networks, loopback=self.allow_loopback)

    def target(self, host: str, port: int, lookup: Lookup = socket.getaddrinfo) -> SourceAddress:
        """Resolve `host` once and take its first address that is allowed. Blocks while the name is looked up.

        Raises:
            UnknownName: the name has no address.
            NotAllowed: none of its addresses is allowed; `OwnMachine` where all of them lead to this machine.
        """
        try:
            found = lookup(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnknownName(f"the name {host} has no address") from error
        for family, _kind, _protocol, _canonical, where in found:
            if family in (socket.AF_INET, socket.AF_INET6) and self.allows(str(where[0])):
                return SourceAddress(int(family), str(where[0]), port)
        if found and all(_is_loopback(str(where[0])) for *_, where in found):
            raise OwnMachine(f"{host} is this machine itself: only a training installation takes cameras in from there")
        raise NotAllowed(f"{host} is outside the networks in which cameras may be (CUSTODES_CAMERA_NETWORKS)")


def _is_loopback(address: str) -> bool:
    found = reached(address)
    return found is not None and found.is_loopback


def is_literal(host: str) -> bool:
    """Whether `host` is an address and needs no look-up."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def parse_camera_url(text: str, schemes: Sequence[str] = RTSP) -> CameraUrl:
    """Read a ``rtsp://host[:port]/path`` URL, or one of another of `schemes`, which `PORTS` must hold.

    Raises:
        BadUrl: with a sentence that says what is wrong.
    """
    if any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in text):
        raise BadUrl("the address contains a space or a control character")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadUrl("the address is not a URL") from error
    if (scheme := parts.scheme.lower()) not in schemes:
        raise BadUrl(f"the address must begin with {' or '.join(f'{name}://' for name in schemes)}")
    if parts.username is not None or parts.password is not None:
        raise BadUrl("user name and password belong in their own fields, not in the address")
    if not host:
        raise BadUrl("the address names no host")
    if port == 0:
        raise BadUrl("port 0 is not a port")
    return CameraUrl(scheme=scheme, host=host, port=port or PORTS[scheme], text=text)


def same_host(first: str, second: str) -> bool:
    """Whether two camera URLs name the same host; False when one can't be read."""
    try:
        return parse_camera_url(first).host == parse_camera_url(second).host
    except BadUrl:
        return False


def is_downgrade(first: str, second: str) -> bool:
    """Whether the way from the camera URL `first` to `second` leaves TLS; False when one can't be read."""
    try:
        return parse_camera_url(first).scheme == "rtsps" and parse_camera_url(second).scheme != "rtsps"
    except BadUrl:
        return False
