"""From where an upper platform may be heard, and where its pictures may go: addresses and networks, one a line (S22, S33.1)."""

from __future__ import annotations

import ipaddress
import re

from django.utils.translation import gettext as _

from custodes.addresses import is_machine, is_within
from custodes.sharing.models import Platform

MOST = 32
WIDEST = {4: 16, 6: 48}
"""A wider network is no agreed receiver: pictures would go wherever an upper says."""
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))*")


def lines_of(text: str) -> tuple[str, ...]:
    """What stands on its lines."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def bad_hosts(text: str) -> str:
    """What is wrong with further addresses, by which rule, and what to do; empty where nothing is."""
    rows = lines_of(text)
    if len(rows) > MOST:
        return _("其他信令地址：最多 %(count)d 个。请只填写对方书面通知的地址。") % {"count": MOST}
    for row in rows:
        if not is_host(row):
            return _("其他信令地址：“%(row)s”不是 IP 地址或者域名。每行填写一个地址，不带端口和网段。") % {
                "row": row[:40]
            }
    return ""


def bad_media(text: str) -> str:
    """What is wrong with networks for pictures, the same way."""
    rows = lines_of(text)
    if len(rows) > MOST:
        return _("媒体接收网段：最多 %(count)d 个。请合并后填写。") % {"count": MOST}
    for row in rows:
        try:
            network = ipaddress.ip_network(row)
        except ValueError:
            return _("媒体接收网段：“%(row)s”不是网段（CIDR）。请填写网络地址和前缀长度，例如 192.0.2.0/28。") % {
                "row": row[:40]
            }
        if network.prefixlen < WIDEST[network.version]:
            return _("媒体接收网段：“%(row)s”范围过大，前缀不能短于 /%(least)d。请按对方书面通知的范围填写。") % {
                "row": row[:40], "least": WIDEST[network.version],
            }  # fmt: skip
        if network.is_multicast or network.is_loopback or network.is_unspecified:
            return _("媒体接收网段：“%(row)s”不是对方服务器的地址。请按对方书面通知填写。") % {"row": row[:40]}
    return ""


def may_receive(platform: Platform, address: str) -> bool:
    """Whether pictures may go to an address that an upper names, by what was put in force with its platform.

    Within its media networks; where none is given, to the addresses that it is heard from. Where one of these is a name, text does not tell
    what it leads to: then the gateway alone holds the address against it (`gb28181.cascade.settings.UpperPlatformSettings.may_receive`).
    """
    if not is_machine(address):
        return False
    networks = lines_of(platform.media)
    if networks:
        return is_within(address, map(ipaddress.ip_network, networks))
    heard = [_literal(row) for row in (platform.host, *lines_of(platform.hosts))]
    return _literal(address) in heard or None in heard


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_host(text: str) -> bool:
    """Whether it is an address or a name that a connection may go to."""
    try:
        return not ipaddress.ip_address(text).is_multicast
    except ValueError:
        return len(text) <= 120 and _NAME.fullmatch(text) is not None and not text.replace(".", "").isdigit()
