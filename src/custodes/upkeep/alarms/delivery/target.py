"""Where a web hook may go: an https address outside this machine; in a training installation also this machine, by http.

Whoever enters an address makes this server call it. It must not reach what only this server can reach: its own loopback,
link-local addresses (cloud metadata), multicast. The name is looked up once and the connection goes to the address that
was looked at, so that a name that changes its answer gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _


class BadTarget(ValueError):
    """The address can't be a web hook's; the text says why, for the person."""


@dataclass(frozen=True)
class Target:
    """An address that may be called.

    Attributes:
        url: as it was entered.
        host: its host, for the Host header and the certificate.
        port: its port.
        address: the IP address to connect to.
    """

    url: str
    host: str
    port: int
    address: str


def check_form(url: str, *, training: bool) -> tuple[str, int]:
    """Host and port of an address whose form is right.

    Raises:
        BadTarget.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadTarget(_("地址格式不对。")) from error
    if parts.scheme not in {"https", "http"} or not host:
        raise BadTarget(_("请填写以 https:// 开头的完整地址。"))
    if parts.username or parts.password or parts.fragment:
        raise BadTarget(_("地址中不能含有用户名、密码或者“#”。"))
    if parts.scheme == "http" and not (training and host in {"localhost", "127.0.0.1", "::1"}):
        raise BadTarget(_("只能使用 https 地址：告警内容不能明文传送。"))
    return host, port or (443 if parts.scheme == "https" else 80)


def resolve(url: str, *, training: bool) -> Target:
    """Look the name up and check where it leads.

    Raises:
        BadTarget: its form, or an address that it leads to, is not allowed, or the name is unknown.
    """
    host, port = check_form(url, training=training)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise BadTarget(_("查不到这个域名。")) from error
    addresses = [str(each[4][0]) for each in found]
    for address in addresses:
        if not _allowed(address, training=training):
            raise BadTarget(_("这个地址指向本机或者链路本地网络，不能使用。"))
    return Target(url, host, port, addresses[0])


def _allowed(text: str, *, training: bool) -> bool:
    address = ipaddress.ip_address(text.split("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    if address.is_loopback:
        return training
    return not (address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved)
